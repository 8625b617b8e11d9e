import ConcordEncoding
import Foundation
import Testing

/// Who wrote what and why, what was, who was overruled, and taking back.
@Suite(.serialized) struct HistoryTests {
    /// A leader and an auditor, who has recorded A-01.
    private func team(_ server: TestServer) throws -> (leader: Workplace, auditor: Workplace) {
        let (leader, auditor, _) = try TestTeam.joined(server)
        try auditor.json(
            "finding",
            "add",
            "--title",
            "Alpha beta gamma",
            "--statement",
            "One two three",
            "--unit",
            "U1",
            "--criterion",
            "20000-1:9.2=minor"
        )
        try TestTeam.sync(leader, auditor)
        return (leader, auditor)
    }

    /// Runs a command and expects lines of at most 80 columns.
    private func text(_ place: Workplace, _ arguments: String...) throws -> String {
        let outcome = try place.start(arguments).wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        return outcome.output
    }

    @Test func aConflictTellsWhatEachSideHadAndWhoWasOverruledHearsOfIt() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json("finding", "edit", "A-01", "--unit", "U2", "--site", "s1")
        try auditor.json("finding", "edit", "A-01", "--unit", "U3", "--reason", "asked there")
        try TestTeam.sync(leader, auditor)

        let shown = try #require(leader.json("conflicts", "show")["conflicts"]?.arrayValue?.first)
        let sides = shown["candidates"]?.arrayValue ?? []
        #expect(sides.count == 2)
        for side in sides { #expect(side["before"] == ["candidates": [], "shown": "U1"]) }
        #expect(shown["because"] == "newest")
        #expect(try text(leader, "conflicts", "show").contains("saw: Hosting"))
        let parallel = try leader.json("conflicts", "parallel", "A-01")["parallel"]?.arrayValue
        #expect(parallel?.first?["edits"]?.arrayValue?.count == 2)
        #expect(try text(leader, "conflicts", "parallel").contains("\n    site\n"))

        #expect(try auditor.json("inbox")["items"] == [])
        try leader.json("resolve", "A-01", "--value", "U2", "--reason", "their own list says so")
        try TestTeam.sync(leader, auditor)

        let items = try auditor.json("inbox")["items"]?.arrayValue ?? []
        #expect(items.first?["kind"] == "resolved")
        #expect(items.first?["mine"]?["value"] == "U3")
        #expect(items.first?["by"]?["reason"] == "their own list says so")
        #expect(try auditor.json("status")["inbox"] == 1)
        #expect(try text(auditor, "inbox").contains("resolved with another value"))
        let decision = try #require(items.first?["by"]?["write"]?.plain)
        #expect(try auditor.json("inbox", "--since", decision)["items"] == [])
        try auditor.json("inbox", "--mark-read")
        #expect(try auditor.json("inbox")["items"] == [])
        #expect(try auditor.json("inbox", "--all")["items"]?.arrayValue?.count == 1)
        #expect(try auditor.json("status")["inbox"] == 0)
    }

    @Test func aTextConflictShowsTheWordsOfEachSide() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json("finding", "edit", "A-01", "--statement", "One four three")
        try auditor.json("finding", "edit", "A-01", "--statement", "One five three")
        try TestTeam.sync(leader, auditor)

        let conflict = try leader.json("conflicts", "show", "A-01")
        #expect(conflict["commonText"] == "One two three")
        let changes = conflict["candidates"]?.arrayValue?.compactMap { $0["changes"] } ?? []
        let four: JSON = [
            ["kept", "One "], ["deleted", "two"], ["inserted", "four"], ["kept", " three"],
        ]
        #expect(changes.contains(four))
        let text = try text(leader, "conflicts", "show")
        #expect(text.contains("[-two-]{+four+}") && text.contains("[-two-]{+five+}"))

