import ConcordEncoding

extension Schema {
    /// A person in the engagement, with a role.
    public static let member = RecordKind(
        "member",
        add: .join,
        remove: .editTeam,
        isControl: true,
        fields: [
            Field("name", .newest, for: .join, erasable: true),
            Field(
                "role",
                .control,
                .choice(Role.allCases.map { WireText($0.rawValue) }),
                for: .editTeam
            ),
            Field("standards", .control, .composite, for: .editTeam),
            Field("inTraining", .control, .composite, for: .editTeam),
            Field("supervisor", .newest, for: .editTeam),
            Field("letter", .once, for: .join),
            Field("invitation", .once, for: .join),
            Field("status", .control, .choice(["active", "revoked"]), for: .editTeam),
        ]
    )

    /// A member's device: the record's id is the author.
    public static let device = RecordKind(
        "device",
        add: .join,
        remove: .editTeam,
        isControl: true,
        fields: [
            Field("member", .once, for: .join),
            Field("name", .newest, for: .join, erasable: true),
            Field("invitation", .once, for: .join),
            Field("by", .once, for: .join),
            Field("proof", .once, for: .join),
            Field("status", .control, .choice(["active", "revoked"]), for: .editTeam),
        ]
    )

    /// A leader's admission of whoever holds a key: role, expiry, number of uses.
    public static let invitation = RecordKind(
        "invitation",
        add: .editTeam,
        isControl: true,
        fields: [
            Field("key", .once, for: .editTeam),
            Field(
                "role",
                .once,
                .choice(Role.allCases.map { WireText($0.rawValue) }),
                for: .editTeam
            ),
            Field("name", .newest, for: .editTeam, erasable: true),
            Field("letter", .once, for: .editTeam),
            Field("standards", .once, .composite, for: .editTeam),
            Field("inTraining", .once, .composite, for: .editTeam),
            Field("expires", .once, for: .editTeam),
            Field("uses", .once, .integer, for: .editTeam),
            Field("status", .control, .choice(["open", "withdrawn"]), for: .editTeam),
        ]
    )
}
