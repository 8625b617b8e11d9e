import ConcordEncoding
import Testing

/// What two people do at the same time is told to both, by the commands.
@Suite(.serialized) struct ToldTests {
    private func team(_ server: TestServer) throws -> (leader: Workplace, auditor: Workplace) {
        let (leader, auditor, _) = try TestTeam.joined(server)
        try auditor.json(
            "finding",
            "add",
            "--title",
            "No list",
            "--criterion",
            "9001:8.4=minor",
            "--statement",
            "No list was shown."
        )
        try auditor.json(
            "evidence",
            "add",
            "--kind",
            "document",
            "--title",
            "Log",
            "--finding",
            "A-01"
        )
        try auditor.json("finding", "submit", "A-01")
        try TestTeam.sync(leader, auditor)
        return (leader, auditor)
    }

    @Test func whoReturnsWhatIsConfirmedAtTheSameTimeIsTold() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json("finding", "confirm", "A-01")
        try auditor.json("finding", "return", "A-01", "--reason", "not ready")
        try TestTeam.sync(leader, auditor)

        for place in [leader, auditor] {
            #expect(try place.json("conflicts")["conflicts"] == .array([]))
            #expect(try place.json("finding", "show", "A-01")["state"] == "confirmed")
        }
        let told = try auditor.json("inbox")["items"]?.arrayValue ?? []
        #expect(told.contains { $0["kind"] == "outranked" }, "\(told)")
        let confirming = try leader.json("inbox")["items"]?.arrayValue ?? []
        #expect(confirming.map { $0["kind"] } == ["changed-unseen"], "\(confirming)")
        #expect(confirming.first?["by"]?["reason"] == "not ready")
        #expect(
            try leader.concord("inbox").output.contains(
                "someone set another state at the same time"
            )
        )
        // What the inbox names is open, or nothing is named.
        let items = try auditor.json("inbox")["items"]?.arrayValue ?? []
        #expect(items.allSatisfy { $0["conflictName"] == nil })

        try leader.json("finding", "return", "A-01", "--reason", "the evidence is old")
        try TestTeam.sync(leader, auditor)
        #expect(try auditor.json("finding", "show", "A-01")["state"] == "submitted")
        #expect(
            try auditor.concord("inbox").output.contains(
                "the confirmation of your finding was undone"
            )
        )
    }

    @Test func whatWasTakenOutHasItsName() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try auditor.json("finding", "edit", "A-01", "--remove-criterion", "9001:8.4")
        try leader.json("finding", "confirm", "A-01")
        try TestTeam.sync(leader, auditor)

        let shown = try leader.concord("conflicts", "show", "A-01").output
        #expect(shown.contains("removed the criterion against ISO"), "\(shown)")
        #expect(shown.contains("9001:2008 8.4"), "\(shown)")
    }

    @Test func whatIsMergedNoLongerIsNotCalledMerged() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try auditor.json("finding", "add", "--title", "Other", "--criterion", "9001:8.4=minor")
        try auditor.json("finding", "confirm", "A-01")
        try auditor.json("finding", "merge", "A-01", "--into", "A-02", "--reason", "twice")
        try TestTeam.sync(leader, auditor)
        // Where a finding of one's own leads is part of the step that merges it.
        #expect(try leader.json("finding", "show", "A-01")["state"] == "merged")
        #expect(try leader.json("conflicts")["conflicts"] == .array([]))

        try leader.json("finding", "unmerge", "A-01", "--reason", "they differ")
        try TestTeam.sync(leader, auditor)
        for place in [leader, auditor] {
            #expect(try place.json("finding", "show", "A-01")["state"] != "merged")
            let shown = try place.concord("finding", "show", "A-01").output
            #expect(!shown.contains("merged into"), "\(shown)")
            #expect(try place.json("conflicts")["conflicts"] == .array([]))
        }
    }

    @Test func aGradeThatIsOnlyProposedCountsInNoTotalAndCanBeDeclined() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json("finding", "confirm", "A-01")
        try TestTeam.sync(leader, auditor)
        try auditor.json("finding", "edit", "A-01", "--criterion", "9001:8.5.2=major")
        try TestTeam.sync(leader, auditor)

        let totals = try leader.json("finding", "list")["totals"]
        #expect(totals?["countsByStandard"]?["iso-9001-2008"] == ["minor": 1])
        for _ in 0..<2 {
            let conflict = try leader.json("conflicts")["conflicts"]?.arrayValue?.first
            guard let name = conflict?["name"]?.plain else { break }
            #expect(conflict?["story"]?.plain == "Audi Tor proposed a change")
            try leader.json("resolve", name, "--remove", "--reason", "not this clause")
        }
        #expect(try leader.json("conflicts")["conflicts"] == .array([]))
        #expect(
            try leader.json("finding", "show", "A-01")["criteria"]?.arrayValue?.count == 1
        )
    }

    @Test func twoWhoSettleAStatementDifferentlyAreTold() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try auditor.json("finding", "edit", "A-01", "--statement", "No plan was shown.")
        try leader.json("finding", "edit", "A-01", "--statement", "No log was shown.")
        try TestTeam.sync(leader, auditor)
        let name = try #require(
            try leader.json("conflicts")["conflicts"]?.arrayValue?.first?["name"]?.plain
        )

        try leader.json("resolve", name, "--keep", "--reason", "both")
        try auditor.json("resolve", name, "--value", "No plan was shown.", "--reason", "mine")
        try TestTeam.sync(leader, auditor)

        for place in [leader, auditor] {
            let conflict = try #require(
                try place.json("conflicts")["conflicts"]?.arrayValue?.first
            )
            #expect(conflict["kind"] == "text")
            #expect(conflict["candidates"]?.arrayValue?.count == 2)
            let shown = try place.json("finding", "show", "A-01")["statement"]?.plain
            #expect(shown == "No list was shown.")
        }
    }
}
