import ConcordDiff
import ConcordEncoding
import ConcordModel
import Testing

@Suite("Admission")
struct AdmissionTests {
    static let unit = "finding/f1/unit"

    /// What ben wrote before he heard that he was revoked.
    private func late() throws -> (World, void: VerifiedDiff) {
        let world = try World(["ben": .auditor, "cem": .auditor, "gus": .lead])
        try world.ada.save(.add("finding/f1", ["unit": "IT"]))
        try world.syncAll()
        try world.ada.save(.set("member/ben/status", "revoked"))
        try world.push("ada")
        let void = try world["ben"].save(.set(Self.unit, "HR"))
        return (world, void)
    }

    @Test func anAdmittedWriteHasEffectAsIfItHadNeverBeenVoid() throws {
        let (world, void) = try late()
        #expect(try world.settle()[Self.unit] == "IT")

        try world.ada.save(.admit(void))

        let picture = try world.settle()
        #expect(picture[Self.unit] == "HR")
        #expect(picture.voids.isEmpty)
        #expect(picture.conflicts.isEmpty)
    }

    @Test func whereSomebodyHadWrittenMeanwhileItBecomesACandidate() throws {
        let (world, void) = try late()
        try world["cem"].save(.set(Self.unit, "QA"))
        try world.syncAll()

        try world.ada.save(.admit(void))

        let picture = try world.settle()
        #expect(Set(picture.candidates("/" + Self.unit)) == ["HR", "QA"])
    }

    @Test func onlyALeaderAdmitsAndOnlyWhatHeHasSeen() throws {
        let (world, void) = try late()
        try world.ada.save(.admit(void))
        try world.syncAll()
        try world["cem"].save(.admit(void))

        let picture = try world.settle()

        #expect(picture.void(Self.unit, void) == "revoked")
        #expect(picture[Self.unit] == "IT")
    }

    @Test func anAdmissionEndsWithTheRightOfWhoGaveIt() throws {
        let (world, void) = try late()
        try world.syncAll()

        try world["gus"].save(.admit(void))
        #expect(world["gus"].picture()[Self.unit] == "HR")
        try world.ada.save(.set("member/gus/status", "revoked"))
        try world.push("ada")
        try world["gus"].pull(world.log)

        #expect(world["gus"].picture()[Self.unit] == "IT")
        #expect(world["gus"].picture().void(Self.unit, void) == "revoked")
        try world.settle()
    }

    @Test func aControlOperationCannotBeAdmitted() throws {
        let (world, _) = try late()
        let void = try world["cem"].save(.set("member/cem/role", "lead"))
        try world.syncAll()

        try world.ada.save(.admit(void))

        let picture = try world.settle()
        #expect(picture.void("member/cem/role", void) == "no-right")
    }

    @Test func anAdmittedRemovalHidesOnlyWhatItHadSeen() throws {
        let world = try World(["ben": .auditor, "fay": .observer])
        try world["ben"].save(.add("finding/f1", ["unit": "IT"]))
        try world.syncAll()
        let void = try world["fay"].save(.hide("finding/f1"))
        try world["ben"].save(.set(Self.unit, "HR"))
        try world.syncAll()

        try world.ada.save(.admit(void))

        let picture = try world.settle()
        #expect(picture[Self.unit] == "HR")
        #expect(picture.conflict("/finding/f1")?["kind"] == "removed-edited")
    }
}
