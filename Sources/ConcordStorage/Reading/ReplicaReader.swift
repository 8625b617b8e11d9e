package import ConcordDiff
package import ConcordEncoding
package import ConcordMerge

/// A replica as it is at one moment: lives within `ReplicaStore.read`.
package struct ReplicaReader {
    let statements: StatementCache
    let verifier: any SignatureVerifier

    /// How many steps of SQLite's own machine this connection's statements have taken so far: a measure of work that is
    /// the same on every machine, for those who compare few records with many.
    package var machineSteps: Int { statements.machineSteps }

    init(_ statements: StatementCache, verifier: any SignatureVerifier) {
        self.statements = statements
        self.verifier = verifier
    }

    /// Who is in the engagement, with what is pending.
    package var membership: Membership {
        get throws { try FoldStart.ledger(statements).membership }
    }

    /// What has changed since some moment.
    package var changed: ChangedRecords { ChangedRecords(statements: statements) }

    /// How many entries of the server's log are here.
    package var logSize: Int {
        get throws { try FoldStart.logSize(statements) }
    }

    /// Every conflict of a present record, by path, then kind.
    package func conflicts() throws -> [Conflict] {
        let conflicts = try statements(
            """
            SELECT r.kind, r.id, c.field, c.member, c.kind, c.shown, c.candidates
            FROM conflict c JOIN record r ON r.number = c.record WHERE r.is_present
            """
        ).rows(Conflict.init(row:))
        return conflicts.map { ($0.path.description, $0) }.sorted { left, right in
            left.0 == right.0
                ? left.1.kind.rawValue < right.1.kind.rawValue
                : left.0.utf8.lexicographicallyPrecedes(right.0.utf8)
        }.map(\.1)
    }

    /// Every write without effect, in order of arrival.
    package func voids() throws -> [VoidWrite] {
        let branches = try FoldStart.branches(statements)
        return try statements(
            """
            SELECT r.kind, r.id, w.field, w.member, w.effect, w.branch, w.seq, d.id, d.time
            FROM write w INDEXED BY write_effect JOIN record r ON r.number = w.record
            JOIN diff d ON d.number = w.diff WHERE w.effect IS NOT NULL AND w.standing = 1
            ORDER BY w.diff, w.record, w.field, w.member
            """
        ).rows { row in
            guard let reason = VoidReason(row.string(4)) else {
                throw DamagedRow("effect")
            }
            return VoidWrite(
                path: try row.path(0),
                reason: reason,
                write: WriteReference(seq: row.int(6), author: try branches.author(of: row.int(5))),
                diff: try row.digest(7),
                time: row.string(8).string
            )
        }
    }

    /// Every write of a cell, in causal order; a path without field is the record's presence.
    package func history(of path: CellPath) throws -> [HistoryEntry] {
        let branches = try FoldStart.branches(statements)
        let query = try statements(
            """
            SELECT w.diff, w.standing, w.branch, w.seq, w.depth, w.effect, w.rank, w.ends, w.over,
            w.value, w.admitted_by, w.admitted_from, w.marks, d.id, d.time, d.position, a.id
            FROM record r JOIN write w ON w.record = r.number JOIN diff d ON d.number = w.diff
            LEFT JOIN diff a ON a.number = w.admitted_by
            WHERE r.id = ?1 AND r.kind = ?2 AND w.field = ?3 AND w.member = ?4
            """
        )
        query.bind(path.record, at: 1)
        query.bind(path.kind, at: 2)
        query.bind(path.field ?? "", at: 3)
        query.bind(path.member ?? "", at: 4)
        let writes = try query.rows { row in
            try HistoryEntry(
                try CellWrite(row, on: branches),
                diff: try row.digest(13),
                admission: try row.isNull(16) ? nil : row.digest(16),
                time: row.string(14).string,
                position: row.optionalInt(15),
                branches: branches
            )
        }
        return writes.sorted { ($0.depth, $0.write, $0.diff) < ($1.depth, $1.write, $1.diff) }
    }

    /// The cells of a record that were ever written, presence included.
    package func paths(kind: WireText, id: WireText) throws -> [CellPath] {
        let query = try statements(
            """
            SELECT DISTINCT w.field, w.member FROM record r JOIN write w ON w.record = r.number
            WHERE r.id = ?1 AND r.kind = ?2 ORDER BY w.field, w.member
            """
        )
        query.bind(id, at: 1)
        query.bind(kind, at: 2)
        return try query.rows { row in
            try CellPath(kind: kind, id: id, field: row.string(0), member: row.string(1))
        }
    }

    /// How many diffs are here.
    package func diffCount() throws -> Int { try count("SELECT count(*) FROM diff") }

    /// How much the replica holds, and how much of it the server does not have yet.
    package func status() throws -> ReplicaStatus {
        let diffs = try diffCount()
        let log = try logSize
        return ReplicaStatus(
            diffs: diffs,
            pending: diffs - log,
            log: log,
            records: try count("SELECT count(*) FROM record WHERE is_present"),
            conflicts: try count(
                """
                SELECT count(*) FROM conflict c JOIN record r ON r.number = c.record
                WHERE r.is_present
                """
            ),
            voids: try count(
                """
                SELECT count(*) FROM write INDEXED BY write_effect
                WHERE effect IS NOT NULL AND standing = 1
                """
            ),
            chainProven: try count("SELECT count(*) FROM diff WHERE proof = 0")
        )
    }

    private func count(_ sql: String) throws -> Int { try statements(sql).first { $0.int(0) } ?? 0 }
}

extension CellPath {
    /// A stored path, in which empty names mean none.
    init(kind: WireText, id: WireText, field: WireText, member: WireText) throws {
        guard !field.isEmpty || member.isEmpty else { throw DamagedRow("path") }
        self.init(
            kind: kind,
            record: id,
            field: field.isEmpty ? nil : field,
            member: member.isEmpty ? nil : member
        )
    }
}

extension Statement {
    /// The path in four columns: kind, id, field, member.
    func path(_ column: Int) throws -> CellPath {
        try CellPath(
            kind: string(column),
            id: string(column + 1),
            field: string(column + 2),
            member: string(column + 3)
        )
    }
}

extension Conflict {
    /// Reads a conflict: path, kind, shown, candidates.
    init(row: Statement) throws {
        guard let kind = ConflictKind(row.string(4)) else { throw DamagedRow("conflict") }
        let candidates = try StoredJSON.readLines(row, 6)
        self.init(
            kind: kind,
            path: try row.path(0),
            candidates: try candidates.map { candidate in
                guard let write = candidate["write"]?.stringValue.flatMap({ WriteReference($0) })
                else { throw DamagedRow("candidate") }
                let value = candidate["value"]
                return Candidate(
                    write: write,
                    value: value?.isNull ?? true ? nil : value,
                    path: candidate["path"]?.stringValue,
                    isProposal: candidate["proposal"]?.boolValue ?? false,
                    isText: value == nil
                )
            },
            shown: try StoredJSON.read(row, 5)
        )
    }
}
