import ConcordEncoding
import ConcordTesting
import Foundation
import Testing

/// Proofs, safety and news on the command line, with a real server.
@Suite(.serialized) struct ProofCommandTests {
    private func team(_ server: TestServer) throws -> (leader: Workplace, auditor: Workplace) {
        let (leader, auditor, _) = try TestTeam.joined(server)
        return (leader, auditor)
    }

    private func verify(_ arguments: String...) throws -> (status: Int32, output: String) {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Tools/verify.py").standardized.path(percentEncoded: false)
        let python = ProcessInfo.processInfo.environment["CONCORD_PYTHON"] ?? "python3"
        let (end, output) = try ChildProgram.run(
            "/usr/bin/env",
            [python, script] + arguments,
            mergingErrors: true
        )
        return (end.status, String(decoding: output, as: UTF8.self))
    }

    @Test func aFindingIsProvenByAFile() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try auditor.json(
            "finding",
            "add",
            "--title",
            "Changes not reviewed",
            "--statement",
            "Four of fifteen.",
            "--criterion",
            "20000-1:9.2=minor"
        )
        let early = try auditor.concord("proof", "A-01", "--output", auditor.path("p"), "--json")
        #expect(early.status == 1)
        #expect(early.errors.contains("not-proven"), "\(early.errors)")
        for place in [auditor, leader] { try place.json("sync") }

        let told = try leader.json(
            "proof",
            "A-01",
            "--output",
            leader.path("p.jsonl"),
            "--tlog",
            leader.path("tlog")
        )

        #expect(Set(told.objectValue?.keys ?? []) == ["path", "entries", "logSize", "key"])
        let key = try #require(told["key"]?.plain)
        let checked = try verify("proof", "--key", key, leader.path("p.jsonl"))
        #expect(checked.status == 0, "\(checked.output)")
        #expect(checked.output.contains(#"/title = "Changes not reviewed""#), "\(checked.output)")
        #expect(checked.output.contains("Audi Tor"), "\(checked.output)")
        // The auditor of the sample is in training for the other standard: nothing here is a proposal.
        #expect(!checked.output.contains("not decided"), "\(checked.output)")
        let files = try FileManager.default.contentsOfDirectory(atPath: leader.path("tlog"))
        #expect(files.count == 2 * Int(told["entries"]?.integerValue ?? 0))
        // Nothing is written over a replica, and there is nothing to show against the server.
        let over = try leader.concord("proof", "A-01", "--output", leader.replica())
        #expect(over.status == 73)
        #expect(try leader.concord("proof", "--contradiction").status == 66)
        #expect(try leader.concord("proof").status == 64)
        #expect(
            try leader.concord("proof", "A-01", "--output", "-").output.contains("concord-proof/1")
        )
    }

    @Test func itIsToldHowSafeThingsAre() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try auditor.json("finding", "add", "--title", "Changes not reviewed")

        #expect(try auditor.json("show", "A-01")["safety"] == "only-here")
        let list = try auditor.json("status", "--safety")
        #expect(list["safety"]?["only-here"] == 1)
        #expect(list["records"]?.arrayValue?.first?["safety"] == "only-here")
        let unsafe = try auditor.concord("status", "--safe-to-wipe")
        #expect(unsafe.status == 1)
        #expect(unsafe.output.contains("1 save is only here"), "\(unsafe.output)")
        let reasons = try auditor.concord("status", "--safe-to-wipe", "--json")
        #expect(reasons.status == 1)
        #expect(reasons.output.contains(#""code":"unsent""#), "\(reasons.output)")

        try auditor.json("sync")
        #expect(try auditor.json("show", "A-01")["safety"] == "durable")
        #expect(try auditor.concord("status", "--safety").output.contains("on the server"))
        let safe = try auditor.concord("status", "--safe-to-wipe")
        #expect(safe.status == 0, "\(safe.output)")
        #expect(safe.output.contains("Yes: "))
        #expect(try leader.concord("status", "--safe-to-wipe").output.contains("You lead alone"))

        try leader.json("sync")
        try leader.json("finding", "add", "--title", "Another one")
        for place in [leader, auditor] { try place.json("sync") }
        #expect(try auditor.json("show", "A-01")["safety"] == "seen-elsewhere")
        #expect(try auditor.json("status")["safety"]?["durable"] == 0)
    }

    @Test func whatOthersDidIsToldInSentences() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try auditor.json("news", "--mark-read")
        try leader.json("finding", "add", "--title", "Fire door blocked")
        try auditor.json(
            "finding",
            "add",
            "--title",
            "Mine",
            "--criterion",
            "9001:8.4=minor",
            "--statement",
            "No list was shown."
        )
        try auditor.json("finding", "submit", "A-01")
        for place in [leader, auditor, leader] { try place.json("sync") }
        #expect(
            try leader.concord("news").output.contains("1 finding to confirm or return")
        )
        try leader.json("finding", "return", "A-01", "--reason", "the sample is missing")
        try leader.json("sync")

        let synced = try auditor.concord("sync").output

        #expect(synced.contains("Lea Der "), "\(synced)")
        #expect(synced.contains("Returned to you: A-01"), "\(synced)")
        let told = try auditor.concord("news").output
        #expect(told.contains(#"recorded the finding "Fire door blocked""#), "\(told)")
        #expect(told.contains("the sample is missing"), "\(told)")
        #expect(told.contains("Waiting for you:"), "\(told)")
        let json = try auditor.json("news", "--mark-read")
        #expect(Set(json.objectValue?.keys ?? []) == ["people", "returned", "waiting"])
        #expect(json["people"]?.arrayValue?.first?["name"] == "Lea Der")
        #expect(try auditor.concord("news").output.contains("Nobody has saved anything"))
        #expect(try auditor.json("news", "--all")["people"]?.arrayValue?.count == 1)
    }
}
