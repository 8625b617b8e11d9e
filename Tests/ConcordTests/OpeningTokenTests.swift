import Concord
import ConcordSigning
import ConcordSync
import ConcordTesting
import Foundation
import Synchronization
import Testing

/// An engagement on a server that asks for a token.
@Suite(.timeLimit(.minutes(5))) struct OpeningTokenTests {
    private func replica(_ folder: TemporaryFolder, _ name: String) async throws -> Replica {
        try await Replica.create(
            at: folder.file(name),
            engagement: EngagementDraft(leader: "Ines", device: "d")
        ).replica
    }

    /// What a sync shows as the proof, request by request.
    private func shown(_ replica: Replica) async throws -> [String?] {
        let server = MemoryTransport()
        let seen = Mutex<[String?]>([])
        let transport = try HTTPSyncTransport(to: "http://127.0.0.1:8080") { post in
            seen.withLock { $0.append(post.headers["Concord-Opening"]) }
            let request = try SyncRequest(wireBytes: post.body)
            return HTTPAnswer(
                status: 200,
                body: try await server.exchange(request, by: .anyone).wireBytes
            )
        }
        _ = try await replica.sync(through: transport)
        return seen.withLock { $0 }
    }

    @Test func everySyncShowsTheProofAndNeverTheToken() async throws {
        let folder = try TemporaryFolder()
        let replica = try await replica(folder, "a.concord")
        let token = try OpeningToken.generate()

        #expect(try await shown(replica).allSatisfy { $0 == nil })
        try replica.useOpeningToken(" \(token.text)\n")

        let proof = try token.proof(for: replica.engagement).text.string
        let fields = try await shown(replica)
        #expect(!fields.isEmpty)
        #expect(fields.allSatisfy { $0 == proof })
        let kept = try String(contentsOfFile: folder.file("a.concord.opening"), encoding: .utf8)
        #expect(kept == proof)
        #expect(try folder.mode("a.concord.opening") == 0o600)
    }

    @Test(arguments: ["", "concord-token-", "concord-token-AAAA", "secret"])
    func whatIsNoTokenIsRefused(text: String) async throws {
        let folder = try TemporaryFolder()
        let replica = try await replica(folder, "a.concord")

        #expect(!Replica.isOpeningToken(text))
        let failure = #expect(throws: ReplicaFailure.self) { try replica.useOpeningToken(text) }
        #expect(failure?.code == .wrongInvitation)
    }
}
