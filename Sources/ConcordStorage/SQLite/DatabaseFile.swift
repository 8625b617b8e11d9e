import ConcordFiles
import GRDBSQLite

/// Replaces the file functions of a writing connection, so that every commit and every checkpoint holds our
/// own lock.
///
/// SQLite up to 3.51.2 can lose a commit, or damage the file, when one connection commits while another one
/// checkpoints: the checkpoint works with a log that the commit has started over. Each of the two takes one of
/// the locks in the shared memory (sqlite.org/walformat.html, "WAL Locks"), whichever process asks for it: a
/// transaction of ours, GRDB's own while it opens the file, a migration, `VACUUM`. Here, where these locks are
/// taken and released, ours is taken before and released after. No code can forget it.
///
/// If another process or store has our lock, SQLite gets "busy", so that its own busy handler waits and
/// reports it in the end.
///
/// A rebuild puts another file under the name, while it alone has the old one open. A process that has opened
/// the old one meanwhile, and has waited for it, would continue with the old file and the new one's log, which
/// is found by name. So when a file is first locked, and again when our lock is taken, the functions check
/// whether it still has its name. As long as a connection in WAL mode is open it keeps that first lock, and no
/// rebuild gets the file for itself.
///
/// The functions are in front of the file's own (`sqlite3_io_methods`, sqlite.org/c3ref/io_methods.html).
/// `docs/decisions/0015-one-lock-around-commits-and-checkpoints.md` says why it is done in this place.
struct DatabaseFile {
    private var functions: sqlite3_io_methods
    /// The file's own.
    private let original: UnsafePointer<sqlite3_io_methods>
    private let lock: Unmanaged<FileLock>
    /// Which of the locks of the writer and of the checkpointer the connection has.
    private var held: UInt32 = 0
    /// How many pages the write-ahead log had after the last commit of the connection.
    private(set) var logPages = 0
    /// The functions in front of the write-ahead log, as long as it is open.
    var journal: UnsafeMutablePointer<JournalBuffer.Journal>?

    typealias File = UnsafeMutablePointer<sqlite3_file>

    /// The writer's lock and the checkpointer's lock, as bits of the slots 0 and 1.
    private static let writer: UInt32 = 1 << 0
    private static let checkpointer: UInt32 = 1 << 1
    /// `SQLITE_IOERR_LOCK`, a macro that Swift does not see.
    private static let lockError = SQLITE_IOERR | 15 << 8
    /// `SQLITE_READONLY_DBMOVED`, a macro that Swift does not see: another file has the name.
    static let movedError = SQLITE_READONLY | 4 << 8

    /// Replaces the file functions of a connection's database, which has not been read or written yet.
    /// SQLite's own checkpoints after commits end with it.
    static func install(_ lock: FileLock, on connection: OpaquePointer) throws {
        guard let file = try file(SQLITE_FCNTL_FILE_POINTER, of: connection),
            let own = file.pointee.pMethods
        else { throw SQLiteError(connection, code: SQLITE_MISUSE) }
        let table = UnsafeMutablePointer<DatabaseFile>.allocate(capacity: 1)
        table.initialize(
            to: DatabaseFile(
                functions: own.pointee,
                original: own,
                lock: Unmanaged.passRetained(lock)
            )
        )
        table.pointee.functions.xShmLock = { DatabaseFile.shmLock($0, $1, $2, $3) }
        table.pointee.functions.xLock = { DatabaseFile.lock($0, $1) }
        table.pointee.functions.xClose = { DatabaseFile.close($0) }
        file.pointee.pMethods = UnsafeRawPointer(table)
            .assumingMemoryBound(to: sqlite3_io_methods.self)
        sqlite3_wal_hook(
            connection,
            { table, _, _, pages in
                table?.assumingMemoryBound(to: DatabaseFile.self).pointee.logPages = Int(pages)
                return SQLITE_OK
            },
            table
        )
    }

