/// What has to be kept of a Merkle tree to let it grow and to say its root: the roots of its complete subtrees.
///
/// At most 31 hashes for a log of two thousand million entries. Whoever holds the range up to an entry and is given
/// the entries that follow computes the next root alone, and needs no proof that nothing before them was changed.
///
/// ```swift
/// var range = CompactRange()
/// for entry in entries { range.append(MerkleTree.leafHash(entry)) }
/// let isSame = range.root == checkpoint.root
/// ```
public struct CompactRange: Hashable, Sendable {
    /// How many entries the tree has.
    public private(set) var size: Int
    /// The roots of the complete subtrees, from left to right: one for each bit that is set in `size`, the
    /// greatest subtree first.
    public private(set) var hashes: [SHA256Digest]

    /// The tree over nothing.
    public init() {
        size = 0
        hashes = []
    }

    /// A tree of which these hashes were kept; nil if it cannot have so many.
    public init?(size: Int, hashes: [SHA256Digest]) {
        guard size >= 0, hashes.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.hashes = hashes
    }

    /// Takes in the hash of the next entry.
    public mutating func append(_ leaf: SHA256Digest) {
        append(leaf) { _, _ in }
    }

    /// Takes in the hash of the next entry, and gives every node that it completes: the leaf first, then upwards.
    public mutating func append(
        _ leaf: SHA256Digest,
        completed: (MerkleNode, SHA256Digest) -> Void
    ) {
        var hash = leaf
        var level = 0
        completed(MerkleNode(level: 0, index: size), hash)
        while size >> level & 1 == 1 {
            hash = MerkleTree.nodeHash(hashes.removeLast(), hash)
            level += 1
            completed(MerkleNode(level: level, index: size >> level), hash)
        }
        hashes.append(hash)
        size += 1
    }

    /// The root over all entries.
    public var root: SHA256Digest {
        guard var hash = hashes.last else { return MerkleTree.emptyRoot }
        for left in hashes.dropLast().reversed() { hash = MerkleTree.nodeHash(left, hash) }
        return hash
    }
}

extension CompactRange {
    /// The form in which it is kept: the hashes one behind the other, 32 bytes each; the size is kept beside it.
    public var bytes: [UInt8] { hashes.flatMap(\.bytes) }

    /// Reads the kept form; nil if it has not exactly the hashes of a tree of this size.
    public init?(size: Int, bytes: [UInt8]) {
        let width = SHA256Digest.byteCount
        guard bytes.count.isMultiple(of: width) else { return nil }
        let hashes = stride(from: 0, to: bytes.count, by: width).compactMap { start in
            SHA256Digest(bytes: Array(bytes[start..<start + width]))
        }
        self.init(size: size, hashes: hashes)
    }
}
