import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordSigning
import ConcordStorage
import ConcordSync
import ConcordTesting
import Foundation
import Testing

/// How safe each record is, and whether a device can be wiped.
@Suite struct SafetyTests {
    private static func safety(_ replica: Replica, _ finding: WireText) throws -> Safety? {
        try replica.safety(ofKind: "finding", id: finding)?.safety
    }

    /// A transport that loses the answers: the server has what was sent, and nobody knows.
    private struct LosingAnswers: SyncTransport {
        let server: MemoryTransport

        func exchange(
            _ request: SyncRequest,
            by signer: RequestSigner
        ) async throws(SyncFailure) -> SyncResponse {
            _ = try await server.exchange(request, by: signer)
            throw SyncFailure(.unreachable, "the answer was lost")
        }
    }

    @Test func aRecordBecomesSaferStepByStep() async throws {
        let (team, _) = try await LogCheckTests.signedTeam()
        let finding = try addFinding(team.ruth, title: "Emergency changes")
        #expect(try Self.safety(team.ruth, finding) == .onlyHere)
        #expect(try team.ruth.unsafeRecords().first?.record == .finding(finding))

        await #expect(throws: ReplicaFailure.self) {
            try await team.ruth.sync(through: LosingAnswers(server: team.transport))
        }
        #expect(try Self.safety(team.ruth, finding) == .sent)

        _ = try await team.ruth.sync(through: team.transport)
        #expect(try Self.safety(team.ruth, finding) == .durable)

        // Tomas has it, and nobody knows until he writes.
        _ = try await team.tomas.sync(through: team.transport)
        #expect(try Self.safety(team.tomas, finding) == .seen)
        _ = try await team.ruth.sync(through: team.transport)
        #expect(try Self.safety(team.ruth, finding) == .durable)
        _ = try addFinding(team.tomas, title: "Something else")
        _ = try await team.tomas.sync(through: team.transport)
        _ = try await team.ruth.sync(through: team.transport)
        #expect(try Self.safety(team.ruth, finding) == .seen)
        #expect(try !team.ruth.unsafeRecords().contains { $0.record == .finding(finding) })

