import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

@Suite("Proposals")
struct ProposalTests {
    static let grade = "criterion/c1/grade"

    /// A finding of ben's, with a criterion, and dot who is in training.
    private func team() throws -> World {
        let world = try World(
            ["ben": .auditor, "dot": .inTraining, "cem": .auditor],
            inTraining: ["cem": ["iso-9001-2008"]]
        )
        try world["ben"].save(
            .add("finding/f1", [:]),
            .add(
                "criterion/c1",
                ["finding": "f1", "standard": "iso-9001-2008", "clause": "8.4"]
            )
        )
        try world.syncAll()
        return world
    }

    @Test func aProposalShowsWhereNobodyElseWrote() throws {
        let world = try team()

        try world["dot"].save(.set(Self.grade, "minor"))
        try world["dot"].save(.set(Self.grade, "ofi"))

        let picture = try world.settle()
        #expect(picture[Self.grade] == "ofi")
        #expect(picture.conflicts.isEmpty)
    }

    @Test func aProposalIsNeverShownOverAnotherValue() throws {
        let world = try team()

        try world["dot"].save(.set(Self.grade, "major"))
        try world["ben"].save(.set(Self.grade, "observation"))

        let picture = try world.settle()
        #expect(picture[Self.grade] == "observation")
        #expect(picture.candidates("/" + Self.grade).count == 2)
    }

    @Test func aProposalThatReplacesOthersIsVoid() throws {
        let world = try team()
        let decided = try world["ben"].save(.set(Self.grade, "observation"))
        try world.syncAll()

        let named = Operation(.add("major"), at: Actor.path(Self.grade), over: [decided.reference])
        let void = try world["dot"].save(.raw(named))

        let picture = try world.settle()
        #expect(picture.void(Self.grade, void) == "proposal-replaces-others")
        #expect(picture[Self.grade] == "observation")
        #expect(picture.conflicts.isEmpty)
    }

    @Test func anAuditorProposesInTheStandardHeIsInTrainingFor() throws {
        let world = try team()
        try world["cem"].save(
            .add("finding/f2", [:]),
            .add(
                "criterion/c2",
                ["finding": "f2", "standard": "iso-9001-2008", "clause": "6.2", "grade": "minor"]
            ),
            .add(
                "criterion/c3",
                [
                    "finding": "f2", "standard": "iso-iec-20000-1-2011", "clause": "9.1",
                    "grade": "minor",
                ]
            )
        )
        try world.syncAll()

        let over = try world.ada.desk.survivors(Actor.path("criterion/c2/grade"))
        let three = try world.ada.desk.survivors(Actor.path("criterion/c3/grade"))

        #expect(over.map(\.write.effect) == [.proposal])
        #expect(three.map(\.write.effect) == [.effective])
        try world.settle()
    }

    @Test func aProposalToPutAMemberBackIsNotLost() throws {
        let world = try team()
        try world.ada.save(.add("planSlot/p1", ["clauses": ["4.1": true]]))
        try world.syncAll()

        try world.ada.save(.take("planSlot/p1/clauses/4.1"))
        let kept = Operation(.add(true), at: Actor.path("planSlot/p1/clauses/4.1"))
        try world["ben"].save(.raw(kept))

        let picture = try world.settle()
        #expect(picture["planSlot/p1/clauses"] == nil)
        #expect(picture.conflict("/planSlot/p1/clauses/4.1") != nil)
    }

    @Test func aProposedTextWaitsBesideTheText() throws {
        let world = try team()
        try world.ada.save(.add("scope/s1", ["statement": "All services."]))
        try world.syncAll()

        try world["ben"].save(.type("scope/s1/statement", at: 0, delete: 3, "Some"))

        let picture = try world.settle()
        #expect(picture["scope/s1/statement"] == "All services.")
        let sides = picture.conflict("/scope/s1/statement")?["candidates"]?.arrayValue
        #expect(sides?.count == 1)
        #expect(sides?.first?["proposal"] == true)
        #expect(sides?.first?["value"] == nil)
    }

    @Test func aProposedRecordIsThereAndItsAuthorMayTakeItBack() throws {
        let world = try team()
        try world["ben"].save(
            .add("planSlot/p1", ["title": "Closing"]),
            .put("planSlot/p1/clauses/8.4")
        )
        #expect(try world.settle()["planSlot/p1/clauses"] == ["8.4": true])

        try world["ben"].save(.hide("planSlot/p1"))

        #expect(try world.settle()["planSlot/p1"] == nil)
    }

    @Test func aProposalHidesNothingOfOthers() throws {
        let world = try team()
        try world.ada.save(.add("planSlot/p1", ["title": "Closing"]))
        try world.syncAll()

        let void = try world["ben"].save(.hide("planSlot/p1"))

        let picture = try world.settle()
        #expect(picture.void("planSlot/p1", void) == "proposal-replaces-others")
        #expect(picture["planSlot/p1/title"] == "Closing")
    }
}
