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

    /// What it is worth as evidence.
    public enum Sort: Hashable, Sendable {
        /// The key of the log has signed what cannot both be true.
        case proof
        /// A diff of somebody states another log: the server, or its author, is wrong.
        case witness
        /// Whoever was on the way can have made it: it was refused, and is settled once the key stands behind the log.
        case doubt
    }

    /// What it is worth as evidence.
    public var sort: Sort {
        switch code {
        case "two-roots": .proof
        case "other-log-witnessed": .witness
        default: .doubt
        }
    }

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
