import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordTesting
import ConcordText
import Foundation
import GRDB
import Testing

@testable import ConcordStorage

/// What is written into columns is read back as it was.
@Suite struct StoredFormsTests {
    @Test func everySeenNumberIsReadBack() throws {
        let edges: [Int32] = [0, 1, 127, 128, 129, 16_383, 16_384, 2_097_151, 2_097_152, .max]
        for count in 0...edges.count {
            let seen = SeenVector(Array(edges.prefix(count)))

            let read = try SeenVector(storedBytes: seen.storedBytes()) { _ in
                throw DamagedRow("seen")
            }
            #expect(read == seen)
        }
        #expect(SeenVector([127]).storedBytes() == [0x7F])
        #expect(SeenVector([128]).storedBytes() == [0x80, 0x01])
    }

    /// Each node of a tree is stored once, whatever shares it, and read back by whoever opens the file.
    @Test func whatWasSeenOfManyBranchesIsReadBack() throws {
        let queue = try DatabaseQueue()
        try queue.write { db in
            let statements = try StatementCache(db)
            try statements.execute(Tables.fold)
            var stored = StoredSeen(statements)
            var seen = SeenVector()
            var rows: [[UInt8]] = []
            var vectors: [SeenVector] = []
            for branch in 0..<1300 {
                if branch.isMultiple(of: 3) {
                    seen.insert(BranchSeq(branch: branch, seq: branch + 1))
                }
                rows.append(try stored.bytes(of: seen))
                vectors.append(seen)
                if branch.isMultiple(of: 100) { stored.forget() }
            }
            var again = StoredSeen(statements)
            for (row, vector) in zip(rows, vectors) {
                let read = try again.vector(row)
                #expect(read.includes(vector) && vector.includes(read))
            }
            #expect(rows.allSatisfy { $0.count < 80 })
            let nodes = try Int.fetchOne(db, sql: "SELECT count(*) FROM seen_node") ?? 0
            #expect(nodes > 400 && nodes < 1400)
        }
    }

    /// A damaged row is told, and brings nobody into an endless loop.
    @Test func aTreeThatNamesItselfIsDamaged() throws {
        let queue = try DatabaseQueue()
        try queue.write { db in
            let statements = try StatementCache(db)
            try statements.execute(Tables.fold)
            for (number, level, parts) in [(1, 1, "01"), (2, 1, "03"), (3, 0, "0500")] {
                try db.execute(
                    sql: "INSERT INTO seen_node VALUES (\(number), \(level), x'\(parts)')"
                )
            }
            var stored = StoredSeen(statements)
            for root in [1, 2, 3, 4] {
                let row = [UInt8](repeating: 0, count: SeenVector.width) + [UInt8(root)]
                #expect(throws: DamagedRow.self, "\(root)") { try stored.vector(row) }
            }
        }
    }

    /// What an author had seen counts, however long the chains are, and however often a file is opened.
    @Test func aChainOfManySavesIsSeenAfterReopening() throws {
        let team = try Team(["ann", "ben"])
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ann.save(add("/finding/f1", ["unit": "0"]))
        for number in 1...140 { try ann.set("/finding/f1/unit", .string("\(number)")) }
        try team.syncAll()
        try ben.reopen()

        try ben.set("/finding/f1/unit", "IT")
        try team.syncAll()
        try ann.reopen()
        try ann.set("/finding/f1/unit", "HR")
        try team.syncAll()

        for device in team.devices {
            #expect(try device.value("/finding/f1/unit") == "HR")
            #expect(try device.conflicts() == [])
            #expect(try device.store.checkState().differences == [])
        }
    }

    @Test func aReopeningCountsAfterTheFileWasOpenedAgain() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ann.save(add("/finding/f1", ["unit": "IT"]))
        try team.syncAll()
        let number = Operation(.add("F-01"), at: cell("/finding/f1/number"))
        try ann.save(add("/seal/s1", ["digest": "d"]), number)
        try team.syncAll()
        try ann.save(add("/reopening/r1", ["seal": "s1"]))
        try team.syncAll()
        for device in team.devices { try device.reopen() }

        let saved = try #require(try ben.set("/finding/f1/unit", "HR"))
        try team.syncAll()

        #expect(saved.voided.isEmpty)
        for device in team.devices { #expect(try device.value("/finding/f1/unit") == "HR") }
    }

    // MARK: What a saved body is salted with.

    private func salt(
        _ operations: ConcordDiff.Operation...,
        at device: Device
    ) throws -> WireText? {
        let saved = try #require(try device.save { _ in operations })
        let envelope = try #require(try device.store.read { try $0.envelope(of: saved.id) })
        return try UnverifiedDiff(envelope: envelope).body.salt
    }

