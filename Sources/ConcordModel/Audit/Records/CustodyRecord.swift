public import ConcordEncoding

/// A step in the custody of an item of evidence: somebody viewed its file or took a copy out (ISO 19011, 6.4.7).
public struct CustodyRecord: Hashable, Sendable, Identifiable {
    /// The record's id.
    public let id: WireText
    /// The item of evidence.
    public let evidence: WireText?
    /// What was done: `viewed`, `exported`, or what a later version knows.
    public let step: WireText?
    /// Who did it: a member's record id.
    public let member: WireText?
    /// When, RFC 3339, by the device's clock.
    public let time: WireText?
    /// The hash of the file then, in hexadecimal digits.
    public let sha256: WireText?

    init(_ record: RecordFields) {
        id = record.id
        evidence = record.text("evidence")
        step = record.text("step")
        member = record.text("by")
        time = record.text("at")
        sha256 = record.text("sha256")
    }
}
