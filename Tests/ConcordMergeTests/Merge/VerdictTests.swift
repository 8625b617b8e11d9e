import ConcordDiff
import ConcordEncoding
import ConcordModel
import Testing

@Suite("Verdicts at their place in the log")
struct VerdictTests {
    private func team() throws -> World {
        let world = try World(["ben": .auditor, "cem": .auditor, "fay": .observer, "gus": .lead])
        try world.ada.save(.add("finding/f1", ["state": "draft"]))
        try world.syncAll()
        return world
    }

    @Test func aRevocationCountsFromItsPlaceInTheLog() throws {
        let world = try team()
        let early = try world["ben"].save(.set("finding/f1/unit", "IT"))
        let late = try world["ben"].save(.set("finding/f1/unit", "HR"))
        let revoked = try world.ada.save(.set("member/ben/status", "revoked"))

        for diff in [early, revoked, late] { world.accept(diff) }

        let picture = try world.settle()
        #expect(picture["finding/f1/unit"] == "IT")
        #expect(picture.void("finding/f1/unit", late) == "revoked")
    }

    @Test func aRevocationInTheLogVoidsWhatIsPending() throws {
        let world = try team()
        let pending = try world["ben"].save(.set("finding/f1/unit", "IT"))
        #expect(world["ben"].picture()["finding/f1/unit"] == "IT")
        try world.ada.save(.set("member/ben/status", "revoked"))
        try world.push("ada")

        try world["ben"].pull(world.log)

        #expect(world["ben"].picture().void("finding/f1/unit", pending) == "revoked")
        #expect(world["ben"].picture()["finding/f1/unit"] == nil)
    }

    @Test func aRoleCountsFromItsPlaceInTheLog() throws {
        let world = try team()
        let before = try world["ben"].save(.set("finding/f1/unit", "IT"))
        let change = try world.ada.save(.set("member/ben/role", "observer"))
        let after = try world["ben"].save(.set("finding/f1/site", "S1"))

        for diff in [before, change, after] { world.accept(diff) }

        let picture = try world.settle()
        #expect(picture["finding/f1/unit"] == "IT")
        #expect(picture.void("finding/f1/site", after) == "no-right")
    }

    @Test func aMalformedRoleChangesNobodysRights() throws {
        let world = try team()
        try world.ada.save(.set("member/ben/role", "wizard"), .set("member/ben/status", 7))
        try world.syncAll()

        try world["ben"].save(.set("finding/f1/unit", "IT"))

        let picture = try world.settle()
        #expect(picture["finding/f1/unit"] == "IT")
        #expect(picture.voids.filter { $0.hasSuffix("malformed-value") }.count == 2)
    }

    @Test func aRoleThatNamesTheUnseenCountsAtItsPlaceInTheLog() throws {
        let world = try team()
        let unseen = try world["gus"].save(.set("member/ben/role", "auditor"))
        let named = Operation(
            .add("observer"),
            at: Actor.path("member/ben/role"),
            over: [unseen.reference]
        )
        let role = try world.ada.save(.raw(named))
        world.accept(unseen)
        world.accept(role)
        try world.syncAll()

        let void = try world["ben"].save(.set("finding/f1/unit", "IT"))

        // A server, which does not know what ada had seen, has it alike.
        let picture = try world.settle()
        #expect(picture.void("member/ben/role", role) == nil)
        #expect(picture.void("finding/f1/unit", void) == "no-right")
    }

    @Test func aSurplusJoinWritesNothingAndTheLogDecidesWhichItIs() throws {
        let world = try team()
        try world.invite("spare", as: .auditor)
        try world.syncAll()
        let early = try world.join("hal", on: "spare")
        let late = try world.join("jon", on: "spare")
        try world["jon"].receive(early)
        let void = try world["jon"].save(.add("finding/f2", ["unit": "HR"]))

        for diff in [early, late, void] { world.accept(diff) }

        let picture = try world.settle()
        #expect(picture.void("finding/f2", void) == "surplus-join")
        #expect(picture["finding/f2"] == nil)
    }

