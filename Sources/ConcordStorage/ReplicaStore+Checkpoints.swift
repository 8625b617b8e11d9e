import CSQLite
import ConcordEncoding
import ConcordEvidence
import ConcordFiles
import ConcordModel
import GRDB
import GRDBSQLite

/// When the write-ahead log is carried into the file: never by SQLite on its own, but after our commits, and
/// always under our lock (`DatabaseFile`).
enum Checkpoints {
    /// How many pages the log may have before a commit carries them into the file.
    private static let logPages = 2000
    /// The same if many diffs arrive at once: a caller that waits for them need not wait for the file
    /// too.
    private static let logPagesMax = 32_768
    /// How long the log's file may stay, in bytes, when a commit starts the log over: as long as the log gets
    /// between two checkpoints, so that small saves neither lengthen nor shorten it, and no more after a large
    /// one (`PRAGMA journal_size_limit`).
    static let fileBytes = 4 << 20
    /// How long the log's file may stay once everything that came in is in the replica's file.
    private static let restBytes: Int64 = 256 << 10

    /// Switches SQLite's own checkpoints off: that of a commit, and that of the last connection that closes.
    static func takeOver(_ connection: OpaquePointer) throws {
        sqlite3_wal_autocheckpoint(connection, 0)
        let code = concord_sqlite_no_checkpoint_on_close(UnsafeMutableRawPointer(connection))
        guard code == SQLITE_OK else { throw SQLiteError(connection, code: code) }
    }

    /// Carries the log into the file if it has grown.
    ///
    /// Everything is durable before; where it fails, the commit that meets the same failure tells it, and
    /// where another process holds the lock, a later commit does it.
    static func afterCommit(on connection: OpaquePointer, isLarge: Bool) throws {
        guard let file = try DatabaseFile.file(SQLITE_FCNTL_FILE_POINTER, of: connection) else {
            return
        }
        let pages = DatabaseFile.table(of: file).pointee.logPages
        if pages > (isLarge ? logPagesMax : logPages) { run(on: connection) }
    }

    /// Carries into the file what nobody reads from the log any more.
    static func run(on connection: OpaquePointer?) {
        sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }

    /// Carries the log into the file and, if it is long, cuts its file down to nothing, unless somebody reads
    /// from it or writes to it just now: nobody is waited for.
    static func settle(on connection: OpaquePointer, waitMilliseconds: Int) {
        run(on: connection)
        guard DatabaseFile.journalBytes(of: connection) > restBytes else { return }
        sqlite3_busy_timeout(connection, 0)
        defer { sqlite3_busy_timeout(connection, Int32(waitMilliseconds)) }
        sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
    }
}

extension ReplicaStore {
    /// Carries the whole log into the file and empties it, as far as nobody reads from it.
    func checkpointAll() throws {
        try pool.writeWithoutTransaction { db in
            try lock.withLock(waiting: Self.waitMilliseconds) {
                try StatementCache(db).execute("PRAGMA wal_checkpoint(TRUNCATE)")
            }
        }
    }

    /// After an erasure: rewrites the file, without free pages, and empties the journal, in which the
    /// destroyed contents would be found.
    ///
    /// A reader in the middle of something keeps the journal; the next checkpoint empties it.
    func destroyFreed(_ statements: StatementCache) throws {
        try lock.withLock(waiting: Self.waitMilliseconds) {
            try statements.execute("PRAGMA secure_delete = OFF")
            try statements.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            try statements.execute("VACUUM")
            try destroyErasedFiles(statements)
            try statements.execute("DELETE FROM meta WHERE key = '\(FoldStart.remains)'")
            try statements.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    /// Destroys the files whose promise was erased: an order that erases `partsRoot` destroys the file.
    ///
    /// A file that another record still promises, shown or hidden, stays.
    func destroyErasedFiles(_ statements: StatementCache) throws {
        let promises = try ReplicaReader(statements, verifier: verifier).promises()
        let kept = Set(promises.compactMap { $0.file?.sha256 })
        let files = FileStore(folder: FileBeside.files.of(path))
        for item in promises where item.isErased && !kept.contains(item.sha256) {
            try files.remove(item.sha256)
        }
    }

    /// Finishes the work of a process that died, or met a full disk, after an erasure.
    func destroyRemains() throws {
        guard try pool.read({ try FoldStart.hasRemains(try StatementCache($0)) }) else { return }
        try pool.writeWithoutTransaction { try destroyFreed(try StatementCache($0)) }
    }

    /// Carries what the write-ahead log holds into the file, once nobody waits for it.
    ///
    /// Everything is durable before; where it fails, the commit that meets the same failure tells it.
    func carryOver() {
        pool.asyncWriteWithoutTransaction { db in Checkpoints.run(on: db.sqliteConnection) }
    }

    /// Checkpoints received diffs into the file and empties a long write-ahead log, so that the replica does
    /// not take twice its size. For the end of a sync and of an import; returns when it is done.
    ///
    /// Everything is durable before. If another process reads or writes at the moment, the next sync, or
    /// the first commit that starts the log over, shortens it.
    package func settle() {
        pool.writeWithoutTransaction { db in
            guard let connection = db.sqliteConnection else { return }
            Checkpoints.settle(on: connection, waitMilliseconds: Self.waitMilliseconds)
        }
    }

    /// As it is done after much came in, and returns when it is done.
    package func testingOnlyCarryOver() {
        pool.writeWithoutTransaction { db in Checkpoints.run(on: db.sqliteConnection) }
    }

    /// The version of the SQLite that is used, as `3.40.1`.
    ///
    /// Versions before 3.51.3 (but 3.44.6 and later 3.44, 3.50.7 and later 3.50) can lose commits where
    /// several processes write without a lock of their own.
    package static var sqliteVersion: String { String(cString: sqlite3_libversion()) }
}
