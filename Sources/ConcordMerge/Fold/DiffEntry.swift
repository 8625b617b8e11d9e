package import ConcordDiff
package import ConcordText

/// What the fold knows of a diff, apart from its writes.
package struct DiffEntry: Hashable, Sendable {
    /// The order of arrival in this replica.
    package var number: Int
    /// The SHA-256 of the head.
    package var id: DiffID
    /// Who signed it.
    package var author: Author
    /// Its place in its author's chain.
    package var at: BranchSeq
    /// One more than the greatest depth among its parents.
    package var depth: Int
    /// For each branch, the number of its newest diff that the author had seen.
    package var seen: SeenVector
    /// Its index in the server's log, once it has one.
    package var position: Int?
    /// Whether it holds control operations.
    package var isControl: Bool

    package init(
        number: Int,
        id: DiffID,
        author: Author,
        at: BranchSeq,
        depth: Int,
        seen: SeenVector,
        position: Int? = nil,
        isControl: Bool = false
    ) {
        self.number = number
        self.id = id
        self.author = author
        self.at = at
        self.depth = depth
        self.seen = seen
        self.position = position
        self.isControl = isControl
    }

    /// The name of the diff in `over`.
    package var reference: WriteReference { WriteReference(seq: at.seq, author: author) }
}
