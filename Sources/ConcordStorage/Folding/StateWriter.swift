import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordText

/// Writes what a fold has changed: writes, conflicts, records, and what is shown.
struct StateWriter {
    private let statements: StatementCache
    /// Diffs from this number on have no rows yet.
    private let firstNewDiff: Int
    private let branches: Branches
    private let insertWrite: Statement
    /// By the former standing of the write: with a parameter there, SQLite would weigh the index of
    /// void writes, and compile the statement again at each run.
    private let updateWrite: [Statement]
    private let insertConflict: Statement
    private let deleteConflict: Statement
    /// The records of which a conflict is stored.
    private let contested: Set<Int>

    init(_ statements: StatementCache, firstNewDiff: Int, branches: Branches) throws {
        self.statements = statements
        self.firstNewDiff = firstNewDiff
        self.branches = branches
        insertWrite = try statements(
            """
            INSERT INTO write (record, field, member, standing, diff, branch, seq, depth, effect,
            rank, ends, over, value, admitted_by, admitted_from, marks)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
            """
        )
        // Where it stood is not known; nearly always it survived.
        updateWrite = try [CellWrite.Standing.surviving, .replaced, .void].map { standing in
            try statements(
                """
                UPDATE write SET standing = ?4, effect = ?6, rank = ?7, ends = ?8,
                admitted_by = ?9, admitted_from = ?10, marks = ?11
                WHERE record = ?1 AND field = ?2 AND member = ?3
                AND standing = \(standing.rawValue) AND diff = ?5
                """
            )
        }
        insertConflict = try statements(
            """
            INSERT OR REPLACE INTO conflict (record, field, member, kind, shown, candidates)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """
        )
        deleteConflict = try statements(
            "DELETE FROM conflict WHERE record = ?1 AND field = ?2 AND member = ?3"
        )
        contested = Set(try statements("SELECT DISTINCT record FROM conflict").rows { $0.int(0) })
    }

    // MARK: Writes.

    /// Writes the changed writes of a cell, and removes those that are gone.
    ///
    /// - Parameter erased: the diffs whose writes may have lost what they held.
    func write(_ cell: Cell, at key: CellKey, erased: Set<Int>) throws {
        if !cell.removed.isEmpty {
            let delete = try statements(
                """
                DELETE FROM write WHERE record = ?1 AND field = ?2 AND member = ?3
                AND standing IN (0, 1, 2) AND diff = ?4
                """
            )
            for diff in cell.removed {
                bind(key, to: delete)
                delete.bind(diff, at: 4)
                try delete.run()
            }
        }
        for write in cell.writes where cell.changed.contains(write.diff) {
            if write.diff < firstNewDiff, try update(write, at: key) {
                if erased.contains(write.diff) { try updateValue(write, at: key) }
                continue
            }
            try insert(write, at: key)
        }
        try noteSharing(of: cell, at: key)
    }

    /// Notes a cell that more than one author has written. Of a cell in memory the writes that nothing replaced are
    /// there, so the first one of another author is seen beside one of those before it. Not by branches: which of a
    /// forked chain's diffs are on the same one depends on which came first here.
    private func noteSharing(of cell: Cell, at key: CellKey) throws {
        guard let first = cell.writes.first, !cell.changed.isEmpty,
            cell.writes.contains(where: { write in
                write.at.branch != first.at.branch
                    && branches[write.at.branch].author != branches[first.at.branch].author
            })
        else { return }
        let insert = try statements(
            "INSERT OR IGNORE INTO shared_cell (record, field, member) VALUES (?1, ?2, ?3)"
        )
        bind(key, to: insert)
        try insert.run()
    }

    private func bind(_ key: CellKey, to statement: Statement) {
        statement.bind(key.record, at: 1)
        statement.bind(key.field, at: 2)
        statement.bind(key.member, at: 3)
    }

