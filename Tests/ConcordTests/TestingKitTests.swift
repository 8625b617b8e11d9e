import Concord
import ConcordTesting
import Foundation
import Testing

@Suite struct TestingKitTests {
    @Test func helloConcordRuns() async throws {
        let folder = try TemporaryFolder()

        try await helloConcord(at: folder.file("a.concord"))

        let findings = try await Replica.open(at: folder.file("a.concord")).snapshot().audit
            .findings
        #expect(findings.map(\.title) == ["Withdrawn procedure in use"])
    }

    @Test func helloConcordHasTwentyLines() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("HelloExample.swift")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")

        #expect(lines.count <= 20)
    }

    @Test func oneSeedIsOneRun() async throws {
        let folder = try TemporaryFolder()
        func run(_ name: String, seed: UInt64) async throws -> String {
            let draft = EngagementDraft(leader: "Ines", device: "d")
            let replica = try await Replica.create(
                at: folder.file(name),
                engagement: draft,
                environment: .seeded(seed)
            ).replica
            try await replica.raise(FindingDraft(title: "A finding"))
            var log = replica.engagement.base64url
            try replica.log { log += String(decoding: $0.envelope, as: UTF8.self) }
            return log
        }

        let first = try await run("a", seed: 1)

        #expect(try await run("b", seed: 1) == first)
        #expect(try await run("c", seed: 2) != first)
    }

    @Test func anEngagementLeavesNothingBehind() async throws {
        var engagement: TestEngagement? = try await TestEngagement()
        let tomas = try await engagement?.join("Tomas", as: .auditor)
        try await tomas?.raise(FindingDraft(title: "A finding"))
        try await engagement?.syncAll()
        let folder = try #require(engagement?.folder)

        #expect(try await engagement?.leader.snapshot().audit.findings.count == 1)
        #expect(FileManager.default.fileExists(atPath: folder))
        engagement = nil
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test func aServerThatLosesAnAnswerHasTakenWhatWasSent() async throws {
        let engagement = try await TestEngagement()
        try await engagement.leader.raise(FindingDraft(title: "A finding"))

        engagement.server.loseAnswers(1)
        await #expect(throws: ReplicaFailure.self) {
            try await engagement.leader.sync(through: engagement.server)
        }

        let taken = engagement.server.envelopes(of: engagement.leader.engagement).count
        #expect(taken == 2)
        _ = try await engagement.leader.sync(through: engagement.server)
        #expect(engagement.server.envelopes(of: engagement.leader.engagement).count == taken)
    }
}
