import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

@testable import ConcordStorage

// What else there is about closings and criteria: what of it counts, and for whom.
extension UnansweredTests {
    private var second: CellPath { cell("/action/a2/state") }

    /// Nor is anybody told of what is no nonconformity, or is there no more.
    @Test func whatIsNoNonconformityIsNotOpen() throws {
        let (leader, auditor, team) = try team()
        try close(leader)
        try auditor.save(criterion("c2", of: "f1", "9.1", "observation"))
        try auditor.save(criterion("c3", of: "f1", "9.2", "major"))
        try auditor.edit { $0.hide(kind: "criterion", id: "c3") }
        try team.syncAll()

        #expect(try facts(leader).allows(.certify))
        #expect(try leader.inbox().filter { $0.kind == .unanswered }.isEmpty)
    }

    /// An answer that its owner goes on with at the same time is not closed.
    @Test func whatIsNoClosedAnswerIsNotAskedAfter() throws {
        let (leader, auditor, team) = try team()
        try close(auditor)
        try team.devices[2].edit { $0.set(state, to: "implemented") }
        try team.syncAll()
        #expect(try leader.value("/action/a1/state") == "implemented")
        try leader.edit { $0.set(grade, to: "major") }
        try team.syncAll()

        #expect(try facts(leader).openMajors == ["f1"])
        #expect(try facts(leader).unanswered.isEmpty)
        #expect(try auditor.inbox().filter { $0.kind == .unanswered }.isEmpty)
    }

    /// What is raised in the diff that closes was before its author.
    @Test func whatIsRaisedWithTheClosingIsAnswered() throws {
        let (leader, _, team) = try team()
        try leader.edit {
            $0.set(grade, to: "major")
            $0.set(state, to: "closedOnPlan")
        }
        try team.syncAll()

        #expect(try facts(leader).allows(.certify))
    }

    @Test func nobodyIsToldOfWhatTheyRaised() throws {
        let (leader, _, team) = try team()
        try close(leader)
        try leader.edit { $0.set(grade, to: "major") }
        try team.syncAll()

        #expect(try facts(leader).openMajors == ["f1"])
        #expect(try leader.inbox().filter { $0.kind == .unanswered }.isEmpty)
    }

    /// Of two who closed an answer each, knowing nothing of each other, the earlier one had seen the clause.
    @Test func aLaterClosingThatKnowsNothingOfItSpeaksForNobody() throws {
        let (leader, auditor, team) = try team()
        try auditor.save(criterion("c2", of: "f1", "9.1", "minor"))
        try close(auditor)
        for name in ["one", "two", "three"] {
            try leader.edit { $0.set(cell("/finding/f1/title"), to: .string(WireText(name))) }
        }
        try close(leader)
        try team.syncAll()

        #expect(try facts(leader).allows(.certify))
    }

    /// Each is told beside the closing that is their own.
    @Test func eachIsToldBesideTheirOwnClosing() throws {
        let (leader, auditor, team) = try team()
        try team.devices[2].save(add("/action/a2", ["finding": "f1", "state": "open"]))
        try team.devices[2].edit { $0.set(second, to: "responseSubmitted") }
        try team.syncAll()
        try close(leader)
        try auditor.edit { $0.set(second, to: "planAccepted") }
        try auditor.edit { $0.set(second, to: "closedOnPlan") }
        try auditor.edit { $0.set(grade, to: "major") }
        try team.syncAll()

        let told = try leader.inbox().filter { $0.kind == .unanswered }
        #expect(told.map(\.mine.path) == [state])
        #expect(try auditor.inbox().filter { $0.kind == .unanswered }.isEmpty)
    }

    /// Of two who grade at the same time the one whose grade shows is named.
    @Test(arguments: [true, false])
    func whoseGradeShowsIsNamed(raises: Bool) throws {
        let team = try Team(["ann", "ben", "cem", "dan"])
        let (leader, auditee) = (team.devices[0], team.devices[2])
        try leader.set("/member/cem/role", "auditeeRep")
        try leader.save(add("/finding/f1"), criterion("c1", of: "f1", "8.1", "minor"))
        try team.syncAll()
        try auditee.save(add("/action/a1", ["finding": "f1", "state": "open"]))
        try auditee.edit { $0.set(state, to: "responseSubmitted") }
        try team.syncAll()
        try leader.set("/member/ben/role", "lead")
        try leader.set("/member/dan/role", "lead")
        try team.syncAll()
        try leader.edit { $0.set(state, to: "planAccepted") }
        try close(leader)
        try team.syncAll()
        let (severe, other) = raises ? (1, 3) : (3, 1)
        let saved = try team.devices[severe].edit { $0.set(grade, to: "major") }
        try team.devices[other].edit { $0.set(grade, to: "observation") }
        try team.syncAll()

        #expect(try facts(leader).openMajors == ["f1"])
        let told = try leader.inbox().filter { $0.kind == .unanswered }
        #expect(told.map(\.by?.diff) == [saved?.id])
    }

