package import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// What a fold holds in memory: of the log, of records and cells, and what has changed since it was last
/// written back.
///
/// Everyone may look something up here; what is not in memory is asked of the source. Only the parts that
/// take in (`TakesIn`) can change anything, by the functions at the end of this file.
package final class FoldMemory {
    /// What was folded before.
    package let source: any FoldSource
    /// Checks the proofs of those who join.
    package let verifier: any SignatureVerifier
    /// Membership, seals and orders as the log has them.
    package fileprivate(set) var loggedLedger: Ledger
    /// The same with what is pending.
    package fileprivate(set) var ledger: Ledger
    /// The branches of all chains.
    package fileprivate(set) var branches: Branches
    /// How many diffs have a place in the log.
    package fileprivate(set) var logSize: Int
    /// Whether a pending diff holds control operations, or stands on a fork.
    package fileprivate(set) var pendingIsDelicate: Bool
    /// The cells, and which cite what.
    let cells: CellMemory
    /// What must be evaluated and written back.
    let changed = ChangeMemory()

    fileprivate(set) var nextDiff: Int
    fileprivate(set) var nextRecord: Int
    fileprivate(set) var entries: [Int: DiffEntry] = [:]
    fileprivate var numbers: [DiffID: Int] = [:]
    fileprivate var numbersByPlace: [BranchSeq: Int] = [:]
    fileprivate var diffs: [Int: VerifiedDiff] = [:]
    fileprivate(set) var records: [Int: RecordEntry] = [:]
    fileprivate var recordNumbers: [RecordName: Int] = [:]
    fileprivate var owned: [Int: [Int]] = [:]
    /// The findings that were merged into one since.
    fileprivate var merged: [Int: Set<Int>] = [:]
    /// The hashes of bodies that orders have left since the last time that everything was written back.
    fileprivate(set) var provenBodies: [DiffID: Set<SHA256Digest>] = [:]
    /// Whether a verdict on what is written once has changed that others may depend on.
    fileprivate(set) var onceHasTurned = false

    // What the parts found out and keep, each in its own file.
    let mergeGraph = MergeGraphMemory()
    let mergeLoops = MergeLoopMemory()
    let mergeSights = MergeSightMemory()
    let restSights = RestSightMemory()
    let rests = RestMemory()
    let timelines = TimelineMemory()
    let additions = AdditionMemory()
    let texts = TextMemory()
    let reasons = ReasonMemory()

    init(_ start: Fold.Start, source: any FoldSource, verifier: any SignatureVerifier) {
        self.source = source
        cells = CellMemory(source: source)
        self.verifier = verifier
        loggedLedger = start.loggedLedger
        ledger = start.ledger
        branches = start.branches
        logSize = start.logSize
        pendingIsDelicate = start.pendingIsDelicate
        nextDiff = start.nextDiff
        nextRecord = start.nextRecord
    }
}

// MARK: Lookups: what is in memory, else what the source holds.

extension FoldMemory {
    /// The diff of this number.
    func entry(_ number: Int) throws -> DiffEntry {
        if let entry = entries[number] { return entry }
        let entry = try source.entry(number)
        entries[number] = entry
        numbersByPlace[entry.at] = number
        return entry
    }

    /// The number of the diff with this identity, if it is here.
    func number(of id: DiffID) throws -> Int? {
        if let number = numbers[id] { return number }
        let number = try source.number(of: id)
        if let number { numbers[id] = number }
        return number
    }

    /// The number of the diff at this place of its chain.
    func diffNumber(at place: BranchSeq) throws -> Int {
        // The caller has just judged it, or it is stored.
        if let number = numbersByPlace[place] { return number }
        return try source.number(at: place)
    }

    /// The diff itself.
    func diff(_ number: Int) throws -> VerifiedDiff {
        if let diff = diffs[number] { return diff }
        let diff = try source.diff(number)
        diffs[number] = diff
        return diff
    }

    /// The record, if there is one.
    func record(named name: RecordName) throws -> RecordEntry? {
        if let number = recordNumbers[name] { return records[number] }
        guard let record = try source.record(named: name) else { return nil }
        recordNumbers[name] = record.number
        records[record.number] = record
        return record
    }

    /// The record of this number.
    func record(_ number: Int) throws -> RecordEntry {
        if let record = records[number] { return record }
        let record = try source.record(number)
        records[number] = record
        recordNumbers[RecordName(kind: record.kind.name, id: record.id)] = number
        return record
    }

    /// The records that belong to `number`.
    func records(ownedBy number: Int) throws -> [Int] {
        var all = Set(try source.records(ownedBy: number))
        all.formUnion(owned[number] ?? [])
        // What memory holds is newer than what is stored.
        return all.filter { records[$0].map { $0.owner == number } ?? true }.sorted()
    }

    /// The findings that are merged into one, as it was noted last.
    func findings(mergedInto number: Int) throws -> [Int] {
        var all = Set(try source.findings(mergedInto: number))
        all.formUnion(merged[number] ?? [])
        // What memory holds is newer than what is stored.
        return all.filter { records[$0].map { $0.mergedInto == number } ?? true }.sorted()
    }

    /// The cell, with all its writes or with those that survive or are void.
    func cell(_ key: CellKey, complete: Bool = false) throws -> Cell {
        if let cell = cells[key], cell.isComplete || !complete { return cell }
        let cell = try cells.load(key, complete: complete || source.showsSome)
        guard source.showsSome else { return cell }
        // Which of some writes survive nobody has worked out yet.
        try CellWriter(memory: self).stand(key)
        return cells[key] ?? cell
    }
}

// MARK: Forgetting.

