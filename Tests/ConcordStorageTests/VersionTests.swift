import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordTesting
import Foundation
import GRDB
import Testing

@testable import ConcordStorage

/// Files of every version that was ever written: dumps in `Tests/Data/replicas` of a small
/// replica as that version made it.
@Suite struct VersionTests {
    private let verifier = HashVerifier()

    private func fixture(_ version: Int, in folder: TemporaryFolder) throws -> String {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Data/replicas/version-\(version).sql")
        let sql = try String(contentsOf: source, encoding: .utf8)
        let path = folder.file("version-\(version).concord")
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
        return path
    }

    @Test(arguments: 1...Tables.version) func everyVersionOpensWithAllItHolds(version: Int) throws {
        let folder = try TemporaryFolder()
        let store = try ReplicaStore.open(at: fixture(version, in: folder), verifier: verifier)

        let (document, conflicts, counts) = try store.read { reader in
            (try reader.document(), try reader.conflicts(), try reader.status())
        }

        #expect(
            document["finding"]?["f1"] == [
                "title": "No records", "unit": "Sales", "site": "Bonn",
                "colour": ["shade": "dark"], "contributors": ["ben": true],
            ]
        )
        #expect(document["finding"]?["f2"] == nil)
        #expect(document["robot"] == ["r1": ["legs": 4]])
        #expect(conflicts.map(\.path) == [cell("/finding/f1/unit")])
        #expect(counts.diffs == 7)
        #expect(counts.pending == 1)
        // One has no right to conclusions; a splice of a title, as earlier builds of this version
        // wrote it, is void since titles are whole values.
        #expect(counts.voids == 2)
        #expect(try store.checkState().differences == [])
    }

    /// Whoever changes the log's table without a new version breaks every file that is out there.
    @Test func theLogsTableIsThatOfItsVersion() throws {
        let folder = try TemporaryFolder()
        let old = try DatabaseQueue(path: fixture(Tables.version, in: folder))
        let new = try Device("ann", in: folder)

        let query = "SELECT sql FROM sqlite_schema WHERE name = 'diff'"
        let oldTable = try old.read { try String.fetchOne($0, sql: query) }
        let newTable = try new.store.pool.read { try String.fetchOne($0, sql: query) }

        #expect(oldTable == newTable)
    }

    /// As when a newer program knows a field that an older one kept as unknown.
    @Test func stateTablesOfAnotherVersionAreFoldedAnew() throws {
        let folder = try TemporaryFolder()
        let path = try fixture(1, in: folder)
        let queue = try DatabaseQueue(path: path)
        try queue.write { db in
            try db.execute(sql: "UPDATE meta SET value = 'other' WHERE key = 'state_fingerprint'")
            try db.execute(sql: "ALTER TABLE finding DROP COLUMN unit")
        }
        try queue.close()

        let store = try ReplicaStore.open(at: path, verifier: verifier)

        #expect(try store.read { try $0.document() }["finding"]?["f1"]?["unit"] == "Sales")
        #expect(try store.checkState().differences == [])
    }

    /// An earlier build of this version had the same tables, in which titles were texts.
    @Test func whatOtherRulesMadeIsFoldedAnew() throws {
        let ann = try Team(["ann"]).devices[0]
        try ann.save(add("/finding/f1", ["title": "No records"]))
        try ann.store.close()
        let queue = try DatabaseQueue(path: ann.path)
        let tables = SHA256Digest(hashing: Array((Tables.fold + Tables.state).utf8)).hex
        try queue.write { db in
            try db.execute(
                sql: "UPDATE meta SET value = ? WHERE key = 'state_fingerprint'",
                arguments: [tables]
            )
            try db.execute(sql: "UPDATE finding SET title = 'as another rule merged it'")
        }
        try queue.close()

        let store = try ReplicaStore.open(at: ann.path, verifier: verifier)

        #expect(try store.read { try $0.document() }["finding"]?["f1"]?["title"] == "No records")
        #expect(try store.checkState().differences == [])
    }

    /// What is shown can change though neither tables nor fields' rules do: by who may do what, and what waits.
    @Test func theFingerprintTellsOfTheRulesOfVerdicts() {
        #expect(Tables.stateFingerprint == Tables.fingerprint(ofVerdictRules: Tables.verdictRules))
        #expect(
            Tables.stateFingerprint != Tables.fingerprint(ofVerdictRules: Tables.verdictRules - 1)
        )
    }

    /// Makes the fixture's replica; run by hand with the path in `CONCORD_FIXTURE`, then dumped.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["CONCORD_FIXTURE"] != nil))
    func makeFixture() throws {
        let team = try Team(["ann", "ben"])
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ann.save(
            add(
                "/finding/f1",
                [
                    "title": "No records", "unit": "IT", "colour": ["shade": "dark"],
                    "contributors": ["ben": true],
                ]
            ),
            add("/finding/f2", ["title": "Hidden"]),
            add("/robot/r1", ["legs": 4])
        )
        try team.syncAll()
        try ann.set("/finding/f1/unit", "HR")
        try ben.set("/finding/f1/unit", "Sales")
        try ben.save(add("/conclusion/c1"))
        try team.syncAll()
        try ann.save(
            Operation(.remove, at: cell("/finding/f2")),
            Operation(.splice(at: 3, delete: 0, insert: "training "), at: cell("/finding/f1/title"))
        )
        try team.syncAll()
        try ann.set("/finding/f1/site", "Bonn")
        let target = ProcessInfo.processInfo.environment["CONCORD_FIXTURE"] ?? ""
        try ann.store.close()
        try FileManager.default.copyItem(atPath: ann.path, toPath: target)
    }
}
