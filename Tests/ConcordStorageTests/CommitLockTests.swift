import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordTesting
import Foundation
import GRDB
import GRDBSQLite
import Testing

@testable import ConcordStorage

/// Every commit and every checkpoint holds the lock beside the file.
@Suite struct CommitLockTests {
    private let team: Team
    private let ann: Device
    private let other: FileLock

    init() throws {
        team = try Team(["ann"])
        ann = team.devices[0]
        other = FileLock(path: ann.path + ".lock")
        try ann.store.pool.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA busy_timeout = 50")
        }
    }

    /// How many pages of the write-ahead log are in the file, and how many there are.
    private func checkpoint(_ mode: Int32) -> (code: Int32, log: Int32, carried: Int32) {
        ann.store.pool.writeWithoutTransaction { db in
            var log: Int32 = -1
            var carried: Int32 = -1
            let code = sqlite3_wal_checkpoint_v2(db.sqliteConnection, nil, mode, &log, &carried)
            return (code, log, carried)
        }
    }

    @Test func aCommitWaitsForTheLock() throws {
        let before = try ann.digest()
        #expect(try other.take())

        let failure = #expect(throws: StorageFailure.self) { try ann.save(add("/finding/f1")) }

        #expect(failure?.code == .busy)
        #expect(try ann.digest() == before)
        other.giveBack()
        try ann.save(add("/finding/f1"))
        #expect(try ann.digest() != before)
    }

    @Test func aCommitOfAnyKindWaitsForTheLock() throws {
        #expect(try other.take())
        defer { other.giveBack() }

        #expect(throws: DatabaseError.self) {
            try ann.store.pool.write { try $0.execute(sql: "DELETE FROM head") }
        }
        #expect(throws: DatabaseError.self) {
            try ann.store.pool.writeWithoutTransaction { try $0.execute(sql: "VACUUM") }
        }
    }

    @Test(arguments: [
        SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_FULL, SQLITE_CHECKPOINT_RESTART,
        SQLITE_CHECKPOINT_TRUNCATE,
    ])
    func aCheckpointWaitsForTheLock(mode: Int32) throws {
        try ann.save(add("/finding/f1"))
        #expect(try other.take())

        #expect(checkpoint(mode).code == SQLITE_BUSY)

        other.giveBack()
        #expect(checkpoint(mode).code == SQLITE_OK)
    }

    /// The lock is held from the beginning of a transaction to its end, and not a moment longer.
    @Test func theLockIsHeldAsLongAsTheTransaction() throws {
        try ann.store.transaction("testing") { session in
            #expect(try !other.take())
            try session.flush()
            #expect(try !other.take())
        }
        #expect(try other.take())
        other.giveBack()

        #expect(throws: StorageFailure.self) {
            try ann.store.transaction("testing") { _ in throw DamagedRow("test") }
        }
        #expect(try other.take())
        other.giveBack()
    }

    /// What is saved into a file that has another name by now would be found by nobody.
    @Test func aFileThatWasReplacedIsNotWritten() throws {
        let before = try ann.digest()
        try FileManager.default.moveItem(atPath: ann.path, toPath: ann.path + ".old")
        #expect(throws: StorageFailure.self) { try ann.save(add("/finding/f1")) }
        try Data().write(to: URL(fileURLWithPath: ann.path))

        let failure = #expect(throws: StorageFailure.self) { try ann.save(add("/finding/f1")) }

        #expect(failure?.code == .replaced)
        #expect(try other.take(), "the lock is given back")
        other.giveBack()
        try FileManager.default.removeItem(atPath: ann.path)
        try FileManager.default.moveItem(atPath: ann.path + ".old", toPath: ann.path)
        #expect(try ann.digest() == before)
        try ann.save(add("/finding/f1"))
    }

    @Test func readingNeedsNoLock() throws {
        #expect(try other.take())
        defer { other.giveBack() }

        _ = try ann.document()
        let second = try ReplicaStore.open(at: ann.path, verifier: HashVerifier())
        _ = try second.read { try $0.document() }
    }

    @Test func closingTheLastConnectionCarriesNothingOver() throws {
        let path = team.devices[0].path
        func journal() throws -> Data {
            try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
        }
        do {
            let folder = try TemporaryFolder()
            let copy = folder.file("copy")
            try ann.save(add("/finding/f1"))
            for ending in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: path + ending, toPath: copy + ending)
            }
            let before = try Data(contentsOf: URL(fileURLWithPath: copy))

            // Without `close`, as at the end of a program.
            var store: ReplicaStore? = try ReplicaStore.open(at: copy, verifier: HashVerifier())
            #expect(try store?.read { try $0.digest() } == ann.digest())
            store = nil

            #expect(try Data(contentsOf: URL(fileURLWithPath: copy)) == before)
            #expect(try Data(contentsOf: URL(fileURLWithPath: copy + "-wal")) == journal())
        }
    }

    /// The log does not grow for ever, though SQLite no longer sees to it.
    @Test func whatHasGrownIsCarriedOver() throws {
        let long = JSON.string(String(repeating: "x", count: 100_000))
        for number in 0..<120 { try ann.save(add("/finding/f\(number)", ["title": long])) }

        let facts = try FileManager.default.attributesOfItem(atPath: ann.path + "-wal")
        let pages = ((facts[.size] as? NSNumber)?.intValue ?? .max) / (2048 + 24)
        #expect(pages < 2600, "12 MB in all are 6,000 pages")
    }

    private func journalBytes() throws -> Int {
        let facts = try FileManager.default.attributesOfItem(atPath: ann.path + "-wal")
        return (facts[.size] as? NSNumber)?.intValue ?? .max
    }

    private func saveLong() throws {
        let ops = (0..<20).map { number in
            add(
                "/finding/l\(number)",
                ["title": .string(String(repeating: "\(number) ", count: 20_000))]
            )
        }
        try ann.save { _ in ops }
    }

    /// A replica takes the place of what it holds, not twice that.
    @Test func aLongLogIsCutDownAtTheEndOfASync() throws {
        try saveLong()
        #expect(try journalBytes() > 1_000_000)
        let digest = try ann.digest()

        ann.store.settle()

        #expect(try journalBytes() == 0)
        try ann.reopen()
        #expect(try ann.digest() == digest)
        try ann.save(add("/finding/after"))
        #expect(try ann.store.integrityFaults() == [])
    }

    @Test func nobodyIsWaitedForToCutALogDown() throws {
        try saveLong()
        #expect(try other.take())
        ann.store.settle()
        #expect(try journalBytes() > 1_000_000)
        other.giveBack()

        let length = try ann.store.read { _ in
            ann.store.settle()
            return try journalBytes()
        }
        #expect(length > 1_000_000, "somebody reads from it")
        let wait = try ann.store.pool.writeWithoutTransaction {
            try Int.fetchOne($0, sql: "PRAGMA busy_timeout")
        }
        #expect(wait == 10_000)

        ann.store.settle()
        #expect(try journalBytes() == 0)
    }

    /// What one large save left is cut off by the commit that begins the log again.
    @Test func aLogThatBeginsAnewIsNoLongerThanItsLimit() throws {
        try ann.store.pool.write {
            try $0.execute(sql: "INSERT INTO meta VALUES ('long', printf('%.*c', 6000000, 'x'))")
        }
        #expect(try journalBytes() > 6_000_000)

        try ann.save(add("/finding/first"))
        try ann.save(add("/finding/second"))

        #expect(try journalBytes() <= Checkpoints.fileBytes)
    }

    @Test func nothingIsMappedAndSQLiteChecksPointsNowhereOnItsOwn() throws {
        func settings(_ db: Database) throws -> [Int?] {
            [
                try Int.fetchOne(db, sql: "PRAGMA mmap_size"),
                try Int.fetchOne(db, sql: "PRAGMA wal_autocheckpoint"),
            ]
        }

        #expect(try ann.store.pool.writeWithoutTransaction(settings) == [0, 0])
        #expect(try ann.store.pool.read(settings)[0] == 0)
    }
}
