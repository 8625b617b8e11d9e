/// How much a replica holds.
public struct ReplicaStatus: Hashable, Sendable {
    /// Diffs.
    public let diffs: Int
    /// Diffs that the server has not accepted yet, as far as this device knows.
    public let pending: Int
    /// Entries of the server's log that this device has.
    public let log: Int
    /// Present records.
    public let records: Int
    /// Open conflicts of present records.
    public let conflicts: Int
    /// Writes without effect.
    public let voids: Int
    /// Diffs proven by a later signature of their chain; `verify` checks their own.
    public let chainProven: Int
}
