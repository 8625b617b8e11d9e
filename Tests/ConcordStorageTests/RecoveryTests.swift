import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordMerge
import ConcordTesting
import Foundation
import GRDB
import Testing

@testable import ConcordStorage

/// A damaged file: as long as the log can be read, everything is there again afterwards.
@Suite struct RecoveryTests {
    private let folder: TemporaryFolder
    private let device: Device
    private let digest: String
    private let lines: [[UInt8]]

    init() throws {
        let folder = try TemporaryFolder()
        let device = try Device("ann", in: folder)
        try device.save { _ in
            [
                add("/engagement/e"), add("/member/ann", ["role": "lead"]),
                add("/device/\(device.signer.author)", ["member": "ann"]),
            ]
        }
        for first in stride(from: 0, to: 200, by: 10) {
            try device.save { _ in
                (first..<first + 10).map {
                    add("/finding/f\($0)", ["title": "Finding number \($0)", "unit": "IT"])
                }
            }
        }
        // The first half has its place in the server's log.
        var items: [LogItem] = []
        var lines: [[UInt8]] = []
        try device.store.read { reader in
            try reader.log { line in
                lines.append(line.envelope)
                items.append(.held(try UnverifiedDiff(envelope: line.envelope).id))
            }
        }
        _ = try device.store.takeIn(log: Array(items.prefix(12)), from: 0)
        self.folder = folder
        self.device = device
        self.lines = lines
        digest = try device.digest()
        try device.store.close()
    }

    /// Which pages belong to a table and its indexes, from 1.
    private func pages(of names: [String]) throws -> [Int] {
        let queue = try DatabaseQueue(path: device.path)
        defer { try? queue.close() }
        return try queue.read { db in
            try names.flatMap { name in
                try Int.fetchAll(
                    db,
                    sql: "SELECT pageno FROM dbstat WHERE name = ?",
                    arguments: [name]
                )
            }
        }
    }

