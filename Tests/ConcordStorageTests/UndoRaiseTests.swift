import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Testing

@testable import ConcordStorage

/// Taking back that something was raised: what others have worked in stays whole, and nobody alone comes into a
/// conflict.
@Suite struct UndoRaiseTests {
    private let raise: [Operation] = [
        add("/finding/f1", ["title": "New", "state": "draft"]),
        add(
            "/criterion/c1",
            ["finding": "f1", "standard": "iso", "clause": "4.1", "grade": "minor"]
        ),
        add("/evidence/e1", ["title": "A list"]),
        Operation(.add(true), at: cell("/finding/f1/evidence/e1")),
    ]

    @Test func whatOthersWorkedInStaysWithAllThatWasRaisedWithIt() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ben.save { _ in raise }
        try team.syncAll()
        let later = try #require(try ann.edit { $0.set(cell("/finding/f1/unit"), to: "IT") })
        try team.syncAll()
        let before = try ben.document()

        let result = try ben.undo()

        #expect(result.changes.isEmpty)
        #expect(try ben.document() == before)
        #expect(Set(result.leftAlone.map(\.path.kind)) == ["finding", "criterion", "evidence"])
        #expect(result.leftAlone.allSatisfy { $0.why == .changedSince && $0.by?.diff == later.id })
    }

    @Test func whatElseTheSaveWroteIsTakenBack() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ben.save(add("/finding/f2", ["title": "Other", "unit": "HR"]))
        try ben.save { _ in
            raise + [Operation(.add("IT"), at: cell("/finding/f2/unit"))]
        }
        try team.syncAll()
        try ann.edit { $0.set(cell("/criterion/c1/grade"), to: "major") }
        try team.syncAll()

        let result = try ben.undo()

        #expect(result.changes.map(\.path) == [cell("/finding/f2/unit")])
        #expect(try ben.value("/finding/f2/unit") == "HR")
        #expect(try ben.value("/criterion/c1/grade") == "major")
        #expect(try ben.value("/finding/f1/evidence") == ["e1": true])
        #expect(try ben.shown("evidence", "e1") != nil)
    }

    @Test(arguments: [true, false])
    func onePersonAloneIsNeverInConflict(_ addsCriterion: Bool) throws {
        let team = try Team()
        let ben = team.devices[1]
        let first = try #require(try ben.save { _ in raise })
        try ben.edit {
            $0.set(cell("/finding/f1/unit"), to: "IT")
            guard addsCriterion else { return }
            let fields: JSONObject = ["finding": "f1", "standard": "iso", "clause": "5.1"]
            $0.add("criterion", id: "c2", fields: fields)
        }
        let all = try ben.document()
        try ben.undo(save: first.id)
        let hidden = try ben.document()

        try ben.undo()
        #expect(try ben.shown("finding", "f1") == nil)
        #expect(try ben.conflicts().isEmpty)

        try ben.undo(redo: true)
        #expect(try ben.shown("finding", "f1") == nil)
        #expect(try ben.document() == hidden)
        #expect(try ben.conflicts().isEmpty)

        try ben.undo(redo: true)
        #expect(try ben.document() == all)
        #expect(try ben.conflicts().isEmpty)
    }

    @Test func whatAnotherHidIsNotBroughtBackByAPartOfIt() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ben.save { _ in raise }
        try ben.save(add("/criterion/c2", ["finding": "f1", "standard": "iso", "clause": "5.1"]))
        try ben.undo()
        try team.syncAll()
        let removal = try #require(try ann.edit { $0.hide(kind: "finding", id: "f1") })
        try team.syncAll()

        let result = try ben.undo(redo: true)

        #expect(result.changes.isEmpty)
        #expect(result.leftAlone.map(\.by?.diff) == [removal.id])
        #expect(try ben.shown("finding", "f1") == nil)
        #expect(try ben.conflicts().isEmpty)
    }

    /// In training by their role, or for the standard.
    @Test(arguments: [true, false])
    func whoIsInTrainingTakesBackWhatTheyAloneWrote(_ isRole: Bool) throws {
        let team = try Team(
            inTraining: isRole ? [] : ["ben"],
            roles: isRole ? ["ben": .inTraining] : [:]
        )
        let ben = team.devices[1]
        try ben.save { _ in raise }

        try ben.undo()
        #expect(try ben.shown("finding", "f1") == nil)
        #expect(try ben.shown("evidence", "e1") == nil)
        try ben.undo(redo: true)
        #expect(try ben.shown("criterion", "c1") != nil)
        try ben.edit { $0.hide(kind: "criterion", id: "c1") }
        #expect(try ben.shown("criterion", "c1") == nil)
        try ben.edit(reason: "typed twice") {
            $0.set(cell("/finding/f1/state"), to: "withdrawn")
        }
        #expect(try ben.value("/finding/f1/state") == "withdrawn")
        try ben.undo()
        #expect(try ben.value("/finding/f1/state") == "draft")
    }
}
