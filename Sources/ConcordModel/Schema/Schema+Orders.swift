import ConcordEncoding

/// A leader's orders: control records that count from their place in the log and are never hidden.
extension Schema {
    /// A leader's order that gives effect to void writes; the id is derived from the diff's
    /// identity.
    public static let admission = RecordKind(
        "admission",
        add: .admit,
        remove: .found,
        isControl: true,
        fields: [
            Field("diff", .once, for: .admit),
            Field("reason", .newest, for: .admit, erasable: true),
        ]
    )

    /// A leader's decision that a diff stays without effect, so that it is not listed again. It is not a
    /// verdict: nothing in the fold depends on it, and the diff can still be admitted.
    public static let declined = RecordKind(
        "declined",
        add: .admit,
        cover: .nothing,
        fields: [
            Field("diff", .once, for: .admit),
            Field("reason", .newest, for: .admit, erasable: true),
        ]
    )

    /// The team leader's signature over the state at one place of the log: the sign-off.
    public static let seal = RecordKind(
        "seal",
        add: .signConclusion,
        remove: .found,
        isControl: true,
        fields: [
            Field("digest", .once, for: .signConclusion),
            Field("note", .newest, for: .signConclusion, erasable: true),
        ]
    )

    /// A leader's order that sealed records may be changed again.
    public static let reopening = RecordKind(
        "reopening",
        add: .signConclusion,
        remove: .found,
        isControl: true,
        fields: [
            Field("seal", .once, for: .signConclusion),
            Field("note", .newest, for: .signConclusion, erasable: true),
        ]
    )

    /// A leader's order to destroy the contents of cells in diffs, of which the heads, and with them
    /// all proofs, stay.
    public static let erasure = RecordKind(
        "erasure",
        add: .erase,
        remove: .found,
        isControl: true,
        fields: [
            Field("paths", .once, .composite, for: .erase),
            Field("bodies", .once, .composite, for: .erase),
            Field("note", .newest, for: .erase, erasable: true),
        ]
    )
}
