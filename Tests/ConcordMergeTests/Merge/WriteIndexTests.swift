import ConcordEncoding
import ConcordTesting
import ConcordText
import Testing

@testable import ConcordDiff
@testable import ConcordMerge

/// What survives in what somebody had seen: the index of a cell's writes against a look at all of them.
@Suite("Writes of a cell by their branches") struct WriteIndexTests {
    /// A cell of random writes on some branches, four at least, the third of which is a fork of the first.
    private struct Sample {
        var random: SeededGenerator
        var branches = Branches()
        var cell = Cell(writes: [], isComplete: true)
        var said: [BranchSeq] = []
        var tips: [BranchSeq?]
        let authors: [Author]

        init(seed: UInt64, branches count: Int) throws {
            random = SeededGenerator(seed: seed)
            tips = Array(repeating: nil, count: count)
            authors = try ([1, 2, 1] + (3..<UInt8(count))).map { byte in
                try #require(Author(publicKey: [UInt8](repeating: byte, count: 32)))
            }
        }

        /// A further diff of a branch.
        mutating func place() -> BranchSeq? {
            let branch = random.below(tips.count)
            if branch == 2, tips[2] == nil {
                guard let base = tips[0] else { return nil }
                // A second diff behind one that has been followed makes the fork.
                let behind = BranchSeq(branch: base.branch, seq: max(base.seq - 1, 1))
                guard behind.seq < base.seq else { return nil }
                tips[2] = branches.extend(authors[2], after: behind)
                return tips[2]
            }
            tips[branch] = branches.extend(authors[branch], after: tips[branch])
            return tips[branch]
        }

        mutating func write(_ diff: Int) {
            guard let at = place() else { return }
            let effect: Effect =
                switch random.below(5) {
                case 0: .void(.noRight)
                case 1: .proposal
                default: .effective
                }
            let named = cell.writes.map(\.at).filter { _ in random.oneIn(6) }
            let write = CellWrite(
                diff: diff,
                at: at,
                depth: diff,
                effect: effect,
                value: nil,
                over: named
            )
            cell.append(write, seen: nil, branches)
            said.append(at)
        }

        /// Gives effect to a write that was void.
        mutating func admit(_ diff: Int) {
            let voids = cell.writes.indices.filter { !cell.writes[$0].effect.counts }
            guard !voids.isEmpty, let at = place() else { return }
            let place = random.pick(voids)
            var write = cell.writes[place]
            write.effect = .effective
            write.admission = CellWrite.Admission(by: diff, from: .noRight)
            said[place] = at
            _ = cell.admit(write, at: place, seen: nil, said: at, branches) { _ in false }
        }

        /// What somebody had seen who had seen some diffs with all that these had seen.
        mutating func seen() -> SeenVector {
            var vector = SeenVector()
            for (number, branch) in branches.all.enumerated() where !random.oneIn(4) {
                let seq = random.below(branch.tip + 1)
                if seq > branch.baseSeq { vector.insert(BranchSeq(branch: number, seq: seq)) }
            }
            for _ in 0..<4 {
                for (number, branch) in branches.all.enumerated()
                where vector.newest(of: number) > 0 {
                    if let base = branch.base { vector.insert(base) }
                }
                for (place, write) in cell.writes.enumerated() where vector.contains(said[place]) {
                    vector.insert(write.at)
                }
            }
            return vector
        }
    }

    @Test(arguments: 0..<150)
    func indexSaysWhatALookAtAllWritesSays(seed: UInt64) throws {
        try check(Sample(seed: seed, branches: 4), writes: 60, seed)
    }

    /// With many branches those are left out of which nothing was seen.
    @Test(arguments: 0..<10)
    func indexOfManyBranchesSaysTheSame(seed: UInt64) throws {
        try check(Sample(seed: seed, branches: 150), writes: 240, seed)
    }

    private func check(_ sample: Sample, writes: Int, _ seed: UInt64) throws {
        var sample = sample
        let isIndexedFrom = sample.random.below(writes / 2)

        for diff in 1...writes {
            if diff % 5 == 0 { sample.admit(diff) } else { sample.write(diff) }
            if diff >= isIndexedFrom, !sample.cell.isIndexed {
                sample.cell.makeIndex(said: sample.said)
            }
            guard sample.cell.isIndexed else { continue }
            let seen = sample.random.oneIn(5) ? nil : sample.seen()
            let places = sample.cell.writes.map(\.at)
            var leftOut = WriteIndex.LeftOut()

            // More is left out each time.
            for _ in 0..<3 {
                let found = sample.cell.surviving(in: seen, but: &leftOut, sample.branches)

                let wanted = expected(sample, seen, leftOut.places)
                #expect(found == wanted, "seed \(seed), diff \(diff)")
                for place in found.map(\.at) + places where sample.random.oneIn(4) {
                    leftOut.insert(place)
                }
            }
        }
    }

    /// What all writes say.
    private func expected(
        _ sample: Sample,
        _ seen: SeenVector?,
        _ excluded: Set<BranchSeq>
    ) -> [CellWrite] {
        var start = Fold.Start()
        start.branches = sample.branches
        let fold = Fold(start, verifier: HashVerifier())
        let visible = sample.cell.writes.enumerated().filter { place, write in
            write.effect.counts && !excluded.contains(write.at)
                && seen?.contains(sample.said[place]) ?? true
        }.map(\.element)
        let replaced = fold.cellStanding.replaced(among: visible)
        return visible.filter { !replaced.contains($0.at) }
    }
}
