import ConcordEncoding

extension Schema {
    /// A person in the engagement, with a role. Nobody can hide one: members with rights stay
    /// listed, and a membership ends by its `status`.
    public static let member = RecordKind(
        "member",
        add: .join,
        remove: .found,
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

    /// A member's device: the record's id is the author. Nobody hides one, as nobody hides a member.
    public static let device = RecordKind(
        "device",
        add: .join,
        remove: .found,
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

    /// A leader's admission of anybody who holds a key: role, expiry, number of uses. Nobody hides one: what
    /// admits stays listed, and it ends by its `status`.
    public static let invitation = RecordKind(
        "invitation",
        add: .editTeam,
        remove: .found,
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

    /// A person whom the plan names, by the id of the file that the plan came from; a person who joins
    /// under that name takes the place. Only members who edit the team write it, since an invitation
    /// takes its role from here.
    public static let teamMember = RecordKind(
        "teamMember",
        add: .editTeam,
        fields: [
            Field("fileID", .once, for: .editTeam),
            Field("name", .newest, for: .editTeam, erasable: true),
            Field("role", .newest, for: .editTeam),
            Field("standards", .newest, .composite, for: .editTeam),
            Field("inTraining", .newest, .composite, for: .editTeam),
            Field("supervisor", .newest, for: .editTeam),
        ]
    )
}
