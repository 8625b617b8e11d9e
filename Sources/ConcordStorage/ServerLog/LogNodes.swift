import ConcordDiff
import ConcordEncoding

/// The complete subtrees of the server's log as it is here, from which proofs are made.
///
/// Of 256 entries or more the root is kept, as the last hash of a range, or stands above one that is kept and one that
/// is computed. So a proof reads at most 256 entries a level beside its own, and mostly far fewer, however long the
/// log is.
struct LogNodes {
    /// The entries between two ranges that are kept.
    private static let step = LogTree.step

    private let statements: StatementCache
    /// The hashes of the entries that were read, by the place of the first of 256.
    private var leaves: [Int: [SHA256Digest]] = [:]

    init(_ statements: StatementCache) { self.statements = statements }

    /// The root of a complete subtree, of which all entries are here.
    mutating func hash(of node: MerkleNode) throws -> SHA256Digest {
        let width = 1 << node.level
        let start = node.index * width
        if width < Self.step {
            let first = start / Self.step * Self.step
            return MerkleTree.root(
                of: try block(at: first)[(start - first)..<(start - first + width)]
            )
        }
        if node.index.isMultiple(of: 2) {
            // Where such a subtree ends, it is the smallest one of the range.
            guard let last = try LogTree.kept(at: start + width, in: statements).hashes.last else {
                throw DamagedRow("range of the log")
            }
            return last
        }
        if width == Self.step { return MerkleTree.root(of: try block(at: start)) }
        let below = MerkleNode(level: node.level - 1, index: node.index * 2)
        return MerkleTree.nodeHash(
            try hash(of: below),
            try hash(of: MerkleNode(level: below.level, index: below.index + 1))
        )
    }

    /// The hashes of 256 entries, or of as many as are here.
    private mutating func block(at start: Int) throws -> [SHA256Digest] {
        if let known = leaves[start] { return known }
        let query = try statements(
            "SELECT envelope FROM diff WHERE position >= ?1 AND position < ?2 ORDER BY position"
        )
        query.bind(start, at: 1)
        query.bind(start + Self.step, at: 2)
        let block = try query.rows { MerkleTree.leafHash(try LogTree.leaf($0.bytes(0))) }
        leaves[start] = block
        return block
    }
}