    private func zero(_ pages: [Int]) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: device.path))
        for page in pages {
            try file.seek(toOffset: UInt64((page - 1) * 2048))
            try file.write(contentsOf: Data(count: 2048))
        }
        try file.close()
    }

    private func rebuilt() throws -> RebuildReport.Rebuilt {
        let result = try ReplicaStore.rebuild(at: device.path, verifier: HashVerifier())
        try device.reopen()
        #expect(try device.store.integrityFaults() == [])
        #expect(try device.store.checkState().differences == [])
        return result
    }

    private static let damages = [
        ["finding"], ["write"], ["conflict"], ["branch"], ["meta"], ["record"], ["record_name"],
        ["head", "open_pair", "unknown_value"], ["engagement", "member", "device"],
        ["sqlite_autoindex_diff_1"], ["sqlite_autoindex_diff_2"], ["sqlite_autoindex_diff_3"],
    ]

    @Test(arguments: Size.sample(damages, each: 4))
    func aDamagedTableTakesNothingOfTheLogWithIt(names: [String]) throws {
        let damaged = try pages(of: names)
        #expect(!damaged.isEmpty)
        try zero(damaged)

        let result = try rebuilt()

        #expect(result.diffs == 21)
        #expect(result.missing == [])
        #expect(result.lost == 0)
        #expect(result.apart == nil)
        #expect(try device.digest() == digest)
        #expect(FileManager.default.fileExists(atPath: result.kept))
        #expect(try device.store.read { try $0.logSize } == 12)
        try device.set("/finding/f3/unit", "HR")
    }

    @Test func everyTableButTheLogMayBeDamagedAtOnce() throws {
        let queue = try DatabaseQueue(path: device.path)
        let names = try queue.read {
            try String.fetchAll(
                $0,
                sql: """
                    SELECT name FROM sqlite_schema WHERE name != 'diff' AND rootpage > 0
                    """
            )
        }
        try queue.close()
        try zero(try pages(of: names))

        _ = try rebuilt()

        #expect(try device.digest() == digest)
    }

    /// What waits in the write-ahead log is part of the file.
    @Test func whatIsOnlyInTheJournalIsKept() throws {
        try device.reopen()
        try device.set("/finding/f1/unit", "Sales")
        let digest = try device.digest()
        try device.store.release()

        let result = try rebuilt()

        #expect(result.diffs == 22)
        #expect(try device.digest() == digest)
    }

    /// Each page of the log's table in turn: what it held is named, the rest is kept.
    @Test func aDamagedLogSaysWhatIsMissing() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: device.path))
        let leaves = try pages(of: ["diff"])
        #expect(leaves.count > 4)
        var told = 0
        let tried = Size.sample(leaves, each: 3)
        for page in tried {
            try device.store.release()
            for ending in ["-wal", "-shm"] { try OwnFile.remove(device.path + ending) }
            try whole.write(to: URL(fileURLWithPath: device.path))
            try zero([page])

            let result: RebuildReport.Rebuilt
            do {
                result = try rebuilt()
            } catch let failure as StorageFailure {
                // The root of the table: nothing can be read, and nothing was changed.
                #expect(failure.code == .corrupted)
                continue
            }

            #expect(result.missing.count + result.lost > 0)
            var here = result.diffs
            if let apart = result.apart {
                let text = try String(contentsOfFile: apart, encoding: .utf8)
                here += text.split(separator: "\n").count
            }
            #expect(here + result.missing.count + result.lost == 21, "each is named or here")
            told += 1
            // The log can be fetched again from there.
            let position = try device.store.read { try $0.logSize }
            let items = try lines.prefix(12).dropFirst(position).map {
                LogItem.new(
                    VerifiedDiff(unchecked: try UnverifiedDiff(envelope: $0), proof: .signature)
                )
            }
            #expect(try device.store.takeIn(log: items, from: position).refused == nil)
            #expect(try device.store.read { try $0.logSize } == 12)
        }
        #expect(told > tried.count / 2)
    }

    @Test func aReplicaThatIsOpenElsewhereIsLeftAlone() throws {
        try device.reopen()
        _ = try device.digest()
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()

        let failure = #expect(throws: StorageFailure.self) {
            try ReplicaStore.rebuild(at: device.path, verifier: HashVerifier())
        }

        #expect(failure?.code == .busy)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)
        try device.set("/finding/f1/unit", "HR")
    }

    @Test func theOldFileIsKeptUnderANewNameEachTime() throws {
        let first = try rebuilt().kept
        try device.store.release()
        let second = try rebuilt().kept

        #expect(first == device.path + ".before-rebuild")
        #expect(second == device.path + ".before-rebuild-2")
    }

    /// A rebuild that was killed before it put its draft in place has given the file a second name.
    @Test func aSecondNameOfTheFileIsRemoved() throws {
        let kept = device.path + ".before-rebuild"
        try FileManager.default.linkItem(atPath: device.path, toPath: kept + "-2")
        try Data("another".utf8).write(to: URL(fileURLWithPath: kept))

        let result = try rebuilt()

        #expect(result.kept == kept + "-2")
        #expect(try Data(contentsOf: URL(fileURLWithPath: kept)) == Data("another".utf8))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.filter { $0.contains("before-rebuild") }.count == 2)
        #expect(try device.digest() == digest)
    }

    /// An index that leads elsewhere: SQLite reads it without a complaint.
    @Test func aSaveInADamagedFileIsRefused() throws {
        let queue = try DatabaseQueue(path: device.path)
        try queue.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    UPDATE sqlite_schema SET rootpage = (
                        SELECT sum(rootpage) FROM sqlite_schema
                        WHERE name IN ('sqlite_autoindex_diff_1', 'sqlite_autoindex_diff_2')
                    ) - rootpage
                    WHERE name IN ('sqlite_autoindex_diff_1', 'sqlite_autoindex_diff_2');
                    """
            )
        }
        try queue.close()
        try device.reopen()

        let failure = #expect(throws: StorageFailure.self) { try device.save(add("/finding/n1")) }

        #expect(failure?.code == .corrupted)
        #expect(failure?.cause is DamagedRow)
        try device.store.release()
        _ = try rebuilt()
        #expect(try device.digest() == digest)
        try device.save(add("/finding/n1"))
    }

    @Test func aBranchThatIsNotThereIsDamage() throws {
        try device.reopen()
        for branch in [99, -1] {
            try device.store.pool.write {
                try $0.execute(sql: "UPDATE write SET branch = \(branch)")
            }
            let failure = #expect(throws: StorageFailure.self) {
                try device.store.read { try $0.history(of: cell("/finding/f1/title")) }
            }
            #expect(failure?.code == .corrupted)
        }
    }

    /// What stands behind a gap of the server's log is kept, without a place.
    @Test func whatStandsBehindAGapIsKept() throws {
        try device.reopen()
        try device.store.pool.write {
            try $0.execute(sql: "UPDATE diff SET position = NULL WHERE position = 3")
        }
        try device.store.release()

        let result = try rebuilt()

        #expect(result.diffs == 21)
        #expect(result.apart == nil)
        #expect(try device.store.read { try $0.logSize } == 3)
        #expect(try device.digest() == digest)
    }

    @Test func whatAKilledRebuildLeftIsRemoved() throws {
        for ending in ["", "-wal", "-journal"] {
            try Data("left".utf8).write(to: URL(fileURLWithPath: device.path + ".new" + ending))
        }

        _ = try rebuilt()

        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.filter { $0.contains(".new") } == [])
        #expect(try device.digest() == digest)
    }
}
