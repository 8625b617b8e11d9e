import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Foundation
import GRDB
import Testing

@testable import ConcordStorage

/// Nothing that is stored differs from what the log gives without the check's saying so, and a rebuild mends it.
@Suite struct StoredFaultTests {
    private let device: Device
    private let digest: String
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        var work = RandomWork(seed: 61_026, try Team())
        for _ in 0..<24 { try work.step() }
        device = work.team.devices[1]
        try work.team.syncAll()
        try device.save(
            add("/evidence/e7", ["title": "Log", "content": "Some words"]),
            add("/finding/f7", ["state": "draft", "evidence": ["e7": true], "statement": "So."])
        )
        try device.edit { $0.setText(cell("/finding/f7/statement"), to: "So it is.") }
        try device.save(
            add("/finding/f8", ["state": "draft"]),
            add("/finding/f9", ["state": "draft"])
        )
        try device.edit {
            $0.set(cell("/finding/f8/state"), to: "merged")
            $0.set(cell("/finding/f8/duplicateOf"), to: "f9")
        }
        try device.edit(reason: "so") { $0.set(cell("/finding/f7/state"), to: "withdrawn") }
        digest = try device.digest()
        try device.store.close()
    }

    private func copy(_ name: String, _ sql: String) throws -> String {
        let path = folder.file(name + ".concord")
        try FileManager.default.copyItem(atPath: device.path, toPath: path)
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
        return path
    }

    /// As `Replica.rebuild(at:)` does it.
    private func check(_ path: String) throws -> [String] {
        do {
            let store = try ReplicaStore.open(at: path, verifier: HashVerifier())
            defer { try? store.release() }
            return try store.integrityFaults() + store.checkState().differences
        } catch let failure as StorageFailure where failure.code == .corrupted {
            return [failure.description]
        }
    }

    @Test func anUnchangedFileIsSame() throws {
        #expect(try check(device.path) == [])
    }

    /// Every column of every table: one row with another value, which the check must name.
    @Test func noColumnDiffersUnseen() throws {
        var tried = 0
        for (table, column, sql) in try changes() {
            let path = try copy("\(table)-\(column)", sql)

            let faults = try check(path)

            #expect(!faults.isEmpty, "\(table).\(column)")
            tried += 1
            if tried.isMultiple(of: Size.count(9, inFull: 1)) { try expectMended(path) }
            try FileManager.default.removeItem(atPath: path)
        }
        #expect(tried > 60)
    }

    /// What depends on the order of arrival alone, or is not compared on purpose: `docs/decisions/0094-a-check-compares-all-that-is-stored.md`.
    private static let aside: Set<String> = [
        "diff.number", "diff.proof", "branch.number", "record.number", "record.first_add",
        "write.marks",
        "seen_node.number", "seen_node.level", "seen_node.parts", "write.record", "head.diff",
        // Notes of what changed lately, under random names: the figures beside the replica are made again without them.
        "change.number", "change.name", "change.records",
        // Without the fingerprint everything is folded again when the file is opened.
        "meta.key",
    ]

    private func changes() throws -> [(table: String, column: String, sql: String)] {
        let queue = try DatabaseQueue(path: device.path)
        defer { try? queue.close() }
        return try queue.read { db in
            var changes: [(table: String, column: String, sql: String)] = []
            let tables = try String.fetchAll(
                db,
                sql: """
                    SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
                    ORDER BY name
                    """
            )
            for table in tables {
                let rows = try Int.fetchOne(db, sql: "SELECT count(*) FROM \"\(table)\"") ?? 0
                if rows == 0 { continue }
                for row in try Row.fetchAll(db, sql: "PRAGMA table_info(\"\(table)\")") {
                    let (column, type): (String, String) = (row["name"], row["type"])
                    let isKey = column == "record" || column == "field" || column == "member"
                    if isKey || Self.aside.contains("\(table).\(column)") { continue }
                    let value =
                        switch type {
                        case "INTEGER": "iif(\"\(column)\" = 1, 0, ifnull(\"\(column)\", 0) + 1)"
                        case "BLOB": "x'05'"
                        default: "'9:9'"
                        }
                    changes.append(
                        (
                            table, column,
                            """
                            UPDATE OR REPLACE "\(table)" SET "\(column)" = \(value)
                            WHERE "\(column)" IS (SELECT max("\(column)") FROM "\(table)")
                            """
                        )
                    )
                }
            }
            return changes
        }
    }

    private func expectMended(_ path: String) throws {
        _ = try ReplicaStore.rebuild(at: path, verifier: HashVerifier())
        #expect(try check(path) == [])
        let store = try ReplicaStore.open(at: path, verifier: HashVerifier())
        #expect(try store.read { try $0.logSize } > 0)
        try store.release()
    }

    private static let schemas: [(String, String)] = [
        (
            "trigger",
            "CREATE TRIGGER t AFTER INSERT ON diff BEGIN DELETE FROM diff; END"
        ),
        (
            "trigger on a kind",
            "CREATE TRIGGER t AFTER INSERT ON finding BEGIN UPDATE finding SET title = 'x'; END"
        ),
        ("view", "ALTER TABLE finding RENAME TO f2; CREATE VIEW finding AS SELECT * FROM f2"),
        ("view more", "CREATE VIEW v AS SELECT * FROM diff"),
        ("table more", "CREATE TABLE t (a)"),
        ("column more", "ALTER TABLE finding ADD COLUMN x TEXT"),
        ("no writes", "DROP TABLE \"write\""),
        ("no kind", "DROP TABLE criterion"),
        ("no index", "DROP INDEX record_owner"),
        ("no meta", "DROP TABLE meta"),
    ]

    /// A file with another schema is not opened, so that no save reports what a trigger has taken back.
    @Test(arguments: schemas)
    func anotherSchemaIsNotOpened(name: String, sql: String) throws {
        let path = try copy(name.replacing(" ", with: "-"), sql)

        #expect(throws: StorageFailure.self) {
            try ReplicaStore.open(at: path, verifier: HashVerifier())
        }
        try expectMended(path)
        let store = try ReplicaStore.open(at: path, verifier: HashVerifier())
        #expect(try store.read { try $0.digest() } == digest)
    }

    /// Without the note of a cell that several have written, the inbox would not look at it.
    @Test func aMissingNoteOfASharedCellIsFound() throws {
        let path = try copy("shared", "DELETE FROM shared_cell")

        let faults = try check(path)

        #expect(faults.contains { $0.contains("shared_cell") }, "\(faults)")
        try expectMended(path)
    }

    /// A number that no row can have takes no time.
    @Test func aRowWithAnImpossibleNumberIsFound() throws {
        device.store = try ReplicaStore.open(at: device.path, verifier: HashVerifier())
        var diffs = 0
        try device.store.read { try $0.log { _ in diffs += 1 } }
        try device.store.close()
        let sql = "UPDATE diff SET number = 9223372036854775807 WHERE number = 3"
        let path = try copy("number", sql)

        let result = try ReplicaStore.rebuild(at: path, verifier: HashVerifier())

        #expect(result.diffs == diffs)
        #expect(try check(path) == [])
    }
}
