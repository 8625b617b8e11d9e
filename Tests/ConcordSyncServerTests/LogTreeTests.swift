import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordSync
import Foundation
import GRDB
import Testing

@testable import ConcordSyncServer

/// The log as a tree on the server: what is signed, kept and shown.
@Suite(.timeLimit(.minutes(5))) struct LogTreeTests {
    /// A server's files, and a service over them while it runs.
    private struct Files {
        let folder: URL

        var database: String { folder.appending(path: "logs.sqlite").path }
        var checkpoints: String { database + ".checkpoints" }

        /// Runs a service, as from one start of the server to its end.
        func run<Result>(
            log: LogLines = LogLines(),
            _ body: (SyncService) async throws -> Result
        ) async throws -> Result {
            let storage = try ServerDatabase(path: database)
            let service = SyncService(
                database: storage,
                verifier: DiffVerifier(),
                acceptsEngagements: true,
                logger: log.logger()
            )
            do {
                let result = try await body(service)
                try storage.close()
                return result
            } catch {
                try storage.close()
                throw error
            }
        }

        func copy(_ path: String, to name: String) throws -> URL {
            let copy = folder.appending(path: name)
            try FileManager.default.copyItem(atPath: path, toPath: copy.path)
            return copy
        }

        func put(_ copy: URL, at path: String) throws {
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: path + suffix)
            }
            try FileManager.default.copyItem(atPath: copy.path, toPath: path)
        }
    }

    private func request(
        _ team: SigningTeam,
        _ diffs: [UnverifiedDiff] = [],
        from position: Int = 0,
        last: DiffID? = nil
    ) -> SyncRequest {
        SyncRequest(
            engagement: team.engagement,
            position: position,
            last: last,
            envelopes: diffs.map(\.envelope)
        )
    }

    private func checkpoint(_ answer: SyncResponse, _ team: SigningTeam) throws -> LogWitness {
        let given = try #require(answer.checkpoint)
        let key = try #require(given.key.flatMap { NoteKey($0) })
        #expect(key.name == "concord/\(team.engagement.base64url)")
        let signed = SignedCheckpoint(note: given.note, key: key, verifier: DiffVerifier())
        return try #require(signed).checkpoint.tree
    }

    private func witness(_ diffs: [UnverifiedDiff]) -> LogWitness {
        LogWitness(
            size: diffs.count,
            root: MerkleTree.root(of: diffs.map { MerkleTree.leafHash($0.leaf) })
        )
    }

    private func refusal(_ body: () async throws -> Void) async -> SyncRefusal? {
        do {
            try await body()
            return nil
        } catch RequestRefusal.sync(let refusal) {
            return refusal
        } catch {
            return nil
        }
    }

    @Test func theAnswerThatEndsTheLogBringsItsCheckpoint() async throws {
        var team = try SigningTeam()
        let all = team.history + (try (0..<5).map { _ in try team.ann.save() })
        try await withFolder { folder in
            try await Files(folder: folder).run { service in
                let first = try await service.exchange(
                    request(team, team.history),
                    by: team.lead.key.author
                )
                let second = try await service.exchange(
                    request(team, Array(all.dropFirst(3))),
                    by: team.lead.key.author
                )
                let again = try await service.exchange(
                    request(team, from: 8),
                    by: team.lead.key.author
                )

                #expect(try checkpoint(first, team) == witness(team.history))
                #expect(try checkpoint(second, team) == witness(all))
                #expect(again.checkpoint == second.checkpoint)
            }
        }
    }

    /// As many entries as have a second level of tiles, in requests of many lengths.
    @Test func tilesAreThoseOfTheSignedTree() async throws {
        var team = try SigningTeam()
        let all = team.history + (try (0..<600).map { _ in try team.ann.save() })
        try await withFolder { folder in
            try await Files(folder: folder).run { service in
                var rest = all[...]
                for length in [1, 2, 250, 5, 100, 245] {
                    let part = rest.prefix(length)
                    _ = try await service.exchange(
                        request(team, Array(part)),
                        by: team.lead.key.author
                    )
                    rest = rest.dropFirst(part.count)
                }
                let leaves = all.map { MerkleTree.leafHash($0.leaf) }
                var hashes: [UInt8] = []
                var entries: [UInt8] = []
                for (index, width) in [(0, 256), (1, 256), (2, 91)] {
                    let tile = Tile(.hashes(level: 0), index: index, width: width)
                    hashes += try await service.tile(tile, of: team.engagement)
                    let contents = Tile(.entries, index: index, width: width)
                    entries += try await service.tile(contents, of: team.engagement)
                }
                let upper = Tile(.hashes(level: 1), index: 0, width: 2)
                let roots = try await service.tile(upper, of: team.engagement)

                #expect(hashes == leaves.flatMap(\.bytes))
                var expected: [UInt8] = []
                for diff in all {
                    let length = diff.leaf.count
                    expected += [UInt8(length >> 8), UInt8(length & 255)] + diff.leaf
                }
                #expect(entries == expected)
                let first = MerkleTree.root(of: leaves[..<256])
                let second = MerkleTree.root(of: leaves[256..<512])
                #expect(roots == first.bytes + second.bytes)
                for tile in [
                    Tile(.hashes(level: 0), index: 2), Tile(.hashes(level: 1), index: 0, width: 3),
                    Tile(.entries, index: 2, width: 92),
                    Tile(.hashes(level: 2), index: 0, width: 1),
                ] {
                    await #expect(throws: RequestRefusal.self) {
                        try await service.tile(tile, of: team.engagement)
                    }
                }
            }
        }
    }

    @Test func aDatabaseOfTheFirstVersionGetsItsTree() async throws {
        var team = try SigningTeam()
        let all = team.history + (try (0..<300).map { _ in try team.ann.save() })
        try await withFolder { folder in
            let files = Files(folder: folder)
            _ = try await files.run {
                try await $0.exchange(request(team, all), by: team.lead.key.author)
            }
            let queue = try DatabaseQueue(path: files.database)
            try await queue.write { db in
                try db.execute(
                    sql: """
                        DROP TABLE tree; DROP TABLE tile;
                        DELETE FROM grdb_migrations WHERE identifier = 'v2'
                        """
                )
            }
            try queue.close()
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: files.checkpoints + suffix)
            }

            let answer = try await files.run {
                try await $0.exchange(request(team, from: 303), by: team.lead.key.author)
            }

            #expect(try checkpoint(answer, team) == witness(all))
        }
    }

    /// A server that was killed after its commit, before it had signed.
    @Test func whatWasNotSignedYetIsSignedNext() async throws {
        var team = try SigningTeam()
        let more = try (0..<3).map { _ in try team.ann.save() }
        try await withFolder { folder in
            let files = Files(folder: folder)
            _ = try await files.run {
                try await $0.exchange(request(team, team.history), by: team.lead.key.author)
            }
            let before = try files.copy(files.checkpoints, to: "checkpoints")
            _ = try await files.run {
                try await $0.exchange(request(team, more), by: team.lead.key.author)
            }
            try files.put(before, at: files.checkpoints)

            let answer = try await files.run {
                try await $0.exchange(request(team), by: team.lead.key.author)
            }

            #expect(answer.size == 6)
            #expect(try checkpoint(answer, team) == witness(team.history + more))
        }
    }

    /// It was restored from a backup: what it takes is what it lost, in its old order, and until then it signs nothing.
    @Test func aRestoredDatabaseIsFilledAgainBeforeAnythingIsSigned() async throws {
        var team = try SigningTeam()
        let lost = try (0..<3).map { _ in try team.ann.save() }
        let new = try team.lead.save(seen: [team.history[2].id])
        try await withFolder { folder in
            let files = Files(folder: folder)
            _ = try await files.run {
                try await $0.exchange(request(team, team.history), by: team.lead.key.author)
            }
            let backup = try files.copy(files.database, to: "backup")
            let before = try await files.run {
                try await $0.exchange(request(team, lost), by: team.lead.key.author)
            }
            try files.put(backup, at: files.database)

            let log = LogLines()
            try await files.run(log: log) { service in
                let refused = try await service.exchange(
                    request(team, [new]),
                    by: team.lead.key.author
                )
                #expect(refused.checkpoint == before.checkpoint)
                #expect(refused.size == 3)
                guard case .refused(let code, _) = refused.verdicts[0] else {
                    Issue.record("\(refused.verdicts)")
                    return
                }
                #expect(code == "log-behind")
                let code2 = await refusal { [team] in
                    _ = try await service.checkpoint(of: team.engagement)
                }
                #expect(code2 == .logBehind)
                #expect(log.all.contains { $0.contains("log-behind") })
                let part = try await service.exchange(
                    request(team, Array(lost.prefix(2)) + [new]),
                    by: team.lead.key.author
                )
                #expect(part.size == 5)
                #expect(part.checkpoint == before.checkpoint)
                let whole = try await service.exchange(
                    request(team, [lost[2], new]),
                    by: team.lead.key.author
                )
                #expect(try checkpoint(whole, team) == witness(team.history + lost + [new]))
                #expect(try checkpoint(before, team) == witness(team.history + lost))
            }
        }
    }

    /// Its file of checkpoints speaks of another history: nothing is added, and nothing is signed.
    @Test func aDatabaseThatContradictsItsCheckpointsIsNotSigned() async throws {
        var team = try SigningTeam()
        let one = try team.ann.save()
        let two = try team.lead.save(seen: [team.history[2].id])
        let three = try team.lead.save()
        try await withFolder { folder in
            let files = Files(folder: folder)
            _ = try await files.run {
                try await $0.exchange(request(team, team.history), by: team.lead.key.author)
            }
            let backup = try files.copy(files.database, to: "backup")
            let kept = try files.copy(files.checkpoints, to: "kept")
            _ = try await files.run {
                try await $0.exchange(request(team, [one]), by: team.lead.key.author)
            }
            let other = try files.copy(files.checkpoints, to: "other")
            try files.put(backup, at: files.database)
            try files.put(kept, at: files.checkpoints)
            _ = try await files.run {
                try await $0.exchange(request(team, [two]), by: team.lead.key.author)
            }
            try files.put(other, at: files.checkpoints)

            let log = LogLines()
            try await files.run(log: log) { service in
                let next = request(team, [three])
                let code = await refusal {
                    _ = try await service.exchange(next, by: team.lead.key.author)
                }
                #expect(code == .logBehind)
                #expect(log.all.contains { $0.contains("log-contradicts-checkpoint") })
                let size = try await service.database.pool.read { [team] in
                    try SQLiteLogStore($0, engagement: team.engagement).size()
                }
                #expect(size == 4)
            }
        }
    }

    @Test func theKeyIsItsOwnersAloneAndIsNeverReplaced() async throws {
        let team = try SigningTeam()
        try await withFolder { folder in
            let files = Files(folder: folder)
            _ = try await files.run {
                try await $0.exchange(request(team, team.history), by: team.lead.key.author)
            }
            let key = files.database + ".log-key"
            let facts = try FileManager.default.attributesOfItem(atPath: key)
            #expect(facts[.posixPermissions] as? Int == 0o600)
            try FileManager.default.removeItem(atPath: key)

            let failure = #expect(throws: StorageFailure.self) {
                try ServerDatabase(path: files.database)
            }

            #expect(failure?.code == .cannotOpen)
            #expect(!FileManager.default.fileExists(atPath: key))
        }
    }

    /// The log as files for public tools, read by who may read the log, and by nobody else.
    @Test func theLogIsReadOverHTTP() async throws {
        let team = try SigningTeam()
        let message = request(team, team.history)
        let id = team.engagement.base64url
        let stranger = RequestSigner(try SigningKey.generate())
        try await withServer { port in
            let http = RawHTTP(port: port, signer: team.lead.signer)
            func get(_ name: String, by signer: RequestSigner) async throws -> RawHTTP.Answer {
                let path = "/v1/engagements/\(id)/\(name)"
                let url = "http://localhost" + path
                let fields = try signer.fields(posting: [], to: url, method: "GET")
                return try await http.send(
                    "GET",
                    path,
                    headers: fields.map { "\($0.name): \($0.value)" }
                )
            }
            #expect(try await get("checkpoint", by: team.lead.signer).status == 404)
            _ = try await http.post(message.wireBytes, to: id)

            for signer in [team.lead.signer, team.ann.signer] {
                let note = try await get("checkpoint", by: signer)
                #expect(note.status == 200)
                #expect(note.text.contains("\r\n\r\nconcord/\(id)\n3\n"))
                #expect(try await get("tile/0/000.p/3", by: signer).status == 200)
            }
            let others = ["tile/0/000", "tile/0/000.p/4", "tile/1/000.p/1", "tile/x", "tile"]
            for path in others {
                #expect(try await get(path, by: team.lead.signer).status == 404)
            }
            for path in ["checkpoint", "tile/0/000.p/3", "tile/entries/000.p/3"] {
                #expect(try await get(path, by: stranger).status == 404)
                let unsigned = try await http.send("GET", "/v1/engagements/\(id)/\(path)")
                #expect(unsigned.status == 401)
            }
            #expect(try await http.send("POST", "/v1/engagements/\(id)/checkpoint").status == 405)
        }
    }
}
