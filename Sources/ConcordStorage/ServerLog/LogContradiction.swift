public import ConcordEncoding

/// What shows that the server, or a colleague's device, contradicts what the server signed: kept as evidence.
public struct LogContradiction: Hashable, Sendable {
    /// What was found; `Protocol/log.md`, "Contradictions".
    public let code: WireText
    /// When, by the device's clock.
    public let found: Timestamp
    /// The key of the server's log that this device knows.
    public let key: WireText
    /// The newest checkpoint that this device had verified, as a signed note; empty if it had none.
    public let held: [UInt8]
    /// What contradicts it: another signed note, or the envelope of a diff.
    public let given: [UInt8]
    /// The entries that came with it, one a line as they were sent.
    public let entries: [UInt8]

    package init(
        code: WireText,
        found: Timestamp,
        key: WireText,
        held: [UInt8],
        given: [UInt8],
        entries: [UInt8] = []
    ) {
        (self.code, self.found, self.key) = (code, found, key)
        (self.held, self.given, self.entries) = (held, given, entries)
    }
}
