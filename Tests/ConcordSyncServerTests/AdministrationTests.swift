import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordSyncClient
import ConcordSyncServer
import Foundation
import Testing

/// The commands for operators, as the built program has them.
@Suite(.serialized, .timeLimit(.minutes(5))) struct AdministrationTests {
    private func run(
        _ arguments: [String],
        environment: [String: String] = [:]
    ) async throws -> (status: Int32, output: String) {
        try await ServerProgram.run(arguments, environment: environment)
    }

    private func json(_ text: String) throws -> JSON {
        try JSON(parsing: Array(text.utf8.filter { $0 != UInt8(ascii: "\n") }))
    }

    /// An operator's day: a token, an engagement, a list, a backup of the running server, a loss, a restore.
    @Test func anOperatorsDay() async throws {
        let team = try SigningTeam()
        try await withFolder { folder in
            let database = folder.appending(path: "a.sqlite")
            let backup = folder.appending(path: "a.backup").path
            let named = ["--database", database.path]
            let server = try ServerProgram.serve(database)
            let port = try #require(try await server.port())
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            let request = SyncRequest(
                engagement: team.engagement,
                position: 0,
                envelopes: team.history.map(\.envelope)
            )
            try await HTTPTransport.withTransport(to: address) { transport in
                _ = try await transport.exchange(request, by: team.lead.signer)
            }

            let list = try await run(["list", "--json"] + named)
            let made = try await run(["backup", "--to", backup, "--json"] + named)
            let again = try await run(["backup", "--to", backup] + named)
            let early = try await run(["restore", backup] + named)
            let verified = try await run(["verify", "--json"] + named)
            let doctor = try await run(["doctor", "--json"] + named)
            server.signal(SIGTERM)
            #expect(try await server.end().status == 0)
            try FileManager.default.removeItem(at: database)
            let restored = try await run(["restore", backup, "--json"] + named)
            let after = try await run(["list"] + named)

            let engagement = try json(list.output)["engagements"]?.arrayValue?.first
            #expect(engagement?["engagement"]?.stringValue?.string == team.engagement.base64url)
            #expect(engagement?["diffs"]?.integerValue == 3)
            #expect(made.status == 0)
            #expect(again.status == 73)
            #expect(early.status == 69)
            #expect(verified.status == 0)
            #expect(try json(verified.output)["sound"] == .bool(true))
            #expect(doctor.status == 0)
            #expect(try json(doctor.output)["findings"]?.arrayValue?.count == 9)
            #expect(restored.status == 0)
            #expect(after.output.contains(team.engagement.base64url))
        }
    }

    @Test func aDamagedLogEndsWithOne() async throws {
        let team = try SigningTeam()
        try await withFolder { folder in
            let database = folder.appending(path: "a.sqlite")
            try await withServer(at: database) { port in
                let address = try ServerAddress("http://127.0.0.1:\(port)")
                let request = SyncRequest(
                    engagement: team.engagement,
                    position: 0,
                    envelopes: team.history.map(\.envelope)
                )
                try await HTTPTransport.withTransport(to: address) { transport in
                    _ = try await transport.exchange(request, by: team.lead.signer)
                }
            }
            try Damage.change(database.path, "UPDATE tree SET hashes = zeroblob(length(hashes))")

            let verified = try await run(["verify", "--database", database.path])

            #expect(verified.status == 1)
            #expect(verified.output.contains("wrong-tree"))
        }
    }

    @Test func aTokenIsShownOnce() async throws {
        try await withFolder { folder in
            let named = ["--database", folder.appending(path: "a.sqlite").path]
            let made = try await run(["create", "--name", "Ruth", "--json"] + named)
            let twice = try await run(["create", "--name", "Ruth"] + named)
            let list = try await run(["list", "--tokens", "--json"] + named)
            let withdrawn = try await run(["withdraw", "--name", "Ruth"] + named)
            let empty = try await run(["list", "--tokens"] + named)

            let token = try #require(try json(made.output)["token"]?.stringValue?.string)
            #expect(token.hasPrefix("concord-token-"))
            #expect(twice.status == 78)
            #expect(list.output.contains("Ruth"))
            #expect(!list.output.contains(token))
            #expect(withdrawn.status == 0)
            #expect(empty.output == "There are no tokens.\n")
        }
    }

    /// A certificate that is replaced is shown to those who connect from then on; who is connected goes on.
    @Test func aNewCertificateCountsWithoutARestart() async throws {
        let tls = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Data/tls")
        let authority = tls.appending(path: "authority.pem").path
        let team = try SigningTeam()
        let empty = SyncRequest(engagement: team.engagement, position: 0)
        let unknown = SyncFailure.Code.refused("unknown-engagement")
        try await withFolder { folder in
            let (certificate, key) = (folder.appending(path: "c"), folder.appending(path: "k"))
            func put(_ name: String) throws {
                for (source, target) in [("\(name).pem", certificate), ("\(name)-key.pem", key)] {
                    try Data(contentsOf: tls.appending(path: source)).write(to: target)
                }
            }
            try put("server")
            let server = try ServerProgram.serve(
                folder.appending(path: "a.sqlite"),
                ["--tls-certificate", certificate.path, "--tls-key", key.path]
            )
            let port = try #require(try await server.port())
            let address = try ServerAddress("https://127.0.0.1:\(port)")
            func code(_ transport: HTTPTransport) async -> SyncFailure.Code? {
                do throws(SyncFailure) {
                    _ = try await transport.exchange(empty, by: team.lead.signer)
                    return nil
                } catch {
                    return error.code
                }
            }
            let old = HTTPTransport(to: address, certificateFile: authority)
            #expect(await code(old) == unknown)

            // One that cannot be used changes nothing.
            try Data("nothing".utf8).write(to: certificate)
            server.signal(SIGHUP)
            _ = try #require(try await server.event("certificate-not-reloaded"))
            let between = HTTPTransport(to: address, certificateFile: authority)
            #expect(await code(between) == unknown)
            try await between.close()

            try put("other")
            server.signal(SIGHUP)
            _ = try #require(try await server.event("certificate-reloaded"))
            #expect(await code(old) == unknown)
            // The other one is for another name.
            let new = HTTPTransport(to: address, certificateFile: authority)
            #expect(await code(new) == .untrusted)

            try await old.close()
            try await new.close()
            server.signal(SIGTERM)
            #expect(try await server.end().status == 0)
        }
    }

    @Test(
        arguments: [
            (["serve", "--database", "x", "--tls-key", "k"], Int32(64)),
            (["serve", "--database", "x", "--new-engagements", "some"], 64),
            (["serve", "--database", "x", "--connections", "0"], 64),
            (["list"], 64),
            (["list", "--database", "/no/such/file"], 73),
            (["verify", "--backup", "/no/such/file"], 73),
            (["create", "--database", "x", "--name", "a", "--expires", "soon"], 64),
            (["backup", "--database", "x"], 64),
            (["doctor", "--database", "/no/such/file"], 1),
        ] as [([String], Int32)]
    )
    func everyWrongCommandHasItsExitStatus(arguments: [String], status: Int32) async throws {
        #expect(try await run(arguments).status == status)
    }
}
