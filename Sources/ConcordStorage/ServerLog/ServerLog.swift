package import ConcordDiff
package import ConcordEncoding

/// What the replica knows of the server's log beside its entries: the server's key, and what it signed last.
package struct ServerLog: Hashable, Sendable {
    /// The key, as signed notes write it; another one follows only if this one says so.
    package let key: WireText
    /// The newest checkpoint that was verified; nil if there is none yet.
    package let newest: Newest?

    /// A checkpoint that was verified.
    package struct Newest: Hashable, Sendable {
        /// What it states.
        package let witness: LogWitness
        /// The note, exactly as it was signed.
        package let note: [UInt8]

        package init(_ witness: LogWitness, note: [UInt8]) {
            self.witness = witness
            self.note = note
        }
    }

    /// A log with this key.
    package init(key: WireText, newest: Newest? = nil) {
        self.key = key
        self.newest = newest
    }
}

/// The tables of what cannot be folded from the log of diffs, and stays when everything else is folded again.
struct ServerLogTables {
    private let statements: StatementCache

    init(_ statements: StatementCache) { self.statements = statements }

    /// The names of the tables.
    static let names = ["server_log", "contradiction"]

    /// How many contradictions are kept of each sort: the first ones, since a server that goes on contradicting itself must
    /// not fill the disk. Of each sort, so that what anybody can make leaves room for what a key has signed.
    private static let contradictionsMax = 100

    func read() throws -> ServerLog? {
        try statements("SELECT key, size, root, note FROM server_log").first { row in
            guard !row.isNull(1) else { return ServerLog(key: row.string(0)) }
            let witness = LogWitness(size: row.int(1), root: try row.digest(2))
            return ServerLog(key: row.string(0), newest: .init(witness, note: row.bytes(3)))
        }
    }

    /// Keeps the key, and what was verified last; no diff of this device names it yet.
    func write(_ log: ServerLog) throws {
        let insert = try statements(
            """
            INSERT OR REPLACE INTO server_log (number, key, size, root, note, is_named)
            VALUES (1, ?1, ?2, ?3, ?4, 0)
            """
        )
        insert.bind(log.key, at: 1)
        if let newest = log.newest {
            insert.bind(newest.witness.size, at: 2)
            insert.bind(newest.witness.root, at: 3)
            insert.bind(newest.note, at: 4)
        } else {
            for place in 2...4 { insert.bindNull(at: place) }
        }
        try insert.run()
    }

    /// What the next diff of this device names as `log`: the newest checkpoint, if none has named it.
    ///
    /// From here on it counts as named, unless the transaction is taken back.
    func takeUnnamed() throws -> LogWitness? {
        let witness = try statements(
            "SELECT size, root FROM server_log WHERE is_named = 0 AND size > 0"
        ).first { LogWitness(size: $0.int(0), root: try $0.digest(1)) }
        if witness != nil { try statements("UPDATE server_log SET is_named = 1").run() }
        return witness
    }

    /// Keeps a contradiction, once.
    func add(_ contradiction: LogContradiction) throws {
        let kept = try contradictions().count { $0.sort == contradiction.sort }
        guard kept < Self.contradictionsMax else { return }
        let insert = try statements(
            """
            INSERT OR IGNORE INTO contradiction (code, found, key, held, given, entries)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """
        )
        insert.bind(contradiction.code, at: 1)
        insert.bind(WireText(contradiction.found.description), at: 2)
        insert.bind(contradiction.key, at: 3)
        insert.bind(contradiction.held, at: 4)
        insert.bind(contradiction.given, at: 5)
        insert.bind(contradiction.entries, at: 6)
        try insert.run()
    }

    /// Forgets doubts: the key of the log has shown since that it stands behind the log as it is here.
    func settleDoubts() throws {
        for contradiction in try contradictions() where contradiction.sort == .doubt {
            let delete = try statements("DELETE FROM contradiction WHERE code = ?1 AND found = ?2")
            delete.bind(contradiction.code, at: 1)
            delete.bind(WireText(contradiction.found.description), at: 2)
            try delete.run()
        }
    }

    func contradictions() throws -> [LogContradiction] {
        try statements(
            "SELECT code, found, key, held, given, entries FROM contradiction ORDER BY number"
        ).rows { row in
            guard let found = Timestamp(row.string(1).string) else { throw DamagedRow("time") }
            return LogContradiction(
                code: row.string(0),
                found: found,
                key: row.string(2),
                held: row.bytes(3),
                given: row.bytes(4),
                entries: row.bytes(5)
            )
        }
    }

    /// Takes over what another file holds, as far as it can be read.
    func copy(from old: StatementCache) throws {
        let names = Set(try old("SELECT name FROM sqlite_schema").rows { $0.string(0).string })
        guard names.isSuperset(of: Self.names) else { return }
        let tables = ServerLogTables(old)
        var log: ServerLog?
        var contradictions: [LogContradiction] = []
        try LogSalvage.toleratingDamage { log = try tables.read() }
        try LogSalvage.toleratingDamage { contradictions = try tables.contradictions() }
        if let log { try write(log) }
        for contradiction in contradictions { try add(contradiction) }
    }
}
