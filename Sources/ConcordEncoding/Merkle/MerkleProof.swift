/// The proof that an entry stands in a tree: the hashes beside the way from it to the root (RFC 9162, section
/// 2.1.3).
///
/// In a subtree of a larger tree (`MerkleSubtree`) the same proof counts from the subtree's first entry.
public struct InclusionProof: Hashable, Sendable {
    /// The entry's place in the tree, from 0.
    public let index: Int
    /// How many entries the tree has.
    public let size: Int
    /// The hashes, from the leaf upwards.
    public let path: [SHA256Digest]

    /// The proof for entry `index` in a tree of `size` entries, with these hashes.
    public init(index: Int, size: Int, path: [SHA256Digest]) {
        self.index = index
        self.size = size
        self.path = path
    }

    /// The root of the only tree that the proof can be of; nil where no tree has such a proof.
    public func root(with leaf: SHA256Digest) -> SHA256Digest? {
        guard index >= 0, index < size else { return nil }
        var place = index
        var last = size - 1
        var hash = leaf
        for beside in path {
            if last == 0 { return nil }
            if place & 1 == 1 || place == last {
                hash = MerkleTree.nodeHash(beside, hash)
                while place & 1 == 0, place != 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                hash = MerkleTree.nodeHash(hash, beside)
            }
            place >>= 1
            last >>= 1
        }
        return last == 0 ? hash : nil
    }

    /// Whether an entry with this leaf hash stands at `index` in the tree with this root.
    public func proves(_ leaf: SHA256Digest, in root: SHA256Digest) -> Bool {
        self.root(with: leaf) == root
    }
}

/// A part of a tree that is a tree of its own: its entries from `start` up to, not including, `end`.
///
/// It has a place in every larger tree if it begins at a multiple of the least power of two that is not less than
/// its length (draft-ietf-plants-merkle-tree-certs, "Subtrees"); any tree from its beginning is one.
public struct MerkleSubtree: Hashable, Sendable {
    /// The entries.
    public let entries: Range<Int>

    /// The subtree over these entries, or over none; nil where no larger tree has it.
    public init?(start: Int, end: Int) {
        guard start >= 0, end >= start else { return nil }
        var width = 1
        while width < end - start {
            if width > Int.max / 2 { return nil }
            width <<= 1
        }
        guard start.isMultiple(of: width) else { return nil }
        entries = start..<end
    }
}

/// The proof that a tree has a subtree with a given root in it: where the subtree begins with the first entry, that
/// the tree has grown from it and nothing was changed (RFC 9162, section 2.1.4).
public struct ConsistencyProof: Hashable, Sendable {
    /// The part of the tree whose root is known: for a tree that has grown, all that it had.
    public let subtree: MerkleSubtree
    /// How many entries the whole tree has.
    public let size: Int
    /// The hashes.
    public let path: [SHA256Digest]

    /// The proof for a subtree in a tree of `size` entries, with these hashes.
    public init(of subtree: MerkleSubtree, in size: Int, path: [SHA256Digest]) {
        self.subtree = subtree
        self.size = size
        self.path = path
    }

    /// The proof that a tree of `former` entries has grown to `size` entries; nil if `former` is 0, of which every tree
    /// has grown.
    public init?(from former: Int, to size: Int, path: [SHA256Digest]) {
        guard former > 0, let subtree = MerkleSubtree(start: 0, end: former) else { return nil }
        self.init(of: subtree, in: size, path: path)
    }

    /// Whether the tree with the root `root` has the subtree with the root `part`.
    public func proves(_ part: SHA256Digest, in root: SHA256Digest) -> Bool {
        guard subtree.entries.upperBound <= size else { return false }
        // Every tree has the subtree over nothing.
        if subtree.entries.isEmpty { return path.isEmpty && part == MerkleTree.emptyRoot }
        var first = subtree.entries.lowerBound
        var last = subtree.entries.upperBound - 1
        var end = size - 1
        func shift() {
            first >>= 1
            last >>= 1
            end >>= 1
        }
        if last == end {
            while first != last { shift() }
        } else {
            while first != last, last & 1 == 1 { shift() }
        }
        var path = path[...]
        // The subtree's root is left out of the proof where it is a node of the tree.
        guard let start = first == last ? part : path.popFirst() else { return false }
        var (former, whole) = (start, start)
        for beside in path {
            if end == 0 { return false }
            if last & 1 == 1 || last == end {
                if first < last { former = MerkleTree.nodeHash(beside, former) }
                whole = MerkleTree.nodeHash(beside, whole)
                while last & 1 == 0, last != 0 { shift() }
            } else {
                whole = MerkleTree.nodeHash(whole, beside)
            }
            shift()
        }
        return end == 0 && former == part && whole == root
    }
}
