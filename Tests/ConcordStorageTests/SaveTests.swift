import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordTesting
import GRDB
import Testing

@testable import ConcordStorage

@Suite struct SaveTests {
    @Test func whatWasSavedIsThereAfterReopening() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        try ann.save(
            add(
                "/finding/f1",
                [
                    "title": "No records", "draftNumber": "A-01", "state": "draft",
                    "contributors": ["ben": true],
                ]
            )
        )
        try ann.set("/finding/f1/unit", "IT")
        let before = try ann.document()

        try ann.reopen()

        #expect(try ann.document() == before)
        #expect(
            before["finding"]?["f1"] == [
                "title": "No records", "draftNumber": "A-01", "state": "draft", "unit": "IT",
                "contributors": ["ben": true],
            ]
        )
        #expect(try ann.store.checkState().differences == [])
    }

    @Test func theWriterWaitsForTheDisk() throws {
        let team = try Team(["ann"])
        let level = try team.devices[0].store.pool.writeWithoutTransaction { db in
            try Int.fetchOne(db, sql: "PRAGMA synchronous")
        }

        #expect(level == 2)
    }

    @Test func aSaveThatThrowsLeavesNothing() throws {
        struct Stop: Error {}
        let team = try Team(["ann"])
        let ann = team.devices[0]
        let before = try ann.digest()

        #expect(throws: Stop.self) { try ann.save { _ in throw Stop() } }
        #expect(try ann.digest() == before)

        try ann.set("/engagement/e/number", "A-2")
        #expect(try ann.value("/engagement/e/number") == "A-2")
    }

    @Test func aSaveNamesTheNewestDiffsAsParents() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ann.save(add("/finding/f1"))
        try ben.save(add("/finding/f2"))
        try team.syncAll()

        let id = try #require(try ann.set("/finding/f2/unit", "IT")).id
        let envelope = try #require(try ann.store.read { try $0.envelope(of: id) })
        let parents = try UnverifiedDiff(envelope: envelope).head.parents

        let tips = try [ann, ben].map { device in
            try #require(try team.devices[2].store.read { try $0.tip(of: device.signer.author) }).id
        }
        #expect(parents == tips)
    }

    @Test func aTextIsEditedBySplices() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        let statement = cell("/finding/f1/statement")
        try ann.save(add("/finding/f1", ["statement": "No records"]))

        try ann.save(Operation(.splice(at: 3, delete: 0, insert: "training "), at: statement))
        try ann.save(Operation(.splice(at: 0, delete: 2, insert: "Some"), at: statement))

        #expect(try ann.value("/finding/f1/statement") == "Some training records")
        #expect(try ann.store.checkState().differences == [])
    }

    /// Short texts are whole values: an edit of a title names what it replaces, and splices nothing.
    @Test(arguments: ["/finding/f1/title", "/evidence/e1/title", "/criterion/c1/otherCriterion"])
    func aShortTextIsWrittenAsAWhole(path: String) throws {
        let ann = try Team(["ann"]).devices[0]
        let place = cell(path)
        let first = try #require(
            try ann.save(
                add("/finding/f1", ["title": "No records"]),
                add("/evidence/e1", ["title": "No records"]),
                add("/criterion/c1", ["finding": "f1", "otherCriterion": "No records"])
            )
        )

        let refused = #expect(throws: EditError.self) {
            try ann.edit { $0.setText(place, to: "No training records") }
        }
        let written = try #require(try ann.edit { $0.set(place, to: "No training records") })

        #expect(refused?.code == .malformedValue)
        let envelope = try #require(try ann.store.read { try $0.envelope(of: written.id) })
        let operations = try UnverifiedDiff(envelope: envelope).body.operations
        let whole = Operation(.add("No training records"), at: place, over: [first.reference])
        #expect(operations == [whole])
        #expect(try ann.value(path) == "No training records")
        #expect(try ann.store.checkState().differences == [])
    }

    @Test func aHiddenRecordGoesAndComesBackWithItsFields() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        try ann.save(add("/finding/f1", ["title": "No records", "unit": "IT"]))
        let before = try ann.document()

        try ann.save { context in
            let over = try context.survivors(of: cell("/finding/f1")).map(\.write)
            return [Operation(.remove, at: cell("/finding/f1"), over: over)]
        }
        #expect(try ann.document()["finding"] == nil)
        try ann.save(add("/finding/f1"))

        #expect(try ann.document() == before)
        #expect(try ann.store.checkState().differences == [])
    }

    @Test func whatHasNoEffectIsToldAndListed() throws {
        let team = try Team()
        let ben = team.devices[1]

        let result = try #require(try ben.save(add("/conclusion/c1")))

        #expect(result.voided.map(\.reason) == [.noRight])
        let voids = try ben.store.read { try $0.voids() }
        #expect(voids.map(\.path) == [cell("/conclusion/c1")])
        #expect(voids.map(\.diff) == [result.id])
    }

    /// What may be erased is hashed with a salt, without which a short value could be guessed.
    @Test func whatMayBeErasedIsSalted() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        try ann.save(add("/finding/f1"))
        let state = Operation(.add("submitted"), at: cell("/finding/f1/state"))
        var reasoned = state
        reasoned.reason = "why"
        let salted: [ConcordDiff.Operation] = [
            add("/finding/f2", ["title": "No records"]), reasoned, add("/gadget/g1"),
            Operation(.add("x"), at: cell("/finding/f1/colour")),
            Operation(.splice(at: 0, delete: 0, insert: "x"), at: cell("/finding/f1/statement")),
        ]

        func salt(_ operation: ConcordDiff.Operation) throws -> WireText? {
            let id = try #require(try ann.save(operation)).id
            let envelope = try #require(try ann.store.read { try $0.envelope(of: id) })
            return try UnverifiedDiff(envelope: envelope).body.salt
        }

        #expect(try salt(state) == nil)
        #expect(try salt(add("/finding/f3")) == nil)
        for operation in salted { #expect(try salt(operation)?.utf8.count == 22, "\(operation)") }
    }

    @Test func theGuardHearsOfEachOwnDiff() throws {
        let folder = try TemporaryFolder()
        let heard = Heard()
        let signer = HashSigner("ann")
        let store = try ReplicaStore.create(at: folder.file("a"), verifier: HashVerifier()) {
            seq,
            _ in
            heard.add(seq)
        }

        for number in ["e", "f"] {
            _ = try store.save(signer: signer, .standing, keepingVoid: true) { _ in
                [add("/engagement/\(number)")]
            }
        }
        _ = try store.save(signer: signer, .standing, keepingVoid: true) { _ in [] }

        #expect(heard.all == [1, 2])
    }

    /// A grade by somebody in training for the standard is a proposal beside the others' grades: it names none of
    /// them, and so has its effect.
    @Test func aGradeByATraineeStandsBesideTheOthers() throws {
        let team = try Team(inTraining: ["cem"])
        let (ann, ben, cem) = (team.devices[0], team.devices[1], team.devices[2])
        let grade = cell("/criterion/c1/grade")
        try ben.save(
            add("/finding/f1", ["title": "One", "state": "draft"]),
            add("/criterion/c1", ["finding": "f1", "standard": "iso", "grade": "minor"])
        )
        try team.syncAll()

        let saved = try #require(try cem.edit { $0.set(grade, to: "major") })
        try team.syncAll()

        #expect(saved.voided.isEmpty && saved.proposals == [grade])
        #expect(try ann.value("/criterion/c1/grade") == "minor")
        #expect(try Set(ann.conflicts().flatMap(\.candidates).map(\.value)) == ["minor", "major"])
    }

    @Test func historyTellsEveryWriteOfACell() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        try ann.save(add("/finding/f1", ["unit": "IT"]))
        try ann.set("/finding/f1/unit", "HR")

        let history = try ann.store.read { try $0.history(of: cell("/finding/f1/unit")) }

        #expect(history.map(\.value) == ["IT", "HR"])
        #expect(history.map(\.standing) == [.replaced, .surviving])
        #expect(history[1].over == [history[0].write])
    }
}

final class Heard: @unchecked Sendable {
    private(set) var all: [Int] = []
    func add(_ seq: Int) { all.append(seq) }
}
