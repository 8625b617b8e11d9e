import CSQLite
import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordSync
import Foundation
internal import GRDB
internal import GRDBSQLite

/// The server's one SQLite file: the logs of all engagements.
///
/// Everything that is answered as accepted is durable: a request is one transaction, in WAL mode with
/// `synchronous=FULL`, and is answered after its commit. Every commit and checkpoint is made by the one
/// writing connection of the one process that holds the lock next to the file.
public final class ServerDatabase: Sendable {
    let pool: DatabasePool
    /// What signs the logs.
    let notary: LogNotary
    /// Where the files are.
    let places: ServerFiles
    private let key: (path: String, isNew: Bool)
    private let lock: DatabaseLock
    private let files: DatabaseFiles

    /// Opens the database, creates it if there is none, and brings an older one up to date.
    ///
    /// - Parameters:
    ///   - checkpoints: the file of what was signed, which must not be restored with the database; by default
    ///     `PATH.checkpoints`.
    ///   - logKey: the file of the key that signs the logs, which is made at the first start; by default
    ///     `PATH.log-key`.
    ///   - testingOnlyPagesMax: how many pages the file may have, to meet a full disk.
    /// - Throws: why it cannot be used; then nothing has been changed.
    public init(
        path: String,
        checkpoints: String? = nil,
        logKey: String? = nil,
        testingOnlyPagesMax: Int? = nil
    ) throws(StorageFailure) {
        places = ServerFiles(database: path, checkpoints: checkpoints, logKey: logKey)
        do {
            try RegularFile.require(path, withParts: ServerFiles.parts)
        } catch {
            throw StorageFailure(error, while: "opening \(path)")
        }
        lock = try DatabaseLock(path: path)
        files = try DatabaseFiles(path)
        do {
            if !files.isNew { try Self.refuseForeignFile(path) }
            let pool = try DatabasePool(path: path, configuration: Self.configuration)
            try Self.migrate(pool)
            // The pool sets NORMAL when it opens its writer.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                if let pages = testingOnlyPagesMax {
                    try db.execute(sql: "PRAGMA max_page_count = \(pages)")
                }
            }
            self.pool = pool
            let kept = try CheckpointFile(path: places.checkpoints)
            let isFirst = try kept.isEmpty()
            try BackupMark.adopt(in: pool, places, isFirst: isFirst)
            let (keys, isNew) = try LogKeys.open(places, isFirst: isFirst)
            self.key = (places.logKey, isNew)
            try places.narrow()
            notary = LogNotary(checkpoints: kept, keys: keys)
            try notary.signAnew()
        } catch {
            let failure = StorageFailure(error, while: "opening \(path)")
            try files.removeIfNew()
            if files.isNew || failure.code == .notOurs { try Self.remove(lock) }
            throw failure
        }
    }

    /// How each connection is set up: checkpoints are ours alone, and nothing is mapped into memory.
    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "concord-server"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA mmap_size = 0")
            let connection = db.sqliteConnection
            concord_sqlite_no_checkpoint_on_close(connection.map { UnsafeMutableRawPointer($0) })
            if db.configuration.readonly { return }
            // What one large request left behind is cut off when the log starts over.
            _ = try Int.fetchOne(db, sql: "PRAGMA journal_size_limit = \(logBytes)")
            // In the place of SQLite's own; a failure is told by the commit that meets it too.
            sqlite3_wal_hook(
                connection,
                { _, connection, name, pages in
                    if pages >= ServerDatabase.logPages {
                        sqlite3_wal_checkpoint_v2(
                            connection,
                            name,
                            SQLITE_CHECKPOINT_PASSIVE,
                            nil,
                            nil
                        )
                    }
                    return SQLITE_OK
                },
                nil
            )
        }
        return configuration
    }

    /// How many pages the write-ahead log may have before a commit carries them into the file.
    private static let logPages: Int32 = 1000
    /// How long its file may stay when a commit starts it over, in bytes: as many pages take so much.
    private static let logBytes = 4 << 20

    /// The version of the SQLite that is used, as `3.40.1`.
    public static var sqliteVersion: String { String(cString: sqlite3_libversion()) }

    /// Writes the WAL back into the file and closes it.
    public func close() throws(StorageFailure) {
        do {
            try pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
            try pool.close()
        } catch {
            throw StorageFailure(error, while: "closing the database")
        }
        try notary.checkpoints.close()
    }

    /// Closes the file, and removes it if this start has made it: for a server that could not listen.
    public func abandon() throws(StorageFailure) {
        try close()
        try notary.checkpoints.removeIfNew()
        if key.isNew {
            do {
                try OwnFile.remove(key.path)
            } catch {
                throw StorageFailure(.failed, error.message, cause: error)
            }
        }
        guard files.isNew else { return }
        try files.removeIfNew()
        try Self.remove(lock)
    }

    private static func remove(_ lock: DatabaseLock) throws(StorageFailure) {
        do {
            try lock.remove()
        } catch {
            throw StorageFailure(.failed, error.message, cause: error)
        }
    }

    /// How many writes have proven that it can be written.
    package func testingOnlyUserVersion() throws -> Int? {
        try pool.read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
    }

    /// Where the file is.
    var path: String {
        files.path
    }

    /// How the writer flushes: 2 is FULL.
    package func testingOnlySynchronous() throws -> Int? {
        try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }
}

