import ConcordDiff
import ConcordEncoding
import ConcordModel
import Testing

@Suite("What a write replaces")
struct OverTests {
    static let unit = "finding/f1/unit"

    /// Two auditors who wrote different units of ada's finding without having seen each other.
    private func dispute() throws -> (World, ben: VerifiedDiff, cem: VerifiedDiff) {
        let world = try World(["ben": .auditor, "cem": .auditor, "fay": .observer])
        try world.ada.save(.add("finding/f1", [:]))
        try world.syncAll()
        let ben = try world["ben"].save(.set(Self.unit, "IT"))
        let cem = try world["cem"].save(.set(Self.unit, "HR"))
        return (world, ben, cem)
    }

    @Test func onlyWhoWasShownAllCandidatesEndsAConflict() throws {
        let (world, ben, _) = try dispute()
        try world.ada.receive(ben)
        try world.ada.save(.set(Self.unit, "QA"))

        let open = try world.settle()
        #expect(Set(open.candidates("/" + Self.unit)) == ["HR", "QA"])
        try world.ada.save(.set(Self.unit, "MH"))
        let ended = try world.settle()
        #expect(ended.conflicts.isEmpty)
        #expect(ended[Self.unit] == "MH")
    }

    @Test func anEditElsewhereEndsNothing() throws {
        let (world, _, _) = try dispute()
        try world.settle()

        try world.ada.save(.set("finding/f1/site", "S1"))

        #expect(try world.settle().candidates("/" + Self.unit).count == 2)
    }

    @Test func aConflictEndsWhenItsAuthorsComeToTheSameValue() throws {
        let (world, _, _) = try dispute()

        try world["ben"].save(.set(Self.unit, "HR"))

        let picture = try world.settle()
        #expect(picture.conflicts.isEmpty)
        #expect(picture[Self.unit] == "HR")
    }

    @Test func aVoidResolutionReplacesNothing() throws {
        let (world, _, _) = try dispute()
        try world.syncAll()

        let void = try world["fay"].save(.set(Self.unit, "CO"))

        let picture = try world.settle()
        #expect(picture.void(Self.unit, void) == "no-right")
        #expect(Set(picture.candidates("/" + Self.unit)) == ["IT", "HR"])
    }

    @Test func aResolutionThatTheLogVoidsBringsTheConflictBack() throws {
        let world = try World(["ben": .auditor, "cem": .auditor, "gus": .lead])
        try world.ada.save(.add("finding/f1", [:]))
        try world.syncAll()
        try world["ben"].save(.set(Self.unit, "IT"))
        try world["cem"].save(.set(Self.unit, "HR"))
        try world.syncAll()

        let decided = try world["gus"].save(.set(Self.unit, "QA"))
        #expect(world["gus"].picture().conflicts.isEmpty)
        try world.ada.save(.set("member/gus/status", "revoked"))
        try world.push("ada")
        try world["gus"].pull(world.log)

        let picture = world["gus"].picture()
        #expect(picture.void(Self.unit, decided) == "revoked")
        #expect(Set(picture.candidates("/" + Self.unit)) == ["IT", "HR"])
        #expect(try world.settle() == picture)
    }

    @Test func namingTheUnseenVoidsTheOperationAlone() throws {
        let (world, ben, _) = try dispute()
        let named = Operation(.add("QA"), at: Actor.path(Self.unit), over: [ben.reference])

        let void = try world["cem"].save(.raw(named), .set("finding/f1/site", "S1"))

        let picture = try world.settle()
        #expect(picture.void(Self.unit, void) == "over-unseen")
        #expect(picture["finding/f1/site"] == "S1")
        #expect(Set(picture.candidates("/" + Self.unit)) == ["IT", "HR"])
    }

    @Test func whatFitsNoFieldCannotBeAdmitted() throws {
        let (world, _, _) = try dispute()
        try world.ada.save(.set("member/ben/status", "revoked"))
        let void = try world["ben"].save(
            .set(Self.unit, 7),
            .set("finding/f1/site", "S1"),
            .put("finding/f1/title/x")
        )
        try world.syncAll()

        try world.ada.save(.admit(void))

        let picture = try world.settle()
        #expect(picture.void(Self.unit, void) == "malformed-value")
        #expect(picture.void("finding/f1/title/x", void) == "malformed-value")
        #expect(picture["finding/f1/site"] == "S1")
    }

    @Test func whatIsWrittenOnceIsNotReplacedByNamingIt() throws {
        let (world, _, _) = try dispute()
        try world.ada.save(.set("finding/f1/raisedBy", "ada"))
        try world.syncAll()

        let late = try world["ben"].save(.set("finding/f1/raisedBy", "ben"))

        let picture = try world.settle()
        #expect(picture["finding/f1/raisedBy"] == "ada")
        #expect(picture.void("finding/f1/raisedBy", late) == "written-once")
    }
}