        // A record is as safe as what was saved last on it, or on what belongs to it.
        var grade = Edit()
        grade.set(gradePath(finding), to: "major")
        _ = try await team.ruth.save(grade)
        #expect(try Self.safety(team.ruth, finding) == .onlyHere)
        #expect(
            try team.ruth.safety(ofKind: "finding", id: finding)?.saves == [.seen: 1, .onlyHere: 1]
        )
    }

    @Test func whatASealCoversIsSealedUntilItIsReopened() async throws {
        let (team, _) = try await LogCheckTests.signedTeam()
        let finding = try addFinding(team.ruth, title: "Emergency changes")
        try await team.sync()
        var seal = Edit()
        seal.add("seal", id: "s1", fields: ["note": "signed"])
        _ = try await team.leader.save(seal)
        try await team.sync()

        #expect(try Self.safety(team.ruth, finding) == .sealed)
        #expect(try team.ruth.safety()[.sealed, default: 0] > 0)
        var reopening = Edit()
        reopening.add("reopening", id: "r1", fields: ["seal": "s1"])
        _ = try await team.leader.save(reopening)
        try await team.sync()
        #expect(try Self.safety(team.ruth, finding) == .seen)
        #expect(try team.ruth.safety()[.sealed] == nil)
    }

    /// The counts and what single records say are the same, whatever happened: saves, syncs with lost answers, files.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func countsAgreeWithTheRecords(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let (team, _) = try await LogCheckTests.signedTeam()
        for _ in 0..<25 {
            let replica = try #require(team.all.randomElement(using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0...1: _ = try addFinding(replica, title: "a finding")
            case 2:
                _ = await #expect(throws: ReplicaFailure.self) {
                    try await replica.sync(through: LosingAnswers(server: team.transport))
                }
            default: _ = try await replica.sync(through: team.transport)
            }
        }
        for replica in team.all {
            var counts: [Safety: Int] = [:]
            var findings: [Safety: Int] = [:]
            for id in try await replica.snapshot().state["finding"]?.objectValue?.keys.sorted()
                ?? []
            {
                let safety = try #require(try Self.safety(replica, id))
                findings[safety, default: 0] += 1
            }
            counts = try replica.safety()

            #expect(counts.values.reduce(0, +) == (try replica.status().diffs))
            #expect(
                try counts[.onlyHere, default: 0] + pending(replica) >= replica.status().pending
            )
            let unsafe = try replica.unsafeRecords().filter { $0.record.kind == "finding" }
            for safety in Safety.allCases where safety < .seen {
                // Each finding is one save here.
                #expect(unsafe.count { $0.safety == safety } == findings[safety, default: 0])
                #expect(counts[safety, default: 0] >= findings[safety, default: 0])
            }
            #expect(unsafe.map(\.safety) == unsafe.map(\.safety).sorted())
        }
    }

    /// How many of the pending saves were sent.
    private func pending(_ replica: Replica) throws -> Int { try replica.safety()[.sent] ?? 0 }

    /// What one record's safety costs does not grow with the records, nor what all counts cost once others have seen
    /// what is here.
    @Test func theQuestionCostsWhatIsAsked() async throws {
        func steps(_ count: Int) async throws -> (record: Int, counts: Int) {
            let (team, _) = try await LogCheckTests.signedTeam()
            let finding = try addFinding(team.ruth, title: "Emergency changes")
            for _ in 0..<count {
                var edit = Edit()
                let id = ReplicaEnvironment.system.newID()
                edit.add("finding", id: id, fields: ["state": "draft", "title": "one of many"])
                _ = try await team.ruth.save(edit)
            }
            try await team.sync()
            _ = try addFinding(team.tomas, title: "Something else")
            try await team.sync()
            let posted = PostedDiffs(author: team.ruth.author, newest: 0)
            return (
                try readingSteps(team.ruth) { reader in
                    let safety = try SafetyReader(reader, posted).safety(
                        kind: "finding",
                        id: finding
                    )
                    #expect(safety?.safety == .seen)
                },
                try readingSteps(team.ruth) { reader in
                    let counts = try SafetyReader(reader, posted).counts()
                    #expect(counts[.durable] == nil)
                }
            )
        }
        let few = try await steps(20)
        let many = try await steps(400)

        #expect(many.record < few.record * 2, "\(few.record) and \(many.record)")
        #expect(many.counts < few.counts * 2, "\(few.counts) and \(many.counts)")
    }

    @Test func aDeviceCanBeWipedWhenTheServerHasSignedForEverything() async throws {
        let (team, _) = try await LogCheckTests.signedTeam()
        #expect(try team.ruth.wipeCheck().isSafe)
        #expect(try team.leader.wipeCheck().reasons == [.onlyLeader])

        _ = try addFinding(team.ruth, title: "Emergency changes")
        #expect(try team.ruth.wipeCheck().reasons == [.unsent(saves: 1)])
        await #expect(throws: ReplicaFailure.self) {
            try await team.ruth.sync(through: LosingAnswers(server: team.transport))
        }
        #expect(try team.ruth.wipeCheck().reasons == [.unsigned(saves: 1)])
        _ = try await team.ruth.sync(through: team.transport)
        #expect(try team.ruth.wipeCheck().isSafe)

        try FileManager.default.createDirectory(
            atPath: team.folder.file("captures"),
            withIntermediateDirectories: true
        )
        let captures = CaptureFolder(path: team.folder.file("captures"))
        #expect(try team.ruth.wipeCheck(captures: captures).isSafe)
        try Data("x".utf8).write(
            to: URL(fileURLWithPath: team.folder.file("captures/x.capture"))
        )
        #expect(try team.ruth.wipeCheck(captures: captures).reasons == [.captures(1)])
    }

    @Test func aServerThatSignsNothingMakesNoDeviceSafe() async throws {
        let team = try await Team()

        let reasons = try team.ruth.wipeCheck().reasons

        #expect(reasons == [.unsigned(saves: try team.ruth.status().log)])
        #expect(try team.ruth.safety().keys.sorted() == [.sent])
    }

    @Test func aRevokedDeviceIsNotSafe() async throws {
        let (team, _) = try await LogCheckTests.signedTeam()
        var edit = Edit()
        let member = try #require(try team.ruth.currentMember()).member
        edit.set(CellPath(kind: "member", record: member, field: "status"), to: "revoked")
        _ = try await team.leader.save(edit)
        _ = try await team.leader.sync(through: team.transport)
        _ = try await team.ruth.sync(through: team.transport)

        // The log itself says it, before the server does.
        #expect(try team.ruth.wipeCheck().reasons == [.accessEnded(.revoked)])
    }

    @Test func aFileThatOnlyThisDeviceHasSpeaksAgainstWiping() async throws {
        let engagement = try await TestEngagement()
        let colleague = try await engagement.join("Tomas", as: .auditor)
        let folder = try TemporaryFolder()
        let path = folder.file("photo.jpg")
        try Data([0xFF, 0xD8, 0xFF, 1, 2, 3]).write(to: URL(fileURLWithPath: path))
        try await colleague.evidence.add(path)
        _ = try await colleague.sync(through: engagement.server)

        #expect(try colleague.wipeCheck().reasons.contains(.files(1)))

        let server = MemoryFileServer(folder: folder.file("server"))
        _ = try await colleague.syncFiles(through: server)
        #expect(try !colleague.wipeCheck().reasons.contains(.files(1)))
    }
}

/// How many steps of SQLite's machine a question takes: the same on every machine.
func readingSteps(_ replica: Replica, _ body: (ReplicaReader) throws -> Void) throws -> Int {
    let store = try ReplicaStore.open(at: replica.path, verifier: DiffVerifier())
    return try store.read { reader in
        let before = reader.machineSteps
        try body(reader)
        return reader.machineSteps - before
    }
}
