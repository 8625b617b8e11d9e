import Concord
import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordTesting
import Testing

/// When every leader's device is lost, the recovery key on paper makes a leader.
@Suite struct RecoveryKeyTests {
    private func role(_ member: WireText?, on replica: Replica) async throws -> Role? {
        let members = try await replica.snapshot().audit.members
        return members.first { $0.id == member }?.role
    }

    private func member(_ replica: Replica) async throws -> WireText {
        try #require(try await replica.snapshot().person(of: replica.author)).member
    }

    @Test func aMemberBecomesLeaderWithoutANetworkAndEverybodyHearsOfIt() async throws {
        let team = try await Team()
        let me = try await member(team.ruth)
        team.transport.stop()

        #expect(try team.ruth.recover(with: "  \(team.recoveryKey)\n") == me)

        #expect(try await role(me, on: team.ruth) == .lead)
        let code = try team.ruth.invite(role: .auditor, name: "Nadia")
        let finding = try addFinding(team.ruth, title: "Still my own chain")
        team.transport.start()
        try await team.sync()
        for replica in team.all { #expect(try await role(me, on: replica) == .lead) }
        #expect(try team.digests().count == 1)
        #expect(try team.ruth.rebuild(check: true).isSame)
        _ = (code, finding)

        // What the key's own member did is in the log, and it can do nothing more.
        let key = try await team.leader.snapshot().audit.members.first { $0.name == "Recovery key" }
        #expect(key?.status == "revoked")
    }

    @Test func itAppointsSomebodyElseAndStaysUsable() async throws {
        let team = try await Team()
        let (ruth, tomas) = (try await member(team.ruth), try await member(team.tomas))

        try team.ruth.recover(with: team.recoveryKey, appointing: tomas)
        try await team.sync()
        try team.tomas.recover(with: team.recoveryKey, appointing: ruth)
        try await team.sync()

        for replica in team.all {
            #expect(try await role(tomas, on: replica) == .lead)
            #expect(try await role(ruth, on: replica) == .lead)
        }
        let again = #expect(throws: ReplicaFailure.self) {
            try team.ruth.recover(with: team.recoveryKey)
        }
        #expect(again?.code == .edit)
    }

    @Test func aNewDeviceJoinsAsALeaderByTheCode() async throws {
        let team = try await Team()
        let code = try #require(
            InvitationCode(
                engagement: team.leader.engagement,
                recoveryKey: team.recoveryKey,
                server: nil
            )
        )
        #expect(InvitationCode(code.description) == code)

        let path = team.folder.file("new.concord")
        let new = try await Replica.join(
            at: path,
            code: code,
            name: "Ines Carrow",
            device: "new",
            through: team.transport
        )

        let me = try await member(new)
        let mine = try await new.snapshot().audit.members.first { $0.id == me }
        #expect(
            mine?.role == .lead && mine?.name == "Ines Carrow"
                && mine?.letter?.hasPrefix("R") == true
        )
        try await team.sync()
        #expect(try await role(me, on: team.ruth) == .lead)
        let old = try await member(team.leader)
        try await new.save { _ in
            var edit = Edit(reason: "The laptop was stolen")
            edit.set(.member(old, .status), to: "revoked")
            return edit
        }
        _ = try await new.sync(through: team.transport)
    }

    @Test(arguments: ["", "x", String(repeating: "A", count: 43), "concord1:abc"])
    func anotherKeyIsRefusedAndNothingIsWritten(_ key: String) async throws {
        let team = try await Team()
        let before = try await team.ruth.snapshot().digest

        let failure = #expect(throws: ReplicaFailure.self) { try team.ruth.recover(with: key) }

        #expect(failure?.code == .wrongRecoveryKey)
        #expect(try await team.ruth.snapshot().digest == before)
    }

    @Test func aLeaderEndsIt() async throws {
        let team = try await Team()
        let refused = #expect(throws: SaveRefusal.self) {
            try team.ruth.endRecoveryKey(reason: "I may not")
        }
        #expect(refused?.voided.first?.reason == .noRight)

        try team.leader.endRecoveryKey(reason: "The paper was lost")
        try await team.sync()

        let failure = #expect(throws: ReplicaFailure.self) {
            try team.ruth.recover(with: team.recoveryKey)
        }
        #expect(failure?.code == .wrongRecoveryKey)
        #expect(throws: ReplicaFailure.self) { try team.leader.endRecoveryKey() }
    }

    @Test func whoHasNoDeviceLeftIsNotAppointed() async throws {
        let team = try await Team()
        let tomas = try await member(team.tomas)
        var edit = Edit(reason: "lost")
        edit.set(.device(team.tomas.author.text, .status), to: "revoked")
        try await team.leader.save(edit)
        try await team.sync()
        let failure = #expect(throws: ReplicaFailure.self) {
            try team.ruth.recover(with: team.recoveryKey, appointing: tomas)
        }
        #expect(failure?.code == .edit)
    }
}