    @Test func theSecondBranchInTheLogIsVoidThoughItWasFirstHere() throws {
        let world = try team()
        let clone = world.clone("ben", as: "ben's clone")
        let here = try world["ben"].save(.set("finding/f1/unit", "IT"))
        let there = try clone.save(.set("finding/f1/site", "S1"))
        #expect(world["ben"].picture()["finding/f1/unit"] == "IT")

        world.accept(there)
        try world["ben"].pull(world.log)

        #expect(world["ben"].picture().void("finding/f1/unit", here) == "fork")
        #expect(world["ben"].picture()["finding/f1/site"] == "S1")
        try world.settle()
    }

    @Test func whoBuiltOnTheVoidIsNotHeldUp() throws {
        let world = try team()
        let clone = world.clone("ben", as: "ben's clone")
        world.accept(try clone.save(.set("finding/f1/site", "S1")))
        let void = try world["ben"].save(.set("finding/f1/unit", "IT"))
        try world["cem"].receive(void)
        try world["cem"].save(.set("finding/f1/unit", "HR"))

        let picture = try world.settle()

        #expect(picture.void("finding/f1/unit", void) == "fork")
        #expect(picture["finding/f1/unit"] == "HR")
        #expect(picture.conflicts.isEmpty)
    }

    @Test func theLifeCycleIsJudgedFromWhatTheAuthorHadBeforeHim() throws {
        let world = try team()
        try world["ben"].save(.set("finding/f1/state", "submitted"))
        try world.syncAll()

        try world.ada.save(.set("finding/f1/state", "confirmed"))
        let fromSubmitted = try world["cem"].save(
            .set("finding/f1/state", "draft", reason: "too early")
        )
        try world.syncAll()
        let fromConfirmed = try world["cem"].save(
            .set("finding/f1/state", "draft", reason: "too early")
        )

        let picture = try world.settle()
        #expect(picture.void("finding/f1/state", fromSubmitted) == nil)
        #expect(picture.void("finding/f1/state", fromConfirmed) == "life-cycle")
        #expect(picture["finding/f1/state"] == "confirmed")
    }

    @Test func twoEqualWithdrawalsDoNotWaitForEachOther() throws {
        let world = try team()

        try world.ada.save(.set("finding/f1/state", "withdrawn", reason: "none"))
        try world["gus"].save(.set("finding/f1/state", "withdrawn", reason: "none"))

        let picture = try world.settle()
        #expect(picture["finding/f1/state"] == "withdrawn")
        #expect(picture.conflicts.isEmpty)
    }

    @Test func anAuditorVerifiesTheAnswerToHisOwnConfirmedFinding() throws {
        let world = try World(["ben": .auditor, "eva": .auditeeRep])
        try world["ben"].save(.add("finding/f1", ["state": "draft"]))
        try world["ben"].save(.set("finding/f1/state", "submitted"))
        try world.syncAll()
        try world.ada.save(.set("finding/f1/state", "confirmed"))
        try world.syncAll()
        try world["eva"].save(.add("action/a1", ["finding": "f1", "state": "open"]))
        try world.syncAll()

        try world["ben"].save(.set("action/a1/due", "2014-07-01"))

        #expect(try world.settle()["action/a1/due"] == "2014-07-01")
    }

    @Test func aGradeAddedToAConfirmedFindingIsContested() throws {
        let world = try World(["ben": .auditor])
        try world["ben"].save(.add("finding/f1", ["state": "draft"]))
        try world["ben"].save(.set("finding/f1/state", "submitted"))
        try world.syncAll()
        try world.ada.save(.set("finding/f1/state", "confirmed"))
        try world.syncAll()

        let late = try world["ben"].save(
            .add(
                "criterion/c1",
                ["finding": "f1", "standard": "s", "clause": "8", "grade": "major"]
            )
        )

        let picture = try world.settle()
        #expect(picture.candidates("/criterion/c1/grade") == ["major"])
        #expect(picture.candidates("/criterion/c1") == [true])
        #expect(picture["criterion/c1/clause"] == "8")
        #expect(picture.voids.isEmpty && late.head.seq > 0)
    }
}
