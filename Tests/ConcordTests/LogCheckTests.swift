import Concord
import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordSigning
import ConcordStorage
import ConcordSync
import ConcordTesting
import Foundation
import Testing

/// Servers that sign their logs, and lie.
@Suite struct LogCheckTests {
    /// How a server lies.
    enum Lie: String, CaseIterable, Sendable {
        case reorders, substitutes, adds, rollsBack, rollsBackToAnother, signsAnother,
            changesItsKey, signsNothing
        case forgesANote

        /// What the client finds.
        var found: LogTrust.Contradiction {
            switch self {
            case .reorders, .substitutes, .adds: .wrongRoot
            case .rollsBack, .rollsBackToAnother: .smallerTree
            case .signsAnother: .twoRoots
            case .changesItsKey: .otherKey
            case .signsNothing: .noCheckpoint
            case .forgesANote: .notSigned
            }
        }
    }

    /// A server whose answers are changed on their way.
    private struct Liar: SyncTransport {
        let server: MemoryTransport
        let change: @Sendable (SyncRequest, SyncResponse) throws -> SyncResponse

        func exchange(
            _ request: SyncRequest,
            by signer: RequestSigner
        ) async throws(SyncFailure) -> SyncResponse {
            let response = try await server.exchange(request, by: signer)
            do {
                return try change(request, response)
            } catch {
                throw SyncFailure(.serverError, "\(error)")
            }
        }
    }

    /// Whatever is changed in an answer, nothing of it is taken in, the evidence is kept, and the work goes on: offline, and
    /// with the server once it tells the truth.
    @Test(arguments: Lie.allCases, [1, 2, 3] as [UInt64])
    func aLyingServerIsFoundOut(_ lie: Lie, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let (team, key) = try await Self.signedTeam()
        // Work that nobody has seen of one another, so that any order of it would do.
        for _ in 0..<Int.random(in: 2...5, using: &random) {
            _ = try addFinding(team.tomas, title: "by Tomas")
        }
        for _ in 0..<Int.random(in: 2...5, using: &random) {
            _ = try addFinding(team.leader, title: "by Ines")
        }
        if ![.rollsBack, .rollsBackToAnother, .signsAnother].contains(lie) {
            _ = try await team.tomas.sync(through: team.transport)
            _ = try await team.leader.sync(through: team.transport)
        }
        let liar = try Self.liar(lie, team, key, at: Int.random(in: 0..<100, using: &random))
        let before = (try team.ruth.status(), try await team.ruth.snapshot().digest)

        let failure = await #expect(throws: ReplicaFailure.self) {
            try await team.ruth.sync(through: liar)
        }

