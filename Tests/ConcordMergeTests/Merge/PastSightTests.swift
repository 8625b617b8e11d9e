import ConcordEncoding
import ConcordText
import Testing

@testable import ConcordDiff
@testable import ConcordMerge

/// What people had before them, and what they wrote beside each other, against slow ways to say it.
@Suite("What somebody had before them") struct PastSightTests {
    @Test(arguments: UInt64(400)..<(Size.isFull ? 410 : 402))
    func survivorsSayWhatAllWritesSay(seed: UInt64) throws {
        var fold = try randomFold(seed: seed)
        var looked = 0

        for record in 1..<fold.end.nextRecord {
            for key in try fold.allCells(of: record) {
                for diff in stride(from: 1, to: fold.end.nextDiff, by: Size.isFull ? 1 : 3) {
                    let entry = try fold.entry(diff)
                    guard let plain = try fold.plainSight(of: key, before: entry) else { continue }
                    let past = try fold.pastSight(
                        of: key,
                        before: entry,
                        through: PastView(of: fold)
                    )
                    looked += 1
                    guard plain != past else { continue }
                    Issue.record("seed \(seed): \(key) before \(diff): \(plain), \(past)")
                    return
                }
            }
        }

        #expect(looked > 100)
    }

    @Test func parallelEditsAreThoseOfEachTwoDiffs() throws {
        var found = 0

        for seed in UInt64(500)..<(Size.isFull ? 530 : 505) {
            var fold = try randomFold(seed: seed)
            for record in 1..<fold.end.nextRecord {
                for all in [true, false] {
                    let edits = try fold.parallelEdits(of: record, all: all)
                    var paths: [DiffID: [CellPath]] = [:]
                    for edit in edits?.edits ?? [] { paths[edit.diff] = edit.paths }
                    found += paths.count
                    #expect(try paths == byTwos(record, all: all, in: &fold), "seed \(seed)")
                }
            }
        }

        #expect(found > 10)
    }

    /// A replica after some random history.
    private func randomFold(seed: UInt64) throws -> Fold {
        var simulation = try Simulation(seed: seed)
        for _ in 1...60 { try simulation.step() }
        try simulation.world.syncAll()
        return simulation.world.ada.desk.fold
    }

    /// What each diff wrote beside any one of another member's that wrote elsewhere.
    private func byTwos(
        _ record: Int,
        all: Bool,
        in fold: inout Fold
    ) throws -> [DiffID: [CellPath]] {
        var cells: [Int: Set<CellKey>] = [:]
        for key in try fold.allCells(of: record) where !key.field.isEmpty {
            for write in try fold.cell(key, complete: true).writes
            where write.standing == .surviving || all && write.standing == .replaced {
                cells[write.diff, default: []].insert(key)
            }
        }
        let entry = try fold.record(record)
        var found: [DiffID: [CellPath]] = [:]
        for (first, own) in cells {
            var beside: Set<CellKey> = []
            for (second, others) in cells {
                let (one, other) = (try fold.entry(first), try fold.entry(second))
                let devices = fold.membership.devices
                let members = [one, other].map { devices[$0.author]?.member }
                guard one.author != other.author, members[0] == nil || members[0] != members[1],
                    !one.seen.contains(other.at), !other.seen.contains(one.at)
                else { continue }
                beside.formUnion(own.filter { others != [$0] })
            }
            guard !beside.isEmpty else { continue }
            found[try fold.entry(first).id] = beside.sorted(by: CellKey.isBefore).map {
                fold.path(of: $0, in: entry)
            }
        }
        return found
    }
}
