import Concord
import ConcordEncoding
import ConcordModel
import ConcordTesting
import Foundation
import Testing

@Suite struct EmbeddingTests {
    @Test func theDocumentedExampleRuns() async throws {
        let folder = try TemporaryFolder()
        let transport = MemoryTransport()
        try await captureOneFinding(at: folder.file("a.concord"), through: transport)
        try await captureOneFinding(at: folder.file("a.concord"), through: transport)

        let replica = try await Replica.open(at: folder.file("a.concord"))
        #expect(try await replica.snapshot().audit.findings.map(\.statement).count == 2)
    }

    @Test func theDocumentHoldsTheExampleWordForWord() throws {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let example = try String(
            contentsOf: here.appendingPathComponent("EmbeddingExample.swift"),
            encoding: .utf8
        )
        let document = try String(
            contentsOf: here.appendingPathComponent("../../docs/embedding.md"),
            encoding: .utf8
        )

        let code = example.split(separator: "\n", maxSplits: 1)[1]

        #expect(document.contains(code))
    }

    @Test(.timeLimit(.minutes(5))) func observersHearOfOtherConnectionsCommits() async throws {
        let folder = try TemporaryFolder()
        let draft = EngagementDraft(leader: "Ines", device: "d")
        let path = folder.file("a.concord")
        let first = try await Replica.create(at: path, engagement: draft).replica
        let second = try await Replica.open(at: path)
        var counts: [Int] = []

        _ = try addFinding(first, title: "One")
        for try await findings in second.observeFindings() {
            counts.append(findings.count)
            if findings.count == 2 { break }
            _ = try addFinding(first, title: "Two")
        }

        #expect(counts == [1, 2])
    }
}
