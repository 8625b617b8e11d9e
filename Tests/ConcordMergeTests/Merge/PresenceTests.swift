import ConcordDiff
import ConcordEncoding
import ConcordModel
import Testing

@Suite("Presence")
struct PresenceTests {
    private func team() throws -> World {
        let world = try World(["ben": .auditor, "cem": .auditor])
        try world["ben"].save(.add("finding/f1", ["unit": "IT"]))
        try world.syncAll()
        return world
    }

    @Test func aRemovalHidesOnlyWhatItHadSeen() throws {
        let world = try team()

        try world["cem"].save(.set("finding/f1/site", "S1"))
        try world.ada.save(.hide("finding/f1"))

        let picture = try world.settle()
        #expect(picture["finding/f1"] == ["site": "S1", "unit": "IT"])
        #expect(picture.conflict("/finding/f1")?["kind"] == "removed-edited")
        try world.ada.save(.hide("finding/f1"))
        #expect(try world.settle()["finding/f1"] == nil)
    }

    @Test func restoringBringsBackAllAndClearsNothing() throws {
        let world = try team()
        try world.ada.save(.hide("finding/f1"))
        #expect(try world.settle()["finding/f1"] == nil)

        try world["ben"].save(.restore("finding/f1"))

        let picture = try world.settle()
        #expect(picture["finding/f1"] == ["unit": "IT"])
        #expect(picture.conflicts.isEmpty)
    }

    @Test func anEditOfWhatARecordOwnsKeepsItPresent() throws {
        let world = try team()
        try world["ben"].save(
            .add("criterion/c1", ["finding": "f1", "standard": "s", "clause": "8.4"])
        )
        try world.syncAll()

        try world["ben"].save(.set("criterion/c1/grade", "minor"))
        try world.ada.save(.hide("finding/f1"))

        let picture = try world.settle()
        #expect(picture["finding/f1"] != nil)
        #expect(picture.conflict("/finding/f1")?["kind"] == "removed-edited")
    }

    @Test func aRemovalOfWhatARecordOwnsBringsNothingBack() throws {
        let world = try team()
        try world["ben"].save(
            .add("criterion/c1", ["finding": "f1", "standard": "s", "clause": "8.4"])
        )
        try world.syncAll()

        try world["ben"].save(.hide("criterion/c1"))
        try world.ada.save(.hide("finding/f1"))

        let picture = try world.settle()
        #expect(picture["finding/f1"] == nil)
        #expect(picture["criterion/c1"] == nil)
        #expect(picture.conflicts.isEmpty)
    }

    @Test func aTextAddedAgainIsVoidAndLeavesTheTextAsItIs() throws {
        let world = try team()
        try world["ben"].save(.add("finding/f2", ["statement": "Logs"]))
        try world.syncAll()

        let again = try world["cem"].save(.add("finding/f2", ["statement": "Keys", "site": "S1"]))

        let picture = try world.settle()
        #expect(picture["finding/f2/statement"] == "Logs")
        #expect(picture["finding/f2/site"] == "S1")
        #expect(picture.void("finding/f2/statement", again) == "malformed-value")
    }
}

@Suite("What this version does not know")
struct UnknownTests {
    @Test func unknownKindsAndFieldsAreKeptAsTheyCame() throws {
        let world = try World(["ben": .auditor])
        let grid: JSON = [[0, 0, "not a splice"], [1, 2, "nor this"]]

        try world["ben"].save(
            .add("interview/i1", ["person": "P. Doe", "grid": grid, "place": ["room": 4]]),
            .add("finding/f1", ["aura": ["colour": "red"]])
        )
        try world["ben"].save(.put("interview/i1/topics/backup"))

        let picture = try world.settle()
        #expect(picture["interview/i1/grid"] == grid)
        #expect(picture["interview/i1/place"] == ["room": 4])
        #expect(picture["interview/i1/topics"] == ["backup": true])
        #expect(picture["finding/f1/aura"] == ["colour": "red"])
        #expect(picture.voids.isEmpty)
    }

    @Test func anUnknownTextIsMergedFromTheStringItBeganWith() throws {
        let world = try World(["ben": .auditor])
        try world["ben"].save(.add("interview/i1", ["notes": "They keep logs."]))
        try world.syncAll()

        try world["ben"].save(.type("interview/i1/notes", at: 10, "all "))
        try world.ada.save(.type("interview/i1/notes", at: 0, delete: 4, "Operators"))

        #expect(try world.settle()["interview/i1/notes"] == "Operators keep all logs.")
    }

    @Test func membersThatOnlyLookAlikeAreTwo() throws {
        let world = try World(["ben": .auditor])
        try world["ben"].save(.add("finding/f1", [:]))
        let (one, other) = ("finding/f1/evidence/caf\u{E9}", "finding/f1/evidence/cafe\u{301}")
        let both = try world["ben"].save(.put(one), .put(other))
        try world["ben"].save(.take(one))

        try world.syncAll()

        let kept = try world.ada.desk.survivors(Actor.path(other))
        #expect(kept.map(\.reference) == [both.reference])
        #expect(try world.ada.shown(one) == nil)
        #expect(try world.ada.shown(other) == true)
    }
}
