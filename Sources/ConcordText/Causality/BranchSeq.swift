/// A diff's place in the history of one branch: local numbers, never on the wire.
package struct BranchSeq: Hashable, Sendable {
    /// The branch's local number.
    package var branch: Int
    /// The number in the author's chain.
    package var seq: Int

    package init(branch: Int, seq: Int) {
        self.branch = branch
        self.seq = seq
    }
}