        #expect(failure?.code == .logContradiction)
        #expect(try team.ruth.status() == before.0)
        #expect(try await team.ruth.snapshot().digest == before.1)
        let evidence = try #require(try team.ruth.contradictions().first)
        #expect(evidence.code == WireText(lie.found.rawValue))
        let known = try #require(NoteKey(evidence.key))
        let held = SignedCheckpoint(note: evidence.held, key: known, verifier: DiffVerifier())
        #expect(held?.checkpoint.tree.size == before.0.log)
        if case .contradiction = try team.ruth.syncStatus().state {
        } else {
            Issue.record("the status does not say it")
        }
        try Self.checkEvidence(of: lie, team)
        _ = try addFinding(team.ruth, title: "offline")
        try await team.sync()
        #expect(try team.digests().count == 1)
        // Only what the key has signed stays, once the server stands behind the log again.
        let kept = try team.ruth.contradictions()
        #expect(kept.map(\.sort) == (lie.found == .twoRoots ? [.proof] : []))
        #expect(try team.ruth.rebuild(check: true).differences == [])
    }

    /// Two histories that one key has signed convict it, before anyone; all else shows only what this device saw.
    private static func checkEvidence(of lie: Lie, _ team: Team) throws {
        let bytes = try team.ruth.contradictionEvidence()
        let outcome = try PythonVerifier.check("contradiction", bytes, in: team.folder)

        let isProof = [.signsAnother, .rollsBackToAnother].contains(lie)
        #expect(outcome.code == (isProof ? 0 : 1), "\(outcome.output)")
        #expect(outcome.output.contains(isProof ? "has signed two histories" : "proves nothing"))
    }

    /// A server that leaves out the newest entries may have been restored from a backup: that proves nothing against it,
    /// but nothing that it did not sign comes in.
    @Test(arguments: [1, 2, 4]) func whatASignedLogLacksIsWaitedFor(kept: Int) async throws {
        let (team, _) = try await Self.signedTeam()
        for number in 0..<4 { _ = try addFinding(team.tomas, title: "finding \(number)") }
        _ = try await team.tomas.sync(through: team.transport)
        let before = try team.ruth.status()
        let liar = Liar(server: team.transport) { _, response in
            var response = response
            response.entries.removeFirst(kept == 4 ? 1 : 0)
            response.entries = Array(response.entries.prefix(kept))
            response.size = response.end
            return response
        }

        let failure = await #expect(throws: ReplicaFailure.self) {
            try await team.ruth.sync(through: liar)
        }

        #expect(failure?.code == .server)
        #expect(failure?.message.contains("log-behind") == true)
        #expect(try team.ruth.status() == before)
        #expect(try team.ruth.contradictions() == [])
        try await team.sync()
        #expect(try team.digests().count == 1)
    }

    static func signedTeam() async throws -> (Team, SigningKey) {
        let key = try #require(SigningKey(seed: Array(repeating: 9, count: 32)))
        let transport = MemoryTransport(logKey: key, now: { sampleTime })
        return (try await Team(transport: transport), key)
    }

    private static func liar(
        _ lie: Lie,
        _ team: Team,
        _ key: SigningKey,
        at place: Int
    ) throws -> Liar {
        let engagement = team.leader.engagement
        let leaves = try leaves(of: team.transport, engagement)
        let spare = try #require(
            try pending(of: team.leader, adding: lie == .adds || lie == .substitutes)
        )
        let other = try #require(SigningKey(seed: Array(repeating: 8, count: 32)))
        return Liar(server: team.transport) { _, response in
            var response = response
            func sign(_ leaves: [SHA256Digest], _ key: SigningKey) throws {
                response.checkpoint = try MemorySyncServer.checkpoint(
                    of: engagement,
                    over: leaves,
                    by: key
                )
            }
            let last = response.entries.count - 1
            switch lie {
            case .reorders:
                // The last of one author and the first of the other one have not seen each other.
                let turn = try (1...last).filter { index in
                    try author(response.entries[index]) != author(response.entries[index - 1])
                }
                response.entries.swapAt(turn[0], turn[0] - 1)
            case .substitutes: response.entries[last] = .envelope(spare)
            case .adds:
                response.entries.append(.envelope(spare))
                response.size += 1
            case .rollsBack: try sign(Array(leaves.dropLast(1 + place % (leaves.count - 1))), key)
            case .rollsBackToAnother:
                var others = Array(leaves.dropLast(1 + place % (leaves.count - 1)))
                others[place % others.count] = SHA256Digest(hashing: [UInt8(place)])
                try sign(others, key)
            case .signsAnother:
                var others = leaves
                others[place % others.count] = SHA256Digest(hashing: [UInt8(place)])
                try sign(others, key)
            case .changesItsKey: try sign(leaves, other)
            case .signsNothing: response.checkpoint = nil
            case .forgesANote:
                var note = try #require(response.checkpoint).note
                let index = place % note.count
                note[index] ^= 1
                response.checkpoint = .init(note: note, key: try #require(response.checkpoint).key)
            }
            return response
        }
    }

    private static func leaves(
        of transport: MemoryTransport,
        _ engagement: DiffID
    ) throws -> [SHA256Digest] {
        try transport.envelopes(of: engagement).map {
            MerkleTree.leafHash(try UnverifiedDiff(envelope: $0).leaf)
        }
    }

    private static func author(_ entry: LogEntry) throws -> Author? {
        guard case .envelope(let bytes) = entry else { return nil }
        return try UnverifiedDiff(envelope: bytes).head.author
    }

    /// A diff that the server does not have: one of the replica's own.
    private static func pending(of replica: Replica, adding: Bool) throws -> [UInt8]? {
        guard adding else { return [] }
        _ = try addFinding(replica, title: "elsewhere")
        var newest: [UInt8]?
        try replica.log { line in if line.position == nil { newest = line.envelope } }
        return newest
    }

    // MARK: Two histories.

    /// Two servers with one key and the same beginning, as one server is that shows two people different logs.
    private static func fork(of team: Team, _ key: SigningKey) throws -> MemoryTransport {
        let log = try team.transport.log(of: team.leader.engagement)
        return try team.transport.copy(
            of: team.leader.engagement,
            entries: log.count,
            logKey: key
        )
    }

    @Test func twoHistoriesAreFoundOutWhereTheirReadersMeet() async throws {
        let (team, key) = try await Self.signedTeam()
        let second = try Self.fork(of: team, key)
        _ = try addFinding(team.leader, title: "for one history")
        _ = try await team.leader.sync(through: team.transport)
        _ = try await team.tomas.sync(through: team.transport)
        _ = try addFinding(team.tomas, title: "names the first history")
        _ = try addFinding(team.ruth, title: "for the other history")
        _ = try await team.ruth.sync(through: second)

        let report = try team.ruth.importLog(try Self.export(team.tomas))

        #expect(report.new > 0 && report.witnesses.count == 1)
        let evidence = try team.ruth.contradictions()
        #expect(evidence.map(\.code) == ["other-log-witnessed"])
        let outcome = try PythonVerifier.check(
            "contradiction",
            team.ruth.contradictionEvidence(),
            in: team.folder
        )
        #expect(outcome.code == 0, "\(outcome.output)")
        #expect(outcome.output.contains("has shown two histories, or this device states one"))
        let witness = try UnverifiedDiff(envelope: try #require(evidence.first).given)
        #expect(DiffVerifier().isSigned(witness))
        #expect(witness.head.author == team.tomas.author)
    }

    /// What a member states must not keep anybody from working: it is told, and what came in is kept. What comes from
    /// somebody who may not write says nothing.
    @Test(arguments: [true, false])
    func aWitnessThatComesThroughTheServerIsTold(hasEffect: Bool) async throws {
        let (team, key) = try await Self.signedTeam()
        let second = try Self.fork(of: team, key)
        let finding = try addFinding(team.leader, title: "for one history")
        _ = try await team.leader.sync(through: team.transport)
        _ = try await team.tomas.sync(through: team.transport)
        if hasEffect {
            _ = try addFinding(team.tomas, title: "names the first history")
        } else {
            var edit = Edit()
            edit.set(.finding(finding, .state), to: "issued")
            _ = try await team.tomas.save(edit, keepingVoid: true)
        }
        _ = try await team.tomas.sync(through: team.transport)
        _ = try addFinding(team.ruth, title: "for the other history")
        _ = try await team.ruth.sync(through: second)
        let engagement = team.leader.engagement
        let request = SyncRequest(
            engagement: engagement,
            position: 0,
            envelopes: team.transport.envelopes(of: engagement).suffix(2)
        )
        _ = try await second.exchange(request, by: .anyone)

        let summary = try await team.ruth.sync(through: second)

        #expect(summary.witnesses.count == (hasEffect ? 1 : 0))
        #expect(
            try team.ruth.contradictions().map(\.code)
                == (hasEffect ? ["other-log-witnessed"] : [])
        )
        #expect(try await team.ruth.snapshot().audit.findings.count == (hasEffect ? 3 : 2))
        #expect(try await team.ruth.sync(through: second).witnesses == [])
    }

    private static func export(_ replica: Replica) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try replica.log { bytes += $0.exported + [UInt8(ascii: "\n")] }
        return bytes
    }

    // MARK: What heads say.

    @Test func theFirstHeadAfterASyncNamesTheLog() async throws {
        let (team, _) = try await Self.signedTeam()
        let engagement = team.leader.engagement
        let leaves = try Self.leaves(of: team.transport, engagement)

        _ = try addFinding(team.tomas, title: "first")
        _ = try addFinding(team.tomas, title: "second")

        var logs: [LogWitness?] = []
        try team.tomas.log { line in
            if line.position == nil {
                logs.append(try UnverifiedDiff(envelope: line.envelope).head.log)
            }
        }
        #expect(logs == [LogWitness(size: leaves.count, root: MerkleTree.root(of: leaves)), nil])
    }

    // MARK: Restored servers.

    /// A server that was restored takes the entries that it lost at their old places, and signs nothing before it has them.
    @Test(arguments: [0, 1, 3, 5])
    func aRestoredServerIsFilledAgainWithWhatItHadSigned(to size: Int) async throws {
        let (team, _) = try await Self.signedTeam()
        for title in ["one", "two"] {
            _ = try addFinding(team.tomas, title: title)
            _ = try await team.tomas.sync(through: team.transport)
        }
        let engagement = team.leader.engagement
        let log = try team.transport.log(of: engagement)
        try team.transport.setBack(engagement, to: size)
        let new = try addFinding(team.ruth, title: "saved before the server was filled again")

        let early = try await team.ruth.sync(through: team.transport)
        #expect(early.refused.map(\.code) == ["log-behind"])
        #expect(try team.transport.log(of: engagement) == Array(log.prefix(log.count - 2)))
        try await team.sync()

        #expect(try team.transport.log(of: engagement).prefix(log.count) == log[...])
        #expect(try team.digests().count == 1)
        #expect(try await team.leader.snapshot().state["finding"]?[new] != nil)
        for replica in team.all { #expect(try replica.contradictions() == []) }
    }

    // MARK: Keys.

    @Test func anInvitationBringsTheKeyOfTheLog() async throws {
        let (team, key) = try await Self.signedTeam()
        let code = try team.leader.invite(role: .auditor, name: "Ute")
        _ = try await team.leader.sync(through: team.transport)
        #expect(code.logKey == key.author.publicKey)
        #expect(InvitationCode(code.description) == code)
        let other = try #require(SigningKey(seed: Array(repeating: 8, count: 32)))
        let engagement = team.leader.engagement
        let log = try team.transport.log(of: engagement)
        let wrong = try team.transport.copy(of: engagement, entries: log.count, logKey: other)
        let path = team.folder.file("ute.concord")

        let failure = await #expect(throws: ReplicaFailure.self) {
            try await Replica.join(at: path, code: code, device: "dev-U", through: wrong)
        }

        #expect(failure?.code == .logContradiction)
        let joined = try await Replica.join(
            at: path,
            code: code,
            device: "dev-U",
            through: team.transport
        )
        #expect(try joined.contradictions() == [])
    }
}
