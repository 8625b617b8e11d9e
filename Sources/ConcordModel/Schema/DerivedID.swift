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
}
