import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordText

/// The result of earlier folds, in a replica's file.
///
/// Reads within the transaction of the fold that asks, so what it gives cannot change meanwhile.
final class StoreSource: FoldSource {
    let statements: StatementCache
    /// The branches that stored diffs are on.
    private(set) var branches: Branches
    /// Diffs that were looked for and not found: each new one is, several times.
    private var absent: Set<DiffID> = []
    /// Records from this number on are new: nothing of them is stored.
    private var nextRecord: Int
    private let recordByName: Statement
    private let survivingWrites: Statement
    private let entryByNumber: Statement
    private let numberByID: Statement
    let replacedTextWrites: Statement
    private var seen: StoredSeen

    init(_ statements: StatementCache, start: Fold.Start) throws {
        self.statements = statements
        seen = StoredSeen(statements)
        branches = start.branches
        nextRecord = start.nextRecord
        recordByName = try statements(
            "SELECT \(RecordEntry.columns) FROM record WHERE id = ?1 AND kind = ?2"
        )
        survivingWrites = try statements(
            """
            SELECT \(CellWrite.columns) FROM write
            WHERE record = ?1 AND field = ?2 AND member = ?3 AND standing <= 1
            """
        )
        entryByNumber = try statements(
            "SELECT id, branch, seq, depth, position, is_control, seen FROM diff WHERE number = ?1"
        )
        numberByID = try statements("SELECT number FROM diff WHERE id = ?1")
        replacedTextWrites = try statements(
            """
            SELECT \(CellWrite.columns) FROM write
            WHERE record = ?1 AND field = ?2 AND member = '' AND standing = 2 AND diff < ?3
            ORDER BY diff DESC LIMIT ?4
            """
        )
    }

    func record(named name: RecordName) throws -> RecordEntry? {
        recordByName.bind(name.id, at: 1)
        recordByName.bind(name.kind, at: 2)
        return try recordByName.first { try RecordEntry($0) }
    }

    func record(_ number: Int) throws -> RecordEntry {
        guard let record = try storedRecord(number) else { throw DamagedRow("record number") }
        return record
    }

    private func storedRecord(_ number: Int) throws -> RecordEntry? {
        let query = try statements("SELECT \(RecordEntry.columns) FROM record WHERE number = ?1")
        query.bind(number, at: 1)
        return try query.first { try RecordEntry($0) }
    }

    /// Whether nothing of a record is stored yet.
    func isNew(_ record: Int) -> Bool { record >= nextRecord }

    func records(ownedBy number: Int) throws -> [Int] {
        if number >= nextRecord { return [] }
        let query = try statements("SELECT number FROM record WHERE owner = ?1")
        query.bind(number, at: 1)
        return try query.rows { try $0.number(0) }
    }

    func findings(mergedInto number: Int) throws -> [Int] {
        if number >= nextRecord { return [] }
        let query = try statements("SELECT number FROM record WHERE merged_into = ?1")
        query.bind(number, at: 1)
        return try query.rows { try $0.number(0) }
    }

    func cells(citing id: WireText) throws -> [CellKey] {
        let query = try statements("SELECT record, field, member FROM citation WHERE id = ?1")
        query.bind(id, at: 1)
        return try query.rows {
            try CellKey($0, record: try $0.number(0), names: 1)
        }
    }

    func writes(of cell: CellKey, all: Bool) throws -> [CellWrite] {
        if cell.record >= nextRecord { return [] }
        let query =
            all
            ? try statements(
                """
                SELECT \(CellWrite.columns) FROM write
                WHERE record = ?1 AND field = ?2 AND member = ?3
                """
            ) : survivingWrites
        query.bind(cell.record, at: 1)
        query.bind(cell.field, at: 2)
        query.bind(cell.member, at: 3)
        return try query.rows { try CellWrite($0, on: branches) }
    }

    func cells(of record: Int) throws -> [CellKey] {
        if record >= nextRecord { return [] }
        let query = try statements("SELECT DISTINCT field, member FROM write WHERE record = ?1")
        query.bind(record, at: 1)
        return try query.rows {
            try CellKey($0, record: record, names: 0)
        }
    }

    func entry(_ number: Int) throws -> DiffEntry {
        entryByNumber.bind(number, at: 1)
        let entry = try entryByNumber.first { row in
            let at = try branches.place(BranchSeq(branch: row.int(1), seq: row.int(2)))
            return DiffEntry(
                number: number,
                id: try row.digest(0),
                author: branches[at.branch].author,
                at: at,
                depth: try row.number(3),
                seen: try seen.vector(row.bytes(6)),
                position: try row.optionalNumber(4),
                isControl: row.bool(5)
            )
        }
        guard let entry else { throw DamagedRow("diff number") }
        return entry
    }

