package import ConcordDiff
import ConcordEncoding
import ConcordFiles
import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// One replica: the change log and the state that is folded from it, in one SQLite file.
///
/// Every change is one transaction, durable when its function has returned (WAL, `synchronous=FULL`): a
/// diff and everything that follows from it are there together, or not at all. Several stores, also of
/// several processes, may use one file at the same time; every commit and every checkpoint of any of them
/// holds the lock `PATH.lock`.
package final class ReplicaStore: Sendable {
    /// Called after each commit of a diff of this device, with its number and identity: for the
    /// guard that recognizes a restored copy.
    package typealias Guard = @Sendable (Int, DiffID) throws -> Void

    /// Where the file is.
    package let path: String
    let pool: DatabasePool
    /// What every commit and checkpoint holds, of all processes.
    let lock: FileLock
    let verifier: any SignatureVerifier
    let afterSave: Guard?
    let ticks = Ticks()
    /// The parts of the writing connection; used only on its queue.
    private let writer: Mutex<WriterState?>

    private init(
        path: String,
        pool: DatabasePool,
        lock: FileLock,
        verifier: any SignatureVerifier,
        afterSave: Guard?
    ) {
        self.path = path
        self.pool = pool
        self.lock = lock
        self.verifier = verifier
        self.afterSave = afterSave
        writer = Mutex(nil)
    }

    /// 16 MB of pages for each connection. The file is not mapped into memory: where several processes
    /// write, a mapping spreads what one of them damages.
    static let cacheSize = "PRAGMA cache_size = -16000"

    /// Edits that are far apart change a page each, and whole pages go into the write-ahead log.
    static let pageSize = "PRAGMA page_size = 2048"
    /// How long others that hold the file are waited for.
    static let waitMilliseconds = 10_000

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
                try store.checkpointAll()
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
        try mappingFailures("opening", path) { try ReplicaFile.check(path) }
        let store = try opening(path, verifier, afterSave)
        try mappingFailures("opening", path) { try store.migrate() }
        return store
    }

    /// Opens the file, and opens it again if a rebuild puts another one in its place meanwhile.
    private static func opening(
        _ path: String,
        _ verifier: some SignatureVerifier,
        _ afterSave: Guard?
    ) throws -> ReplicaStore {
        for _ in 0..<3 {
            do {
                return try openingOnce(path, verifier, afterSave)
            } catch let failure as StorageFailure where failure.code == .replaced {
                continue
            }
        }
        return try openingOnce(path, verifier, afterSave)
    }

    private static func openingOnce(
        _ path: String,
        _ verifier: some SignatureVerifier,
        _ afterSave: Guard?
    ) throws -> ReplicaStore {
        let lock = FileLock(path: path + ".lock")
        let pool = try mappingFailures("opening", path) {
            let pool = try DatabasePool(path: path, configuration: configuration(lock))
            // The pool has set NORMAL by now, with which a power cut can take the last commits.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                // The pragma answers with the limit, so it is read.
                _ = try Int.fetchOne(
                    db,
                    sql: "PRAGMA journal_size_limit = \(Checkpoints.fileBytes)"
                )
                try JournalBuffer.install(on: StatementCache(db).connection)
            }
            return pool
        }
        return ReplicaStore(
            path: path,
            pool: pool,
            lock: lock,
            verifier: verifier,
            afterSave: afterSave
        )
    }

    /// How each connection is set up, before anything is read through it.
    private static func configuration(_ lock: FileLock) -> Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(Double(waitMilliseconds) / 1000)
        configuration.prepareDatabase { db in
            let connection = try StatementCache(db).connection
            try Checkpoints.takeOver(connection)
            if !db.configuration.readonly { try DatabaseFile.install(lock, on: connection) }
            try db.execute(sql: cacheSize)
            // Of a file that is there already the size of pages stays as it is.
            try db.execute(sql: "PRAGMA mmap_size = 0; \(pageSize)")
        }
        return configuration
    }

    /// Refuses a file of a newer version; upgrades one of an older version.
    private func migrate() throws {
        let (version, isCurrent) = try pool.read { db in
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            guard version == Tables.version else { return (version, false) }
            let statements = try StatementCache(db)
            let isCurrent = try FoldStart.hasCurrentTables(statements)
            if isCurrent { try SchemaCheck.require(in: statements) }
            return (version, isCurrent)
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
        carryOver()
    }

    /// Closes the file, so that it can be moved or removed; nothing can be done with the store then.
    package func close() throws {
        try mappingFailures("closing", path) {
            forgetWriter()
            // The file alone then holds everything, unless another process still uses it.
            try checkpointAll()
            try pool.close()
        }
    }

    /// Lets go of the statements of the writing connection, which would keep it open.
    func forgetWriter() { writer.withLock { $0 = nil } }

    // MARK: Transactions.

    /// What belongs to the writing connection.
    struct WriterState: @unchecked Sendable {
        let statements: StatementCache
        /// What the file holds, as of `dataVersion`.
        var start: FoldStart?
        /// Changes when another connection commits.
        var dataVersion = 0
    }

    /// Runs one write transaction over a fold that continues from the file's state.
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
                    try Checkpoints.afterCommit(on: statements.connection, isLarge: isLarge)
                    return result
                }
            }
        }
        ticks.tick()
        return result
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

    /// The file as it is now, for reading bit by bit.
    package func moment() throws -> StoredMoment {
        try mappingFailures("reading", path) {
            StoredMoment(path: path, snapshot: try pool.makeSnapshot(), verifier: verifier)
        }
    }
}

// MARK: Observing.

extension ReplicaStore {
    /// How long another process's commit may go unnoticed.
    private static let pollInterval: Duration = .milliseconds(100)

    /// A tick after each commit, of this store and of others that use the file, also in other
    /// processes; several commits may come as one. The first tick comes immediately.
    ///
    /// This store's commits tick immediately. For others there is no event in SQLite: while someone
    /// observes, `PRAGMA data_version` is asked ten times a second (45 µs each).
    package func changes() -> AsyncStream<Void> {
        ticks.stream { [weak self] in
            var last: Int?
            while !Task.isCancelled, let store = self {
                let version = await store.dataVersion()
                // The first time, something may have been committed since the stream was made.
                if last != version { store.ticks.tick() }
                last = version
                do {
                    try await Task.sleep(for: Self.pollInterval)
                } catch {
                    return
                }
            }
        }
    }

    /// Ticks without a commit: for what observers receive apart from stored data.
    package func noteChange() { ticks.tick() }

    /// What changes when another connection commits; -1 where it cannot be read: a reader that then reads a
    /// snapshot meets the failure and tells it.
    private func dataVersion() async -> Int {
        do {
            return try await pool.writeWithoutTransaction { db in
                try Int.fetchOne(db, sql: "PRAGMA data_version") ?? -1
            }
        } catch {
            return -1
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
