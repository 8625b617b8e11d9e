import ConcordFiles
import ConcordTesting
import Foundation
import GRDB
import GRDBSQLite
import Synchronization
import Testing

@testable import ConcordStorage

/// What stands in front of the write-ahead log: nothing may be missing from the file when a commit has
/// returned, and nothing may be believed written that is not.
@Suite struct JournalBufferTests {
    /// A database as a replica's writer has it, with a table of numbers.
    private func database(at path: String, level: String = "FULL") throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: path)
        try queue.inDatabase { db in
            try db.execute(
                sql: """
                    PRAGMA journal_mode = WAL; PRAGMA synchronous = \(level);
                    PRAGMA wal_autocheckpoint = 0; CREATE TABLE n (n INTEGER, filling TEXT)
                    """
            )
        }
        return queue
    }

    private func install(on queue: DatabaseQueue) throws {
        try queue.inDatabase { db in
            let connection = try StatementCache(db).connection
            try DatabaseFile.install(FileLock(path: queue.path + ".lock"), on: connection)
            try JournalBuffer.install(on: connection)
        }
    }

    private func insert(_ numbers: Range<Int>, into db: Database) throws {
        let filling = String(repeating: "x", count: 700)
        for number in numbers {
            try db.execute(sql: "INSERT INTO n VALUES (?, ?)", arguments: [number, filling])
        }
    }

    /// How many numbers the files hold, as a process finds them that comes later.
    private func count(in path: String, copiedTo copy: String) throws -> Int {
        for ending in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + ending, toPath: copy + ending)
        }
        return try DatabaseQueue(path: copy).read { db in
            #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
            return try Int.fetchOne(db, sql: "SELECT count(*) FROM n") ?? -1
        }
    }

    @Test(arguments: [1, 40, 2000])
    func whatIsCommittedIsInTheFile(rows: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a")
        let queue = try database(at: path)
        try install(on: queue)
        let other = try DatabaseQueue(path: path)

        for round in 1...3 {
            try queue.write { try insert((round - 1) * rows..<round * rows, into: $0) }

            let seen = try other.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM n") }
            #expect(seen == round * rows)
            #expect(try count(in: path, copiedTo: folder.file("copy\(round)")) == round * rows)
            if round == 2 {
                _ = try queue.inDatabase { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            }
        }
        try queue.close()
        try other.close()
    }

    /// Pages that leave a small cache before the commit are read back, and forgotten by a rollback.
    @Test func whatSpillsIsReadBackAndForgotten() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a")
        let queue = try database(at: path)
        try install(on: queue)
        try queue.inDatabase { try $0.execute(sql: "PRAGMA cache_size = 8") }

        try queue.inDatabase { db in
            try db.inTransaction(.immediate) {
                try insert(0..<1500, into: db)
                let sum = try Int.fetchOne(db, sql: "SELECT sum(n) FROM n WHERE filling != ''")
                #expect(sum == 1500 * 1499 / 2)
                return .rollback
            }
        }
        #expect(try count(in: path, copiedTo: folder.file("copy1")) == 0)
        try queue.write { try insert(0..<700, into: $0) }
        #expect(try count(in: path, copiedTo: folder.file("copy2")) == 700)
        try queue.close()
    }

    /// What was spilled and rolled back must not come over what another process has committed since.
    @Test(arguments: [20, 60, 150, 400])
    func whatWasRolledBackStaysAway(rows: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a")
        let queue = try database(at: path)
        try install(on: queue)
        try queue.inDatabase { try $0.execute(sql: "PRAGMA cache_size = 8") }
        let other = try DatabaseQueue(path: path)
        try other.inDatabase { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }

        for round in 1...4 {
            // With an empty log a rollback reads nothing from it.
            if round != 3 {
                try queue.inDatabase { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            }
            try queue.inDatabase { db in
                try db.inTransaction(.immediate) {
                    try insert(0..<rows, into: db)
                    return .rollback
                }
            }
            try other.write { try insert(0..<40, into: $0) }
            if round == 2 {
                _ = try queue.read { try Int.fetchOne($0, sql: "SELECT sum(n) FROM n") }
            }
            #expect(
                try count(in: path, copiedTo: folder.file("before\(round)")) == round * 50 - 10
            )
            try queue.write { try insert(0..<10, into: $0) }

            let seen = try other.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM n") }
            #expect(seen == round * 50)
            #expect(try count(in: path, copiedTo: folder.file("after\(round)")) == round * 50)
        }
        try queue.close()
        try other.close()
    }

    @Test func aWriteThatFailsFailsTheCommit() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a")
        let queue = try database(at: path)
        try queue.write { try insert(0..<10, into: $0) }
        try queue.inDatabase { try FullDisk.install(on: StatementCache($0).connection) }
        try install(on: queue)

        for rows in [1, 500] {
            FullDisk.isFull.store(true, ordering: .sequentiallyConsistent)
            let error = #expect(throws: DatabaseError.self) {
                try queue.write { try insert(10..<10 + rows, into: $0) }
            }
            #expect(error?.resultCode == .SQLITE_FULL)
            FullDisk.isFull.store(false, ordering: .sequentiallyConsistent)
            #expect(try count(in: path, copiedTo: folder.file("full\(rows)")) == 10)
        }
        try queue.write { try insert(10..<600, into: $0) }
        #expect(try count(in: path, copiedTo: folder.file("copy")) == 600)
        try queue.close()
    }

    /// Without a sync at each commit others would see a commit before its bytes.
    @Test func itStandsOnlyWhereEachCommitIsSynced() throws {
        let folder = try TemporaryFolder()
        for (level, isThere) in [("NORMAL", false), ("FULL", true)] {
            let queue = try database(at: folder.file(level), level: level)
            let before = try queue.inDatabase { try functions(of: $0) }
            try install(on: queue)
            let after = try queue.inDatabase { try functions(of: $0) }
            #expect((after != before) == isThere)
            try queue.close()
        }
        let device = try Device("ann", in: folder)
        let level = try device.store.pool.writeWithoutTransaction {
            try Int.fetchOne($0, sql: "PRAGMA synchronous")
        }
        #expect(level == 2)
    }

    private func functions(of db: Database) throws -> UnsafePointer<sqlite3_io_methods>? {
        try FullDisk.journal(of: StatementCache(db).connection).pointee.pMethods
    }
}

/// A disk that can be full at will: stands beneath the buffer.
private enum FullDisk {
    static let isFull = Atomic(false)
    private static let original = Mutex(0)

    static func journal(of connection: OpaquePointer) throws -> UnsafeMutablePointer<sqlite3_file> {
        var file: UnsafeMutablePointer<sqlite3_file>?
        let code = withUnsafeMutablePointer(to: &file) {
            sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, $0)
        }
        #expect(code == SQLITE_OK)
        return try #require(file)
    }

    /// The functions stay for as long as the process, since the file is closed through them.
    static func install(on connection: OpaquePointer) throws {
        let file = try journal(of: connection)
        let own = try #require(file.pointee.pMethods)
        original.withLock { $0 = Int(bitPattern: own) }
        let functions = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        functions.initialize(to: own.pointee)
        functions.pointee.xWrite = { file, bytes, count, offset in
            if FullDisk.isFull.load(ordering: .sequentiallyConsistent) { return SQLITE_FULL }
            let own = FullDisk.original.withLock {
                UnsafePointer<sqlite3_io_methods>(bitPattern: $0)
            }
            return own?.pointee.xWrite(file, bytes, count, offset) ?? SQLITE_IOERR
        }
        file.pointee.pMethods = UnsafePointer(functions)
    }
}