extension FoldMemory {
    /// Forgets what has been written back, keeping memory bounded. Which findings are merged into which stays
    /// true: it is a few numbers for each, and else each finding of a chain would ask for all after it.
    func forget() {
        let changes = changed.all
        precondition(changes.cells.isEmpty && changes.newDiffs.isEmpty, "changes not taken")
        entries.removeAll(keepingCapacity: true)
        numbers.removeAll(keepingCapacity: true)
        numbersByPlace.removeAll(keepingCapacity: true)
        diffs.removeAll(keepingCapacity: true)
        records.removeAll(keepingCapacity: true)
        recordNumbers.removeAll(keepingCapacity: true)
        owned.removeAll(keepingCapacity: true)
        merged.removeAll(keepingCapacity: true)
        provenBodies.removeAll()
        cells.forget()
        mergeSights.forget()
        restSights.forget()
        rests.forget()
        timelines.forget()
        additions.forget()
        texts.forget()
        reasons.forget()
    }

    /// Forgets what is in memory of a fold that only looks, if that has become much: what is asked for one cell
    /// after the other is often in the same diffs.
    func forgetMuch() {
        if entries.count > 4096 || diffs.count > 64 { forget() }
    }
}

// MARK: What only those may change who take in.

/// A part of the fold that takes diffs in. Every change of what is folded is made by one of these functions.
package protocol TakesIn: FoldPart {}

extension TakesIn {
    // MARK: The log.

    /// Makes room for what some new diffs touch, each one cell at least.
    func reserve(forDiffs count: Int) {
        memory.entries.reserveCapacity(count)
        memory.numbers.reserveCapacity(count)
        memory.diffs.reserveCapacity(count)
        memory.records.reserveCapacity(count)
        memory.recordNumbers.reserveCapacity(count)
        memory.cells.reserve(forDiffs: count)
        memory.changed.reserve(forDiffs: count)
    }

    /// The number and the place in its author's chain of the next new diff.
    func nextPlace(of author: Author, after previous: BranchSeq?) -> (number: Int, at: BranchSeq) {
        defer { memory.nextDiff += 1 }
        return (memory.nextDiff, memory.branches.extend(author, after: previous))
    }

    /// Keeps a new diff.
    func keep(_ diff: VerifiedDiff, as entry: DiffEntry) {
        memory.entries[entry.number] = entry
        memory.numbersByPlace[entry.at] = entry.number
        memory.numbers[diff.id] = entry.number
        memory.diffs[entry.number] = diff
        noteNew(entry.number)
    }

    /// Gives a held diff the next place in the log.
    func place(_ number: Int) throws {
        var entry = try memory.entry(number)
        entry.position = memory.logSize
        memory.entries[number] = entry
        notePlaced(number)
        memory.logSize += 1
    }

    /// Notes that a new diff has got the next place in the log.
    func passPlace() { memory.logSize += 1 }

    /// Puts what is left of an erased diff in its place.
    func replace(_ number: Int, with erased: VerifiedDiff) {
        memory.diffs[number] = erased
        noteErased(number)
    }

    /// Whether a diff stands on a fork, now that it is judged at its place.
    func judge(_ place: BranchSeq) -> Bool { memory.branches.judge(place) }

    /// Notes that a diff is not judged any more.
    func unjudge(_ place: BranchSeq) { memory.branches.unjudge(place) }

    /// Notes whether a pending diff holds control operations, or stands on a fork.
    func note(pendingIsDelicate: Bool) { memory.pendingIsDelicate = pendingIsDelicate }

    /// Notes whether a verdict on what is written once has changed that others may depend on.
    func note(onceHasTurned: Bool) { memory.onceHasTurned = onceHasTurned }

    // MARK: The ledger.

    /// Goes back to what the log has.
    func returnToLoggedLedger() { memory.ledger = memory.loggedLedger }

    /// Notes that the log has what is noted now.
    func logLedger() { memory.loggedLedger = memory.ledger }

    /// Notes what a diff says of membership; for each operation, why it is void, if it is.
    func receive(_ diff: VerifiedDiff, isFork: Bool) -> [VoidReason?] {
        memory.ledger.membership.receive(diff.diff, isFork: isFork, verifier: memory.verifier)
    }

    /// Notes a seal that is in force.
    func note(_ seal: Sealing.Seal) { memory.ledger.sealing.append(seal) }

    /// Notes that a seal was reopened.
    func reopen(_ seal: Int, by reopening: DiffID) {
        memory.ledger.sealing.reopen(seal, by: reopening)
    }

    /// Notes what an order has left of a diff's contents.
    func note(_ left: SHA256Digest, leftOf id: DiffID) {
        memory.ledger.erasures[id] = left
        memory.provenBodies[id, default: []].insert(left)
    }

    // MARK: Records.

    /// The record, made if there is none.
    func makeRecord(named name: RecordName) throws -> RecordEntry {
        if let record = try memory.record(named: name) { return record }
        let kind = Schema.kind(name.kind) ?? Schema.unknownKind(name.kind)
        let record = RecordEntry(number: memory.nextRecord, kind: kind, id: name.id)
        memory.nextRecord += 1
        memory.recordNumbers[name] = record.number
        store(record)
        try upkeep.touchMerges(into: record)
        return record
    }

    /// Keeps a changed record.
    func store(_ record: RecordEntry) {
        memory.records[record.number] = record
        noteChange(ofRecord: record.number)
    }

    /// Notes that a record belongs to another.
    func note(_ record: Int, ownedBy owner: Int) { memory.owned[owner, default: []].append(record) }

    /// Notes that a finding is merged into another.
    func note(_ finding: Int, mergedInto target: Int) {
        memory.merged[target, default: []].insert(finding)
    }
}
