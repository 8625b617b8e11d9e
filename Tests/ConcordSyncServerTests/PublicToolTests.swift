import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordSync
import ConcordTesting
import Foundation
import Testing

@testable import ConcordSyncServer

/// Others' programs for transparency logs read ours: the libraries of Go's checksum database, as Debian packages them.
@Suite(.timeLimit(.minutes(5))) struct PublicToolTests {
    private static let goPath =
        ProcessInfo.processInfo.environment["CONCORD_GOPATH"] ?? "/usr/share/gocode"
    private static let go = "/usr/bin/go"
    private static let isHere =
        FileManager.default.isExecutableFile(atPath: go)
        && FileManager.default.fileExists(atPath: goPath + "/src/golang.org/x/mod/sumdb")

    /// Builds the program of a few lines and runs it.
    private func check(_ log: URL, in folder: URL) async throws -> (status: Int32, said: String) {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../Data/log/check.go")
        return try await blocking {
            let (end, said) = try ChildProgram.run(
                Self.go,
                ["run", source.standardizedFileURL.path, log.path],
                environment: [
                    "GOPATH": Self.goPath, "GO111MODULE": "off", "HOME": folder.path,
                    "GOCACHE": folder.appending(path: "cache").path, "PATH": "/usr/bin:/bin",
                    "GOFLAGS": "",
                ],
                folder: folder.path,
                mergingErrors: true
            )
            return (end.status, String(decoding: said, as: UTF8.self))
        }
    }

    @Test(
        .enabled(
            if: isHere,
            "Go or its package of transparency logs is not here: apt-get install golang-go golang-golang-x-mod-dev"
        )
    )
    func theirProgramProvesEveryEntryAndTheGrowth() async throws {
        var team = try SigningTeam()
        let all = team.history + (try (0..<530).map { _ in try team.ann.save() })
        let engagement = team.engagement
        try await withFolder { folder in
            let log = folder.appending(path: "log")
            func write(_ bytes: [UInt8], _ name: String) throws {
                let file = log.appending(path: name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data(bytes).write(to: file)
            }
            let database = try ServerDatabase(path: folder.appending(path: "logs.sqlite").path)
            let service = SyncService(
                database: database,
                verifier: DiffVerifier(),
                acceptsEngagements: true
            )
            for part in [all[..<300], all[300...]] {
                let request = SyncRequest(
                    engagement: engagement,
                    position: 0,
                    envelopes: part.map(\.envelope)
                )
                _ = try await service.exchange(request, by: team.lead.key.author)
                let name = part.startIndex == 0 ? "earlier" : "checkpoint"
                try write(try await service.checkpoint(of: engagement), name)
            }
            let answer = try await service.exchange(
                SyncRequest(engagement: engagement, position: all.count),
                by: team.lead.key.author
            )
            try write(Array(try #require(answer.checkpoint?.key).utf8), "key")
            let shapes: [(Tile.Content, [Int])] = [
                (.hashes(level: 0), [256, 256, 21]), (.entries, [256, 256, 21]),
                (.hashes(level: 1), [2]),
            ]
            for (content, widths) in shapes {
                for (index, width) in widths.enumerated() {
                    let tile = Tile(content, index: index, width: width)
                    try write(try await service.tile(tile, of: engagement), tile.path)
                }
            }
            try database.close()

            let proven = try await check(log, in: folder)
            #expect(proven.said == "proven: 533 entries, grown from 300\n")
            #expect(proven.status == 0)

            // That it would find a wrong entry.
            let entries = log.appending(path: "tile/entries/001")
            var bytes = [UInt8](try Data(contentsOf: entries))
            bytes[40] ^= 1
            try Data(bytes).write(to: entries)
            let refused = try await check(log, in: folder)
            #expect(refused.status != 0)
            #expect(refused.said.contains("entry 256"))
        }
    }
}
