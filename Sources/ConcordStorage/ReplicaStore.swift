package import ConcordChanges
import ConcordEncoding
import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// One replica: the change log and the state that is folded from it, in one SQLite file.
///
/// Every change is one transaction, durable when its function has returned (WAL, `synchronous=FULL`):
/// a diff and everything that follows from it are there together, or not at all. Several stores, also
/// of several processes, may use one file at once.
package final class ReplicaStore: Sendable {
    /// Called after each commit of one's own diff, with its number and identity: for the guard that
    /// tells a restored copy.
    package typealias Guard = @Sendable (Int, DiffID) throws -> Void

    /// Where the file is.
    package let path: String
    let pool: DatabasePool
    let verifier: any SignatureVerifier
    let afterSave: Guard?
    let ticks = Ticks()
    /// What belongs to the writing connection; used on its queue alone.
    private let writer: Mutex<WriterState?>

    private init(
        path: String,
        pool: DatabasePool,
        verifier: any SignatureVerifier,
        afterSave: Guard?
    ) {
        self.path = path
        self.pool = pool
        self.verifier = verifier
        self.afterSave = afterSave
        writer = Mutex(nil)
    }

    /// 8 MB of pages for each connection: nearly all that is only read lies in the mapped file.
    static let cacheSize = "PRAGMA cache_size = -8000"

    /// 256 MB of the file are read where they lie: a large replica's pages are not copied one by one.
    private static let mapping = "PRAGMA mmap_size = 268435456"
    /// Edits that are far apart change a page each, and whole pages go into the write-ahead log.
    private static let pageBytes = 2048
    /// How many pages the write-ahead log may have before a commit carries them into the file.
    private static let logPages: Int32 = 2000
    /// The same where much comes in at once: whoever waits for that need not wait for the file too.
    private static let logPagesMax: Int32 = 32_768

    // MARK: Opening.

    /// Makes an empty replica.
    ///
    /// - Throws: `StorageFailure`, for example `alreadyExists`.
    package static func create(
        at path: String,
        verifier: some SignatureVerifier,
        afterSave: Guard? = nil
    ) throws -> ReplicaStore {
        try ReplicaFile.make(at: path)
        do {
            let store = try opening(path, verifier, afterSave)
            try mappingFailures("making the replica", path) {
                try store.pool.write { db in
                    let statements = try StatementCache(db)
                    try Tables.create(in: statements)
                    try FoldStart.begin(in: statements)
                }
                // So that the first bytes of the file itself say what it is.
                _ = try store.pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            }
            return store
        } catch {
            try ReplicaFile.remove(path)
            throw error
        }
    }

    /// Opens a replica; one of an older version is brought to this one.
    ///
    /// - Throws: `StorageFailure`, for example `notFound`, `newerVersion` or `corrupted`.
    package static func open(
        at path: String,
        verifier: some SignatureVerifier,
        afterSave: Guard? = nil
    ) throws -> ReplicaStore {
        try ReplicaFile.check(path)
        let store = try opening(path, verifier, afterSave)
        try mappingFailures("opening", path) { try store.migrate() }
        return store
    }

    private static func opening(
        _ path: String,
        _ verifier: some SignatureVerifier,
        _ afterSave: Guard?
    ) throws -> ReplicaStore {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            try db.execute(sql: cacheSize)
            // Of a file that is there already the size of pages stays as it is.
            try db.execute(sql: "\(mapping); PRAGMA page_size = \(pageBytes)")
        }
        let pool = try mappingFailures("opening", path) {
            let pool = try DatabasePool(path: path, configuration: configuration)
            // The pool has set NORMAL by now, with which a power cut can take the last commits.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try JournalBuffer.install(on: StatementCache(db).connection)
            }
            return pool
        }
        return ReplicaStore(path: path, pool: pool, verifier: verifier, afterSave: afterSave)
    }

    /// Refuses what a newer version wrote; brings what an older one wrote to this one.
    private func migrate() throws {
        let (version, isCurrent) = try pool.read { db in
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            guard version == Tables.version else { return (version, false) }
            return (version, try FoldStart.hasCurrentTables(try StatementCache(db)))
        }
        guard version <= Tables.version else {
            throw StorageFailure(.newerVersion, while: "opening", path)
        }
        guard version >= 1 else { throw StorageFailure(.notAReplica, while: "opening", path) }
        if isCurrent { return try destroyRemains() }
        try pool.write { db in
            let statements = try StatementCache(db)
            try Migrations.run(from: version, in: statements)
            try Rebuild.inPlace(statements, verifier: verifier)
        }
    }

    /// Closes the file, so that it can be moved or removed; nothing can be done with the store then.
    package func close() throws {
        try mappingFailures("closing", path) {
            writer.withLock { $0 = nil }
            // The file alone then holds everything, unless another process still writes.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
            try pool.close()
        }
    }

    // MARK: Transactions.

    /// What belongs to the writing connection.
    struct WriterState: @unchecked Sendable {
        let statements: StatementCache
        /// What the file holds, as of `dataVersion`.
        var start: FoldStart?
        /// Changes when another connection commits.
        var dataVersion = 0
    }

    /// Runs one write transaction over a fold that goes on from what the file holds.
    ///
    /// What `body` leaves unwritten is written back before the commit.
    ///
    /// - Parameter isLarge: whether much is written: `carryOver` is to follow then.
    func transaction<Result>(
        _ action: String,
        isLarge: Bool = false,
        _ body: (inout FoldSession) throws -> Result
    ) throws -> Result {
        let result = try mappingFailures(action, path) {
            try pool.writeWithoutTransaction { db in
                try withWriter(db) { writer in
                    let statements = writer.statements
                    if isLarge {
                        sqlite3_wal_autocheckpoint(statements.connection, Self.logPagesMax)
                    }
                    defer {
                        if isLarge {
                            sqlite3_wal_autocheckpoint(statements.connection, Self.logPages)
                        }
                    }
                    let (result, end, hasErased) = try statements.transaction {
                        var session = try FoldSession(
                            try writer.current(),
                            statements: statements,
                            verifier: verifier
                        )
                        let result = try body(&session)
                        try session.flush()
                        return (result, session.end, session.hasErased)
                    }
                    writer.start = end
                    if hasErased { try destroyFreed(statements) }
                    return result
                }
            }
        }
        ticks.tick()
        return result
    }

    /// After an erasure: writes the file anew, without free pages, and empties the journal, in which the
    /// destroyed contents would be found.
    ///
    /// A reader in the middle of something keeps the journal; the next checkpoint empties it.
    private func destroyFreed(_ statements: StatementCache) throws {
        try statements.execute("PRAGMA secure_delete = OFF")
        try statements.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        try statements.execute("VACUUM")
        try statements.execute("DELETE FROM meta WHERE key = '\(FoldStart.remains)'")
        try statements.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    /// Finishes what a process did not that died, or met a full disk, after an erasure.
    private func destroyRemains() throws {
        guard try pool.read({ try FoldStart.hasRemains(try StatementCache($0)) }) else { return }
        try pool.writeWithoutTransaction { try destroyFreed(try StatementCache($0)) }
    }

    /// Carries what the write-ahead log holds into the file, once nobody waits for it.
    ///
    /// Everything is durable before; where it fails, the commit that meets the same failure tells it.
    func carryOver() {
        pool.asyncWriteWithoutTransaction { db in Self.carryOver(db) }
    }

    /// As it is done after much came in, and returns when it is done.
    package func testingOnlyCarryOver() {
        pool.writeWithoutTransaction { db in Self.carryOver(db) }
    }

    private static func carryOver(_ db: Database) {
        sqlite3_wal_checkpoint_v2(db.sqliteConnection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }

    /// Runs `body` with what belongs to the writing connection, forgetting it if something fails.
    func withWriter<Result>(
        _ db: Database,
        _ body: (inout WriterState) throws -> Result
    ) throws -> Result {
        // The pool's queue lets one caller in at a time; the lock never waits.
        var state = try writer.withLock { held in
            defer { held = nil }
            return try held ?? WriterState(statements: try StatementCache(db))
        }
        do {
            let result = try body(&state)
            writer.withLock { [state] held in held = state }
            return result
        } catch {
            state.start = nil
            writer.withLock { [state] held in held = state }
            throw error
        }
    }

    /// Gives a read transaction: everything read in it is of one moment.
    package func read<Result>(_ body: (ReplicaReader) throws -> Result) throws -> Result {
        try mappingFailures("reading", path) {
            try pool.read { db in
                try body(ReplicaReader(try StatementCache(db), verifier: verifier))
            }
        }
    }
}

extension ReplicaStore.WriterState {
    /// What the file holds now, within a transaction.
    mutating func current() throws -> FoldStart {
        let version = try statements("PRAGMA data_version").first { $0.int(0) } ?? 0
        if let start, version == dataVersion { return start }
        let start = try FoldStart(statements)
        self.start = start
        dataVersion = version
        return start
    }
}

extension StatementCache {
    /// The statements of a connection that is open.
    convenience init(_ db: Database) throws {
        guard let connection = db.sqliteConnection else {
            throw SQLiteError(nil, code: SQLITE_MISUSE)
        }
        self.init(connection)
    }
}