    func number(of id: DiffID) throws -> Int? {
        if absent.contains(id) { return nil }
        numberByID.bind(id, at: 1)
        if let number = try numberByID.first({ try $0.number(0) }) { return number }
        absent.insert(id)
        return nil
    }

    /// Records the branches of the diffs that are being written back.
    func know(_ branches: Branches) { self.branches = branches }

    /// Continues with what was written back meanwhile.
    func goOn(at start: Fold.Start) {
        branches = start.branches
        nextRecord = start.nextRecord
        absent.removeAll(keepingCapacity: true)
        seen.forget()
    }

    /// What the column of a diff holds of what its author had seen.
    func stored(_ seen: SeenVector) throws -> [UInt8] { try self.seen.bytes(of: seen) }

    func diff(_ number: Int) throws -> VerifiedDiff {
        let query = try statements("SELECT envelope, proof FROM diff WHERE number = ?1")
        query.bind(number, at: 1)
        let diff = try query.first { try VerifiedDiff(stored: $0.bytes(0), proof: $0.int(1)) }
        guard let diff else { throw DamagedRow("diff number") }
        return diff
    }

    func pending() throws -> [Int] {
        try statements("SELECT number FROM diff WHERE position IS NULL ORDER BY number").rows {
            try $0.number(0)
        }
    }
}

extension StoreSource {
    func number(at place: BranchSeq) throws -> Int {
        let query = try statements("SELECT number FROM diff WHERE branch = ?1 AND seq = ?2")
        query.bind(place.branch, at: 1)
        query.bind(place.seq, at: 2)
        guard let number = try query.first({ try $0.number(0) }) else { throw DamagedRow("branch") }
        return number
    }

    /// The diff at a place of a branch.
    func id(at place: BranchSeq) throws -> DiffID {
        var place = place
        // What a branch shares with another stands there.
        while place.seq <= branches[place.branch].baseSeq, let base = branches[place.branch].base {
            place.branch = base.branch
        }
        let query = try statements("SELECT id FROM diff WHERE branch = ?1 AND seq = ?2")
        query.bind(place.branch, at: 1)
        query.bind(place.seq, at: 2)
        guard let id = try query.first({ try $0.digest(0) }) else { throw DamagedRow("branch") }
        return id
    }

    /// Draft numbers from here on do not count: no counter reaches them, but anybody may write them.
    private static let draftNumbersEnd = 1_000_000_000

    /// The number after `letter` and a hyphen in the draft numbers of findings that the next one
    /// follows: the greatest; if somebody wrote the last that counts, the greatest with none after it.
    func greatestDraftNumber(letter: WireText) throws -> Int {
        let greatest = try newestDraftNumber(letter: letter)
        guard greatest + 1 >= Self.draftNumbersEnd else { return greatest }
        let given = Set(try draftNumbers(letter))
        return given.filter { $0 + 1 < Self.draftNumbersEnd && !given.contains($0 + 1) }.max() ?? 0
    }

    /// The greatest number after `letter` and a hyphen that counts, found in one look however many there
    /// are.
    private func newestDraftNumber(letter: WireText) throws -> Int {
        // A letter with a hyphen in it is not what the index calls one.
        if letter.utf8.contains(UInt8(ascii: "-")) { return try draftNumbers(letter).max() ?? 0 }
        let query = try statements(
            """
            SELECT \(DraftNumberColumns.number) FROM finding INDEXED BY finding_draft
            WHERE \(DraftNumberColumns.letter) COLLATE NOCASE = ?1 || '-'
            AND \(DraftNumberColumns.number) BETWEEN 0 AND \(Self.draftNumbersEnd - 1)
            AND \(DraftNumberColumns.letter) = ?1 || '-'
            ORDER BY \(DraftNumberColumns.number) DESC LIMIT 1
            """
        )
        query.bind(letter, at: 1)
        return try query.first { $0.int(0) } ?? 0
    }

    /// Every number after `letter` and a hyphen that counts.
    private func draftNumbers(_ letter: WireText) throws -> [Int] {
        let query = try statements(
            """
            SELECT number FROM (
                SELECT CAST(substr(draft_number, length(?1) + 2) AS INTEGER) AS number FROM finding
                WHERE substr(draft_number, 1, length(?1) + 1) = ?1 || '-'
            ) WHERE number BETWEEN 0 AND \(Self.draftNumbersEnd - 1)
            """
        )
        query.bind(letter, at: 1)
        return try query.rows { $0.int(0) }
    }

    /// The index of the first of `ids` that is not the diff at its position, from `position` on.
    func firstContradiction(_ ids: [DiffID], from position: Int) throws -> Int? {
        let query = try statements("SELECT id FROM diff WHERE position = ?1")
        for (index, id) in ids.enumerated() {
            query.bind(position + index, at: 1)
            if try query.first({ try $0.digest(0) }) != id { return index }
        }
        return nil
    }
}
