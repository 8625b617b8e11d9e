import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordSync
import ConcordSyncClient
import ConcordSyncServer
import ConcordTesting
import Foundation
import Testing

/// A server whose engagements are served at another address.
@Suite(.serialized, .timeLimit(.minutes(5))) struct MovedServerTests {
    private func connected<Result: Sendable>(
        _ port: Int,
        _ body: (HTTPTransport) async throws -> Result
    ) async throws -> Result {
        let address = try ServerAddress("http://127.0.0.1:\(port)")
        return try await HTTPTransport.withTransport(to: address) { try await body($0) }
    }

    private func leader(in folder: URL) async throws -> Replica {
        try await Replica.create(
            at: folder.path + "/leader.concord",
            engagement: EngagementDraft(leader: "Ines Carrow", device: "leader")
        ).replica
    }

    private func save(_ replica: Replica) async throws {
        var edit = Edit()
        let id = ReplicaEnvironment.system.newID()
        edit.add("finding", id: id, fields: ["state": "draft", "title": "Moved"])
        _ = try await replica.save(edit)
    }

    /// The files of a server in another folder, without those of which the name ends so.
    private func copy(_ database: URL, to folder: URL, without endings: [String] = []) throws -> URL
    {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let old = database.deletingLastPathComponent()
        for name in try FileManager.default.contentsOfDirectory(atPath: old.path)
        where name.hasPrefix(database.lastPathComponent)
            && !endings.contains(where: { name.contains($0) })
        {
            try FileManager.default.copyItem(
                at: old.appending(path: name),
                to: folder.appending(path: name)
            )
        }
        return folder.appending(path: database.lastPathComponent)
    }

    @Test func aMemberIsSentToTheServerThatHoldsTheKey() async throws {
        try await withFolder { folder in
            let database = folder.appending(path: "logs.sqlite")
            let leader = try await leader(in: folder)
            try await withServer(at: database) { port in
                _ = try await connected(port) { try await leader.sync(through: $0) }
            }
            let other = try copy(database, to: folder.appending(path: "new"))
            try await save(leader)
            try await withServer(at: other) { port in
                let url = "http://127.0.0.1:\(port)"
                try await withServer(at: database, movedTo: url) { old in
                    let failure = await #expect(throws: ReplicaFailure.self) {
                        try await connected(old) { try await leader.sync(through: $0) }
                    }
                    #expect(failure?.code == .server)
                    #expect(failure?.movedTo == url)
                    let pending = try leader.status().pending
                    #expect(pending == 1)
                    // Nothing of it goes to the old one, and others do not learn where the new one is.
                    let stranger = await #expect(throws: SyncFailure.self) {
                        try await connected(old) { transport in
                            try await transport.exchange(
                                SyncRequest(
                                    engagement: leader.engagement,
                                    position: 0,
                                    envelopes: []
                                ),
                                by: SigningTeam().lead.signer
                            )
                        }
                    }
                    #expect(stranger?.code == .refused("unknown-engagement"))
                    #expect(stranger?.move == nil)
                }
                _ = try await connected(port) { transport in
                    try await leader.recognize(through: transport)
                    return try await leader.sync(through: transport)
                }
                #expect(try leader.status().pending == 0)
            }
        }
    }

    /// Who answers at the old address without the log's key sends nobody anywhere.
    @Test func anotherKeySendsNobodyAway() async throws {
        try await withFolder { folder in
            let database = folder.appending(path: "logs.sqlite")
            let leader = try await leader(in: folder)
            try await withServer(at: database) { port in
                _ = try await connected(port) { try await leader.sync(through: $0) }
            }
            let forged = try copy(
                database,
                to: folder.appending(path: "forged"),
                without: [".checkpoints", ".log-key"]
            )
            try await withServer(at: forged, movedTo: "http://127.0.0.1:9") { port in
                let failure = await #expect(throws: ReplicaFailure.self) {
                    try await connected(port) { try await leader.sync(through: $0) }
                }
                #expect(failure?.code == .server)
                #expect(failure?.movedTo == nil)
                #expect((failure?.cause as? SyncFailure)?.code == .refused("server-moved"))
            }
        }
    }
}