    /// Changes what a verdict or a later write can change; false if the write has no row.
    private func update(_ write: CellWrite, at key: CellKey) throws -> Bool {
        for statement in updateWrite {
            bind(key, to: statement)
            statement.bind(write.standing.rawValue, at: 4)
            statement.bind(write.diff, at: 5)
            statement.bind(write.effect.stored, at: 6)
            statement.bind(write.rank, at: 7)
            statement.bind(write.ends, at: 8)
            statement.bind(write.admission?.by, at: 9)
            statement.bind(write.admission?.from.rawValue, at: 10)
            statement.bind(write.marks.rawValue, at: 11)
            try statement.run()
            if statements.changes > 0 { return true }
        }
        return false
    }

    /// Changes the contents of the write, which only an erasure can do.
    private func updateValue(_ write: CellWrite, at key: CellKey) throws {
        let update = try statements(
            """
            UPDATE write SET value = ?4 WHERE record = ?1 AND field = ?2 AND member = ?3
            AND standing IN (0, 1, 2) AND diff = ?5
            """
        )
        bind(key, to: update)
        if let value = write.value {
            update.bindText(value.canonicalBytes, at: 4)
        } else {
            update.bindNull(at: 4)
        }
        update.bind(write.diff, at: 5)
        try update.run()
    }

    private func insert(_ write: CellWrite, at key: CellKey) throws {
        bind(key, to: insertWrite)
        insertWrite.bind(write.standing.rawValue, at: 4)
        insertWrite.bind(write.diff, at: 5)
        insertWrite.bind(write.at.branch, at: 6)
        insertWrite.bind(write.at.seq, at: 7)
        insertWrite.bind(write.depth, at: 8)
        insertWrite.bind(write.effect.stored, at: 9)
        insertWrite.bind(write.rank, at: 10)
        insertWrite.bind(write.ends, at: 11)
        insertWrite.bind(BranchSeq.stored(write.over), at: 12)
        if let value = write.value {
            insertWrite.bindText(value.canonicalBytes, at: 13)
        } else {
            insertWrite.bindNull(at: 13)
        }
        insertWrite.bind(write.admission?.by, at: 14)
        insertWrite.bind(write.admission?.from.rawValue, at: 15)
        insertWrite.bind(write.marks.rawValue, at: 16)
        try insertWrite.run()
    }

    /// Writes which cells cite which records.
    func write(_ citations: Set<Citation>) throws {
        if citations.isEmpty { return }
        let insert = try statements(
            "INSERT OR IGNORE INTO citation (id, record, field, member) VALUES (?1, ?2, ?3, ?4)"
        )
        for citation in citations {
            insert.bind(citation.id, at: 1)
            insert.bind(citation.cell.record, at: 2)
            insert.bind(citation.cell.field, at: 3)
            insert.bind(citation.cell.member, at: 4)
            try insert.run()
        }
    }

    // MARK: Conflicts.

    /// Stores the cell's conflict, or removes the one that has ended.
    func write(_ conflict: Conflict?, at key: CellKey) throws {
        guard let conflict else {
            guard contested.contains(key.record) else { return }
            bind(key, to: deleteConflict)
            return try deleteConflict.run()
        }
        bind(key, to: insertConflict)
        insertConflict.bind(conflict.kind.rawValue, at: 4)
        insertConflict.bind(conflict.shown?.canonicalText, at: 5)
        insertConflict.bindText(StoredJSON.lines(conflict.candidates.map(\.json)), at: 6)
        try insertConflict.run()
    }

    /// Keeps the open pairs of a text, which it has only where there is a conflict.
    func write(_ pairs: Set<DiffPair>, at key: CellKey) throws {
        if contested.contains(key.record) {
            let delete = try statements("DELETE FROM open_pair WHERE record = ?1 AND field = ?2")
            delete.bind(key.record, at: 1)
            delete.bind(key.field, at: 2)
            try delete.run()
        }
        if pairs.isEmpty { return }
        let insert = try statements(
            "INSERT INTO open_pair (record, field, first, second) VALUES (?1, ?2, ?3, ?4)"
        )
        for pair in pairs {
            insert.bind(key.record, at: 1)
            insert.bind(key.field, at: 2)
            insert.bind(pair.first, at: 3)
            insert.bind(pair.second, at: 4)
            try insert.run()
        }
    }

