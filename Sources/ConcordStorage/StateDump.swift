import ConcordDiff
import ConcordEncoding

/// All state as sorted lines, with identities in place of local numbers: two replicas, or one and its
/// rebuilt self, that hold the same log give the same lines.
enum StateDump {
    private static let differencesMax = 100

    /// What differs between two files, table by table.
    static func differences(_ left: StatementCache, _ right: StatementCache) throws -> [String] {
        var differences: [String] = []
        for (table, sql) in queries {
            let stored = try lines(sql, left)
            let again = try lines(sql, right)
            if stored == again { continue }
            let onlyStored = only(stored, without: again)
            let onlyAnew = only(again, without: stored)
            differences += onlyStored.map { "\(table): stored, not in the log: \($0)" }
            differences += onlyAnew.map { "\(table): in the log, not stored: \($0)" }
            if onlyStored.isEmpty, onlyAnew.isEmpty { differences.append("\(table): a row twice") }
        }
        for (table, sql) in atLeast {
            let missing = only(try lines(sql, right), without: try lines(sql, left))
            differences += missing.map { "\(table): in the log, not stored: \($0)" }
        }
        var seen = SeenCheck(left)
        differences += try seen.differences()
        return Array(differences.prefix(differencesMax))
    }

    private static func lines(_ sql: String, _ statements: StatementCache) throws -> [WireText] {
        try Statement(sql, on: statements.connection).rows { $0.string(0) }.sorted()
    }

    /// The lines that only one of them has.
    private static func only(_ lines: [WireText], without others: [WireText]) -> [WireText] {
        let others = Set(others)
        return lines.filter { !others.contains($0) }
    }

    /// Of a record that was named as an owner alone, by a write that has no effect any more, an empty
    /// row remains, which nobody is shown.
    private static let isNamed = """
        (EXISTS (SELECT 1 FROM write w WHERE w.record = r.number)
        OR EXISTS (SELECT 1 FROM record c WHERE c.owner = r.number))
        """

    /// For each table one query that gives a line for each row.
    private static let queries: [(table: String, sql: String)] =
        fixed
        + StateTable.all.flatMap { table in
            [(table.name, line(table.columns.map(\.name), of: table.name, key: nil))]
                + table.sets.map { ($0.name, line(["value"], of: $0.name, key: "member")) }
        }

    /// What a write replaces, by identities: the places that its column names are numbered as they came here.
    private static let over = """
        (SELECT group_concat(name) FROM (SELECT ifnull(hex(o.id), p.value) AS name
        FROM json_each('[' || replace(json_quote(w.over), ' ', '","') || ']') p LEFT JOIN diff o
        ON o.branch = CAST(substr(p.value, 1, instr(p.value, ':') - 1) AS INTEGER)
        AND o.seq = CAST(substr(p.value, instr(p.value, ':') + 1) AS INTEGER)
        WHERE w.over IS NOT NULL ORDER BY name))
        """

    /// What is noted once and never taken back, though what it was noted for may have gone: there must be as much of it
    /// as the log gives.
    private static let atLeast: [(table: String, sql: String)] =
        ["has_removal", "may_wait"].map { column in
            ("record", "SELECT json_array(kind, id, '\(column)') FROM record WHERE \(column)")
        }
        + [
            (
                // Of a finding into which none is merged any more it depends on when that was looked at.
                "record",
                """
                SELECT json_array(kind, id, 'takes_in') FROM record r WHERE takes_in
                AND EXISTS (SELECT 1 FROM record m WHERE m.merged_into = r.number)
                """
            ),
            (
                "shared_cell",
                """
                SELECT json_array(r.kind, r.id, c.field, c.member)
                FROM shared_cell c JOIN record r ON r.number = c.record
                """
            ),
        ]

    private static let fixed: [(table: String, sql: String)] = [
        (
            "diff",
            """
            SELECT json_array(hex(d.id), b.author, d.seq, d.depth, d.position, d.is_control, d.time)
            FROM diff d JOIN branch b ON b.number = d.branch
            """
        ),
        ("log_range", "SELECT json_array(size, hex(hashes)) FROM log_range"),
        ("head", "SELECT hex(d.id) FROM head h JOIN diff d ON d.number = h.diff"),
        (
            // Of two branches the one that came first here goes on where they part: what the rows say of
            // each diff is the same everywhere, the rows themselves are not. Each has one before it in its chain.
            "branch",
            """
            SELECT json_array(hex(d.id), d.seq <= b.judged, ifnull(d.seq >= b.void_from, 0),
            b.tip IS (SELECT max(seq) FROM diff WHERE branch = b.number), b.judged <= b.tip,
            (b.base_branch IS NULL) = (b.base_seq IS NULL),
            (SELECT hex(p.id) FROM diff p WHERE p.seq = d.seq - 1
            AND p.branch = iif(d.seq - 1 > ifnull(b.base_seq, 0), d.branch, b.base_branch)))
            FROM diff d JOIN branch b ON b.number = d.branch
            """
        ),
        (
            "record",
            """
            SELECT json_array(r.kind, r.id, o.kind, o.id, r.first_add IS NOT NULL, r.is_present, m.id)
            FROM record r LEFT JOIN record o ON o.number = r.owner
            LEFT JOIN record m ON m.number = r.merged_into WHERE \(isNamed)
            """
        ),
        (
            "write",
            """
            SELECT json_array(r.kind, r.id, w.field, w.member, w.standing, hex(d.id), w.depth,
            w.effect, w.rank, w.ends, w.value, w.marks & 30,
            w.admitted_from, w.branch = d.branch AND w.seq = d.seq,
            (SELECT hex(a.id) FROM diff a WHERE a.number = w.admitted_by), \(over))
            FROM write w JOIN record r ON r.number = w.record JOIN diff d ON d.number = w.diff
            """
        ),
        (
            "conflict",
            """
            SELECT json_array(r.kind, r.id, c.field, c.member, c.kind, c.shown, c.candidates)
            FROM conflict c JOIN record r ON r.number = c.record
            """
        ),
        (
            "open_pair",
            """
            SELECT json_array(r.kind, r.id, p.field, min(hex(a.id), hex(b.id)),
            max(hex(a.id), hex(b.id)))
            FROM open_pair p JOIN record r ON r.number = p.record
            JOIN diff a ON a.number = p.first JOIN diff b ON b.number = p.second
            """
        ),
        (
            "citation",
            """
            SELECT json_array(c.id, r.kind, r.id, c.field, c.member)
            FROM citation c JOIN record r ON r.number = c.record
            """
        ),
        ("unknown_value", line(["field", "value"], of: "unknown_value", key: "member")),
        (
            "meta",
            "SELECT json_array(key, value) FROM meta WHERE key != '\(FoldStart.remains)'"
        ),
    ]

    private static func line(_ columns: [String], of table: String, key: String?) -> String {
        let keys = ["r.kind", "r.id"] + (key.map { ["t.\"\($0)\""] } ?? ["t.id", "t.is_present"])
        let values = keys + columns.map { "t.\"\($0)\"" }
        return """
            SELECT json_array(\(values.joined(separator: ", ")))
            FROM "\(table)" t JOIN record r ON r.number = t.record WHERE \(isNamed)
            """
    }
}
