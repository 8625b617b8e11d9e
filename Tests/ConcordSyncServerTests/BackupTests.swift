import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordSync
import ConcordSyncClient
import Foundation
import GRDB
import Testing

@testable import ConcordSyncServer

/// What operators do with a server's files: list, verify, back up, restore.
@Suite(.serialized, .timeLimit(.minutes(5))) struct BackupTests {
    private func push(
        _ diffs: [UnverifiedDiff],
        of engagement: DiffID,
        from position: Int = 0,
        last: DiffID? = nil,
        to port: Int,
        by signer: RequestSigner
    ) async throws -> SyncResponse {
        let address = try ServerAddress("http://127.0.0.1:\(port)")
        return try await HTTPTransport.withTransport(to: address) { transport in
            try await transport.exchange(
                SyncRequest(
                    engagement: engagement,
                    position: position,
                    last: last,
                    envelopes: diffs.map(\.envelope)
                ),
                by: signer
            )
        }
    }

    /// A server's files with one log of these diffs.
    private func files(_ folder: URL, _ diffs: [UnverifiedDiff]) async throws -> ServerFiles {
        let files = ServerFiles(database: folder.appending(path: "a.sqlite").path)
        let database = try ServerDatabase(path: files.database)
        let service = SyncService(
            database: database,
            verifier: DiffVerifier(),
            acceptsEngagements: true
        )
        let engagement = try #require(diffs.first).id
        _ = try await service.exchange(
            SyncRequest(
                engagement: engagement,
                position: 0,
                envelopes: diffs.map(\.envelope)
            ),
            by: try #require(diffs.first).head.author
        )
        try database.close()
        return files
    }

    @Test func theListCountsMembersAndDiffs() async throws {
        var team = try SigningTeam()
        let all = team.history + (try (0..<4).map { _ in try team.ann.save() })
        try await withFolder { folder in
            let files = try await files(folder, all)

            let logs = try LogSummary.all(in: files)

            #expect(logs.map(\.engagement) == [team.engagement])
            #expect(logs.map(\.entries) == [7])
            #expect(logs.map(\.bytes) == [all.reduce(0) { $0 + $1.envelope.count }])
            #expect(logs.map(\.members) == [2])
            #expect(logs.map(\.devices) == [2])
        }
    }

    @Test func aSoundServerIsVerified() async throws {
        var team = try SigningTeam()
        let all = team.history + (try (0..<300).map { _ in try team.ann.save() })
        try await withFolder { folder in
            let files = try await files(folder, all)

            let result = try LogVerification.verify(files)

            #expect(result.isSound)
            #expect(result.logs.map(\.faults) == [[]])
            #expect(result.logs.map(\.entries) == [303])
            #expect(result.logs.map(\.signed) == [303])
            let leaves = all.map { MerkleTree.leafHash($0.leaf) }
            #expect(result.logs.map(\.root) == [MerkleTree.root(of: leaves)])
        }
    }

    /// Whatever is changed in the database or in what was signed, verifying finds it.
    @Test(arguments: [
        ("DELETE FROM entry WHERE position = 2", LogReport.Code.damagedEntry),
        (
            "UPDATE entry SET envelope = CAST(replace(CAST(envelope AS TEXT), 'edit', 'Edit') AS BLOB) WHERE position = 4",
            .damagedEntry
        ),
        ("UPDATE entry SET seq = seq + 1000 WHERE position = 4", .wrongColumn),
        ("UPDATE entry SET is_fork = 1 WHERE position = 4", .wrongColumn),
        ("UPDATE entry SET is_control = 0 WHERE position = 2", .wrongColumn),
        ("UPDATE tile SET hashes = zeroblob(length(hashes))", .wrongTree),
        ("UPDATE tree SET hashes = zeroblob(length(hashes))", .wrongTree),
        (
            """
            DELETE FROM tree; DELETE FROM tile;
            DELETE FROM entry WHERE position = 5;
            """, .wrongTree
        ),
    ])
    func everyChangeOfTheDatabaseIsFound(sql: String, code: LogReport.Code) async throws {
        var team = try SigningTeam()
        let all = team.history + (try (0..<3).map { _ in try team.ann.save() })
        try await withFolder { folder in
            let files = try await files(folder, all)
            try Damage.change(files.database, sql)

            let result = try LogVerification.verify(files)

            #expect(!result.isSound)
            #expect(result.logs.flatMap(\.faults).map(\.code).first == code)
        }
    }

    @Test func aStrangersDiffInTheLogIsFound() async throws {
        let team = try SigningTeam()
        let other = try SigningTeam()
        try await withFolder { folder in
            let files = try await files(folder, team.history)
            let foreign = other.history[1]
            let queue = try DatabaseQueue(path: files.database)
            try await queue.write { db in
                try db.execute(
                    sql: "UPDATE entry SET envelope = ?, id = ? WHERE position = 1",
                    arguments: [Data(foreign.envelope), Data(foreign.id.bytes)]
                )
            }
            try queue.close()

            let faults = try LogVerification.verify(files).logs.flatMap(\.faults)

            #expect(faults.first?.code == .refusedEntry)
            #expect(faults.first?.position == 1)
        }
    }

    @Test func whatWasNotSignedByTheKeyIsFound() async throws {
        let team = try SigningTeam()
        try await withFolder { folder in
            let files = try await files(folder, team.history)
            try FileManager.default.removeItem(atPath: files.logKey)
            try SigningKey.generate().write(to: files.logKey)

            let result = try LogVerification.verify(files)

            #expect(result.logs.flatMap(\.faults).map(\.code) == [.unsignedCheckpoint])
            #expect(!result.isSound)
        }
    }

    /// The whole way: a backup while the server runs, the loss of the disk, the restore, and the clients that bring
    /// what is newer. What was signed before is what is signed in the end.
    @Test func aRestoredServerIsFilledAgain() async throws {
        var team = try SigningTeam()
        let engagement = team.engagement
        let early = team.history + (try (0..<20).map { _ in try team.ann.save() })
        let late = try (0..<15).map { _ in try team.ann.save() }
        let all = early + late
        let newest = try team.lead.save(seen: [all[34].id, all[37].id])
        try await withFolder { folder in
            let files = ServerFiles(database: folder.appending(path: "logs.sqlite").path)
            let backup = folder.appending(path: "logs.backup").path
            let database = URL(filePath: files.database)
            let before = try await withServer(at: database) { port in
                _ = try await push(early, of: engagement, to: port, by: team.lead.signer)
                let made = try ServerBackup.make(of: files, to: backup)
                #expect(made.logs.map(\.entries) == [23])
                return try await push(
                    late,
                    of: engagement,
                    from: 23,
                    last: early.last?.id,
                    to: port,
                    by: team.lead.signer
                )
            }
            // The disk with the database and the key is gone; the checkpoints were on another one.
            for path in [files.database, files.database + ".lock", files.logKey] {
                try FileManager.default.removeItem(atPath: path)
            }

            let restored = try ServerBackup.restore(backup, to: files)
            #expect(restored.logs.map(\.entries) == [23])

            try await withServer(at: database) { port in
                // Somebody who has something new has to wait for those who hold what is lost.
                let address = try ServerAddress("http://127.0.0.1:\(port)")
                var replica = TestReplica(engagement, pending: all + [newest])
                try await HTTPTransport.withTransport(to: address) { transport in
                    _ = try await replica.sync(over: transport, by: team.lead.signer)
                }
                let answer = try await push(
                    [],
                    of: engagement,
                    from: 39,
                    last: newest.id,
                    to: port,
                    by: team.lead.signer
                )
                let key = try #require(answer.checkpoint?.key.flatMap { NoteKey($0) })
                #expect(answer.checkpoint?.key == before.checkpoint?.key)
                let signed = answer.checkpoint.flatMap {
                    SignedCheckpoint(note: $0.note, key: key, verifier: DiffVerifier())
                }
                let leaves = (all + [newest]).map { MerkleTree.leafHash($0.leaf) }
                let expected = LogWitness(size: 39, root: MerkleTree.root(of: leaves))
                #expect(signed?.checkpoint.tree == expected)
            }
            let result = try LogVerification.verify(files)
            #expect(result.isSound)
            #expect(result.logs.flatMap(\.faults) == [])
        }
    }

    /// A server starts from a backup as it is, as long as it knows what it has signed.
    @Test func aBackupIsADatabaseToStartFrom() async throws {
        let team = try SigningTeam()
        try await withFolder { folder in
            let files = try await files(folder, team.history)
            let copy = ServerFiles(
                database: folder.appending(path: "b.sqlite").path,
                checkpoints: files.checkpoints
            )
            _ = try ServerBackup.make(of: files, to: copy.database)

            let database = try ServerDatabase(
                path: copy.database,
                checkpoints: copy.checkpoints
            )
            try database.close()

            #expect(try LogVerification.verify(copy).isSound)
            let keys = try [files.logKey, copy.logKey].map { try SigningKey(file: $0).author }
            #expect(keys[0] == keys[1])
            // It is an ordinary database now.
            #expect(throws: StorageFailure.self) { try ServerBackup.verify(copy.database) }
        }
    }

    @Test func withoutWhatWasSignedOnlyTheOperatorsWordRestores() async throws {
        let team = try SigningTeam()
        try await withFolder { folder in
            let files = try await files(folder, team.history)
            let backup = folder.appending(path: "a.backup").path
            _ = try ServerBackup.make(of: files, to: backup)
            let other = ServerFiles(database: folder.appending(path: "other.sqlite").path)

            let refused = #expect(throws: StorageFailure.self) {
                try ServerBackup.restore(backup, to: other)
            }
            #expect(refused?.message.contains("--checkpoints-lost") == true)
            #expect(!FileManager.default.fileExists(atPath: other.database))
            // Nor does a server start from it.
            let plain = folder.appending(path: "plain.sqlite")
            try FileManager.default.copyItem(atPath: backup, toPath: plain.path)
            #expect(throws: StorageFailure.self) { try ServerDatabase(path: plain.path) }

            _ = try ServerBackup.restore(backup, to: other, checkpointsAreLost: true)
            try ServerDatabase(path: other.database).close()

            #expect(
                try SigningKey(file: other.logKey).author == SigningKey(file: files.logKey).author
            )
        }
    }

    @Test func nothingIsOverwritten() async throws {
        let team = try SigningTeam()
        try await withFolder { folder in
            let files = try await files(folder, team.history)
            let backup = folder.appending(path: "a.backup").path
            _ = try ServerBackup.make(of: files, to: backup)
            let bytes = try Data(contentsOf: URL(filePath: backup))

            #expect(throws: StorageFailure.self) { try ServerBackup.make(of: files, to: backup) }
            #expect(throws: StorageFailure.self) {
                try ServerBackup.restore(backup, to: files)
            }

            #expect(try Data(contentsOf: URL(filePath: backup)) == bytes)
            #expect(try LogVerification.verify(files).isSound)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(!names.contains { $0.contains(".part") })
        }
    }

    @Test func aRunningServerIsNotRestoredOver() async throws {
        let team = try SigningTeam()
        try await withFolder { folder in
            let files = try await files(folder, team.history)
            let backup = folder.appending(path: "a.backup").path
            _ = try ServerBackup.make(of: files, to: backup)
            let running = try ServerDatabase(path: files.database)

            let failure = #expect(throws: StorageFailure.self) {
                try ServerBackup.restore(backup, to: files)
            }

            #expect(failure?.code == .inUse)
            try running.close()
        }
    }

    @Test func ofADamagedDatabaseThereIsNoBackup() async throws {
        let team = try SigningTeam()
        try await withFolder { folder in
            let files = try await files(folder, team.history)
            try Damage.change(files.database, "UPDATE tree SET hashes = zeroblob(length(hashes))")
            let backup = folder.appending(path: "a.backup").path

            let failure = #expect(throws: StorageFailure.self) {
                try ServerBackup.make(of: files, to: backup)
            }

            #expect(failure?.code == .corrupt)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(!names.contains { $0.hasPrefix("a.backup") })
        }
    }

    @Test func theFilesAreTheirOwnersAlone() async throws {
        let team = try SigningTeam()
        try await withFolder { folder in
            let files = try await files(folder, team.history)
            let backup = folder.appending(path: "a.backup").path
            _ = try ServerBackup.make(of: files, to: backup)
            _ = try OpeningTokens(files).make(for: "Ruth")
            for path in [files.database, files.checkpoints] {
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o644],
                    ofItemAtPath: path
                )
            }

            let database = try ServerDatabase(path: files.database)

            let all = files.secret.filter { FileManager.default.fileExists(atPath: $0) } + [backup]
            #expect(all.count >= 9)
            for path in all {
                let facts = try FileManager.default.attributesOfItem(atPath: path)
                #expect((facts[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(path)")
            }
            try database.close()
        }
    }
}
