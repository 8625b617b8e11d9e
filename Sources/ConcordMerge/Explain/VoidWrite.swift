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

    /// A write without effect.
    package init(
        path: CellPath,
        reason: VoidReason,
        write: WriteReference,
        diff: DiffID,
        time: String
    ) {
        self.path = path
        self.reason = reason
        self.write = write
        self.diff = diff
        self.time = time
    }
}
