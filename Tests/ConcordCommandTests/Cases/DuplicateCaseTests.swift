import ConcordEncoding
import Foundation
import Testing

@testable import ConcordLab

// Sample case c08: two auditors record the same fact; the tool says so, and the leader joins them.
@Suite("The sample's case of one fact raised twice")
struct DuplicateCaseTests {
    static let orders = CasePlay.orders(of: ["u-ebrel", "u-sandel"])

    private func theCase() throws -> (file: DemoFile, item: DemoCase, raw: JSON) {
        let file = try CaseTeam.sample()
        return (
            file, try #require(file.cases.first { $0.id == "c08" }),
            try #require(file.list("concurrentEdits").first { $0["id"] == "c08" })
        )
    }

    @Test(arguments: orders)
    func c08TheToolProposesAndTheLeaderJoins(_ order: [String]) throws {
        let (file, item, raw) = try theCase()
        let edits = raw["edits"]?.arrayValue ?? []
        let team = try CaseTeam(file, with: Set(order))
        #expect(Set(edits.compactMap { $0["by"]?.plain }) == Set(order))

        try team.offline { for edit in edits { try raise(edit, in: team) } }
        try team.sync(order)

        let ids = edits.compactMap { $0["to"]?["id"]?.plain }
        for person in team.people { try expectTheHint(ids, on: try team[person]) }
        try team.expectOneState()

        let after = try #require(item.expected["afterMergeByLead"])
        let kept = try #require(after["keep"]?.plain)
        let gone = try #require(ids.first { $0 != kept })
        try team[team.leader].json(
            "finding",
            "merge",
            gone,
            "--into",
            kept,
            "--reason",
            item.why
        )
        try team.sync()

        for person in team.people {
            try expectMerged(gone, into: kept, after, on: try team[person])
        }
        try team.expectOneState()
    }

    /// Captures what the new finding rests on, and records it, in the unit that the sample has for it.
    private func raise(_ edit: JSON, in team: CaseTeam) throws {
        let place = try team[try #require(edit["by"]?.plain)]
        let fields = try #require(edit["to"])
        let time = try #require(edit["wallClock"]?.plain)
        let unit = try #require(team.file.finding("f02")?.fields["unit"])
        var arguments = ["finding", "add", "--file-id", try #require(fields["id"]?.plain)]
        arguments += ["--title", "Old procedure in use", "--unit", unit, "--time", time]
        for criterion in fields["criteria"]?.arrayValue ?? [] {
            arguments += ["--criterion", try DemoFile.Criterion(criterion).argument]
        }
        for id in fields["evidence"]?.arrayValue?.compactMap(\.plain) ?? [] {
            let evidence = try #require(team.file.evidence(id))
            #expect(evidence["capturedBy"] == edit["by"])
            try place.json(DemoFile.captureArguments(evidence, as: id) + ["--time", time])
            arguments += ["--evidence", id]
        }
        try place.json(arguments)
    }

    private func expectTheHint(_ ids: [String], on place: Workplace) throws {
        let findings = try place.json("finding", "list")["findings"]?.arrayValue ?? []
        #expect(findings.compactMap { $0["fileID"]?.plain }.sorted() == ids.sorted())
        #expect(try place.json("conflicts")["conflicts"] == [])
        let notices = try place.json("status")["notices"]?.arrayValue ?? []
        let hints = notices.filter { $0["code"] == "possible-duplicate" }
        #expect(hints.count == 1)
        #expect(hints.first?["severity"] == "warning")
        let message = hints.first?["message"]?.plain ?? ""
        for finding in findings {
            #expect(message.contains(try #require(finding["label"]?.plain)))
        }
        #expect(message.contains("related clauses"))
        #expect(message.contains("PR-12"))
    }

    private func expectMerged(
        _ gone: String,
        into kept: String,
        _ expected: JSON,
        on place: Workplace
    ) throws {
        let view = try DemoView { try place.json($0) }
        let wanted = try (expected["criteria"]?.arrayValue ?? []).map { try DemoFile.Criterion($0) }
        #expect(Set(view.criteriaList(of: kept)) == Set(wanted))
        #expect(view.criteriaList(of: kept).count == wanted.count)
        let evidence = expected["evidence"]?.arrayValue?.compactMap(\.plain)
        #expect(view.evidenceIDs(of: kept).sorted() == evidence?.sorted())
        #expect(view.finding(kept)?["state"] == "draft")
        #expect(
            view.finding(kept)?["contributorNames"]?.arrayValue?.count == 2
        )

        // "mergedInto f02, still readable"
        let duplicate = try place.json("finding", "show", gone)
        #expect(expected[WireText(gone)]?.plain == "mergedInto \(kept), still readable")
        #expect(duplicate["state"] == "merged")
        #expect(duplicate["duplicateOf"] == view.finding(kept)?["id"])
        #expect(duplicate["criteria"]?.arrayValue?.count == 1)
        let totals = try place.json("finding", "list")["totals"]
        #expect(totals?["findings"] == 1)
        let notices = try place.json("status")["notices"]?.arrayValue ?? []
        #expect(!notices.contains { $0["code"] == "possible-duplicate" })
    }
}