        let cells = try leader.json("blame", "A-01", "statement")["cells"]?.arrayValue ?? []
        let stretches = cells.first?["stretches"]?.arrayValue ?? []
        #expect(stretches.contains { $0["text"] == "four" && $0["name"] == "Lea Der" })
        #expect(stretches.contains { $0["text"] == "five" && $0["name"] == "Audi Tor" })
        #expect(try self.text(leader, "blame", "A-01").contains("in conflict with"))
    }

    @Test func blameNamesWriterReplacedValueAndReason() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("finding", "add", "--title", "T", "--unit", "U1")
        try place.json("finding", "edit", "L-01", "--unit", "U2", "--reason", "they moved")

        let cells = try place.json("blame", "L-01", "unit")["cells"]?.arrayValue ?? []

        #expect(cells.count == 1)
        #expect(cells.first?["shown"] == "U2")
        #expect(cells.first?["write"]?["reason"] == "they moved")
        #expect(cells.first?["replaced"]?.arrayValue?.map { $0["value"] } == ["U1"])
        #expect(try text(place, "blame", "L-01").contains("replaced: Hosting, Lea Der"))
        #expect(try place.concord("blame", "L-01", "colour").status == 66)
        #expect(try place.concord("blame", "L-02").status == 66)
        #expect(try place.concord("blame", "L-01", "site").status == 66)
    }

    @Test func aRecordIsShownAsItWas() throws {
        let place = try Workplace()
        try place.openEngagement()
        let added = try place.json("finding", "add", "--title", "T", "--unit", "U1")
        try place.json("finding", "edit", "L-01", "--unit", "U2")
        let diff = try #require(added["diff"]?.plain)
        let write = try #require(added["write"]?.plain)

        for point in [diff, String(diff.prefix(8)), write, String(write.prefix(10))] {
            let shown = try place.json("show", "L-01", "--at", point)
            #expect(shown["fields"]?["unit"] == "U1")
            #expect(shown["at"]?["diff"] == .string(diff))
        }
        #expect(try place.json("show", "L-01")["fields"]?["unit"] == "U2")
        #expect(try text(place, "show", "L-01", "--at", diff).contains("Hosting"))
        #expect(try place.concord("show", "L-01", "--at", "1").status == 66)
        #expect(try place.concord("show", "L-01", "--at", "zzzzzz").status == 66)
        let first = try #require(
            try place.json("log")["diffs"]?.arrayValue?.first?["id"]?.plain
        )
        #expect(try place.concord("show", "L-01", "--at", first).status == 66)
        let engagement = try place.json("show", "engagement", "--at", first)
        #expect(engagement["fields"]?["number"] == "audit-7")
    }

    /// Identities are random, and one in 64 begins with a hyphen; so may what people write.
    @Test func aHyphenBeginsAValueToo() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("finding", "add", "--title", "-5 degrees", "--unit", "U1")

        let again = try place.json("finding", "edit", "L-01", "--title", "- one", "--reason", "-")

        #expect(again["write"] != nil)
        #expect(try place.json("show", "L-01")["fields"]?["title"] == "- one")
        #expect(try place.concord("show", "L-01", "--at", "-Qx3_e").status == 66)
        #expect(try place.concord("inbox", "--since", "--Qx3_").status == 66)
        let whole = "-" + String(repeating: "Qx3_e7", count: 6) + "Qx3_eA"
        for name in ["id:-Qx3_e", whole] {
            #expect(try place.concord("admit", name, "--reason", "-").status == 66)
            #expect(try place.concord("show", "L-01", "--at", name).status == 66)
        }
    }

    @Test func undoAndRedoGoBackAndForth() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("finding", "add", "--title", "T", "--unit", "U1")
        try place.json("finding", "edit", "L-01", "--unit", "U2")
        func unit() throws -> JSON? { try place.json("finding", "show", "L-01")["unit"] }

        let preview = try place.json("undo", "--dry-run")
        #expect(preview["dryRun"] == true && preview["diff"] == nil)
        #expect(preview["changes"]?.arrayValue?.first?["to"] == "U1")
        #expect(try unit() == "U2")
        #expect(try text(place, "undo").contains("Desk -> Hosting"))
        #expect(try unit() == "U1")
        let again = try place.json("undo")
        #expect(again["changes"]?.arrayValue?.first?["to"] == .null)
        #expect(try place.concord("finding", "show", "L-01").status == 66)
        try place.json("redo")
        try place.json("redo")
        #expect(try unit() == "U2")
        let none = try place.concord("redo", "--json")
        #expect(none.status == 1)
        #expect(try none.failure["code"] == "nothing-to-redo")
        let history = try place.json("blame", "L-01", "unit")["cells"]?.arrayValue?.first
        #expect(history?["write"]?["reason"]?.plain?.hasPrefix("redo ") == true)
    }

    @Test func whatCannotBeTakenBackSaysWhatToDo() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("finding", "add", "--title", "T")
        try place.json("finding", "submit", "L-01")
        let reason = try place.concord("undo", "--json")
        #expect(reason.status == 64)
        #expect(try reason.failure["code"] == "reason-missing")
        try place.json("undo", "--reason", "too early")
        #expect(try place.json("finding", "show", "L-01")["state"] == "draft")

        try place.json("finding", "submit", "L-01")
        try place.json("finding", "confirm", "L-01")
        #expect(try place.concord("undo", "--json").failure["code"] == "reason-missing")
        try place.json("undo", "--reason", "too early")
        #expect(try place.json("finding", "show", "L-01")["state"] == "submitted")
        try place.json("finding", "withdraw", "L-01", "--reason", "said elsewhere")
        let step = try place.concord("undo")
        #expect(step.status == 1)
        #expect(step.errors.contains("no step leads back to submitted"))

        try place.json("invite", "--role", "observer", "--name", "Obs Erver")
        let control = try place.concord("undo", "--json")
        #expect(control.status == 1)
        #expect(try control.failure["code"] == "control-operation")
        #expect(try control.failure["next"]?.plain?.contains("invite withdraw") == true)
    }

    @Test func whatOthersChangedSinceIsLeftAlone() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try auditor.json("finding", "edit", "A-01", "--unit", "U2", "--statement", "One three")
        try TestTeam.sync(leader, auditor)
        try leader.json(
            "finding",
            "edit",
            "A-01",
            "--unit",
            "U3",
            "--statement",
            "One three four"
        )
        try TestTeam.sync(leader, auditor)

        let outcome = try auditor.concord("undo")

        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("changed since by Lea Der"))
        let finding = try auditor.json("finding", "show", "A-01")
        #expect(finding["unit"] == "U3")
        #expect(finding["statement"] == "One two three four")
    }
}
