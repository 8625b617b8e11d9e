public import ConcordEncoding

/// Ids that follow from what a record is, so that two people who add the same one have added one.
///
/// UUIDv8 (RFC 9562) of the SHA-256 of kind, owner and key. `Protocol/diff.md`, "Derived ids".
public enum DerivedID {
    /// A criterion of a finding.
    public static func criterion(
        finding: WireText,
        standard: WireText,
        clause: WireText
    ) -> WireText {
        UniqueID.v8(hashing: ["criterion", finding, "\(standard) \(clause)"]).text
    }

    /// The conclusion for a standard.
    public static func conclusion(standard: WireText) -> WireText {
        UniqueID.v8(hashing: ["conclusion", "", standard]).text
    }

    /// The scope for a standard.
    public static func scope(standard: WireText) -> WireText {
        UniqueID.v8(hashing: ["scope", "", standard]).text
    }

    /// The admission of a diff, by its identity in base64url.
    public static func admission(of diff: WireText) -> WireText {
        UniqueID.v8(hashing: ["admission", "", diff]).text
    }

    /// The fields from which the ids of a kind follow, in their order; none if they are random, or if the
    /// record alone does not show them, as for an admission.
    public static func sources(of kind: WireText) -> [WireText] {
        switch kind {
        case Schema.criterion.name: ["finding", "standard", "clause"]
        case Schema.conclusion.name, Schema.scope.name: ["standard"]
        default: []
        }
    }

    /// Whether a record of this kind and id belongs to what the id follows from: it has the form of a derived one.
    public static func isDerived(_ id: WireText, of kind: WireText) -> Bool {
        !sources(of: kind).isEmpty && UniqueID(id)?.version == 8
    }

    /// Whether a record that is added with these fields may have this id.
    ///
    /// An id of version 8 must match the fields from which it follows. Otherwise somebody could occupy the id
    /// of the criterion that a colleague is about to add. Other ids follow from nothing.
    public static func fits(_ id: WireText, of kind: WireText, addedWith fields: JSONObject) -> Bool
    {
        let sources = sources(of: kind)
        let values = sources.compactMap { fields[$0]?.stringValue }
        guard sources.contains(where: { fields[$0] != nil }), UniqueID(id)?.version == 8 else {
            return true
        }
        guard values.count == sources.count else { return false }
        if kind == Schema.criterion.name {
            // Else another pair could have the same third part.
            guard !values[1].utf8.contains(UInt8(ascii: " ")) else { return false }
            return id == criterion(finding: values[0], standard: values[1], clause: values[2])
        }
        return id == UniqueID.v8(hashing: [kind, "", values[0]]).text
    }
}
