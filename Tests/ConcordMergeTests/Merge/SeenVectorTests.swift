import ConcordMerge
import ConcordTesting
import ConcordText
import Testing

/// A version vector against a dictionary, with few branches and with many.
@Suite("What was seen of each branch") struct SeenVectorTests {
    /// A vector, and what it is meant to hold.
    private struct Both {
        var vector = SeenVector()
        var seqs: [Int: Int] = [:]

        mutating func insert(_ place: BranchSeq) {
            vector.insert(place)
            seqs[place.branch] = max(seqs[place.branch] ?? 0, place.seq)
        }

        func check(_ branchMax: Int, _ place: SourceLocation = #_sourceLocation) {
            for branch in Set(seqs.keys).union([0, 1, 63, 64, 65, branchMax, branchMax + 1, 5_000])
            {
                let seq = seqs[branch] ?? 0
                guard vector.newest(of: branch) == seq,
                    !vector.contains(BranchSeq(branch: branch, seq: seq + 1)),
                    seq == 0 || vector.contains(BranchSeq(branch: branch, seq: seq))
                else {
                    Issue.record("branch \(branch): \(seq)", sourceLocation: place)
                    return
                }
            }
        }
    }

    @Test(arguments: [3, 63, 64, 65, 4159, 4160, 4161, 400_000])
    func itHoldsWhatWasNoted(branchMax: Int) {
        var random = SeededGenerator(seed: UInt64(branchMax))
        // Each goes on from an earlier one, so that trees are shared.
        var all = [Both()]
        for _ in 0..<60 {
            var one = all[Int.random(in: 0..<all.count, using: &random)]
            for _ in 0..<Int.random(in: 0..<6, using: &random) {
                let branch = Int.random(in: 0...branchMax, using: &random)
                one.insert(BranchSeq(branch: branch, seq: Int.random(in: 1...300, using: &random)))
            }
            all.append(one)
        }
        for _ in 0..<60 {
            let (left, right) = (
                all[Int.random(in: 0..<all.count, using: &random)],
                all[Int.random(in: 0..<all.count, using: &random)]
            )
            var both = left
            both.vector.formUnion(right.vector)
            both.seqs.merge(right.seqs, uniquingKeysWith: max)
            both.check(branchMax)
            let third = all[Int.random(in: 0..<all.count, using: &random)]
            let three = Both(
                vector: .union(of: [third.vector, left.vector, third.vector, right.vector]),
                seqs: both.seqs.merging(third.seqs, uniquingKeysWith: max)
            )
            three.check(branchMax)
            var common = left
            common.vector.formIntersection(right.vector)
            common.seqs = left.seqs.compactMapValues { $0 }.filter { right.seqs[$0.key] != nil }
            for (branch, seq) in common.seqs {
                common.seqs[branch] = min(seq, right.seqs[branch] ?? 0)
            }
            common.check(branchMax)
            let further = left.seqs.filter { $0.value > right.seqs[$0.key] ?? 0 }.keys.sorted()
            #expect(left.vector.branches(seenFurtherThan: right.vector) == further)
            #expect(right.vector.includes(left.vector) == further.isEmpty)
            #expect(left.vector.branches(seenToo: right.vector) == common.seqs.keys.sorted())
            #expect(both.vector.includes(left.vector) && left.vector.includes(common.vector))
            all += [both, three, common]
        }
        #expect(all.contains { !$0.seqs.isEmpty })
    }

    /// Trees of different heights, of which the higher one has nothing of its first branches.
    @Test(arguments: [70, 1000, 2200, 70_000], [70, 1000, 2200, 70_000])
    func whatIsUnitedGrowsOn(_ one: Int, _ other: Int) {
        for isPair in [true, false] {
            var (left, right) = (Both(), Both())
            left.insert(BranchSeq(branch: one, seq: 3))
            right.insert(BranchSeq(branch: other, seq: 2))
            right.insert(BranchSeq(branch: 64, seq: 5))
            var both = left
            if isPair {
                both.vector.formUnion(right.vector)
            } else {
                both.vector = .union(of: [left.vector, right.vector, SeenVector([7])])
                both.seqs[0] = 7
            }
            both.seqs.merge(right.seqs, uniquingKeysWith: max)
            both.check(70_001)
            for branch in [71, 1001, 2201, 70_001] {
                both.insert(BranchSeq(branch: branch, seq: 4))
                both.check(70_001)
            }
        }
    }

    /// What a diff shares with those before it takes no room: else each of many forks makes all later diffs
    /// longer.
    @Test func whatTwoShareIsHeldOnce() throws {
        var before = SeenVector()
        for branch in 0..<5000 { before.insert(BranchSeq(branch: branch, seq: 2)) }
        var after = before
        after.insert(BranchSeq(branch: 4000, seq: 3))

        let old = nodes(of: try #require(before.further))
        let new = nodes(of: try #require(after.further)).subtracting(old)

        #expect(old.count > 75)
        #expect(new.count <= 3)
        after.formUnion(before)
        #expect(nodes(of: try #require(after.further)).subtracting(old) == new)
        let union = SeenVector.union(of: [before, after, before, SeenVector([1])])
        #expect(union.further === after.further)
        after.formIntersection(before)
        #expect(after.further == before.further)
    }

    private func nodes(of tree: SeenTree) -> Set<ObjectIdentifier> {
        tree.children.compactMap(\.self).reduce(into: [ObjectIdentifier(tree)]) {
            $0.formUnion(nodes(of: $1))
        }
    }
}
