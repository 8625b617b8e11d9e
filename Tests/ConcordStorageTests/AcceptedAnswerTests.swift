import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

@testable import ConcordStorage

/// What becomes of changes of an answer that an auditor has accepted, and of evidence that others cite.
@Suite struct AcceptedAnswerTests {
    private let state = cell("/action/a1/state")

    /// A leader, an auditor with a finding, and the auditee's representative, whose answer is closed.
    private func team() throws -> (leader: Device, auditor: Device, auditee: Device, Team) {
        let team = try Team()
        let (leader, auditor, auditee) = (team.devices[0], team.devices[1], team.devices[2])
        try leader.set("/member/cem/role", "auditeeRep")
        try auditor.save(
            add("/evidence/e1", ["title": "Photo"]),
            add("/finding/f1", ["state": "draft", "evidence": ["e1": true]])
        )
        try team.syncAll()
        try auditee.save(
            add(
                "/action/a1",
                ["finding": "f1", "state": "open", "owner": "P. Doe", "cause": "Haste."]
            )
        )
        try auditee.edit { $0.set(state, to: "responseSubmitted") }
        try team.syncAll()
        try leader.edit { $0.set(state, to: "planAccepted") }
        try leader.edit { $0.set(state, to: "closedOnPlan") }
        try team.syncAll()
        return (leader, auditor, auditee, team)
    }

    @Test(arguments: [true, false])
    func whatTheAuditeeAsksForIsTakenOrNot(isTaken: Bool) throws {
        let (leader, _, auditee, team) = try team()
        let paths = ["/action/a1/owner", "/action/a1/cause", "/action/a1/evidence/e1"].map(cell)

        let saved = try #require(
            try auditee.save(keepingVoid: false) { context in
                var edit = Edit()
                edit.set(paths[0], to: "Q. Roe")
                edit.setText(paths[1], to: "Somebody else's haste.")
                edit.insert("e1", into: cell("/action/a1/evidence"))
                return try context.operations(for: edit)
            }
        )
        #expect(Set(saved.proposals) == Set(paths))
        try team.syncAll()
        #expect(try leader.value("/action/a1/state") == "closedOnPlan")
        #expect(try Set(leader.conflicts().map(\.path)) == Set(paths))
        #expect(try leader.shown("action", "a1")?["owner"] == "P. Doe")

        let values: [JSON?] =
            isTaken ? ["Q. Roe", "Somebody else's haste.", true] : ["P. Doe", "Haste.", nil]
        for (path, value) in zip(paths, values) {
            try leader.save(keepingVoid: false) { context in
                var edit = Edit()
                edit.resolve(path, to: value, reason: "seen")
                return try context.operations(for: edit)
            }
        }
        try team.syncAll()

        #expect(try auditee.conflicts().isEmpty)
        #expect(try auditee.value("/action/a1/owner") == values[0])
        #expect(try auditee.value("/action/a1/cause") == values[1])
        let told = try auditee.inbox().filter { paths.contains($0.mine.path) }.map(\.kind)
        // What they had said before is a side as well.
        let decided = told.filter { $0 != .resolved }
        #expect(decided == Array(repeating: isTaken ? .accepted : .declined, count: 3))
        for device in team.devices {
            #expect(try device.store.checkState().differences == [])
            #expect(try device.digest() == leader.digest())
        }
    }

    /// A leader may take out what a finding cites; who cited it is told.
    @Test func whoCitesWhatIsRemovedIsTold() throws {
        let (leader, auditor, _, team) = try team()

        let removal = try #require(try leader.edit { $0.hide(kind: "evidence", id: "e1") })
        try team.syncAll()

        let item = try #require(try auditor.inbox().first { $0.kind == .citedRemoved })
        #expect(item.mine.path == cell("/finding/f1/evidence/e1"))
        #expect(item.by?.diff == removal.id)
        #expect(try leader.inbox().isEmpty)

        // Who takes the citation out, or finds the record put in again, is told no more.
        try leader.edit { $0.restore(kind: "evidence", id: "e1") }
        try team.syncAll()
        #expect(try !auditor.inbox().contains { $0.kind == .citedRemoved })
    }

    /// Who owns a record in part grades it beside what others said, and somebody decides.
    @Test func whoAddedACriterionToAColleaguesFindingGradesItBesideALeader() throws {
        let team = try Team()
        let (leader, ben, cem) = (team.devices[0], team.devices[1], team.devices[2])
        try ben.save(add("/finding/f1", ["state": "draft"]))
        try team.syncAll()
        let fields: JSONObject = [
            "finding": "f1", "standard": "iso", "clause": "8", "grade": "major",
        ]
        try cem.save(add("/criterion/c1", fields))
        try team.syncAll()
        try leader.edit { $0.set(cell("/criterion/c1/grade"), to: "ofi") }
        try team.syncAll()

        try cem.save(keepingVoid: false) { context in
            var edit = Edit()
            edit.set(cell("/criterion/c1/grade"), to: "minor")
            return try context.operations(for: edit)
        }
        try team.syncAll()

        #expect(try leader.conflicts().first?.candidates.count == 2)
        #expect(try leader.value("/criterion/c1/grade") == "minor")
    }
}
