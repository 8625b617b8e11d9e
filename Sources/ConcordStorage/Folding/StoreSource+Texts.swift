import ConcordEncoding
import ConcordMerge
import ConcordModel

// What is stored of texts: as they were merged last, and their writes from the newest backwards.

extension StoreSource {
    func mergedText(of cell: CellKey, in record: RecordEntry) throws -> StoredText? {
        if isNew(cell.record) { return StoredText(text: nil) }
        guard let table = StateTable.of(record.kind), let place = table.column(of: cell.field)
        else { return nil }
        let column = table.columns[place]
        let query = try statements(column.textSelection)
        query.bind(cell.record, at: 1)
        query.bind(cell.field, at: 2)
        let row = try query.first { ($0.optionalString(0)?.string, $0.bool(1)) }
        var text = StoredText(text: row?.0)
        if row?.1 ?? false {
            text.conflict = try conflict(at: cell)
            text.openPairs = try openPairs(of: cell)
        }
        text.holdsProposals = column.takesProposals ? try holdsProposals(cell) : false
        return text
    }

    private func conflict(at cell: CellKey) throws -> Conflict? {
        let query = try statements(
            """
            SELECT r.kind, r.id, c.field, c.member, c.kind, c.shown, c.candidates
            FROM conflict c JOIN record r ON r.number = c.record
            WHERE c.record = ?1 AND c.field = ?2 AND c.member = ''
            """
        )
        query.bind(cell.record, at: 1)
        query.bind(cell.field, at: 2)
        return try query.first(Conflict.init(row:))
    }

    private func openPairs(of cell: CellKey) throws -> Set<DiffPair> {
        let query = try statements(
            "SELECT first, second FROM open_pair WHERE record = ?1 AND field = ?2"
        )
        query.bind(cell.record, at: 1)
        query.bind(cell.field, at: 2)
        return Set(try query.rows { DiffPair(try $0.number(0), try $0.number(1)) })
    }

    /// Whether somebody ever proposed something there, of what is stored.
    func holdsProposals(_ cell: CellKey) throws -> Bool {
        let query = try statements(
            """
            SELECT 1 FROM write INDEXED BY write_effect
            WHERE record = ?1 AND field = ?2 AND effect = 'proposal'
            """
        )
        query.bind(cell.record, at: 1)
        query.bind(cell.field, at: 2)
        return try query.first { _ in true } ?? false
    }

    func replacedWrites(of text: CellKey, before diff: Int, limit: Int) throws -> [CellWrite] {
        if isNew(text.record) { return [] }
        let query = replacedTextWrites
        query.bind(text.record, at: 1)
        query.bind(text.field, at: 2)
        query.bind(diff, at: 3)
        query.bind(limit, at: 4)
        return try query.rows { try CellWrite($0, on: branches) }
    }
}
