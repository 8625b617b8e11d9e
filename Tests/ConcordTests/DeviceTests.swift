import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordSync
import ConcordTesting
import Foundation
import Testing

/// What one device is told, gives and takes back.
@Suite struct DeviceTests {
    @Test func whoJoinsByOneInvitationGetsNumbersOfTheirOwn() async throws {
        let team = try await Team()
        let code = try team.leader.invite(role: .auditor, letter: "X", uses: 2)
        _ = try await team.leader.sync(through: team.transport)
        var numbers: [WireText] = []

        for name in ["one", "two"] {
            let replica = try await Replica.join(
                at: team.folder.file(name + ".concord"),
                code: code,
                device: WireText(name),
                through: team.transport
            )
            _ = try addFinding(replica, title: name)
            numbers += try await replica.snapshot().audit.findings.compactMap(\.draftNumber)
        }

        #expect(numbers.count == 2)
        #expect(Set(numbers).count == 2)
        #expect(numbers.allSatisfy { $0.hasPrefix("X") })
    }

    @Test func onlyALeaderGetsACode() async throws {
        let team = try await Team()
        let before = try team.ruth.status().pending

        let failure = #expect(throws: ReplicaFailure.self) {
            try team.ruth.invite(role: .auditor)
        }

        #expect(failure?.code == .edit)
        #expect(try team.ruth.status().pending == before)
    }

    @Test func anotherEngagementsLogIsNotJoined() async throws {
        let team = try await Team()
        let other = try await Team()
        let code = try team.leader.invite(role: .auditor)
        _ = try await team.leader.sync(through: team.transport)
        let swapped = Swapped(transport: other.transport, engagement: other.leader.engagement)
        let before = try team.folder.names

        let failure = await #expect(throws: ReplicaFailure.self) {
            try await Replica.join(
                at: team.folder.file("new.concord"),
                code: code,
                device: "d",
                through: swapped
            )
        }

        #expect(failure?.code == .contradiction)
        #expect(try team.folder.names == before)
    }

    @Test func whatWasReadIsNotNewAgain() async throws {
        let team = try await Team()
        let finding = try addFinding(team.ruth, title: "A finding")
        try await team.sync()
        var edit = Edit()
        edit.set(gradePath(finding), to: "major")
        try await team.ruth.save(edit)
        edit = Edit(reason: "less")
        edit.set(gradePath(finding), to: "observation")
        try await team.leader.save(edit)
        try await team.sync()
        var resolution = Edit(reason: "I was there")
        resolution.resolve(gradePath(finding), to: "observation", reason: "I was there")
        try await team.leader.save(resolution)
        try await team.sync()
        let told = try team.ruth.inbox()
        try #require(!told.isEmpty)
        #expect(told.allSatisfy { $0.isNew })

        try team.ruth.markInboxRead(told)

        #expect(try team.ruth.inbox().map(\.id) == told.map(\.id))
        #expect(try team.ruth.inbox().allSatisfy { !$0.isNew })
        let reopened = try await Replica.open(at: team.ruth.path)
        #expect(try reopened.inbox().allSatisfy { !$0.isNew })
    }

    @Test func aPreviewOfAnUndoSavesNothing() async throws {
        let team = try await Team()
        let finding = try addFinding(team.ruth, title: "A finding")
        var edit = Edit()
        edit.set(gradePath(finding), to: "major")
        try await team.ruth.save(edit)
        let before = try await (team.ruth.verify().diffs, team.ruth.snapshot().digest)

        let preview = try team.ruth.undo(preview: true)

        #expect(preview.receipt == nil)
        #expect(preview.result.changes.count == 1)
        #expect(try team.ruth.verify().diffs == before.0)
        #expect(try await team.ruth.snapshot().digest == before.1)
        #expect(try team.ruth.undo().receipt != nil)
        #expect(try team.ruth.verify().diffs == before.0 + 1)
    }

    @Test func aWithdrawnFindingIsNotOpen() async throws {
        let team = try await Team()
        let kept = try addFinding(team.ruth, title: "Kept")
        let withdrawn = try addFinding(team.ruth, title: "Withdrawn")
        var edit = Edit(reason: "seen twice")
        edit.set(.finding(withdrawn, .state), to: "withdrawn")
        try await team.ruth.save(edit)

        for try await findings in team.ruth.observeFindings() {
            #expect(findings.map(\.id) == [kept])
            break
        }
    }

    /// A server that answers for another engagement than it was asked for.
    private struct Swapped: SyncTransport {
        let transport: MemoryTransport
        let engagement: DiffID

        func exchange(
            _ request: SyncRequest,
            by signer: RequestSigner
        ) async throws(SyncFailure) -> SyncResponse {
            try await transport.exchange(
                SyncRequest(engagement: engagement, position: 0),
                by: signer
            )
        }
    }
}