    // MARK: Records and what is shown.

    /// Writes what the fold knows of a record.
    func write(_ record: RecordEntry, isNew: Bool) throws {
        let verb = isNew ? "INSERT" : "REPLACE"
        let insert = try statements(
            """
            \(verb) INTO record (\(RecordEntry.columns))
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """
        )
        insert.bind(record.number, at: 1)
        insert.bind(record.kind.name, at: 2)
        insert.bind(record.id, at: 3)
        insert.bind(record.owner, at: 4)
        insert.bind(record.firstAdd, at: 5)
        insert.bind(record.isPresent, at: 6)
        insert.bind(record.hasRemoval, at: 7)
        insert.bind(record.mayWait, at: 8)
        insert.bind(record.mergedInto, at: 9)
        insert.bind(record.takesIn.map { $0 ? 1 : 0 }, at: 10)
        try insert.run()
    }

    /// Writes what a record's changed cells show.
    ///
    /// - Parameter wasPresent: whether it was present; nil if it is new.
    func write(
        _ shown: [(key: CellKey, value: JSON?)],
        of record: RecordEntry,
        wasPresent: Bool?
    ) throws {
        guard let table = StateTable.of(record.kind) else {
            for (key, value) in shown { try writeUnknown(value, at: key) }
            return
        }
        var values: [JSON?] = []
        if wasPresent == nil { values = Array(repeating: nil, count: table.columns.count) }
        for (key, value) in shown {
            if key.member.isEmpty, let place = table.column(of: key.field) {
                if wasPresent == nil {
                    values[place] = value
                } else {
                    try update(table, table.columns[place], of: record, to: value)
                }
            } else if !key.member.isEmpty, let set = table.set(of: key.field) {
                try write(value, at: key, in: set)
            } else {
                try writeUnknown(value, at: key)
            }
        }
        if wasPresent == nil {
            try insert(record, values, into: table)
        } else if wasPresent != record.isPresent {
            let update = try statements(
                "UPDATE \"\(table.name)\" SET is_present = ?2 WHERE record = ?1"
            )
            update.bind(record.number, at: 1)
            update.bind(record.isPresent, at: 2)
            try update.run()
        }
    }

    private func insert(
        _ record: RecordEntry,
        _ values: [JSON?],
        into table: StateTable
    ) throws {
        let insert = try statements(table.insertion)
        insert.bind(record.number, at: 1)
        insert.bind(record.id, at: 2)
        insert.bind(record.isPresent, at: 3)
        for (place, column) in table.columns.enumerated() {
            try column.bind(values[place], to: insert, at: place + 4)
        }
        try insert.run()
    }

    private func update(
        _ table: StateTable,
        _ column: StateTable.Column,
        of record: RecordEntry,
        to value: JSON?
    ) throws {
        let update = try statements(column.update)
        update.bind(record.number, at: 1)
        try column.bind(value, to: update, at: 2)
        try update.run()
    }

    private func write(_ value: JSON?, at key: CellKey, in set: StateTable.SetTable) throws {
        let statement = try statements(
            value == nil
                ? "DELETE FROM \"\(set.name)\" WHERE record = ?1 AND member = ?2"
                : "REPLACE INTO \"\(set.name)\" (record, member, value) VALUES (?1, ?2, ?3)"
        )
        statement.bind(key.record, at: 1)
        statement.bind(key.member, at: 2)
        if let value { statement.bindText(value.canonicalBytes, at: 3) }
        try statement.run()
    }

    /// Keeps the value of a field or kind that this version does not know.
    private func writeUnknown(_ value: JSON?, at key: CellKey) throws {
        let statement = try statements(
            value == nil
                ? "DELETE FROM unknown_value WHERE record = ?1 AND field = ?2 AND member = ?3"
                : "REPLACE INTO unknown_value (record, field, member, value) VALUES (?1, ?2, ?3, ?4)"
        )
        bind(key, to: statement)
        if let value { statement.bindText(value.canonicalBytes, at: 4) }
        try statement.run()
    }
}
