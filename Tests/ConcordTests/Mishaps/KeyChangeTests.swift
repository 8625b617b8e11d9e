import Concord
import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordMerge
import ConcordModel
import ConcordSigning
import ConcordSync
import ConcordTesting
import Foundation
import Synchronization
import Testing

/// A device that goes on under a new key, since its file was a copy.
@Suite struct KeyChangeTests {
    /// The guard names a diff that the file does not hold.
    private func pretendNewer(_ replica: Replica) throws {
        try ReplicaGuardFile(path: replica.path + ".guard").pretend(seq: 99)
    }

    private func grade(_ replica: Replica, _ finding: WireText, _ value: JSON) throws {
        var edit = Edit()
        edit.set(gradePath(finding), to: value)
        try replica.save(edit)
    }

    @Test func aFileThatIsOlderThanItsDeviceIsWrittenOnUnderANewKey() async throws {
        let team = try await Team()
        let finding = try addFinding(team.ruth, title: "A finding")
        try pretendNewer(team.ruth)
        let reopened = try await Replica.open(at: team.ruth.path)
        let former = reopened.author

        try grade(reopened, finding, "major")
        let change = try #require(try reopened.keyChange())
        let again = try await Replica.open(at: team.ruth.path)

        #expect(change.reason == .restored && change.former == former)
        #expect(change.author == reopened.author && reopened.author != former)
        #expect(again.author == reopened.author)
        #expect(try again.currentMember()?.member == team.ruth.currentMember()?.member)
        // The second save goes on under the same key.
        try grade(again, finding, "minor")
        #expect(again.author == reopened.author)
        _ = try await again.sync(through: team.transport)
        _ = try await team.leader.sync(through: team.transport)
        #expect(try await again.snapshot().digest == team.leader.snapshot().digest)
        #expect(try await team.leader.snapshot().voids == [])
    }

    /// Of a key that counts for nothing, no other one would be let in: what is saved under it would be lost to the log.
    @Test func aRevokedDeviceDoesNotGoOnUnderANewKey() async throws {
        let team = try await Team()
        let finding = try addFinding(team.ruth, title: "A finding")
        try await team.sync()
        var edit = Edit(reason: "left")
        edit.set(
            CellPath(kind: "device", record: team.ruth.author.text, field: "status"),
            to: "revoked"
        )
        try await team.leader.save(edit)
        try await team.sync()
        try pretendNewer(team.ruth)
        let reopened = try await Replica.open(at: team.ruth.path)

        let failure = #expect(throws: ReplicaFailure.self) {
            try grade(reopened, finding, "major")
        }

