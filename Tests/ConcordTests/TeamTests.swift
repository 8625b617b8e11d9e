import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Testing

@Suite struct TeamTests {
    @Test func threeAuditorsWorkOfflineDisagreeSettleAndAgree() async throws {
        let team = try await Team()
        let finding = try addFinding(team.ruth, title: "Emergency changes without review")
        try await team.sync()
        team.transport.stop()

        try team.ruth.setGrade(finding, "major")
        try team.leader.setGrade(finding, "minor")
        await #expect(throws: ReplicaFailure.self) {
            try await team.ruth.sync(through: team.transport)
        }
        team.transport.start()
        try await team.sync()

        #expect(try team.digests().count == 1)
        let conflict = try await #require(try team.tomas.snapshot().conflicts.first)
        #expect(conflict.kind == .values)
        #expect(conflict.shown == "major")
        #expect(Set(conflict.candidates.map(\.value)) == ["major", "minor"])

        var edit = Edit()
        edit.resolve(gradePath(finding), to: "minor", reason: "the review is held late, not never")
        try await team.leader.save(edit)
        try await team.sync()

        #expect(try team.digests().count == 1)
        let settled = try await team.ruth.snapshot()
        #expect(settled.conflicts.isEmpty)
        #expect(settled.audit.findings.first?.criteria.first?.grade == .minor)
    }

    @Test func anAuditorWhoGradesAColleaguesFindingHasNoEffectUntilAdmitted() async throws {
        let team = try await Team()
        let finding = try addFinding(team.ruth, title: "A finding")
        try await team.sync()

        var edit = Edit()
        edit.set(gradePath(finding), to: "major")
        let receipt = try await #require(try team.tomas.save(edit, keepingVoid: true))
        try await team.sync()

        #expect(receipt.voided.map(\.reason) == [.noRight])
        #expect(try await team.leader.snapshot().voids.map(\.diff) == [receipt.id])
        var admission = Edit(reason: "he saw it himself")
        admission.admit(receipt.id)
        try await team.leader.save(admission)
        try await team.sync()
        #expect(try team.digests().count == 1)
        #expect(
            try await team.ruth.snapshot().audit.findings.first?.criteria.first?.grade == .major
        )
    }

    @Test func draftNumbersCarryTheLetterAndAreGivenOnce() async throws {
        let team = try await Team()
        for _ in 0..<2 { _ = try addFinding(team.tomas, title: "T") }
        _ = try addFinding(team.ruth, title: "R")
        try await team.sync()

        let numbers = try await team.leader.snapshot().audit.findings.compactMap(\.draftNumber)

        #expect(Set(numbers) == ["B-01", "B-02", "C-01"])
    }

    @Test func theRebuiltStateIsTheStoredOneAndEverySignatureHolds() async throws {
        let team = try await Team()
        let finding = try addFinding(team.ruth, title: "A finding")
        try await team.sync()
        try team.ruth.setGrade(finding, "major")
        try team.leader.setGrade(finding, "observation")
        try await team.sync()

        for replica in team.all {
            #expect(try replica.rebuild(check: true).differences == [])
            let report = try replica.verify()
            #expect(report.faults == [])
            #expect(report.signatures == report.diffs)
        }
    }

    @Test func aWrongCodeJoinsNothingAndLeavesNothingBehind() async throws {
        let team = try await Team()
        let other = try await Team()
        let code = try team.leader.invite(role: .auditor)
        let path = other.folder.file("new.concord")
        let before = try other.folder.names

        await #expect(throws: ReplicaFailure.self) {
            _ = try await Replica.join(
                at: path,
                code: code,
                device: "d",
                through: other.transport
            )
        }

        #expect(try other.folder.names == before)
    }

    @Test func aJoinWhoseAnswerIsLostIsKeptAndSentAgain() async throws {
        let team = try await Team()
        let code = try team.leader.invite(role: .auditor)
        _ = try await team.leader.sync(through: team.transport)
        team.transport.stop(afterExchanges: 1)

        let replica = try await Replica.join(
            at: team.folder.file("late.concord"),
            code: code,
            device: "d",
            through: team.transport
        )
        #expect(try replica.status().pending == 1)
        team.transport.start()
        _ = try await replica.sync(through: team.transport)

        #expect(try replica.status().pending == 0)
        #expect(try replica.currentMember()?.role == .auditor)
    }
}

extension Replica {
    fileprivate func setGrade(_ finding: WireText, _ grade: JSON) throws {
        var edit = Edit()
        edit.set(gradePath(finding), to: grade)
        try save(edit)
    }
}
