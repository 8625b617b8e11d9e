import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
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
                guard step == "merged" else { return }
                $0.set(cell("/finding/f1/duplicateOf"), to: "f2")
                var carried = criterion("major")
                carried["finding"] = "f2"
                let id = DerivedID.criterion(finding: "f2", standard: "iso", clause: "8")
                $0.add("criterion", id: id, fields: carried)
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

    /// Three leaders merge in a circle, each knowing of the one before.
    private func circle() throws -> Team {
        let team = try Team()
        for member in ["ben", "cem"] { try team.devices[0].set("/member/\(member)/role", "lead") }
        for finding in ["f1", "f2", "f3"] {
            try team.devices[0].save(add("/finding/\(finding)", ["state": "draft"]))
        }
        try team.syncAll()
        for (device, (from, to)) in zip(team.devices, [("f2", "f3"), ("f1", "f2"), ("f3", "f1")]) {
            try merge(from, into: to, by: device)
            try team.syncAll()
        }
        return team
    }

    private func merge(_ finding: String, into target: String, by device: Device) throws {
        try device.edit {
            $0.set(cell("/finding/\(finding)/state"), to: "merged")
            $0.set(cell("/finding/\(finding)/duplicateOf"), to: .string(WireText(target)))
        }
    }

    private func expectSame(_ team: Team) throws {
        for device in team.devices {
            #expect(try device.store.checkState().differences == [])
            #expect(try device.digest() == team.devices[0].digest())
        }
    }

    @Test func aCircleOfMergesThatOpensByARemovalIsLookedAtAgain() throws {
        let team = try circle()
        let waits = try #require(try team.devices[0].value("/finding/f1/state"))
        #expect(waits == "draft")

        // By another program: a save of ours decides about the merge first.
        try team.devices[0].save(Operation(.remove, at: cell("/finding/f3")))
        try team.syncAll()
        #expect(try team.devices[1].value("/finding/f1/state") == "merged")
        try expectSame(team)

        try team.devices[0].save(add("/finding/f3"))
        try team.syncAll()
        try expectSame(team)
    }

    @Test func whatIsWrittenOnACircleOfMergesIsSeenAroundIt() throws {
        let team = try circle()

        try merge("f2", into: "f3", by: team.devices[2])
        try team.syncAll()

        try expectSame(team)
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
