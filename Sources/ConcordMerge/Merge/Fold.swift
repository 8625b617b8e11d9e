package import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// State is a fold of the log (`docs/design.md`). This value carries the fold on from what a
// source holds: it loads the cells that new diffs touch, judges and applies their operations, and keeps
// what has changed until storage has written it. It does no I/O of its own and knows no clock; for the
// tests, the simulation and the server's rehearsals a source that holds nothing is enough.
//
// Order. Verdicts are made in the order of the server's log and, behind it, of what has no place in it
// yet, by depth, author and identity ("pending"). What stands in the log is judged once and for good.
// Pending diffs are judged provisionally, and again whenever the log has brought something that could
// change their verdicts.

/// The fold of an engagement's log into its state.
package struct Fold {
    /// What was folded before.
    package let source: any FoldSource
    /// Checks the proofs of those who join.
    package let verifier: any SignatureVerifier
    /// Membership, seals and orders as the log has them.
    package internal(set) var loggedLedger: Ledger
    /// The same with what is pending.
    package internal(set) var ledger: Ledger
    /// The branches of all chains.
    package internal(set) var branches: Branches
    /// How many diffs have a place in the log.
    package internal(set) var logSize: Int
    /// Whether a pending diff holds control operations, or stands on a fork.
    package internal(set) var pendingIsDelicate: Bool

    var nextDiff: Int
    var nextRecord: Int
    var entries: [Int: DiffEntry] = [:]
    var numbers: [DiffID: Int] = [:]
    var numbersByPlace: [BranchSeq: Int] = [:]
    var diffs: [Int: VerifiedDiff] = [:]
    var records: [Int: RecordEntry] = [:]
    var recordNumbers: [RecordName: Int] = [:]
    var owned: [Int: [Int]] = [:]
    var cells: [CellKey: Cell] = [:]
    var cellsOfRecord: [Int: [CellKey]] = [:]
    /// The cells that cite a record, by its id.
    var cited: [WireText: Set<CellKey>] = [:]
    /// The findings that were merged into one since.
    var merged: [Int: Set<Int>] = [:]
    /// Which findings are merged into which, as far as it was looked at since anything changed.
    var mergeGraph = MergeGraph()
    /// What devices had before them of merges, by branch, as far as it was asked.
    var mergeSights: [Int: MergeSight] = [:]
    /// Whether something rests on a piece of evidence, as devices had that before them.
    var restSights: [RestSight.Place: RestSight] = [:]
    /// How often a verdict that was there already has turned, or a write has gone.
    var verdictTurns = 0
    /// The `add`s of records, as far as it was asked whose those are.
    var additions: [Int: Additions] = [:]
    /// Whether a finding, by its id, is on a loop of all merges that ever had effect, as far as it was looked at.
    var mergeLoops: [WireText: Bool] = [:]
    /// The writes on records whose states were asked for.
    var timelines: [Int: RecordTimeline] = [:]
    /// The writes that took out a piece of evidence or changed what it shows, by their cells, as far as they were asked for.
    var rewrites: [Int: Rewrites] = [:]
    /// Where the evidence of records was rewritten, as far as it was asked.
    var restIndexes: [Int: RestIndex] = [:]
    /// What may rest on a piece of evidence, by its id, as far as it was asked.
    var restCandidates: [WireText: Set<CellKey>] = [:]
    /// The reasons that diffs gave, by the places that they changed, as far as they were asked for.
    var reasons: [Int: [CellPath: WireText]] = [:]
    var shownTexts: [CellKey: ShownText] = [:]
    /// Texts of which a write that was merged already has gone or has another verdict.
    var unsettledTexts: Set<CellKey> = []
    /// The hashes of bodies that orders have left since the last time that everything was written back.
    var provenBodies: [DiffID: Set<SHA256Digest>] = [:]
    /// Whether a verdict on what is written once has changed that others may rest on.
    var onceHasTurned = false

    /// What must be evaluated and written back.
    package internal(set) var changes = FoldChanges()

    /// Where a fold goes on.
    package struct Start: Sendable {
        /// As the log has it.
        package var loggedLedger = Ledger()
        /// With what is pending.
        package var ledger = Ledger()
        /// All branches.
        package var branches = Branches()
        /// How many diffs have a place in the log.
        package var logSize = 0
        /// Whether a pending diff holds control operations, or stands on a fork.
        package var pendingIsDelicate = false
        /// The number of the next new diff.
        package var nextDiff = 1
        /// The number of the next new record.
        package var nextRecord = 1

        package init() {}
    }

    /// Goes on at `start` with what `source` holds.
    package init(
        _ start: Start = Start(),
        source: any FoldSource = NothingStored(),
        verifier: any SignatureVerifier
    ) {
        self.source = source
        self.verifier = verifier
        loggedLedger = start.loggedLedger
        ledger = start.ledger
        branches = start.branches
        logSize = start.logSize
        pendingIsDelicate = start.pendingIsDelicate
        nextDiff = start.nextDiff
        nextRecord = start.nextRecord
    }

    /// Who is in the engagement, with what is pending.
    package var membership: Membership { ledger.membership }

    /// Where a later fold would go on.
    package var end: Start {
        var start = Start()
        start.loggedLedger = loggedLedger
        start.ledger = ledger
        start.branches = branches
        start.logSize = logSize
        start.pendingIsDelicate = pendingIsDelicate
        start.nextDiff = nextDiff
        start.nextRecord = nextRecord
        return start
    }
}

