import ConcordEncoding
import Foundation
import Testing

/// What becomes of a finding reaches those who raised it, and what was taken out of it is put in again.
@Suite(.serialized) struct FindingInboxTests {
    /// A leader with L-01, and an auditor with A-01, which the leader has.
    private func team(_ server: TestServer) throws -> (leader: Workplace, auditor: Workplace) {
        let (leader, auditor, _) = try TestTeam.joined(server)
        try auditor.json(
            "finding",
            "add",
            "--title",
            "No list",
            "--unit",
            "U1",
            "--criterion",
            "20000-1:9.2=minor"
        )
        try leader.json("finding", "add", "--title", "No list of records", "--unit", "U1")
        try TestTeam.sync(leader, auditor)
        return (leader, auditor)
    }

    private func decisions(_ place: Workplace) throws -> [JSON] {
        try (place.json("inbox")["items"]?.arrayValue ?? []).filter {
            $0["kind"] == "finding-decided"
        }
    }

    @Test func whoRaisedAFindingReadsThatItWasMergedAndWhere() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)

        try leader.json("finding", "merge", "A-01", "--into", "L-01", "--reason", "one list")
        try TestTeam.sync(leader, auditor)

        let item = try #require(try decisions(auditor).first)
        #expect(item["target"] == "L-01")
        #expect(item["by"]?["name"] == "Lea Der")
        #expect(item["by"]?["reason"] == "one list")
        let text = try auditor.concord("inbox").output
        #expect(text.contains("your finding was merged into L-01"))
        #expect(text.contains("because: one list"))
        #expect(try decisions(leader).isEmpty)
    }

    @Test func whoRaisedAFindingReadsWhyItWasReturnedAndWithdrawn() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try auditor.json("finding", "edit", "A-01", "--unit", "U2")
        try submit(auditor)
        try TestTeam.sync(leader, auditor)

        try leader.json("finding", "return", "A-01", "--reason", "add evidence")
        try TestTeam.sync(leader, auditor)
        #expect(try decisions(auditor).map { $0["by"]?["reason"] } == ["add evidence"])
        #expect(try auditor.concord("inbox").output.contains("your finding is a draft again"))
        try auditor.json("inbox", "--mark-read")

        try leader.json("finding", "withdraw", "A-01", "--reason", "covered")
        try TestTeam.sync(leader, auditor)
        #expect(try decisions(auditor).map { $0["by"]?["reason"] } == ["covered"])
        #expect(try auditor.concord("inbox").output.contains("your finding was withdrawn"))
    }

    @Test func whoRaisedAFindingReadsThatItWasConfirmed() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try submit(auditor)
        try TestTeam.sync(leader, auditor)

        try leader.json("finding", "confirm", "A-01")
        try TestTeam.sync(leader, auditor)

        #expect(try decisions(auditor).map { $0["by"]?["value"] } == ["confirmed"])
        #expect(try auditor.concord("inbox").output.contains("your finding was confirmed"))
    }

    private func submit(_ place: Workplace) throws {
        try place.json("evidence", "add", "--kind", "photo", "--title", "Seen", "--finding", "A-01")
        try place.json("finding", "submit", "A-01")
    }

    @Test func aClauseIsTakenOutAndPutInAgain() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("finding", "add", "--title", "T", "--criterion", "20000-1:9.2=major")
        func grades() throws -> [JSON?] {
            try (place.json("finding", "show", "L-01")["criteria"]?.arrayValue ?? []).map {
                $0["grade"]
            }
        }

        try place.json(
            "finding",
            "edit",
            "L-01",
            "--remove-criterion",
            "20000-1:9.2",
            "--criterion",
            "20000-1:9.2=minor"
        )
        #expect(try grades() == ["minor"])
        try place.json("finding", "edit", "L-01", "--remove-criterion", "20000-1:9.2")
        #expect(try grades() == [])
        try place.json("finding", "edit", "L-01", "--criterion", "20000-1:9.2=observation")
        #expect(try grades() == ["observation"])
        #expect(try place.json("conflicts", "show")["conflicts"] == [])
    }

    @Test func aClauseNamedTwiceWithTwoGradesIsRefused() throws {
        let place = try Workplace()
        try place.openEngagement()
        let twice = ["--criterion", "20000-1:9.2=major", "--criterion", "20000-1:9.2=minor"]

        #expect(try place.start(["finding", "add", "--title", "T"] + twice).wait().status == 64)
        try place.json("finding", "add", "--title", "T", "--unit", "U1")
        let outcome = try place.start(["finding", "edit", "L-01"] + twice).wait()
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("given twice"))
    }

    @Test func evidenceIsTakenOutAndPutInAgain() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("finding", "add", "--title", "T", "--unit", "U1")
        try place.json("evidence", "add", "--kind", "photo", "--title", "Seen", "--finding", "L-01")
        func evidence() throws -> [JSON] {
            try place.json("finding", "show", "L-01")["evidence"]?.arrayValue ?? []
        }
        let before = try evidence()
        let list = try place.json("show", "L-01")["fields"]?["evidence"]?.objectValue
        let id = try #require(list.flatMap { Array($0).first?.key.string })
        #expect(before.count == 1)

        try place.json("finding", "edit", "L-01", "--remove-evidence", id)
        #expect(try evidence() == [])
        try place.json("finding", "edit", "L-01", "--add-evidence", id)
        #expect(try evidence() == before)
        let both = ["--remove-evidence", id, "--add-evidence", id]
        #expect(try place.start(["finding", "edit", "L-01"] + both).wait().status == 64)
        #expect(try evidence() == before)
        #expect(try place.json("conflicts", "show")["conflicts"] == [])
    }

    @Test func aWithdrawnFindingTakesNothingNewAndAMergedOneSaysWhereItCounts() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("finding", "add", "--title", "One", "--unit", "U1")
        try place.json("finding", "add", "--title", "Two", "--unit", "U1")
        try place.json("finding", "merge", "L-02", "--into", "L-01")

        let criterion = ["--criterion", "20000-1:9.2=minor"]
        let outcome = try place.start(["finding", "edit", "L-02"] + criterion).wait()
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("L-02 is merged and counts in L-01"))
        try place.json("finding", "withdraw", "L-01", "--reason", "covered")
        #expect(try place.concord("finding", "edit", "L-01", "--unit", "U2").status == 1)
    }

    @Test func aSaveThatSettledAConflictIsNotUndone() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json("finding", "edit", "A-01", "--unit", "U2")
        try auditor.json("finding", "edit", "A-01", "--unit", "U3")
        try TestTeam.sync(leader, auditor)
        try leader.json("resolve", "A-01", "--value", "U2", "--reason", "their list")

        let outcome = try leader.concord("undo")

        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("resolved a conflict"))
        #expect(try leader.json("finding", "show", "A-01")["unit"] == "U2")
    }
}
