public import ConcordDiff
public import ConcordEncoding

/// A diff that has no place in the server's log yet, as far as its holder knows.
public struct PendingDiff: Hashable, Sendable {
    /// Which diff.
    public let id: DiffID
    /// The length of its envelope.
    public let bytes: Int

    /// The diff `id`, whose envelope has `bytes` bytes.
    public init(id: DiffID, bytes: Int) {
        self.id = id
        self.bytes = bytes
    }
}
