import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

@Suite("Confirmations")
struct ConfirmationTests {
    private let state = "finding/f1/state"
    private let grade = "criterion/c1/grade"

    private func team(confirmed: Bool = false) throws -> World {
        let world = try World(["ben": .auditor, "gus": .lead])
        try world["ben"].save(
            .add("finding/f1", ["state": "draft", "statement": "No list.", "unit": "IT"]),
            .add(
                "criterion/c1",
                ["finding": "f1", "standard": "s", "clause": "8", "grade": "minor"]
            )
        )
        try world["ben"].save(.set(state, "submitted"))
        try world.syncAll()
        if confirmed {
            try world.ada.save(.set(state, "confirmed"))
            try world.syncAll()
        }
        return world
    }

    @Test func aConfirmationWaitsForAGradeThatItHadNotSeen() throws {
        let world = try team()

        try world.ada.save(.set(state, "confirmed"))
        let edit = try world["ben"].save(.set(grade, "major"))

        let picture = try world.settle()
        #expect(picture[state] == "submitted")
        #expect(picture[grade] == "major")
        let conflict = try #require(picture.conflict("/" + state))
        #expect(conflict["kind"] == "confirmed-edited")
        let edits = (conflict["candidates"]?.arrayValue ?? []).filter { $0["path"] != nil }
        #expect(edits.map { $0["write"] } == [.string(edit.reference.description)])

        try world["gus"].save(.set(state, "confirmed"))
        let after = try world.settle()
        #expect(after[state] == "confirmed")
        #expect(after.conflicts.isEmpty)
    }

    /// What somebody returned at the same time shows, and is a side; each side can be taken by whom it names.
    @Test(arguments: ["confirmed", "draft"])
    func aReturnBesideAWaitingConfirmationIsASideAndEachCanBeTaken(side: String) throws {
        let world = try team()
        let by = "finding/f1/confirmedBy"
        let step = try world.ada.save(.set(state, "confirmed"), .set(by, "ada"))
        let back = try world["gus"].save(.set(state, "draft", reason: "unclear"))
        let edit = try world["ben"].save(.set(grade, "major"))

        let picture = try world.settle()
        #expect(picture[state] == "draft")
        let conflict = try #require(picture.conflict("/" + state))
        let sides = (conflict["candidates"]?.arrayValue ?? []).compactMap { $0["write"] }
        // Who confirmed belongs to the step, and is no side.
        #expect(sides.count == 3)
        #expect(
            Set(sides) == Set([step, back, edit].map { .string($0.reference.description) })
        )

