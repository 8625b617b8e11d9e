import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordSync
import ConcordSyncClient
import Foundation
import Testing

@testable import ConcordSyncServer

/// Files of evidence in backups: what is whole is there, whatever runs meanwhile.
@Suite(.serialized, .timeLimit(.minutes(5))) struct EvidenceBackupTests {
    /// A team whose log promises three files, and has an order to erase the third one.
    private struct Work {
        let team: SigningTeam
        let files: [TestFile]
        let log: [UnverifiedDiff]
        let order: UnverifiedDiff

        init() throws {
            var team = try SigningTeam()
            files = try [2_000_000, 9_000_000, 400].enumerated().map {
                try TestFile($0.element, seed: UInt64($0.offset))
            }
            let evidence = try team.lead.save(
                files.enumerated().map { $0.element.evidence(WireText("v\($0.offset)")) },
                seen: [team.history[2].id]
            )
            order = try team.lead.save([
                Operation(
                    .add(["paths": ["/evidence/v2/partsRoot"], "bodies": [:]]),
                    at: CellPath(kind: "erasure", record: "x1")
                )
            ])
            log = team.history + [evidence]
            self.team = team
        }

        func names(_ files: [TestFile]) -> [String] { files.map(\.promise.sha256.hex).sorted() }

        func push(_ diffs: [UnverifiedDiff], at position: Int, _ port: Int) async throws {
            try await connected(port) { transport in
                _ = try await transport.exchange(
                    SyncRequest(
                        engagement: team.engagement,
                        position: position,
                        envelopes: diffs.map(\.envelope)
                    ),
                    by: team.lead.signer
                )
            }
        }

        /// Sends what a server lacks of a file.
        func send(_ file: TestFile, _ port: Int) async throws {
            let (signer, engagement) = (team.lead.signer, team.engagement)
            try await connected(port) { transport in
                let before = try await transport.held([file.promise], of: engagement, by: signer)
                if try #require(before.first).bytes == file.promise.size { return }
                if file.tree.parts.count > 1 {
                    try await transport.send(
                        file.tree,
                        of: file.promise,
                        in: engagement,
                        by: signer
                    )
                }
                let held = try await transport.held([file.promise], of: engagement, by: signer)
                var offset = try #require(held.first).bytes
                while offset < file.promise.size {
                    let end = file.promise.range(ofPart: offset / PartTree.partBytes).upperBound
                    offset = try await transport.send(
                        Array(file.bytes[offset..<end]),
                        of: file.promise,
                        at: offset,
                        in: engagement,
                        by: signer
                    ).bytes
                }
            }
        }

        private func connected(
            _ port: Int,
            _ body: (HTTPTransport) async throws -> Void
        ) async throws {
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            try await HTTPTransport.withTransport(to: address) { try await body($0) }
        }

        /// The names of the whole files of the engagement in a folder.
        func held(in folder: String) throws -> [String] {
            try FileManager.default
                .contentsOfDirectory(atPath: folder + "/" + team.engagement.base64url)
                .filter { $0.count == 64 }.sorted()
        }
    }

    /// The whole way: backups while a file is sent, an erasure, the loss of the machine, a restore elsewhere, and the clients
    /// that go on.
    @Test func aServerIsRestoredWithItsFiles() async throws {
        let work = try Work()
        try await withFolder { folder in
            let files = ServerFiles(database: folder.appending(path: "a.sqlite").path)
            let (first, second) = (folder.path + "/1.backup", folder.path + "/2.backup")
            try await withServer(at: URL(filePath: files.database)) { port in
                try await work.push(work.log, at: 0, port)
                for file in [work.files[0], work.files[2]] { try await work.send(file, port) }
                async let sending: Void = work.send(work.files[1], port)
                let made = try await blocking { try ServerBackup.make(of: files, to: first) }
                try await sending
                #expect(made.evidence.damaged.isEmpty)
                #expect(made.evidence.files + made.evidence.missing == 3)
                #expect(made.evidence.files >= 2)

                try await work.push([work.order], at: 4, port)
                let again = try await blocking { try ServerBackup.make(of: files, to: second) }
                #expect(again.evidence.files == 2)
                #expect(again.evidence.missing == 0)
                #expect(again.evidence.copied + made.evidence.copied == 3)
            }
            let beside = ServerBackup.evidenceFolder(of: first)
            #expect(try work.held(in: beside) == work.names(Array(work.files[..<2])))

            let elsewhere = folder.appending(path: "b", directoryHint: .isDirectory)
            try FileManager.default.createDirectory(
                at: elsewhere,
                withIntermediateDirectories: true
            )
            let other = ServerFiles(database: elsewhere.path + "/b.sqlite")
            let restored = try ServerBackup.restore(second, to: other, checkpointsAreLost: true)
            #expect(restored.evidence.copied == 2)
            #expect(try work.held(in: other.evidence) == work.names(Array(work.files[..<2])))
            try await withServer(at: URL(filePath: other.database)) { port in
                for file in work.files[..<2] { try await work.send(file, port) }
                let more = try TestFile(1000, seed: 9)
                try await work.send(more, port)
                let kept = Array(work.files[..<2]) + [more]
                #expect(try work.held(in: other.evidence) == work.names(kept))
            }
            let verified = try LogVerification.verify(other)
            #expect(verified.isSound)
            #expect(verified.evidence.missing == 0)
        }
    }

    @Test func aFileThatIsNotWhatItsNameSaysIsFoundAndNotCopied() async throws {
        let work = try Work()
        try await withFolder { folder in
            let files = ServerFiles(database: folder.appending(path: "a.sqlite").path)
            let backup = folder.path + "/1.backup"
            try await withServer(at: URL(filePath: files.database)) { port in
                try await work.push(work.log, at: 0, port)
                for file in [work.files[0], work.files[2]] { try await work.send(file, port) }
            }
            let name = work.files[0].promise.sha256
            let path = "\(files.evidence)/\(work.team.engagement.base64url)/\(name.hex)"
            var bytes = try Data(contentsOf: URL(filePath: path))
            bytes[1_999_999] ^= 1
            try bytes.write(to: URL(filePath: path))

            let result = try LogVerification.verify(files)
            let made = try ServerBackup.make(of: files, to: backup)

            #expect(!result.isSound)
            #expect(result.evidence.damaged.map(\.name) == [name])
            #expect(made.evidence.damaged.map(\.name) == [name])
            let beside = ServerBackup.evidenceFolder(of: backup)
            #expect(try work.held(in: beside) == work.names([work.files[2]]))
            #expect(try ServerBackup.verify(backup).evidence.damaged.isEmpty)
            let doctor = ServerDoctor(files).findings().first { $0.subject == .files }
            #expect(doctor?.grade == .warning)
            let status = try await ServerProgram.run(["verify", "--database", files.database])
            #expect(status.status == 1)
            #expect(status.output.contains("DAMAGED file"))
        }
    }
}
