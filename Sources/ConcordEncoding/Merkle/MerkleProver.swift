/// Makes proofs and roots of a tree whose complete subtrees can be looked up.
///
/// Each proof asks for at most two nodes a level, however many entries there are.
public struct MerkleProver<Failure: Error> {
    private let hash: (MerkleNode) throws(Failure) -> SHA256Digest

    /// A prover for the tree of which `hash` gives the complete subtrees.
    ///
    /// It is asked for nodes that lie wholly within the sizes that are proven, for no others.
    public init(_ hash: @escaping (MerkleNode) throws(Failure) -> SHA256Digest) {
        self.hash = hash
    }

    /// The root of the tree over the first `size` entries.
    public func root(of size: Int) throws(Failure) -> SHA256Digest {
        size == 0 ? MerkleTree.emptyRoot : try root(over: 0..<size)
    }

    /// The proof that entry `index` stands in the tree over the first `size` entries.
    public func inclusion(of index: Int, in size: Int) throws(Failure) -> InclusionProof {
        precondition(0 <= index && index < size, "the entry stands in the tree")
        var path: [SHA256Digest] = []
        var range = 0..<size
        while range.count > 1 {
            let middle = Self.split(range)
            if index < middle {
                path.append(try root(over: middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                path.append(try root(over: range.lowerBound..<middle))
                range = middle..<range.upperBound
            }
        }
        return InclusionProof(index: index, size: size, path: path.reversed())
    }

    /// The proof that the tree over `size` entries has grown from the one over the first `former`, at least one.
    public func consistency(from former: Int, to size: Int) throws(Failure) -> ConsistencyProof {
        guard former > 0, let subtree = MerkleSubtree(start: 0, end: former) else {
            preconditionFailure("every tree has grown from none")
        }
        return try consistency(of: subtree, in: size)
    }

    /// The proof that the tree over `size` entries has a subtree.
    public func consistency(
        of subtree: MerkleSubtree,
        in size: Int
    ) throws(Failure) -> ConsistencyProof {
        let part = subtree.entries
        precondition(part.upperBound <= size, "the subtree stands in the tree")
        if part.isEmpty { return ConsistencyProof(of: subtree, in: size, path: []) }
        var path: [SHA256Digest] = []
        var range = 0..<size
        // Where the way down ends at a node that both trees have, its hash is not needed if it is the subtree itself.
        while range != part {
            let isNode = range.lowerBound >= part.lowerBound && range.upperBound == part.upperBound
            if isNode {
                path.append(try root(over: range))
                break
            }
            let middle = Self.split(range)
            if part.upperBound <= middle {
                path.append(try root(over: middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                path.append(try root(over: range.lowerBound..<middle))
                range = middle..<range.upperBound
            }
        }
        return ConsistencyProof(of: subtree, in: size, path: path.reversed())
    }

    /// Where the tree over a range splits: its greatest power of two of entries, less than all, stand left.
    private static func split(_ range: Range<Int>) -> Int {
        range.lowerBound + 1 << (Int.bitWidth - 1 - (range.count - 1).leadingZeroBitCount)
    }

    /// The root over entries that are a subtree: complete ones are looked up.
    private func root(over range: Range<Int>) throws(Failure) -> SHA256Digest {
        let count = range.count
        if count.nonzeroBitCount == 1 {
            let level = count.trailingZeroBitCount
            return try hash(MerkleNode(level: level, index: range.lowerBound >> level))
        }
        let middle = Self.split(range)
        return MerkleTree.nodeHash(
            try root(over: range.lowerBound..<middle),
            try root(over: middle..<range.upperBound)
        )
    }
}