        let taken = JSON.string(WireText(side))
        var decision = Operation(.add(taken), at: Actor.path(state))
        decision.over = [step.reference, back.reference].sorted()
        decision.reason = "agreed"
        try world.ada.save(.raw(decision))
        let after = try world.settle()
        #expect(after[state] == taken)
        #expect(after.conflicts.isEmpty)
    }

    /// Each of three steps that exclude each other can be taken, whichever shows.
    @Test(arguments: ["confirmed", "draft", "withdrawn"])
    func eachOfThreeStepsCanBeTaken(side: String) throws {
        let world = try team()
        let steps = [
            try world.ada.save(.set(state, "confirmed")),
            try world["gus"].save(.set(state, "draft", reason: "unclear")),
            try world["ben"].save(.set(state, "withdrawn", reason: "no finding")),
        ]
        let picture = try world.settle()
        #expect(picture[state] == "confirmed")
        #expect(picture.conflict("/" + state)?["candidates"]?.arrayValue?.count == 3)

        let taken = JSON.string(WireText(side))
        var decision = Operation(.add(taken), at: Actor.path(state))
        decision.over = steps.map(\.reference).sorted()
        decision.reason = "agreed"
        try world["gus"].save(.raw(decision))
        let after = try world.settle()
        #expect(after[state] == taken)
        #expect(after.conflicts.isEmpty)
    }

    @Test func confirmingAgainByAnotherEndsItThoughItNamesNothing() throws {
        let world = try team()
        try world.ada.save(.set(state, "confirmed"))
        try world["ben"].save(.set(grade, "major"))
        try world.syncAll()

        try world["gus"].save(.raw(Operation(.add("confirmed"), at: Actor.path(state))))

        let picture = try world.settle()
        #expect(picture[state] == "confirmed")
        #expect(picture.conflicts.isEmpty)
    }

    @Test func evidenceAndFieldsThatAreNotConfirmedHoldNothingUp() throws {
        let world = try team()

        try world.ada.save(.set(state, "confirmed"))
        try world["ben"].save(.put("finding/f1/evidence/e1"), .set("finding/f1/draftNumber", "B-1"))

        #expect(try world.settle()[state] == "confirmed")
    }

    /// Whatever a confirmation confirms, a change that it had not seen holds it up, and the conflict names both.
    @Test(
        arguments: Schema.finding.fields.map(\.name).filter {
            ![
                "draftNumber", "fileID", "number", "ncNumber", "slot", "relatedTo", "duplicateOf",
                "state",
            ].contains($0)
        }
    )
    func whatIsConfirmedIsWhatWasSeen(field: WireText) throws {
        let path = "finding/f1/\(field)"
        guard let rule = Schema.finding.field(field)?.rule,
            // Who says so, and who confirms, is the confirmation's own.
            Schema.finding.field(field)?.namesWriter == false
        else { return }
        let world = try team()
        try world["ben"].save(.put("finding/f1/evidence/e1"))
        try world.syncAll()

        let step = try world.ada.save(.set(state, "confirmed"))
        let change: Change =
            switch rule {
            case .text: .type(path, at: 0, "More. ")
            case .set: .take(path + "/e1")
            default: .set(path, field == "includedRequirement" ? ["standard": "s"] : "else")
            }
        let edit = try world["ben"].save(change)

        let picture = try world.settle()
        #expect(picture[state] == "submitted")
        let conflict = try #require(picture.conflict("/" + state))
        #expect(conflict["kind"] == "confirmed-edited")
        let sides = Set((conflict["candidates"]?.arrayValue ?? []).compactMap { $0["write"] })
        #expect(
            sides == [.string(step.reference.description), .string(edit.reference.description)]
        )
        try world["gus"].save(.set(state, "confirmed"))
        let after = try world.settle()
        #expect(after[state] == "confirmed")
        #expect(after.conflicts.isEmpty)
    }

    @Test func aConfirmationCanBeTakenBack() throws {
        let world = try team(confirmed: true)

        try world["gus"].save(.set(state, "submitted", reason: "too early"))
        #expect(try world.settle()[state] == "submitted")
        try world["ben"].save(.set(grade, "major"))
        #expect(try world.settle()[grade] == "major")

        try world.ada.save(.set(state, "confirmed"))
        try world.syncAll()
        let void = try world["ben"].save(.set(state, "submitted", reason: "no"))
        let picture = try world.settle()
        #expect(picture[state] == "confirmed")
        #expect(picture.void(state, void) != nil)
    }

    /// What an auditor only proposes on a confirmed finding counts nowhere before a leader has decided.
    @Test func aGradeThatIsOnlyProposedOnAConfirmedFindingIsNotShown() throws {
        let world = try team(confirmed: true)
        let fields: JSONObject = [
            "finding": "f1", "standard": "s", "clause": "9", "grade": "major",
        ]
        try world["ben"].save(.add("criterion/c2", fields))
        try world["ben"].save(.set(grade, "major"))

        let picture = try world.settle()
        #expect(picture[grade] == "minor")
        #expect(picture["criterion/c2/grade"] == nil)
        #expect(picture.conflict("/criterion/c2/grade")?["shown"] == .null)

        var edit = Edit()
        edit.resolve(Actor.path("criterion/c2"), to: nil, reason: "no")
        edit.resolve(Actor.path(grade), to: "minor", reason: "no")
        try world.ada.save(
            operations: world.ada.desk.operations(for: edit, by: world.ada.author)
        )
        let after = try world.settle()
        #expect(after.conflicts.isEmpty)
        #expect(after["criterion/c2"] == nil)
    }

    @Test func rolesThatTwoLeadersGiveAtTheSameTimeAreAConflict() throws {
        let world = try World(["ben": .auditor, "gus": .lead])
        let role = "member/ben/role"

        let one = try world.ada.save(.set(role, "observer"))
        let other = try world["gus"].save(.set(role, "technicalExpert"))

        let picture = try world.settle()
        let conflict = try #require(picture.conflict("/" + role))
        let sides = Set((conflict["candidates"]?.arrayValue ?? []).compactMap { $0["write"] })
        #expect(
            sides == [.string(one.reference.description), .string(other.reference.description)]
        )
        #expect(picture[role] == "technicalExpert")

        try world.ada.save(.set(role, "observer"))
        let after = try world.settle()
        #expect(after.conflicts.isEmpty)
        #expect(after[role] == "observer")
    }

    @Test func anAuditorOnlyProposesOnWhatHeKnowsAsConfirmed() throws {
        let world = try team(confirmed: true)

        try world["ben"].save(
            .raw(Operation(.add("ofi"), at: Actor.path(grade))),
            .set("finding/f1/site", "S1"),
            .raw(Operation(.add("HR"), at: Actor.path("finding/f1/unit")))
        )
        try world["ben"].save(.type("finding/f1/statement", at: 0, "Once "))

        let picture = try world.settle()
        #expect(picture[state] == "confirmed")
        #expect(picture[grade] == "minor")
        #expect(picture["finding/f1/unit"] == "IT")
        #expect(picture["finding/f1/statement"] == "No list.")
        // What nobody else wrote shows, as every proposal does, and is contested.
        #expect(picture["finding/f1/site"] == "S1")
        #expect(
            picture.conflicts.keys.sorted() == [
                "/criterion/c1/grade", "/finding/f1/site", "/finding/f1/statement",
                "/finding/f1/unit",
            ]
        )
        #expect(picture.voids.isEmpty)
    }

    @Test func aLeadersEditStandsAndTheFindingStaysConfirmed() throws {
        let world = try team(confirmed: true)

        try world["gus"].save(.set(grade, "major"))

        let picture = try world.settle()
        #expect(picture[state] == "confirmed")
        #expect(picture[grade] == "major")
        #expect(picture.conflicts.isEmpty)
    }

    @Test func aCriterionAddedToWhatIsConfirmedIsContested() throws {
        let world = try team(confirmed: true)

        let fields: JSONObject = [
            "finding": "f1", "standard": "s", "clause": "9", "grade": "major",
        ]
        try world["ben"].save(.add("criterion/c2", fields))

        let picture = try world.settle()
        #expect(picture.conflict("/criterion/c2")?["kind"] == "values")
        try world.ada.save(.restore("criterion/c2"), .set("criterion/c2/grade", "major"))
        #expect(try world.settle().conflicts.isEmpty)
    }

    @Test func aCriterionThatAnAuditorTakesOutStaysUntilALeaderDecides() throws {
        let world = try team(confirmed: true)

        try world["ben"].save(.hide("criterion/c1"))

        let picture = try world.settle()
        #expect(picture[grade] == "minor")
        #expect(picture.conflict("/criterion/c1")?["kind"] == "removed-edited")
        try world.ada.save(.hide("criterion/c1"))
        #expect(try world.settle()["criterion/c1"] == nil)
    }
}
