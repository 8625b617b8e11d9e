public import ConcordDiff
public import ConcordEncoding

/// A write without effect. It is kept and visible, and a leader can admit it if its reason
/// allows that.
public struct VoidWrite: Hashable, Sendable {
    /// Where it would have counted.
    public let path: CellPath
    /// The reason why it does not.
    public let reason: VoidReason
    /// Its name in `over`.
    public let write: WriteReference
    /// Its diff, which a leader can admit.
    public let diff: DiffID
    /// The time of saving by its author's clock (RFC 3339).
    public let time: String
}
