public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge

/// The result of a save.
public struct SaveReceipt: Hashable, Sendable {
    /// The diff's name in `over`.
    public let reference: WriteReference
    /// The diff's identity.
    public let id: DiffID
    /// The writes without effect, if the caller asked to keep them: a leader can admit them.
    public internal(set) var voided: [IneffectiveWrite] = []
    /// The proposals of the save: they are shown only where nobody else wrote.
    public internal(set) var proposals: [CellPath] = []
}
