public import ConcordDiff

/// A shown value that is still a proposal: nobody with the right to decide has written there, or their
/// write was replaced.
public struct ShownProposal: Hashable, Sendable {
    /// Where it is shown.
    public let path: CellPath
    /// The write that proposed it.
    public let write: WriteReference

    /// A proposal that is shown.
    package init(path: CellPath, write: WriteReference) {
        self.path = path
        self.write = write
    }
}