extension ServerDatabase {
    /// "CCSV", so that `file` and other programs can tell what it is.
    private static let applicationID = 0x4343_5356

    /// Refuses a file that is not a server's database, before anything is written to it.
    private static func refuseForeignFile(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { closeQuietly(queue) }
        try queue.read { try requireOurs($0, path) }
    }

    private static func requireOurs(_ db: Database, _ path: String) throws {
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        let id = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        guard tables == 0 || id == applicationID else {
            throw StorageFailure(
                .notOurs,
                "\(path) is another program's database; name another file, which is created if "
                    + "there is none"
            )
        }
        guard tables > 0, try migrator.hasBeenSuperseded(db) else { return }
        throw StorageFailure(
            .newerVersion,
            "\(path) was written by a newer concord-server; install that version, or name "
                + "another file"
        )
    }

    /// Refuses a file that is not a server's database of this version, for who only reads.
    static func requireCurrent(_ db: Database, _ path: String) throws {
        try requireOurs(db, path)
        guard try migrator.hasCompletedMigrations(db) else {
            throw StorageFailure(
                .notOurs,
                "\(path) was never used by this version of concord-server; start `serve` with it once"
            )
        }
    }

    private static func closeQuietly(_ queue: DatabaseQueue) {
        do {
            try queue.close()
        } catch {
            // It was read only: nothing can be lost, and the pool opens the file again.
            return
        }
    }

    private static func migrate(_ pool: DatabasePool) throws {
        try migrator.migrate(pool)
    }

    /// Every schema there ever was, in order. A released one is never changed.
    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: schema1)
        }
        // Logs as trees.
        migrator.registerMigration("v2") { db in try StoredTree.create(in: db) }
        return migrator
    }

    private static let schema1 = """
        CREATE TABLE engagement (
            key INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
            created_at_ms INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE entry (
            engagement INTEGER NOT NULL REFERENCES engagement (key),
            position INTEGER NOT NULL,
            id BLOB NOT NULL CHECK (length(id) = 32),
            author BLOB NOT NULL CHECK (length(author) = 32),
            seq INTEGER NOT NULL,
            is_fork INTEGER NOT NULL CHECK (is_fork IN (0, 1)),
            is_control INTEGER NOT NULL CHECK (is_control IN (0, 1)),
            envelope BLOB NOT NULL,
            received_at_ms INTEGER NOT NULL,
            PRIMARY KEY (engagement, position)
        ) STRICT;
        CREATE UNIQUE INDEX entry_id ON entry (engagement, id);
        CREATE UNIQUE INDEX entry_first_branch ON entry (engagement, author, seq)
            WHERE is_fork = 0;
        CREATE INDEX entry_control ON entry (engagement, position) WHERE is_control = 1;
        """
}
