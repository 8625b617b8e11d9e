import ConcordDiff
import ConcordEncoding
import ConcordMerge
import GRDB
import GRDBSQLite

/// Folds the change log again.
enum Rebuild {
    private static let batch = 16_384

    /// Rebuilds everything except the log, within a transaction.
    ///
    /// - Parameter entries: how many entries of the server's log keep their places; later ones have
    ///   none afterwards, and come before everything else that has none, in their order.
    static func inPlace(
        _ statements: StatementCache,
        entries: Int = .max,
        verifier: any SignatureVerifier
    ) throws {
        // Pages that do not fit are written twice and more.
        try statements.execute("PRAGMA cache_size = -262144")
        defer { sqlite3_exec(statements.connection, ReplicaStore.cacheSize, nil, nil, nil) }
        try statements.execute("ALTER TABLE diff RENAME TO \(Tables.oldLog)")
        try Tables.dropFold(in: statements)
        try statements.execute(Tables.log + Tables.fold + Tables.state)
        try fold(
            Tables.oldLog,
            entries: entries,
            of: statements,
            into: statements,
            verifier: verifier
        )
        try statements.execute("DROP TABLE \(Tables.oldLog)")
    }

    /// Folds the log of one file into an empty one.
    static func copy(
        _ source: StatementCache,
        into target: StatementCache,
        verifier: any SignatureVerifier
    ) throws {
        try target.execute(Tables.log + Tables.fold + Tables.state)
        try fold("diff", of: source, into: target, verifier: verifier)
    }

    private static func fold(
        _ table: String,
        entries: Int = .max,
        of source: StatementCache,
        into target: StatementCache,
        verifier: any SignatureVerifier
    ) throws {
        try FoldStart.begin(in: target)
        var session = try FoldSession(FoldStart(), statements: target, verifier: verifier)
        let logged = try Statement(
            """
            SELECT envelope, proof FROM \(table) WHERE position < ?1 ORDER BY position
            """,
            on: source.connection
        )
        logged.bind(entries, at: 1)
        var items: [LogItem] = []
        while try logged.next() {
            items.append(.new(try VerifiedDiff(stored: logged.bytes(0), proof: logged.int(1))))
            if items.count == batch { try takeIn(&items, in: &session) }
        }
        try takeIn(&items, in: &session)
        let pending = try Statement(
            """
            SELECT envelope, proof FROM \(table) WHERE position IS NULL OR position >= ?1
            ORDER BY position IS NULL, position, depth, id
            """,
            on: source.connection
        )
        pending.bind(entries, at: 1)
        let diffs = try pending.rows {
            try VerifiedDiff(stored: $0.bytes(0), proof: $0.int(1))
        }
        if let refused = try session.fold.order.takeIn(storedPending: diffs).first {
            throw DamagedRow("pending diff (\(refused.error))")
        }
        try session.flush()
    }

    private static func takeIn(_ items: inout [LogItem], in session: inout FoldSession) throws {
        if let refused = try session.fold.order.takeIn(log: items, isStored: true) {
            throw DamagedRow("diff (\(refused.error))")
        }
        try session.flush()
        items.removeAll(keepingCapacity: true)
    }
}

extension ReplicaStore {
    /// Folds the whole log again and compares everything with what is stored, byte for byte.
    ///
    /// Nothing is changed; the second fold is in memory.
    package func checkState() throws -> RebuildReport {
        try mappingFailures("checking", path) {
            let second = try DatabaseQueue()
            return try pool.read { db in
                let stored = try StatementCache(db)
                // What finds records must agree with them, though nothing of it is compared below.
                let fault = try stored("PRAGMA integrity_check(1)").first { $0.string(0) }
                guard fault == "ok" else { throw DamagedRow("table or index") }
                return try second.write { copy in
                    let again = try StatementCache(copy)
                    try Rebuild.copy(stored, into: again, verifier: verifier)
                    let differences = try StateDump.differences(stored, again)
                    return RebuildReport(differences: differences, isSame: differences.isEmpty)
                }
            }
        }
    }

    /// Folds the whole log again and keeps the result.
    package func rebuild() throws {
        try mappingFailures("rebuilding", path) {
            try pool.writeWithoutTransaction { db in
                try withWriter(db) { writer in
                    writer.start = nil
                    try writer.statements.transaction {
                        try Rebuild.inPlace(writer.statements, verifier: verifier)
                    }
                }
            }
        }
        ticks.tick()
    }
}
