import ConcordEncoding
import ConcordText
import Testing

@testable import ConcordDiff
@testable import ConcordMerge

/// What survives in what somebody had seen: the index of a cell's writes against a look at all of them.
@Suite("Writes of a cell by their branches") struct WriteIndexTests {
    /// A cell of random writes on four branches, the third of which is a fork of the first.
    private struct Sample {
        var random: SeededGenerator
        var branches = Branches()
        var cell = Cell(writes: [], isComplete: true)
        var said: [BranchSeq] = []
        var tips: [BranchSeq?] = [nil, nil, nil, nil]
        let authors: [Author]

        init(seed: UInt64) throws {
            random = SeededGenerator(seed: seed)
            authors = try [1, 2, 1, 3].map { (byte: UInt8) in
                try #require(Author(publicKey: [UInt8](repeating: byte, count: 32)))
            }
        }

        /// A further diff of a branch.
        mutating func place() -> BranchSeq? {
            let branch = random.below(4)
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
        var sample = try Sample(seed: seed)
        let isIndexedFrom = sample.random.below(30)

        for diff in 1...60 {
            if diff % 5 == 0 { sample.admit(diff) } else { sample.write(diff) }
            if diff >= isIndexedFrom, !sample.cell.isIndexed {
                sample.cell.makeIndex(said: sample.said)
            }
            guard sample.cell.isIndexed else { continue }
            let seen = sample.random.oneIn(5) ? nil : sample.seen()
            let places = sample.cell.writes.map(\.at)
            let excluded = Set(places.filter { _ in sample.random.oneIn(4) })

            let found = sample.cell.surviving(in: seen, but: excluded, sample.branches)

            #expect(found == expected(sample, seen, excluded), "seed \(seed), diff \(diff)")
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
        let fold = Fold(start, verifier: TestVerifier())
        let visible = sample.cell.writes.enumerated().filter { place, write in
            write.effect.counts && !excluded.contains(write.at)
                && seen?.contains(sample.said[place]) ?? true
        }.map(\.element)
        let replaced = fold.replaced(among: visible)
        return visible.filter { !replaced.contains($0.at) }
    }
}