    /// One of the files of a connection.
    static func file(_ operation: Int32, of connection: OpaquePointer) throws -> File? {
        var found: File?
        let code = withUnsafeMutablePointer(to: &found) { found in
            sqlite3_file_control(connection, "main", operation, found)
        }
        guard code == SQLITE_OK else { throw SQLiteError(connection, code: code) }
        return found
    }

    /// How long the file of the write-ahead log is; 0 where SQLite has none open or does not say.
    static func journalBytes(of connection: OpaquePointer) -> Int64 {
        var found: File?
        let code = withUnsafeMutablePointer(to: &found) { found in
            sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, found)
        }
        guard code == SQLITE_OK, let found, let functions = found.pointee.pMethods else { return 0 }
        var bytes: Int64 = 0
        return functions.pointee.xFileSize(found, &bytes) == SQLITE_OK ? bytes : 0
    }

    /// The functions in front of a database.
    static func table(of file: File) -> UnsafeMutablePointer<DatabaseFile> {
        UnsafeMutableRawPointer(mutating: UnsafeRawPointer(file.pointee.pMethods))
            .assumingMemoryBound(to: DatabaseFile.self)
    }

    /// Locks the file; refuses one that no longer has its name.
    private static func lock(_ file: File?, _ level: Int32) -> Int32 {
        guard let file else { return SQLITE_MISUSE }
        let own = table(of: file).pointee.original.pointee
        let code = own.xLock(file, level)
        guard code == SQLITE_OK, level == SQLITE_LOCK_SHARED, hasMoved(file) else { return code }
        let unlocked = own.xUnlock(file, SQLITE_LOCK_NONE)
        return unlocked == SQLITE_OK ? movedError : unlocked
    }

    /// Whether another file, or none, has the name by which the file was opened.
    private static func hasMoved(_ file: File) -> Bool {
        var hasMoved: Int32 = 0
        let code = table(of: file).pointee.original.pointee
            .xFileControl(file, SQLITE_FCNTL_HAS_MOVED, &hasMoved)
        return code == SQLITE_OK && hasMoved != 0
    }

    /// Takes or releases locks in the shared memory.
    private static func shmLock(
        _ file: File?,
        _ first: Int32,
        _ count: Int32,
        _ flags: Int32
    ) -> Int32 {
        guard let file else { return SQLITE_MISUSE }
        let table = table(of: file)
        let slots = ((UInt32(1) << UInt32(count)) - 1) << UInt32(first)
        let concerned = slots & (writer | checkpointer)
        guard concerned != 0, let own = table.pointee.original.pointee.xShmLock else {
            return table.pointee.original.pointee.xShmLock(file, first, count, flags)
        }
        if flags & SQLITE_SHM_UNLOCK != 0 {
            if concerned & writer != 0 { table.pointee.journal?.pointee.count = 0 }
            let code = own(file, first, count, flags)
            table.pointee.gaveBack(concerned)
            return code
        }
        if table.pointee.held == 0 {
            do {
                let isTaken = try table.pointee.lock.takeUnretainedValue().take()
                if !isTaken { return SQLITE_BUSY }
            } catch {
                return lockError
            }
            if hasMoved(file) {
                table.pointee.lock.takeUnretainedValue().giveBack()
                return movedError
            }
        }
        let code = own(file, first, count, flags)
        if code == SQLITE_OK {
            table.pointee.held |= concerned
        } else if table.pointee.held == 0 {
            table.pointee.lock.takeUnretainedValue().giveBack()
        }
        return code
    }

    /// Gives our lock back with the last of SQLite's.
    private mutating func gaveBack(_ slots: UInt32) {
        guard held != 0 else { return }
        held &= ~slots
        if held == 0 { lock.takeUnretainedValue().giveBack() }
    }

    private static func close(_ file: File?) -> Int32 {
        guard let file else { return SQLITE_MISUSE }
        let table = table(of: file)
        let original = table.pointee.original
        file.pointee.pMethods = original
        let code = original.pointee.xClose(file)
        table.pointee.gaveBack(writer | checkpointer)
        table.pointee.lock.release()
        table.deinitialize(count: 1)
        table.deallocate()
        return code
    }
}
