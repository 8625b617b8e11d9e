import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordSyncClient
import Foundation
import Testing

/// The memory of the built program, when many ask for much at once and read slowly.
@Suite(.serialized, .timeLimit(.minutes(5))) struct MemoryTests {
    /// What an operator is promised.
    private static let bytesMax = 150_000_000

    /// The most that a process has had in memory so far.
    private func peak(_ process: Int32) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        let words = line.split(separator: " ").flatMap { $0.split(separator: "\t") }
        return 1024 * (words.lazy.compactMap { Int($0) }.first ?? .max)
    }

    /// Two hundred clients ask for a log of 3.5 megabytes at the same moment, and take nothing more than the
    /// beginning of the answer.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status")))
    func twoHundredSlowReadersFit() async throws {
        var team = try SigningTeam()
        let diffs =
            team.history + (try (0..<22).map { try team.ann.save(title: noise($0, 160_000)) })
        try await withFolder { folder in
            let server = try ServerProgram.serve(
                folder.appending(path: "a.sqlite"),
                // One device asks for all of them here.
                ["--device-requests", "1000"]
            )
            let port = try #require(try await server.port())
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            var replica = TestReplica(team.engagement, pending: diffs)
            let signer = team.lead.signer
            try await HTTPTransport.withTransport(to: address) { transport in
                _ = try await replica.sync(over: transport, by: signer)
            }
            let engagement = team.engagement
            let answered = try await withThrowingTaskGroup(
                of: (RawConnection, String).self
            ) { group in
                for _ in 0..<200 {
                    group.addTask {
                        let body = SyncRequest(engagement: engagement, position: 0).wireBytes
                        let path = "/v1/engagements/\(engagement.base64url)/sync"
                        let signature = try signer.fields(
                            posting: body,
                            to: "http://localhost\(path)"
                        )
                        let lines =
                            ["POST \(path) HTTP/1.1", "Host: localhost"]
                            + signature.map { "\($0.name): \($0.value)" }
                            + [
                                "Content-Type: application/x-ndjson",
                                "Content-Length: \(body.count)", "", "",
                            ]
                        let connection = try await RawConnection(port: port)
                        try await connection.send(
                            Array(lines.joined(separator: "\r\n").utf8) + body
                        )
                        let start = try await connection.firstLine()
                        // Nothing more is read until all have been answered.
                        return (connection, String(start.prefix { $0 != "\r\n" }))
                    }
                }
                var lines: [String: Int] = [:]
                var connections: [RawConnection] = []
                for try await (connection, line) in group {
                    lines[line, default: 0] += 1
                    connections.append(connection)
                }
                for connection in connections { await connection.close() }
                return lines
            }

            let most = try peak(server.identifier)
            #expect(most < Self.bytesMax, "\(most / 1_000_000) MB, \(answered)")
            // Each of them was answered, at once or with a time to come back.
            #expect(answered.values.reduce(0, +) == 200)
            #expect(
                answered.keys.allSatisfy { $0.hasSuffix("200 OK") || $0.contains(" 503 ") },
                "\(answered)"
            )
            server.signal(SIGTERM)
            #expect(try await server.end().status == 0)
        }
    }
}
