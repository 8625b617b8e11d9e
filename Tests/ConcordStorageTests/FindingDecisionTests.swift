import ConcordChanges
import ConcordEncoding
import Testing

@testable import ConcordStorage

/// What people are told of their findings, and what is put in again.
@Suite struct FindingDecisionTests {
    private let state = cell("/finding/f1/state")

    private func criterion(_ grade: JSON) -> JSONObject {
        ["finding": "f1", "standard": "iso", "clause": "8", "grade": grade]
    }

    private func team() throws -> (Team, ann: Device, ben: Device) {
        let team = try Team()
        try team.devices[1].save(
            add("/finding/f1", ["unit": "IT", "state": "draft"]),
            add("/finding/f2", ["state": "draft"]),
            add("/criterion/c1", criterion("major"))
        )
        try team.devices[1].edit { $0.set(state, to: "submitted") }
        try team.syncAll()
        return (team, team.devices[0], team.devices[1])
    }

    @Test(arguments: ["confirmed", "draft", "withdrawn", "merged"])
    func theAuthorOfAFindingIsToldWhatBecameOfIt(step: String) throws {
        let (team, ann, ben) = try team()

        let decision = try #require(
            try ann.edit {
                $0.reason = "add evidence"
                $0.set(state, to: .string(step))
                if step == "merged" { $0.set(cell("/finding/f1/duplicateOf"), to: "f2") }
            }
        )
        try team.syncAll()

        let item = try #require(try ben.inbox().first { $0.kind == .decided })
        #expect(item.by?.diff == decision.id)
        #expect(item.by?.value == .string(step))
        #expect(item.by?.reason == "add evidence")
        #expect(item.mine.path.description == "/finding/f1")
        #expect(try ann.inbox().isEmpty)
    }

    @Test func aProposedCriterionThatALeaderGradesIsContestedNowhere() throws {
        let (team, ann, ben) = try team()
        try ann.edit { $0.set(state, to: "confirmed") }
        try team.syncAll()
        try ben.save(add("/criterion/c2", criterion("minor")))
        try team.syncAll()
        #expect(try ben.conflicts().contains { $0.path == cell("/criterion/c2") })

        try ann.set("/criterion/c2/grade", "minor")
        try team.syncAll()

        // Whoever writes on what was proposed has taken it up, on every device alike.
        for device in team.devices {
            #expect(try !device.conflicts().contains { $0.path == cell("/criterion/c2") })
            #expect(try device.digest() == ann.digest())
            #expect(try device.store.checkState().differences == [])
        }
    }

    @Test func aCriterionPutInAgainHasItsNewGrade() throws {
        let (team, ann, ben) = try team()
        try ben.edit { $0.hide(kind: "criterion", id: "c1") }
        try team.syncAll()

        try ben.edit {
            $0.add("criterion", id: "c1", fields: criterion("ofi"))
        }
        try team.syncAll()

        #expect(try ann.value("/criterion/c1/grade") == "ofi")
        #expect(try ann.account("/criterion/c1/grade") == nil)
        #expect(try ann.account("/criterion/c1") == nil)
    }

    @Test func aCriterionTakenOutAndPutInAgainAtOnceHasItsNewGrade() throws {
        let (team, ann, ben) = try team()

        try ben.edit {
            $0.hide(kind: "criterion", id: "c1")
            $0.add("criterion", id: "c1", fields: criterion("ofi"))
        }
        try team.syncAll()

        #expect(try ann.value("/criterion/c1/grade") == "ofi")
        #expect(try ann.account("/criterion/c1/grade") == nil)
    }

    @Test func aCriterionOfAColleagueIsPutInAgainOverTheirGrade() throws {
        let (team, ann, ben) = try team()
        try ann.edit { $0.hide(kind: "criterion", id: "c1") }
        try team.syncAll()

        try ann.edit {
            $0.add("criterion", id: "c1", fields: criterion("ofi"))
        }
        try team.syncAll()

        #expect(try ben.value("/criterion/c1/grade") == "ofi")
        #expect(try ben.account("/criterion/c1/grade") == nil)
    }

    @Test func anOrdinaryEditInAConflictReplacesOnesOwnSideAlone() throws {
        let (team, ann, ben) = try team()
        let unit = cell("/finding/f1/unit")
        try ann.edit { $0.set(unit, to: "HR") }
        try ben.edit { $0.set(unit, to: "QA") }
        try team.syncAll()

        try ann.edit { $0.set(unit, to: "MH") }
        try team.syncAll()

        let sides = try #require(try ben.account("/finding/f1/unit")?.conflict.candidates)
        #expect(Set(sides.map(\.value)) == ["MH", "QA"])
    }
}
