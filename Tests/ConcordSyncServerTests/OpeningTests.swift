import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordSync
import ConcordSyncClient
import Foundation
import Testing

@testable import ConcordSyncServer

/// Who may open an engagement on a server that asks for tokens.
@Suite(.timeLimit(.minutes(5))) struct OpeningTests {
    private func found(
        _ team: SigningTeam,
        _ signer: RequestSigner,
        on port: Int
    ) async throws -> SyncFailure.Code? {
        let address = try ServerAddress("http://127.0.0.1:\(port)")
        let request = SyncRequest(
            engagement: team.engagement,
            position: 0,
            envelopes: team.history.map(\.envelope)
        )
        return try await HTTPTransport.withTransport(to: address) { transport in
            do throws(SyncFailure) {
                _ = try await transport.exchange(request, by: signer)
                return nil
            } catch {
                return error.code
            }
        }
    }

    private func signer(_ team: SigningTeam, _ token: OpeningToken) throws -> RequestSigner {
        var signer = team.lead.signer
        signer.opening = try token.proof(for: team.engagement).text
        return signer
    }

    @Test func onlyATokenOpens() async throws {
        let (team, other) = (try SigningTeam(), try SigningTeam())
        try await withFolder { folder in
            let database = folder.appending(path: "a.sqlite")
            let tokens = OpeningTokens(ServerFiles(database: database.path))
            let token = try tokens.make(for: "Ruth")
            let foreign = try OpeningToken.generate()
            let closed = SyncFailure.Code.refused("engagements-closed")
            try await withServer(at: database, opening: .token) { port in
                #expect(try await found(team, team.lead.signer, on: port) == closed)
                #expect(try await found(team, signer(team, foreign), on: port) == closed)
                // What was overheard of one engagement opens no other.
                var overheard = other.lead.signer
                overheard.opening = try token.proof(for: team.engagement).text
                #expect(try await found(other, overheard, on: port) == closed)

                #expect(try await found(team, signer(team, token), on: port) == nil)

                // What is open stays open, whoever syncs.
                try tokens.withdraw("Ruth")
                #expect(try await found(team, team.lead.signer, on: port) == nil)
                #expect(try await found(other, signer(other, token), on: port) == closed)
            }
        }
    }

    @Test func anExpiredTokenOpensNothing() async throws {
        let team = try SigningTeam()
        try await withFolder { folder in
            let database = folder.appending(path: "a.sqlite")
            let tokens = OpeningTokens(ServerFiles(database: database.path))
            let past = Timestamp(milliseconds: 1_700_000_000_000)
            let token = try tokens.make(for: "Ruth", expires: past)
            try await withServer(at: database, opening: .token) { port in
                let code = try await found(team, signer(team, token), on: port)

                #expect(code == .refused("engagements-closed"))
            }
        }
    }

    @Test func theFileHoldsNoSecret() async throws {
        try await withFolder { folder in
            let files = ServerFiles(database: folder.appending(path: "a.sqlite").path)
            let token = try OpeningTokens(files).make(for: "Ruth")

            let text = try String(contentsOfFile: files.tokens, encoding: .utf8)

            #expect(!text.contains(token.text.dropFirst("concord-token-".count)))
            #expect(try OpeningTokens(files).all().map(\.publicKey) == [token.publicKey])
        }
    }

    @Test func aTokenReadsAsItWasWritten() throws {
        let token = try OpeningToken.generate()

        #expect(OpeningToken(" \(token.text)\n")?.text == token.text)
        #expect(OpeningToken(String(token.text.dropLast())) == nil)
        #expect(OpeningToken("concord-token-") == nil)
        let engagement = SHA256Digest(hashing: [1])
        let proof = try token.proof(for: engagement)
        #expect(OpeningProof(proof.text) == proof)
        #expect(proof.isValid(for: engagement, verifier: DiffVerifier()))
        #expect(!proof.isValid(for: SHA256Digest(hashing: [2]), verifier: DiffVerifier()))
    }

    @Test func eachNameHasOneToken() async throws {
        try await withFolder { folder in
            let tokens = OpeningTokens(
                ServerFiles(database: folder.appending(path: "a.sqlite").path)
            )
            _ = try tokens.make(for: "Ruth")

            #expect(throws: StorageFailure.self) { try tokens.make(for: "Ruth") }
            #expect(throws: StorageFailure.self) { try tokens.make(for: "a\nb") }
            #expect(throws: StorageFailure.self) { try tokens.withdraw("Ann") }
            #expect(try tokens.all().map(\.name) == ["Ruth"])
        }
    }
}