    // MARK: Merged findings.

    private func twin(_ clause: WireText) -> WireText {
        DerivedID.criterion(finding: "f2", standard: "iso", clause: clause)
    }

    /// A second finding with an answer that is closed.
    private func secondFinding(_ team: Team, _ clauses: [WireText]) throws {
        let (leader, auditor, auditee) = (team.devices[0], team.devices[1], team.devices[2])
        let criteria = clauses.map { criterion(twin($0), of: "f2", $0, "minor") }
        try auditor.save { _ in [add("/finding/f2", ["state": "draft"])] + criteria }
        try team.syncAll()
        try auditee.save(add("/action/a2", ["finding": "f2", "state": "open"]))
        try auditee.edit { $0.set(second, to: "responseSubmitted") }
        try team.syncAll()
        try leader.edit { $0.set(second, to: "planAccepted") }
    }

    private func merge(_ device: Device) throws {
        try device.edit {
            $0.set(cell("/finding/f1/state"), to: "merged")
            $0.set(cell("/finding/f1/duplicateOf"), to: "f2")
        }
    }

    /// A merge that is taken back takes along what the answer to the merged finding answered.
    @Test func whatIsMergedNoMoreAnswersNothing() throws {
        let (leader, auditor, team) = try team()
        try close(leader)
        try secondFinding(team, ["9.1"])
        try leader.edit { $0.set(second, to: "closedOnPlan") }
        try auditor.save(criterion(twin("8.1"), of: "f2", "8.1", "minor"))
        try team.syncAll()
        #expect(try facts(leader).openNonconformities == ["f2"])

        try merge(leader)
        try team.syncAll()
        #expect(try leader.value("/finding/f1/state") == "merged")
        #expect(try facts(leader).openNonconformities == [])

        try leader.edit(reason: "not the same") { $0.set(cell("/finding/f1/state"), to: "draft") }
        try team.syncAll()
        #expect(try leader.value("/finding/f1/state") == "draft")
        #expect(try facts(leader).openNonconformities == ["f2"])
    }

    /// Who closes an answer to the finding that stays, with the merge before them, speaks for the answers to what was
    /// merged into it.
    @Test func whoClosesAfterAMergeSpeaksForWhatWasMerged() throws {
        let (leader, auditor, team) = try team()
        try auditor.edit { $0.set(grade, to: "major") }
        try team.syncAll()
        try close(leader)
        try secondFinding(team, ["8.1"])
        try leader.edit { $0.set(grade, to: "minor") }
        try merge(leader)
        try leader.edit { $0.set(second, to: "closedOnPlan") }
        try team.syncAll()
        #expect(try leader.value("/finding/f1/state") == "merged")
        #expect(try facts(leader).allows(.certify))

        try auditor.edit { $0.set(cell("/criterion/\(twin("8.1"))/grade"), to: "major") }
        try team.syncAll()
        #expect(try facts(leader).openMajors == ["f2"])
    }

    /// An answer to a finding answers nothing of what is merged into it afterwards, though who closed it had seen that.
    @Test func aClosingBeforeAMergeAnswersItsOwnFinding() throws {
        let (leader, auditor, team) = try team()
        try close(leader)
        try secondFinding(team, ["8.1"])
        try auditor.edit { $0.set(grade, to: "major") }
        try team.syncAll()
        try leader.edit { $0.set(second, to: "closedOnPlan") }
        try merge(leader)
        try leader.edit { $0.set(cell("/criterion/\(twin("8.1"))/grade"), to: "major") }
        try team.syncAll()

        #expect(try leader.value("/finding/f1/state") == "merged")
        #expect(try facts(leader).openMajors == ["f2"])
    }
}
