import ConcordEncoding
import ConcordTesting
import Testing

/// Trees against the definition of RFC 6962, written down as it stands there.
struct MerkleTests {
    /// The root over leaf hashes (RFC 6962, section 2.1).
    private func root(_ leaves: ArraySlice<SHA256Digest>) -> SHA256Digest {
        if leaves.isEmpty { return SHA256Digest(hashing: []) }
        if leaves.count == 1 { return leaves[leaves.startIndex] }
        let middle = leaves.startIndex + split(leaves.count)
        var hasher = SHA256Hasher()
        hasher.update([1])
        hasher.update(root(leaves[..<middle]).bytes)
        hasher.update(root(leaves[middle...]).bytes)
        return hasher.finalize()
    }

    /// The path of a leaf (RFC 6962, section 2.1.1).
    private func path(_ index: Int, _ leaves: ArraySlice<SHA256Digest>) -> [SHA256Digest] {
        if leaves.count == 1 { return [] }
        let middle = leaves.startIndex + split(leaves.count)
        return index < middle
            ? path(index, leaves[..<middle]) + [root(leaves[middle...])]
            : path(index, leaves[middle...]) + [root(leaves[..<middle])]
    }

    private func split(_ count: Int) -> Int {
        var width = 1
        while width * 2 < count { width *= 2 }
        return width
    }

    private func leaves(_ count: Int) -> [SHA256Digest] {
        (0..<count).map { MerkleTree.leafHash([UInt8($0 & 255), UInt8($0 >> 8)]) }
    }

    /// A prover over nodes that a growing range gave.
    private func prover(_ leaves: [SHA256Digest]) -> MerkleProver<Never> {
        var nodes: [MerkleNode: SHA256Digest] = [:]
        var range = CompactRange()
        for leaf in leaves { range.append(leaf) { nodes[$0] = $1 } }
        let known = nodes
        return MerkleProver { node in
            guard let hash = known[node] else { preconditionFailure("\(node) is complete") }
            return hash
        }
    }

    @Test func aGrowingTreeHasTheRootOfTheDefinition() throws {
        let leaves = leaves(70)
        var range = CompactRange()

        #expect(range.root == MerkleTree.emptyRoot)
        for count in 1...leaves.count {
            range.append(leaves[count - 1])
            #expect(range.root == root(leaves[..<count]), "\(count) entries")
            #expect(range.size == count)
            #expect(CompactRange(size: count, bytes: range.bytes) == range)
            #expect(prover(leaves).root(of: count) == range.root)
        }
        #expect(MerkleTree.root(of: leaves) == range.root)
    }

    @Test func aKeptRangeOfAnotherSizeIsRefused() {
        var range = CompactRange()
        for leaf in leaves(5) { range.append(leaf) }

        #expect(CompactRange(size: 5, bytes: range.bytes) == range)
        #expect(CompactRange(size: 7, bytes: range.bytes) == nil)
        #expect(CompactRange(size: -1, bytes: []) == nil)
        #expect(CompactRange(size: 5, bytes: range.bytes.dropLast()) == nil)
        #expect(CompactRange(size: 5, bytes: range.bytes + [0]) == nil)
    }

    @Test func everyEntryIsProvenAndNoOtherOne() throws {
        let leaves = leaves(33)
        let prover = prover(leaves)
        for size in 1...leaves.count {
            let root = root(leaves[..<size])
            for index in 0..<size {
                let proof = prover.inclusion(of: index, in: size)

                #expect(proof.path == path(index, leaves[..<size]))
                #expect(proof.proves(leaves[index], in: root))
                for other in spoilt(proof.path, leaves) {
                    let wrong = InclusionProof(index: index, size: size, path: other)
                    #expect(!wrong.proves(leaves[index], in: root))
                }
                for place in -1...size where place != index {
                    let wrong = InclusionProof(index: place, size: size, path: proof.path)
                    #expect(!wrong.proves(leaves[index], in: root))
                }
                #expect(!proof.proves(leaves[(index + 1) % 33], in: root))
                #expect(!proof.proves(leaves[index], in: MerkleTree.emptyRoot))
            }
        }
    }

    @Test func everySizeIsProvenToHaveGrownFromEveryOther() throws {
        let leaves = leaves(33)
        let prover = prover(leaves)
        for size in 1...leaves.count {
            let root = root(leaves[..<size])
            for former in 1...size {
                let before = self.root(leaves[..<former])
                let proof = prover.consistency(from: former, to: size)

                #expect(proof.proves(before, in: root), "\(former) to \(size)")
                for other in spoilt(proof.path, leaves) {
                    let wrong = try #require(ConsistencyProof(from: former, to: size, path: other))
                    #expect(!wrong.proves(before, in: root), "\(former) to \(size)")
                }
                let changed = self.root(leaves[..<(former - 1)] + [MerkleTree.leafHash([9, 9, 9])])
                #expect(!proof.proves(changed, in: root))
                if former < size { #expect(!proof.proves(root, in: before)) }
            }
        }
        #expect(ConsistencyProof(from: 0, to: 5, path: []) == nil)
        #expect(
            ConsistencyProof(from: 5, to: 4, path: [])?.proves(
                root(leaves[..<4]),
                in: root(leaves[..<4])
            ) == false
        )
    }

    @Test func everySubtreeIsProven() throws {
        let leaves = leaves(20)
        let prover = prover(leaves)
        var count = 0
        for size in 1...leaves.count {
            let root = root(leaves[..<size])
            for start in 0...size {
                for end in start...size {
                    guard let subtree = MerkleSubtree(start: start, end: end) else { continue }
                    count += 1
                    let part = self.root(leaves[start..<end])
                    let proof = prover.consistency(of: subtree, in: size)

                    #expect(proof.proves(part, in: root), "\(start)..<\(end) of \(size)")
                    #expect(!proof.proves(MerkleTree.leafHash([9, 9, 9]), in: root))
                    for other in spoilt(proof.path, leaves) {
                        let wrong = ConsistencyProof(of: subtree, in: size, path: other)
                        #expect(!wrong.proves(part, in: root))
                    }
                }
            }
        }
        #expect(count > 500)
        for (start, end) in [(-1, 1), (-1, -1), (2, 1), (1, 3), (3, 5), (4, 9)] {
            #expect(MerkleSubtree(start: start, end: end) == nil)
        }
        #expect(MerkleSubtree(start: 0, end: Int.max) == nil)
    }

    /// The same proof with one hash changed, left out, or added.
    private func spoilt(
        _ path: [SHA256Digest],
        _ leaves: [SHA256Digest]
    ) -> [[SHA256Digest]] {
        let foreign = MerkleTree.leafHash([1, 2, 3])
        var spoilt = [path + [foreign], [foreign] + path]
        for index in path.indices {
            var changed = path
            changed[index] = foreign
            spoilt.append(changed)
            var shorter = path
            shorter.remove(at: index)
            spoilt.append(shorter)
        }
        return spoilt
    }
}
