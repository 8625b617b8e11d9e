import ConcordDiff
import ConcordEncoding
import ConcordModel
import Testing

/// What a confirmed finding rests on is not taken from under it.
@Suite("Cited evidence")
struct CitedEvidenceTests {
    private func team(upTo states: [WireText]) throws -> World {
        let world = try World(["ben": .auditor, "cem": .auditor, "dot": .inTraining, "gus": .lead])
        try world["cem"].save(.add("evidence/e1", ["title": "Photo"]))
        try world.syncAll()
        try world["ben"].save(.add("finding/f1", ["state": "draft", "evidence": ["e1": true]]))
        try world.syncAll()
        for state in states {
            try world.ada.save(.set("finding/f1/state", .string(state)))
            try world.syncAll()
        }
        return world
    }

    @Test func whoCapturedWhatAConfirmedFindingCitesAsksForItsRemoval() throws {
        let world = try team(upTo: ["submitted", "confirmed"])

        let removal = try world["cem"].save(.hide("evidence/e1"))

        let picture = try world.settle()
        #expect(picture["evidence/e1"] == ["title": "Photo"])
        let conflict = try #require(picture.conflict("/evidence/e1"))
        #expect(conflict["kind"] == "removed-edited")
        #expect(
            conflict["candidates"]?.arrayValue?.first?["write"]
                == .string(removal.reference.description)
        )
        #expect(conflict["candidates"]?.arrayValue?.first?["proposal"] == true)

        // A leader agrees, or keeps it.
        try world["gus"].save(.hide("evidence/e1"))
        #expect(try world.settle()["evidence/e1"] == nil)
    }

    @Test func aLeaderKeepsWhatSomebodyAskedToRemove() throws {
        let world = try team(upTo: ["submitted", "confirmed"])
        try world["cem"].save(.hide("evidence/e1"))
        try world.syncAll()

        try world["gus"].save(.restore("evidence/e1"))

        let picture = try world.settle()
        #expect(picture["evidence/e1"] != nil)
        #expect(picture.conflicts.isEmpty)
    }

    /// On a draft, and where the finding cites it no longer, who captured it takes it out.
    @Test(arguments: [false, true])
    func whatNobodyConfirmedIsTakenOutByWhoCapturedIt(isCitedNoLonger: Bool) throws {
        let world = try team(upTo: isCitedNoLonger ? ["submitted", "confirmed"] : [])
        if isCitedNoLonger {
            try world.ada.save(.take("finding/f1/evidence/e1"))
            try world.syncAll()
        }

        try world["cem"].save(.hide("evidence/e1"))

        let picture = try world.settle()
        #expect(picture["evidence/e1"] == nil)
        #expect(picture.conflicts.isEmpty)
    }
}
