import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordSyncClient
import ConcordSyncServer
import Foundation
import GRDB
import Testing

@Suite(.timeLimit(.minutes(5))) struct StorageTests {
    private func address(_ port: Int) throws -> ServerAddress {
        try ServerAddress("http://127.0.0.1:\(port)")
    }

    @Test func theWriterFlushesToTheDiskAtEveryCommit() async throws {
        try await withFolder { folder in
            let database = try ServerDatabase(path: folder.appending(path: "a.sqlite").path)
            #expect(try database.testingOnlySynchronous() == 2)
        }
    }

    @Test func afterARestartTheLogAndItsMembersAreTheSame() async throws {
        var team = try SigningTeam()
        let edit = try team.ann.save()
        try await withFolder { folder in
            let file = folder.appending(path: "logs.sqlite")
            var replica = TestReplica(team.engagement, pending: team.history)
            try await withServer(at: file) { port in
                try await HTTPTransport.withTransport(to: address(port)) {
                    _ = try await replica.sync(over: $0, by: team.lead.signer)
                }
            }
            replica.pending.append(edit)
            var other = TestReplica(team.engagement, pending: [edit])
            try await withServer(at: file) { port in
                try await HTTPTransport.withTransport(to: address(port)) {
                    _ = try await other.sync(over: $0, by: team.lead.signer)
                    _ = try await replica.sync(over: $0, by: team.lead.signer)
                }
            }
            #expect(other.log == team.history.map(\.id) + [edit.id])
            #expect(replica.log == other.log)
        }
    }

    @Test func aFullDiskLosesNothingThatWasAccepted() async throws {
        var team = try SigningTeam()
        let long = String(repeating: "x", count: 100_000)
        let small = try team.ann.save()
        let large = try (0..<8).map { _ in try team.ann.save(title: long) }
        let engagement = team.engagement
        func request(_ diffs: [UnverifiedDiff]) -> SyncRequest {
            SyncRequest(engagement: engagement, position: 0, envelopes: diffs.map(\.envelope))
        }
        let first = request(team.history + [small])
        let tooMuch = request(large)

        try await withFolder { folder in
            let file = folder.appending(path: "logs.sqlite")
            try await withServer(at: file, pagesMax: 60) { port in
                try await HTTPTransport.withTransport(to: address(port)) { transport in
                    #expect(try await transport.exchange(first, by: team.lead.signer).size == 4)
                    let failure = await #expect(throws: SyncFailure.self) {
                        try await transport.exchange(tooMuch, by: team.lead.signer)
                    }
                    #expect(failure?.code == .serverError)
                    #expect(failure?.message.contains("disk is full") == true)
                    let raw = try await RawHTTP(port: port, signer: team.lead.signer).post(
                        tooMuch.wireBytes,
                        to: engagement.base64url
                    )
                    #expect(raw.status == 507)
                    #expect(raw.code == "storage-full")
                    #expect(try await transport.exchange(first, by: team.lead.signer).size == 4)
                }
            }
            try await withServer(at: file) { port in
                try await HTTPTransport.withTransport(to: address(port)) { transport in
                    let size = try await transport.exchange(tooMuch, by: team.lead.signer).size
                    #expect(size == 12)
                }
            }
        }
    }

    @Test func twoServersCannotHaveOneDatabase() async throws {
        try await withFolder { folder in
            let path = folder.appending(path: "logs.sqlite").path
            let first = try ServerDatabase(path: path)
            let failure = #expect(throws: StorageFailure.self) { try ServerDatabase(path: path) }
            #expect(failure?.code == .inUse)
            try first.close()
        }
    }

    @Test func aDatabaseOfANewerVersionIsLeftAlone() async throws {
        try await withFolder { folder in
            let path = folder.appending(path: "logs.sqlite").path
            try ServerDatabase(path: path).close()
            let queue = try DatabaseQueue(path: path)
            try await queue.write { db in
                try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('v999')")
            }
            try queue.close()

            let failure = #expect(throws: StorageFailure.self) { try ServerDatabase(path: path) }

            #expect(failure?.code == .newerVersion)
            #expect(failure?.message.contains("newer concord-server") == true)
        }
    }

    @Test func anotherProgramsFileIsLeftAlone() async throws {
        try await withFolder { folder in
            let file = folder.appending(path: "other.sqlite")
            let queue = try DatabaseQueue(path: file.path)
            try await queue.write { try $0.execute(sql: "CREATE TABLE theirs (x)") }
            try queue.close()
            let text = folder.appending(path: "text.sqlite")
            let contents = Data(repeating: 0x41, count: 8192)
            try contents.write(to: text)
            let before = try Data(contentsOf: file)

            let foreign = #expect(throws: StorageFailure.self) {
                try ServerDatabase(path: file.path)
            }
            let none = #expect(throws: StorageFailure.self) {
                try ServerDatabase(path: text.path)
            }

            #expect(foreign?.code == .notOurs)
            #expect(none?.code == .notOurs)
            #expect(try Data(contentsOf: file) == before)
            #expect(try Data(contentsOf: text) == contents)
        }
    }

    @Test func aFolderThatIsNotThereIsSaidSo() throws {
        let failure = #expect(throws: StorageFailure.self) {
            try ServerDatabase(path: "/no/such/folder/logs.sqlite")
        }
        #expect(failure?.code == .cannotOpen)
    }
}
