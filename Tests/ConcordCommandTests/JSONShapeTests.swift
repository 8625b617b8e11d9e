import ConcordEncoding
import Foundation
import Testing

/// The shapes that `docs/concord.md` promises.
@Suite struct JSONShapeTests {
    @Test func anEngagementIsOpenedWithItsPlan() throws {
        let place = try Workplace()

        let opened = try place.openEngagement()

        #expect(
            Set(opened.objectValue?.keys ?? []) == [
                "engagement", "leader", "name", "path", "records", "recoveryCode", "recoveryKey",
            ]
        )
        #expect(opened["leader"] == "Lea Der")
        #expect(opened["name"] == "audit-7")
        let state = try place.json("state")["state"]
        #expect(state?["process"]?.objectValue?.count == 1)
        #expect(state?["responsePolicy"]?.objectValue?.count == 1)
        #expect(state?["exclusion"]?.objectValue?.count == 1)
        let slot = state?["planSlot"]?.objectValue?.values.first
        #expect(slot?["clauses"]?["iso-iec-20000-1-2011 9.2"] == true)
        let item = state?["checklistItem"]?.objectValue?.values.first
        #expect(item?["answer"] == nil)
        #expect(item?["fileID"] == "q1")
    }

    @Test func aFindingHasItsCriteriaAndEvidence() throws {
        let place = try Workplace()
        try place.openEngagement()
        let evidence = try place.json("evidence", "add", "--kind", "photo", "--title", "Sheet")
        let handle = try #require(evidence["label"]?.plain)

        let saved = try place.json(
            "finding",
            "add",
            "--title",
            "Changes not reviewed",
            "--statement",
            "Four of fifteen.",
            "--criterion",
            "20000-1:9.2=minor",
            "--criterion",
            "9001:7.3.7=observation",
            "--unit",
            "U1",
            "--evidence",
            handle,
            "--included-requirement",
            "20000-1:6.4@7.2.1"
        )
        let finding = try place.json("finding", "show", "l-01")

        #expect(saved["label"] == "L-01")
        #expect(saved["void"] == [])
        #expect(finding["draftNumber"] == "L-01")
        #expect(finding["state"] == "draft")
        #expect(finding["headGrade"] == "minor")
        #expect(finding["raisedByName"] == "Lea Der")
        #expect(finding["evidence"] == .array([evidence["id"] ?? .null]))
        #expect(finding["includedRequirement"]?["route"] == "7.2.1")
        #expect(
            finding["criteria"]?.arrayValue?.compactMap { $0["grade"]?.plain } == [
                "observation", "minor",
            ]
        )
    }

    @Test func aFindingGoesThroughItsLife() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("finding", "add", "--title", "T", "--criterion", "9001:8.4=minor")
        func state() throws -> JSON? { try place.json("finding", "show", "L-01")["state"] }

        try place.json("finding", "edit", "L-01", "--criterion", "9001:8.4=major", "--unit", "U1")
        try place.json("finding", "edit", "L-01", "--statement", "Seen twice.")
        try place.json("finding", "submit", "L-01")
        #expect(try state() == "submitted")
        try place.json("finding", "return", "L-01", "--reason", "evidence is missing")
        #expect(try state() == "draft")
        try place.json("finding", "withdraw", "L-01", "--reason", "said elsewhere")
        #expect(try state() == "withdrawn")
        #expect(try place.json("finding", "list")["totals"]?["findings"] == 0)
        try place.json("finding", "reopen", "L-01")
        try place.json("finding", "submit", "L-01")
        try place.json("finding", "confirm", "L-01")
        #expect(try state() == "confirmed")
        let totals = try place.json("finding", "list")["totals"]
        #expect(totals?["countsByStandard"]?["iso-9001-2008"] == ["major": 1])
        #expect(totals?["nonconformities"] == 1)
    }

    @Test func findingsThatSayTheSameAreMergedUnlessGradesWouldBeLost() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("finding", "add", "--title", "T", "--criterion", "9001:8.4=minor")
        try place.json(
            "finding",
            "add",
            "--title",
            "U",
            "--criterion",
            "9001:8.4=major",
            "--criterion",
            "20000-1:9.2=minor"
        )
        let evidence = try place.json(
            "evidence",
            "add",
            "--kind",
            "photo",
            "--title",
            "E",
            "--finding",
            "L-02"
        )
        func merge(_ finding: String, into other: String) throws -> Outcome {
            try place.concord("finding", "merge", finding, "--into", other, "--json")
        }

        #expect(try merge("L-01", into: "L-01").status == 64)
        let refused = try merge("L-02", into: "L-01")
        #expect(refused.status == 1)
        #expect(try refused.failure["code"] == "grades-differ")
        try place.json("finding", "edit", "L-02", "--criterion", "9001:8.4=minor")
        #expect(try merge("L-02", into: "L-01").status == 0)

        let kept = try place.json("finding", "show", "L-01")
        #expect(kept["criteria"]?.arrayValue?.count == 2)
        #expect(kept["evidence"]?.arrayValue == [evidence["id"] ?? .null])
        let gone = try place.json("finding", "show", "L-02")
        #expect(gone["state"] == "merged")
        #expect(gone["duplicateOf"] == kept["id"])
        #expect(try place.concord("finding", "show", "L-02").output.contains("merged into L-01"))
        #expect(try merge("L-02", into: "L-01").status == 1)
        #expect(try merge("L-01", into: "L-02").status == 1)
    }

    @Test func theEngagementTakesTheStepsOfItsLife() throws {
        let place = try Workplace()
        try place.openEngagement()

        #expect(try place.concord("engagement", "--step", "inReview").status == 1)
        for step in ["planApproved", "inProgress", "inReview"] {
            try place.json("engagement", "--step", step)
        }
        #expect(try place.concord("engagement", "--step", "inProgress").status == 64)
        try place.json("engagement", "--step", "inProgress", "--reason", "a site was forgotten")

        #expect(try place.json("engagement")["state"] == "inProgress")
    }

    @Test func coverageCountsPerStandard() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("checklist", "answer", "1", "conforming", "--note", "all of ten")

        let standards = try place.json("coverage")["standards"]?.arrayValue ?? []

        #expect(standards.count == 2)
        #expect(standards.first?["leafClauses"] == 51)
        #expect(standards.first?["counts"]?["covered"] == 1)
        #expect(standards.first?["counts"]?["excluded"] == 1)
        #expect(standards.last?["plannedClauses"] == 1)
    }

    @Test func conclusionsRestOnTheirOwnStandard() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("finding", "add", "--title", "T", "--criterion", "20000-1:9.2=major")

        let refused = try place.concord(
            "conclusion",
            "edit",
            "20000-1",
            "--recommendation",
            "certify",
            "--json"
        )
        #expect(refused.status == 1)
        #expect(try refused.failure["message"]?.plain?.contains("L-01") == true)
        try place.json(
            "conclusion",
            "edit",
            "9001",
            "--recommendation",
            "certify",
            "--objectives-met"
        )

        let conclusions = try place.json("conclusion", "show")["conclusions"]?.arrayValue ?? []
        #expect(conclusions.first?["recommendation"] == "certify")
        #expect(conclusions.first?["scopeStatement"] == "Hosting.")
        #expect(conclusions.last?["openMajors"]?.arrayValue?.count == 1)
    }

    @Test func theStateDocumentHashesToItsDigest() throws {
        let place = try Workplace()
        try place.openEngagement()

        let document = try place.json("state")

        var hashed = try #require(document.objectValue)
        hashed["digest"] = nil
        #expect(SHA256Digest(hashing: hashed.canonicalBytes).hex == document["digest"]?.plain)
        #expect(
            try place.concord("state", "--digest").output
                == "\(document["digest"]?.plain ?? "")\n"
        )
    }

    @Test func theExportedLogHoldsEveryEnvelope() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("finding", "add", "--title", "T")
        let diffs = try place.json("log")["diffs"]?.arrayValue ?? []

        let lines = try place.concord("log", "--export").output.split(separator: "\n")

        #expect(lines.count == diffs.count)
        for line in lines {
            let entry = try JSON(parsing: Array(line.utf8))
            #expect(entry["position"] == nil)
            #expect(Set(entry["envelope"]?.objectValue?.keys ?? []) == ["body", "head", "sig"])
        }
        #expect(
            try place.json("verify") == [
                "diffs": .integer(Int64(lines.count)), "faults": [], "valid": true,
            ]
        )
        #expect(try place.json("rebuild", "--check") == ["differences": [], "same": true])
    }

    @Test func theClaimedTimeIsTheOneGiven() throws {
        let place = try Workplace()
        try place.openEngagement()

        try place.json("finding", "add", "--title", "T", "--time", "2014-06-03T10:00:00+02:00")

        let last = try place.json("log", "--last", "1")["diffs"]?.arrayValue?.first
        #expect(last?["time"] == "2014-06-03T10:00:00+02:00")
    }

    @Test func aReportIsOneFileThatNeedsNothingElse() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json(
            "finding",
            "add",
            "--title",
            "Plan untested",
            "--criterion",
            "20000-1:6.3.3=major"
        )

        let report = try place.json("report", "--output", place.path("report.html"))

        let html = try String(
            contentsOfFile: try #require(report["path"]?.plain),
            encoding: .utf8
        )
        #expect(html.contains("Plan untested"))
        #expect(!html.contains("src=\"http"))
        #expect(!html.contains("<script"))
    }

    @Test func plainOutputHasNoColours() throws {
        let place = try Workplace()
        try place.openEngagement()

        for command in [
            ["status"], ["coverage"], ["finding"], ["member"], ["checklist"], ["conclusion"],
        ] {
            let outcome = try place.start(command).wait()
            #expect(outcome.status == 0)
            #expect(!outcome.output.contains("\u{1B}"))
            #expect(
                outcome.output.split(separator: "\n").allSatisfy {
                    $0.count <= 80 || $0.contains("/")
                }
            )
        }
    }
}
