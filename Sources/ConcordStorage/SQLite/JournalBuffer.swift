import ConcordEncoding
import GRDBSQLite

/// Collects what a commit appends to the write-ahead log and hands it to the system in large pieces.
///
/// SQLite writes each changed page with two calls of the system, and where edits are far apart these cost
/// more than the sync. Nobody needs the bytes before the log is synced: with `synchronous=FULL` that
/// happens before a commit becomes visible to other connections and processes. Every other call on the
/// file, reading included, first writes what is collected. What is still there when the connection
/// releases its right to write belongs to a transaction that was rolled back: it is dropped by
/// `DatabaseFile`, since from then on another process may write to the same place.
///
/// The functions are in front of the log's own (`sqlite3_io_methods`, sqlite.org/c3ref/io_methods.html).
enum JournalBuffer {
    /// The log's functions, which SQLite finds here, followed by what is collected.
    struct Journal {
        var functions: sqlite3_io_methods
        /// The file's own.
        let original: UnsafePointer<sqlite3_io_methods>
        let database: UnsafeMutablePointer<DatabaseFile>
        let bytes: UnsafeMutableRawPointer
        /// Where in the file the first of `bytes` belongs.
        var start: Int64 = 0
        var count = 0
    }

    private typealias File = UnsafeMutablePointer<sqlite3_file>

    /// How much is collected before it is written; the file takes no more than 131,071 bytes in one call.
    private static let capacity = 1 << 16
    /// `SQLITE_IOERR_WRITE`, a macro that Swift does not see.
    private static let writeError = SQLITE_IOERR | 3 << 8
    /// Elsewhere SQLite writes copies of the last page after a commit, and part of them after the sync.
    private static let paddingIsNeedless = SQLITE_IOCAP_POWERSAFE_OVERWRITE

    /// Puts a buffer in front of the write-ahead log of a connection that has one open and syncs it at
    /// each commit; `DatabaseFile` is in front of its database already.
    static func install(on connection: OpaquePointer) throws {
        guard try isSynced(connection),
            let databaseFile = try DatabaseFile.file(SQLITE_FCNTL_FILE_POINTER, of: connection),
            let journalFile = try DatabaseFile.file(SQLITE_FCNTL_JOURNAL_POINTER, of: connection),
            let methods = databaseFile.pointee.pMethods,
            let journalOwn = journalFile.pointee.pMethods,
            methods.pointee.xDeviceCharacteristics(databaseFile) & paddingIsNeedless != 0
        else { return }
        let database = DatabaseFile.table(of: databaseFile)
        let journal = UnsafeMutablePointer<Journal>.allocate(capacity: 1)
        journal.initialize(
            to: Journal(
                functions: journalOwn.pointee,
                original: journalOwn,
                database: database,
                bytes: .allocate(byteCount: capacity, alignment: 8)
            )
        )
        setFunctions(of: journal)
        database.pointee.journal = journal
        journalFile.pointee.pMethods = UnsafeRawPointer(journal)
            .assumingMemoryBound(to: sqlite3_io_methods.self)
    }

    private static func setFunctions(of journal: UnsafeMutablePointer<Journal>) {
        journal.pointee.functions.xWrite = { JournalBuffer.write($0, $1, $2, $3) }
        journal.pointee.functions.xClose = { JournalBuffer.close($0) }
        journal.pointee.functions.xRead = { file, bytes, count, offset in
            JournalBuffer.flushed(file) { $0.xRead(file, bytes, count, offset) }
        }
        journal.pointee.functions.xSync = { file, flags in
            JournalBuffer.flushed(file) { $0.xSync(file, flags) }
        }
        journal.pointee.functions.xTruncate = { file, size in
            JournalBuffer.flushed(file) { $0.xTruncate(file, size) }
        }
        journal.pointee.functions.xFileSize = { file, size in
            JournalBuffer.flushed(file) { $0.xFileSize(file, size) }
        }
    }

    /// Whether the log is synced at each commit: FULL or EXTRA in WAL mode.
    private static func isSynced(_ connection: OpaquePointer) throws -> Bool {
        let mode = try Statement("PRAGMA journal_mode", on: connection).first { $0.string(0) }
        let level = try Statement("PRAGMA synchronous", on: connection).first { $0.int(0) } ?? 0
        // Opens the log if nothing has been read yet.
        _ = try Statement("SELECT count(*) FROM sqlite_schema", on: connection).first { $0.int(0) }
        return mode == "wal" && level >= 2
    }

    /// The table of functions in front of the log.
    private static func table(of file: File) -> UnsafeMutablePointer<Journal> {
        UnsafeMutableRawPointer(mutating: UnsafeRawPointer(file.pointee.pMethods))
            .assumingMemoryBound(to: Journal.self)
    }

    private static func write(
        _ file: File?,
        _ bytes: UnsafeRawPointer?,
        _ count: Int32,
        _ offset: Int64
    ) -> Int32 {
        guard let file, let bytes else { return writeError }
        let table = table(of: file)
        let isNext = offset == table.pointee.start + Int64(table.pointee.count)
        if !isNext || table.pointee.count + Int(count) > capacity {
            let code = flush(file)
            guard code == SQLITE_OK else { return code }
        }
        if Int(count) > capacity {
            return table.pointee.original.pointee.xWrite(file, bytes, count, offset)
        }
        if table.pointee.count == 0 { table.pointee.start = offset }
        (table.pointee.bytes + table.pointee.count).copyMemory(from: bytes, byteCount: Int(count))
        table.pointee.count += Int(count)
        return SQLITE_OK
    }

    /// Writes what is collected.
    private static func flush(_ file: File) -> Int32 {
        let table = table(of: file)
        let count = table.pointee.count
        if count == 0 { return SQLITE_OK }
        // What cannot be written is never tried again: the commit that needs it fails.
        table.pointee.count = 0
        let write = table.pointee.original.pointee.xWrite
        return write?(file, table.pointee.bytes, Int32(count), table.pointee.start)
            ?? writeError
    }

    /// Writes what is collected, then calls one of the file's own functions.
    private static func flushed(
        _ file: File?,
        _ call: (sqlite3_io_methods) -> Int32
    ) -> Int32 {
        guard let file else { return SQLITE_MISUSE }
        let code = flush(file)
        return code == SQLITE_OK
            ? call(table(of: file).pointee.original.pointee) : code
    }

    /// What is not synced by now was never committed.
    private static func close(_ file: File?) -> Int32 {
        guard let file else { return SQLITE_MISUSE }
        let table = table(of: file)
        let original = table.pointee.original
        table.pointee.database.pointee.journal = nil
        file.pointee.pMethods = original
        table.pointee.bytes.deallocate()
        table.deallocate()
        return original.pointee.xClose(file)
    }
}