    @Test func whatCanBeErasedIsSaltedAndNothingElse() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        try ann.save(add("/finding/f1", ["state": "draft"]))

        #expect(try salt(add("/finding/f2", ["title": "Wanda"]), at: ann)?.utf8.count == 22)
        let reason = Operation(
            .add("draft"),
            at: cell("/finding/f1/state"),
            reason: "Wanda said so"
        )
        #expect(try salt(reason, at: ann)?.utf8.count == 22)
        #expect(try salt(add("/dossier/x1", ["who": "Wanda"]), at: ann)?.utf8.count == 22)
        let unknown = Operation(.add("Wanda"), at: cell("/finding/f1/nickname"))
        #expect(try salt(unknown, at: ann)?.utf8.count == 22)
        #expect(try salt(add("/finding/f4", ["nickname": "Wanda"]), at: ann)?.utf8.count == 22)
        #expect(try salt(add("/finding/f3", ["state": "draft"]), at: ann) == nil)
        let state = Operation(.add("draft"), at: cell("/finding/f2/state"))
        #expect(try salt(state, at: ann) == nil)
    }

    // MARK: Files and numbers.

    @Test func everyFileIsItsOwnersAlone() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        try ann.save(add("/finding/f1"))

        for ending in ["", "-wal", "-shm", ".lock"] {
            let facts = try FileManager.default.attributesOfItem(atPath: ann.path + ending)
            #expect((facts[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(ending)")
        }
    }

    /// As a crash leaves it in the middle of a checkpoint: the first page says how long the file is to be.
    @Test func aFileThatLacksItsEndOpensWhileItsJournalHasIt() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        let size = try Data(contentsOf: URL(fileURLWithPath: ann.path)).count
        try ann.save { _ in (0..<200).map { add("/finding/f\($0)", ["title": "T"]) } }
        let digest = try ann.digest()
        ann.store.testingOnlyCarryOver()
        let copy = ann.path + ".copy"
        for ending in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: ann.path + ending, toPath: copy + ending)
        }
        let file = try #require(FileHandle(forUpdatingAtPath: copy))
        try file.truncate(atOffset: UInt64(size))
        try file.close()
        try FileManager.default.copyItem(atPath: copy, toPath: copy + ".alone")

        let store = try ReplicaStore.open(at: copy, verifier: HashVerifier())
        #expect(try store.read { try $0.digest() } == digest)

        let failure = #expect(throws: StorageFailure.self) {
            try ReplicaStore.open(at: copy + ".alone", verifier: HashVerifier())
        }
        #expect(failure?.code == .corrupted)
    }

    @Test func numbersOfHiddenFindingsAreNotGivenAgain() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        try ann.save(add("/finding/f1", ["draftNumber": "B-01"]))
        try ann.save(add("/finding/f2", ["draftNumber": "B-02"]))
        try ann.save(Operation(.remove, at: cell("/finding/f2")))
        #expect(try ann.document()["finding"]?["f2"] == nil)

        var greatest = 0
        try ann.save { context in
            greatest = try context.greatestDraftNumber(letter: "B")
            return []
        }

        #expect(greatest == 2)
    }

    @Test(
        arguments: [
            (["B-07", "B-9223372036854775807"], 7), (["B-99999999999999999999999999"], 0),
            (["B-07", "B-08", "B-999999999"], 8), (["B-999999998"], 999_999_998),
            (["B--5", "B-", "B-x", "A-44", "b-45"], 0), ([], 0),
        ] as [([WireText], Int)]
    )
    func numbersThatNoCounterReachesDoNotCount(_ numbers: [WireText], greatest: Int) throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        for (index, number) in numbers.enumerated() {
            try ann.save(add("/finding/f\(index)", ["draftNumber": .string(number)]))
        }

        var found = -1
        try ann.save { context in
            found = try context.greatestDraftNumber(letter: "B")
            return []
        }

        #expect(found == greatest)
    }

    @Test func conflictsOfHiddenRecordsAreNotTold() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ann.save(add("/finding/f1", ["unit": "IT", "grade": "minor"]))
        try team.syncAll()
        try ann.set("/finding/f1/unit", "HR")
        try ben.set("/finding/f1/unit", "QA")
        try team.syncAll()
        try #require(try ann.conflicts().count == 1)

        try ann.save(Operation(.remove, at: cell("/finding/f1")))

        #expect(try ann.conflicts() == [])
        #expect(try ann.store.read { try $0.status().conflicts } == 0)
    }
}
