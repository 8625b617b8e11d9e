import ConcordEncoding
import ConcordModel
import ConcordText

@testable import ConcordDiff
@testable import ConcordMerge

/// A source as a replica's file is one, in dictionaries: so that a fold is also tested going on from
/// what it has forgotten.
final class MemoryStore: FoldSource {
    var entries: [Int: DiffEntry] = [:]
    var diffs: [Int: VerifiedDiff] = [:]
    var numbers: [DiffID: Int] = [:]
    var records: [Int: RecordEntry] = [:]
    var recordNumbers: [RecordName: Int] = [:]
    var writes: [CellKey: [Int: CellWrite]] = [:]
    var texts: [CellKey: StoredText] = [:]
    var citations: [WireText: Set<CellKey>] = [:]
    /// How many writes were loaded.
    private(set) var loaded = 0
    /// What was shown when it was last written back.
    var lines: [CellKey: PictureLine] = [:]

    struct Missing: Error {}

    func copy() -> MemoryStore {
        let copy = MemoryStore()
        copy.entries = entries
        copy.diffs = diffs
        copy.numbers = numbers
        copy.records = records
        copy.recordNumbers = recordNumbers
        copy.writes = writes
        copy.texts = texts
        copy.citations = citations
        copy.lines = lines
        return copy
    }

    func record(named name: RecordName) -> RecordEntry? {
        recordNumbers[name].flatMap { records[$0] }
    }

    func record(_ number: Int) throws -> RecordEntry {
        guard let record = records[number] else { throw Missing() }
        return record
    }

    func records(ownedBy number: Int) -> [Int] {
        records.values.filter { $0.owner == number }.map(\.number)
    }

    func findings(mergedInto number: Int) -> [Int] {
        records.values.filter { $0.mergedInto == number }.map(\.number)
    }

    func cells(citing id: WireText) -> [CellKey] {
        Array(citations[id] ?? [])
    }

    func writes(of cell: CellKey, all: Bool) -> [CellWrite] {
        let writes = (writes[cell] ?? [:]).values.filter { all || $0.standing != .replaced }
        loaded += writes.count
        return writes.sorted { $0.diff < $1.diff }
    }

    func cells(of record: Int) -> [CellKey] { writes.keys.filter { $0.record == record } }

    func entry(_ number: Int) throws -> DiffEntry {
        guard let entry = entries[number] else { throw Missing() }
        return entry
    }

    func number(of id: DiffID) -> Int? { numbers[id] }

    func number(at place: BranchSeq) throws -> Int {
        guard let entry = entries.values.first(where: { $0.at == place }) else { throw Missing() }
        return entry.number
    }

    func diff(_ number: Int) throws -> VerifiedDiff {
        guard let diff = diffs[number] else { throw Missing() }
        return diff
    }

    func pending() -> [Int] { entries.values.filter { $0.position == nil }.map(\.number) }

    func mergedText(of cell: CellKey, in record: RecordEntry) -> StoredText? {
        writes[cell] == nil ? StoredText(text: nil) : texts[cell]
    }

    func replacedWrites(of text: CellKey, before diff: Int, limit: Int) -> [CellWrite] {
        let replaced = (writes[text] ?? [:]).values.filter {
            $0.standing == .replaced && $0.diff < diff
        }
        loaded += min(replaced.count, limit)
        return Array(replaced.sorted { $0.diff > $1.diff }.prefix(limit))
    }

    /// Writes back what a fold has changed, and nothing else.
    func write(_ fold: Fold) throws {
        try fold.upkeep.settleMerges()
        for citation in fold.changes.citations {
            citations[citation.id, default: []].insert(citation.cell)
        }
        for number in fold.changes.newDiffs + fold.changes.positioned {
            let entry = try fold.entry(number)
            entries[number] = entry
            numbers[entry.id] = number
            diffs[number] = try fold.diff(number)
        }
        for number in fold.changes.presences {
            let key = CellKey.presence(of: number)
            let line = try fold.line(of: key).line
            lines[key] = line
            var record = try fold.record(number)
            record.isPresent = line.shown != nil
            fold.store(record)
            store(record)
        }
        for number in fold.changes.records { store(try fold.record(number)) }
        var keys = fold.changes.cells
        for number in fold.changes.states { keys.insert(CellKey(record: number, field: "state")) }
        for key in keys {
            let line = try fold.line(of: key).line
            lines[key] = line
            texts[key] = fold.texts.storedText(at: key)
        }
        for key in keys {
            let cell = try fold.cell(key)
            for write in cell.writes where cell.changed.contains(write.diff) {
                writes[key, default: [:]][write.diff] = write
            }
            for diff in cell.removed { writes[key]?[diff] = nil }
            _ = fold.change(key) { cell in
                cell.changed = []
                cell.removed = []
            }
        }
        _ = fold.takeChanges()
    }

    private func store(_ record: RecordEntry) {
        records[record.number] = record
        recordNumbers[RecordName(kind: record.kind.name, id: record.id)] = record.number
    }
}
