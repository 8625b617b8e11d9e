/// The hashes of a Merkle tree over a list of entries (RFC 6962, section 2.1; RFC 9162, section 2.1).
///
/// The tree over `n` entries splits at the greatest power of two below `n`, so a tree that grows keeps every
/// complete subtree that it had. A leaf and an inner node are hashed with different first bytes: no entry can be
/// passed off as a part of the tree.
public enum MerkleTree {
    /// The root of the tree over nothing: the digest of no bytes.
    public static let emptyRoot = SHA256Digest(hashing: [])

    /// The hash of an entry.
    public static func leafHash(_ entry: [UInt8]) -> SHA256Digest {
        var hasher = SHA256Hasher()
        hasher.update([0])
        hasher.update(entry)
        return hasher.finalize()
    }

    /// The hash of the node above two others.
    public static func nodeHash(_ left: SHA256Digest, _ right: SHA256Digest) -> SHA256Digest {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { input in
            input[0] = 1
            left.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: input[1...32]).copyMemory(from: $0)
            }
            right.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: input[33...64]).copyMemory(from: $0)
            }
            return SHA256Hasher.digest(UnsafeRawBufferPointer(input))
        }
    }

    /// The root over entries whose leaf hashes are given, in order.
    public static func root(of leaves: some Sequence<SHA256Digest>) -> SHA256Digest {
        var range = CompactRange()
        for leaf in leaves { range.append(leaf) }
        return range.root
    }
}

/// A complete subtree: the `2^level` entries that begin at entry `index * 2^level`.
public struct MerkleNode: Hashable, Sendable {
    /// How many levels it stands above the leaves, which are level 0.
    public let level: Int
    /// Its place among the nodes of its level, from 0.
    public let index: Int

    /// The node at a level and a place.
    public init(level: Int, index: Int) {
        precondition(level >= 0 && index >= 0, "a node has a level and a place")
        self.level = level
        self.index = index
    }
}
