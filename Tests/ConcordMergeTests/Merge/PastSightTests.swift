import ConcordEncoding
import ConcordModel
import ConcordTesting
import ConcordText
import Testing

@testable import ConcordDiff
@testable import ConcordMerge

/// What people had before them, and what they wrote beside each other, against slow ways to say it.
@Suite("What somebody had before them") struct PastSightTests {
    @Test(arguments: UInt64(400)..<(Size.isFull ? 410 : 402))
    func survivorsSayWhatAllWritesSay(seed: UInt64) throws {
        let fold = try randomFold(seed: seed)
        var looked = 0

        for record in 1..<fold.end.nextRecord {
            for key in try fold.allCells(of: record) {
                for diff in stride(from: 1, to: fold.end.nextDiff, by: Size.isFull ? 1 : 3) {
                    let entry = try fold.entry(diff)
                    try check(stateAt: key, before: entry, in: fold)
                    guard let plain = try fold.past.plainSight(of: key, before: entry) else {
                        continue
                    }
                    let past = try fold.past.pastSight(
                        of: key,
                        before: entry,
                        through: PastView(of: fold.memory)
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

    /// A state shows the same whether or not it is asked what is contested about it.
    private func check(
        stateAt key: CellKey,
        before entry: DiffEntry,
        in fold: Fold
    ) throws {
        let record = try fold.record(key.record)
        guard key.member.isEmpty, case .state = record.kind.field(key.field)?.rule else { return }
        let shown = try fold.seenWrites.shownState(of: record, from: entry)
        let past = try fold.past.pastSight(
            of: key,
            before: entry,
            through: PastView(of: fold.memory)
        )
        #expect(shown == past.shown, "\(key) before \(entry.number)")
    }

    @Test func parallelEditsAreThoseOfEachTwoDiffs() throws {
        var found = 0

        for seed in UInt64(500)..<(Size.isFull ? 530 : 505) {
            let fold = try randomFold(seed: seed)
            for record in 1..<fold.end.nextRecord {
                for all in [true, false] {
                    let edits = try fold.pictures.parallelEdits(of: record, all: all)
                    var paths: [DiffID: [CellPath]] = [:]
                    for edit in edits?.edits ?? [] { paths[edit.diff] = edit.paths }
                    found += paths.count
                    #expect(try paths == byTwos(record, all: all, in: fold), "seed \(seed)")
                }
            }
        }

        #expect(found > 10)
    }

    /// Also of teams with many devices, which write to one place each, or to some, or go on from all others.
    @Test(arguments: UInt64(0)..<20)
    func placesOfManyBranchesAreThoseOfEachTwoDiffs(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let branches = 2 + random.below(90)
        let members = 1 + random.below(branches)
        let places = (0..<1 + random.below(4)).map { CellKey(record: 1, field: "f\($0)") }
        var tips: [DiffEntry?] = Array(repeating: nil, count: branches)
        var edits: [(entry: DiffEntry, places: Set<CellKey>)] = []
        for number in 1...120 {
            let branch = random.below(branches)
            var seen = SeenVector()
            for other in tips.indices
            where other == branch || random.oneIn(seed.isMultiple(of: 2) ? 2 : 40) {
                guard let tip = tips[other] else { continue }
                seen.formUnion(tip.seen)
                seen.insert(tip.at)
            }
            let key = (0..<32).map { UInt8($0 == 0 ? branch : 7) }
            let entry = DiffEntry(
                number: number,
                id: DiffID(hashing: [UInt8(number)]),
                author: try #require(Author(publicKey: key)),
                at: BranchSeq(branch: branch, seq: (tips[branch]?.at.seq ?? 0) + 1),
                depth: number,
                seen: seen,
                position: nil,
                isControl: false
            )
            tips[branch] = entry
            let some = places.filter { _ in random.oneIn(4) } + [random.pick(places)]
            edits.append((entry, random.oneIn(3) ? Set(some) : [places[branch % places.count]]))
        }
        let member: (Int) -> WireText? = { branch in
            branch % 7 == 6 ? nil : WireText("m\(branch % members)")
        }

        var apart = EditsApart(edits, member: member)

        for (one, own) in edits {
            var beside: Set<CellKey> = []
            for (other, others) in edits
            where one.author != other.author && !one.seen.contains(other.at)
                && !other.seen.contains(one.at)
            {
                let (left, right) = (member(one.at.branch), member(other.at.branch))
                if left == nil || left != right { beside.formUnion(own.filter { others != [$0] }) }
            }
            let found = apart.places(of: own, in: one, by: member(one.at.branch))
            #expect(found == beside, "seed \(seed), diff \(one.number)")
        }
    }

    /// What is told of roles, memberships and devices, against what each author had on their screen.
    @Test func changesOfTheTeamAreThoseThatSightsSay() throws {
        var found = 0

        for seed in UInt64(600)..<(Size.isFull ? 640 : 610) {
            let fold = try randomFold(seed: seed)
            for record in 1..<fold.end.nextRecord {
                let kind = try fold.record(record).kind
                for field in kind.isControl ? ["role", "status"] as [WireText] : [] {
                    let key = CellKey(record: record, field: field)
                    let writes = try fold.cell(key, complete: true).writes
                    for member in fold.membership.members.keys {
                        let told = try fold.inboxes.teamChanges(
                            on: key,
                            toldTo: member,
                            among: writes
                        )
                        for change in told {
                            let number = try #require(try fold.number(of: change.diff))
                            let before = try fold.past.sight(of: key, before: fold.entry(number))
                            #expect(change.value != before.shown, "seed \(seed)")
                        }
                        found += told.count
                        let name = RecordName(kind: "member", id: member)
                        let joined = try fold.record(named: name)?.firstAdd.map {
                            try fold.entry($0)
                        }
                        let untold = try writes.filter { write in
                            try write.effect == .effective && !fold.inboxes.isOf(member, write)
                                && write.diff != fold.record(record).firstAdd
                                && joined?.seen.contains(write.at) != true
                                && fold.past.sight(of: key, before: fold.entry(write.diff)).shown
                                    != write.value
                        }
                        #expect(told.count == untold.count, "seed \(seed)")
                    }
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
        in fold: Fold
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