/// What a fold has changed since its changes were last taken.
package struct FoldChanges: Sendable {
    /// New diffs, in order of arrival, and whether each is new.
    package var newDiffs: [Int] = []
    /// Diffs that have got a place in the log.
    package var positioned: [Int] = []
    /// Records that are new or have changed.
    package var records: Set<Int> = []
    /// Cells whose writes have changed.
    package var cells: Set<CellKey> = []
    /// Records whose presence must be looked at again.
    package var presences: Set<Int> = []
    /// Stored diffs whose contents were destroyed, and the values of their writes with them.
    package var erased: Set<Int> = []
    /// Records whose state must be looked at again, though nothing was written to it.
    package var states: Set<Int> = []
    /// Evidence that was rewritten or taken out: the states of what cites it must be looked at again.
    package var rewritten: Set<Int> = []
    /// Which cells cite which records, as far as that is new.
    package var citations: Set<Citation> = []

    package init() {}
}

extension Fold {
    // MARK: Lookups: what is in memory, else what the source holds.

    /// The diff of this number.
    package mutating func entry(_ number: Int) throws -> DiffEntry {
        if let entry = entries[number] { return entry }
        let entry = try source.entry(number)
        entries[number] = entry
        numbersByPlace[entry.at] = number
        return entry
    }

    /// The number of the diff with this identity, if it is here.
    package mutating func number(of id: DiffID) throws -> Int? {
        if let number = numbers[id] { return number }
        let number = try source.number(of: id)
        if let number { numbers[id] = number }
        return number
    }

    /// The number of the diff at this place of its chain.
    mutating func diffNumber(at place: BranchSeq) throws -> Int {
        // The caller has just judged it, or it is stored.
        if let number = numbersByPlace[place] { return number }
        return try source.number(at: place)
    }

    /// The diff itself.
    package mutating func diff(_ number: Int) throws -> VerifiedDiff {
        if let diff = diffs[number] { return diff }
        let diff = try source.diff(number)
        diffs[number] = diff
        return diff
    }

    /// The record, if there is one.
    package mutating func record(named name: RecordName) throws -> RecordEntry? {
        if let number = recordNumbers[name] { return records[number] }
        guard let record = try source.record(named: name) else { return nil }
        recordNumbers[name] = record.number
        records[record.number] = record
        return record
    }

    /// The record of this number.
    package mutating func record(_ number: Int) throws -> RecordEntry {
        if let record = records[number] { return record }
        let record = try source.record(number)
        records[number] = record
        recordNumbers[RecordName(kind: record.kind.name, id: record.id)] = number
        return record
    }

    /// The record, made if there is none.
    mutating func makeRecord(named name: RecordName) throws -> RecordEntry {
        if let record = try record(named: name) { return record }
        let kind = Schema.kind(name.kind) ?? Schema.unknownKind(name.kind)
        let record = RecordEntry(number: nextRecord, kind: kind, id: name.id)
        nextRecord += 1
        recordNumbers[name] = record.number
        store(record)
        try touchMerges(into: record)
        return record
    }

    /// Keeps a changed record.
    mutating func store(_ record: RecordEntry) {
        records[record.number] = record
        changes.records.insert(record.number)
    }

