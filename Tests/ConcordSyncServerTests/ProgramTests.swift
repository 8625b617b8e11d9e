import ConcordDiff
import ConcordSync
import ConcordSyncClient
import ConcordSyncServer
import Foundation
import Testing

/// The built program, as a child process.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ProgramTests {
    private func address(_ port: Int) throws -> ServerAddress {
        try ServerAddress("http://127.0.0.1:\(port)")
    }

    @Test func itTellsItsPortAndStopsWhenToldTo() async throws {
        try await withFolder { folder in
            let file = folder.appending(path: "port")
            let server = try ServerProgram.serve(
                folder.appending(path: "a.sqlite"),
                ["--port-file", file.path]
            )
            let port = try #require(try await server.port())

            #expect(try String(contentsOf: file, encoding: .utf8) == "\(port)\n")
            #expect(try await RawHTTP(port: port).send("GET", "/healthz").status == 200)
            server.signal(SIGTERM)
            #expect(try await server.end().status == 0)
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }

    /// The server dies right after it has taken in so many requests, while the client goes on pushing.
    @Test(arguments: [1, 2, 3, 5, 8])
    func whatWasAcceptedSurvivesKill9(requests: Int) async throws {
        var team = try SigningTeam()
        let (engagement, signer) = (team.engagement, team.lead.signer)
        let all = team.history + (try (0..<97).map { _ in try team.ann.save() })
        try await withFolder { folder in
            let database = folder.appending(path: "logs.sqlite")
            let server = try ServerProgram.serve(database)
            let port = try #require(try await server.port())
            let acknowledged = try await HTTPTransport.withTransport(to: address(port)) {
                transport in
                async let pushed = push(all, of: engagement, over: transport, by: signer)
                for _ in 0..<requests { _ = try await server.event("synced") }
                server.signal(SIGKILL)
                return await pushed
            }
            #expect(try await server.end().status == SIGKILL)

            let again = try ServerProgram.serve(database)
            let newPort = try #require(try await again.port())
            var replica = TestReplica(engagement, pending: all)
            try await HTTPTransport.withTransport(to: address(newPort)) { transport in
                let pull = SyncRequest(engagement: engagement, position: 0)
                let kept = try await transport.exchange(pull, by: signer).entries
                #expect(kept.count >= max(acknowledged, requests * 5))
                #expect(kept == all.prefix(kept.count).map { .envelope($0.envelope) })
                _ = try await replica.sync(over: transport, by: signer)
            }
            again.signal(SIGTERM)
            #expect(try await again.end().status == 0)
            #expect(replica.log == all.map(\.id))
            #expect(replica.pending.isEmpty)
        }
    }

    @Test func aSecondServerOnOneDatabaseSaysWhy() async throws {
        try await withFolder { folder in
            let database = folder.appending(path: "logs.sqlite")
            let first = try ServerProgram.serve(database)
            _ = try #require(try await first.port())

            let second = try ServerProgram.serve(database)

            let end = try await second.end()
            #expect(end.status == 69)
            #expect(end.lines.last?.contains("another concord-server") == true)
            first.signal(SIGINT)
            #expect(try await first.end().status == 0)
        }
    }

    @Test func aPortInUseSaysWhy() async throws {
        try await withFolder { folder in
            let first = try ServerProgram.serve(folder.appending(path: "a.sqlite"))
            let port = try #require(try await first.port())

            let second = try ServerProgram([
                "serve", "--database", folder.appending(path: "b.sqlite").path, "--port",
                "\(port)",
            ])

            let end = try await second.end()
            #expect(end.status == 69)
            #expect(end.lines.last?.contains("cannot listen") == true)
            first.signal(SIGTERM)
            #expect(try await first.end().status == 0)
            // The second one leaves nothing behind, since it has never served anybody.
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(names.filter { $0.hasPrefix("b.") } == [])
            #expect(names.contains("a.sqlite"))
        }
    }

    /// A database that was there is kept, whatever the start comes to.
    @Test func aPortInUseLeavesAnOldDatabaseAlone() async throws {
        try await withFolder { folder in
            let database = folder.appending(path: "b.sqlite")
            _ = try ServerDatabase(path: database.path).close()
            let first = try ServerProgram.serve(folder.appending(path: "a.sqlite"))
            let port = try #require(try await first.port())

            let second = try ServerProgram([
                "serve", "--database", database.path, "--port", "\(port)",
            ])

            #expect(try await second.end().status == 69)
            #expect(FileManager.default.fileExists(atPath: database.path))
            first.signal(SIGTERM)
            #expect(try await first.end().status == 0)
        }
    }

    @Test func theDatabaseIsItsOwnersAlone() async throws {
        try await withFolder { folder in
            let server = try ServerProgram.serve(folder.appending(path: "a.sqlite"))
            _ = try #require(try await server.port())

            for name in ["a.sqlite", "a.sqlite-wal", "a.sqlite-shm", "a.sqlite.lock"] {
                let path = folder.appending(path: name).path
                let facts = try FileManager.default.attributesOfItem(atPath: path)
                #expect((facts[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(name)")
            }

            server.signal(SIGTERM)
            #expect(try await server.end().status == 0)
        }
    }

    /// What an earlier run has left is gone also where this one comes to nothing: nobody reads an old port.
    @Test func anOldPortIsTakenAwayFirst() async throws {
        try await withFolder { folder in
            let first = try ServerProgram.serve(folder.appending(path: "a.sqlite"))
            let port = try #require(try await first.port())
            let file = folder.appending(path: "port")
            try Data("4711\n".utf8).write(to: file)

            let second = try ServerProgram([
                "serve", "--database", folder.appending(path: "b.sqlite").path, "--port",
                "\(port)", "--port-file", file.path,
            ])

            #expect(try await second.end().status == 69)
            #expect(!FileManager.default.fileExists(atPath: file.path))
            first.signal(SIGTERM)
            #expect(try await first.end().status == 0)
        }
    }

    @Test func aFileThatIsNotAPortFileIsKept() async throws {
        try await withFolder { folder in
            let letter = folder.appending(path: "letter")
            try Data("Dear Ruth,".utf8).write(to: letter)
            let link = folder.appending(path: "link")
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: letter)

            for name in [letter, link] {
                let server = try ServerProgram.serve(
                    folder.appending(path: "a.sqlite"),
                    ["--port-file", name.path]
                )
                #expect(try await server.end().status == 73)
            }

            #expect(try Data(contentsOf: letter) == Data("Dear Ruth,".utf8))
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(names.sorted() == ["letter", "link"])
        }
    }

    /// A start that cannot succeed, and the status that the program ends with.
    struct WrongStart: Sendable {
        let arguments: [String]
        var environment: [String: String] = [:]
        let status: Int32
    }

    @Test(arguments: [
        WrongStart(arguments: ["serve"], status: 64),
        WrongStart(arguments: ["serve", "--port", "70000", "--database", "x"], status: 64),
        WrongStart(arguments: ["serve", "--colour"], status: 64),
        WrongStart(
            arguments: ["serve", "--database", "x"],
            environment: ["CONCORD_SERVER_PORT": "http"],
            status: 78
        ),
        WrongStart(arguments: ["serve", "--database", "/no/such/folder/x"], status: 73),
    ])
    func everyWrongStartHasItsExitStatus(start: WrongStart) async throws {
        let server = try ServerProgram(start.arguments, environment: start.environment)

        let end = try await server.end()

        #expect(end.status == start.status)
        #expect(!end.lines.isEmpty)
    }

    /// Pushes five diffs after the other until the server is gone; returns how many it acknowledged.
    private func push(
        _ diffs: [UnverifiedDiff],
        of engagement: DiffID,
        over transport: HTTPTransport,
        by signer: RequestSigner
    ) async -> Int {
        var acknowledged = 0
        for start in stride(from: 0, to: diffs.count, by: 5) {
            let request = SyncRequest(
                engagement: engagement,
                position: start,
                envelopes: diffs[start..<start + 5].map(\.envelope)
            )
            do throws(SyncFailure) {
                acknowledged += try await transport.exchange(request, by: signer).verdicts.count
            } catch {
                break
            }
        }
        return acknowledged
    }
}