        #expect(failure?.code == .behindGuard)
        #expect(reopened.author == team.ruth.author)
    }

    /// Every save of a branch without effect is signed again: in texts, over what it replaced, and with what a proposal or
    /// a reason said.
    @Test func whatTwoCopiesSavedCountsAndIsTold() async throws {
        let team = try await Team()
        let finding = try addFinding(team.tomas, title: "A finding")
        let statement = CellPath.finding(finding, .statement)
        func write(_ replica: Replica, _ text: WireText) throws {
            var edit = Edit(reason: "as seen")
            edit.setText(statement, to: text)
            try replica.save(edit)
        }
        try write(team.tomas, "Four changes were not reviewed.")
        try await team.sync()
        let copy = try await self.copy(of: team.tomas, in: team)
        try write(team.tomas, "Four of fifteen changes were not reviewed.")
        try write(copy, "Four changes were not reviewed in March.")
        try write(copy, "Four changes were not reviewed in March and April.")
        try grade(copy, finding, "major")
        let former = copy.author
        _ = try await team.tomas.sync(through: team.transport)

        let summary = try await copy.sync(through: team.transport)
        let second = try await copy.sync(through: team.transport)
        for replica in team.all { _ = try await replica.sync(through: team.transport) }

        let change = try #require(summary.keyChange)
        #expect(change.reason == .copied && change.former == former)
        #expect(change.signedAgain.count == 3)
        #expect(second.keyChange == nil && second.pushed == 0)
        let shown = try await team.leader.snapshot()
        #expect(
            shown.audit.finding(finding)?.statement
                == "Four of fifteen changes were not reviewed in March and April."
        )
        #expect(shown.state["criterion"]?[gradePath(finding).record]?["grade"] == "major")
        // The first branch's owner has its key still, and everybody reads the same.
        #expect(try await copy.snapshot().digest == shown.digest)
        #expect(try await team.tomas.snapshot().digest == shown.digest)
        #expect(team.tomas.author == former)
        #expect(try copy.rebuild(check: true).differences == [])
    }

    /// What the fork alone made void counts; what a role does not allow stays void for its own reason.
    @Test func noRightIsGainedByAFork() async throws {
        let team = try await Team()
        let finding = try addFinding(team.leader, title: "The leader's")
        try await team.sync()
        let copy = try await self.copy(of: team.tomas, in: team)
        _ = try addFinding(team.tomas, title: "here")
        var edit = Edit(reason: "not mine")
        edit.set(.finding(finding, .state), to: "withdrawn")
        try await copy.save(edit, keepingVoid: true)
        _ = try await team.tomas.sync(through: team.transport)

        let summary = try await copy.sync(through: team.transport)
        try await team.sync()

        #expect(summary.keyChange?.signedAgain.count == 1)
        let shown = try await team.leader.snapshot()
        #expect(shown.state["finding"]?[finding]?["state"] == "draft")
        #expect(Set(shown.voids.map(\.reason)) == [.fork, .noRight])
    }

    @Test func aChangeThatWasCutOffIsTakenBack() async throws {
        let team = try await Team()
        let path = team.ruth.path
        let key = FileBeside.key.of(path)
        let former = FileBeside.formerKey.of(path)
        let author = team.ruth.author
        let stranger = try #require(SigningKey(seed: Array(repeating: 9, count: 32)))

        // The new key is stored, and its join was never written.
        try FileManager.default.moveItem(atPath: key, toPath: former)
        try stranger.write(to: key)
        #expect(try await Replica.open(at: path).author == author)
        #expect(!FileManager.default.fileExists(atPath: former))
        // The old one is out of the way, and the new one is not stored yet.
        try FileManager.default.moveItem(atPath: key, toPath: former)
        #expect(try await Replica.open(at: path).author == author)
        #expect(FileManager.default.fileExists(atPath: key))
    }

    /// The server knows the former key alone until it has the join, however much there is to send before that.
    @Test func requestsAreSignedByTheFormerKeyUntilTheJoinIsDelivered() async throws {
        let team = try await Team()
        let finding = try addFinding(team.ruth, title: "A finding")
        try pretendNewer(team.ruth)
        let replica = try await Replica.open(at: team.ruth.path)
        let former = replica.author
        try grade(replica, finding, "major")
        let transport = Listening(server: team.transport)

        _ = try await replica.sync(through: transport)
        let first = transport.signers.withLock { $0 }
        _ = try await replica.sync(through: transport)
        let later = transport.signers.withLock { $0 }.dropFirst(first.count)

        #expect(Set(first) == [former])
        #expect(Set(later) == [replica.author] && replica.author != former)
    }

    @Test(arguments: KeyChange.Reason.allCases)
    func aKeyInAStorageIsChangedThere(_ reason: KeyChange.Reason) async throws {
        let folder = try TemporaryFolder()
        let keys = MemoryKeyStorage()
        let transport = MemoryTransport(now: { sampleTime })
        let path = folder.file("a.concord")
        let draft = EngagementDraft(leader: "Ines", device: "dev-L")
        let replica = try await Replica.create(at: path, engagement: draft, keys: keys).replica
        _ = try await replica.sync(through: transport)
        let former = replica.author
        try replica.close()
        let copy = folder.file("b.concord")
        for part in ["", ".key", ".guard"] {
            try FileManager.default.copyItem(atPath: path + part, toPath: copy + part)
        }
        let here = try await Replica.open(at: path, keys: keys)
        let there = try await Replica.open(at: copy, keys: keys)
        if reason == .copied {
            _ = try addFinding(here, title: "here")
            _ = try await here.sync(through: transport)
            _ = try addFinding(there, title: "there")
        } else {
            try ReplicaGuardFile(path: copy + ".guard").pretend(seq: 7)
        }

        let summary = try await there.sync(through: transport)

        #expect(summary.keyChange?.reason == reason)
        #expect(try await Replica.open(at: copy, keys: keys).author == there.author)
        #expect(there.author != former)
        #expect(try await Replica.open(at: path, keys: keys).author == former)
    }

    private func copy(of replica: Replica, in team: Team) async throws -> Replica {
        let path = team.folder.file("copy.concord")
        for part in ["", "-wal", "-shm", ".guard", ".key"]
        where FileManager.default.fileExists(atPath: replica.path + part) {
            try FileManager.default.copyItem(atPath: replica.path + part, toPath: path + part)
        }
        return try await Replica.open(at: path)
    }
}

/// A server that notes who asks.
private final class Listening: SyncTransport {
    private let server: MemoryTransport
    let signers = Mutex<[Author]>([])

    init(server: MemoryTransport) { self.server = server }

    func exchange(
        _ request: SyncRequest,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> SyncResponse {
        signers.withLock { $0.append(signer.author) }
        return try await server.exchange(request, by: signer)
    }
}