    /// The records that belong to `number`.
    mutating func records(ownedBy number: Int) throws -> [Int] {
        var all = Set(try source.records(ownedBy: number))
        all.formUnion(owned[number] ?? [])
        // What memory holds is newer than what is stored.
        return all.filter { records[$0].map { $0.owner == number } ?? true }.sorted()
    }

    /// The cell, with all its writes or with those that survive or are void.
    package mutating func cell(_ key: CellKey, complete: Bool = false) throws -> Cell {
        if let cell = cells[key], cell.isComplete || !complete { return cell }
        let complete = complete || source.showsSome
        var cell = Cell(writes: try source.writes(of: key, all: complete), isComplete: complete)
        if let held = cells[key] {
            // What memory holds is newer than what is stored.
            let newer = Dictionary(uniqueKeysWithValues: held.writes.map { ($0.diff, $0) })
            cell.writes = cell.writes.compactMap { write in
                held.removed.contains(write.diff) || newer[write.diff] != nil ? nil : write
            }
            cell.writes += held.writes
            cell.changed = held.changed
            cell.removed = held.removed
        }
        keep(cell, at: key)
        guard source.showsSome else { return cell }
        try stand(key)
        return cells[key] ?? cell
    }

    /// What a diff wrote in a cell; nil where that is nothing.
    mutating func write(of diff: Int, at key: CellKey) throws -> CellWrite? {
        _ = try cell(key, complete: true)
        return cells[key]?.find(diff).flatMap { cells[key]?.writes[$0] }
    }

    /// Sees to it that a cell is in memory, without a copy of it.
    mutating func load(_ key: CellKey) throws {
        if cells[key] == nil { _ = try cell(key) }
    }

    /// Keeps a cell in memory.
    mutating func keep(_ cell: Cell, at key: CellKey) {
        var cell = cell
        cell.know()
        if cells.updateValue(cell, forKey: key) == nil {
            cellsOfRecord[key.record, default: []].append(key)
        }
    }

    /// Every cell of a record that was ever written.
    mutating func allCells(of record: Int) throws -> Set<CellKey> {
        var all = Set(cellsOfRecord[record] ?? [])
        all.formUnion(try source.cells(of: record))
        return all
    }

    /// Makes room for what some new diffs touch, each one cell at least.
    mutating func reserve(forDiffs count: Int) {
        entries.reserveCapacity(count)
        numbers.reserveCapacity(count)
        diffs.reserveCapacity(count)
        records.reserveCapacity(count)
        recordNumbers.reserveCapacity(count)
        cells.reserveCapacity(count)
        cellsOfRecord.reserveCapacity(count)
        changes.cells.reserveCapacity(count)
    }

    /// Forgets what has been written back, keeping memory bounded. Which findings are merged into which stays
    /// true: it is a few numbers for each, and else each finding of a chain would ask for all behind it.
    package mutating func forget() {
        precondition(changes.cells.isEmpty && changes.newDiffs.isEmpty, "changes not taken")
        entries.removeAll(keepingCapacity: true)
        numbers.removeAll(keepingCapacity: true)
        numbersByPlace.removeAll(keepingCapacity: true)
        diffs.removeAll(keepingCapacity: true)
        records.removeAll(keepingCapacity: true)
        recordNumbers.removeAll(keepingCapacity: true)
        owned.removeAll(keepingCapacity: true)
        cited.removeAll(keepingCapacity: true)
        merged.removeAll(keepingCapacity: true)
        mergeSights.removeAll()
        restSights.removeAll()
        additions.removeAll(keepingCapacity: true)
        timelines.removeAll(keepingCapacity: true)
        rewrites.removeAll(keepingCapacity: true)
        restIndexes.removeAll()
        restCandidates.removeAll()
        reasons.removeAll(keepingCapacity: true)
        cells.removeAll(keepingCapacity: true)
        cellsOfRecord.removeAll(keepingCapacity: true)
        shownTexts.removeAll(keepingCapacity: true)
        unsettledTexts.removeAll(keepingCapacity: true)
        provenBodies.removeAll()
    }

    /// Forgets what is in memory of a fold that only looks, if that has become much: what is asked for one cell
    /// after the other is often in the same diffs. What is kept is copied where a view of the past is made of it, so it
    /// stays little.
    package mutating func forgetMuch() {
        if entries.count > 4096 || diffs.count > 64 { forget() }
    }

    /// Takes the changes, to be written back.
    package mutating func takeChanges() -> FoldChanges {
        defer { changes = FoldChanges() }
        return changes
    }
}
