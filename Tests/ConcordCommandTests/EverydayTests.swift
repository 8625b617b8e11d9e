import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

/// What people meet on an ordinary day: totals, candidates by number, whose words are shown, and advice that helps.
@Suite(.serialized) struct EverydayTests {
    private func add(_ place: Workplace, _ further: String...) throws {
        try place.json(
            [
                "finding", "add", "--title", "No list", "--criterion", "9001:8.4=minor",
                "--statement", "No list was shown.",
            ] + further
        )
    }

    private func team(_ server: TestServer) throws -> (leader: Workplace, auditor: Workplace) {
        let (leader, auditor, _) = try TestTeam.joined(server)
        try add(auditor)
        try TestTeam.sync(leader, auditor)
        return (leader, auditor)
    }

    private func candidates(_ place: Workplace) throws -> [JSON] {
        try place.json("conflicts")["conflicts"]?.arrayValue?.first?["candidates"]?.arrayValue ?? []
    }

    @Test func totalsCountAProposedGradeApart() throws {
        let server = try TestServer()
        let (leader, _, _) = try TestTeam.joined(server)
        let code = try leader.json("invite", "--role", "inTraining", "--name", "Tra Inee")["code"]
        try leader.json("sync")
        let trainee = try Workplace()
        try trainee.json("join", try #require(code?.plain))
        try add(trainee)
        try TestTeam.sync(leader, trainee)

        for place in [leader, trainee] {
            let totals = try place.json("finding", "list")["totals"]
            #expect(totals?["findings"] == 1)
            #expect(totals?["nonconformities"] == 0)
            #expect(totals?["countsByStandard"]?["iso-9001-2008"] == [:])
            #expect(totals?["proposedByStandard"]?["iso-9001-2008"] == ["minor": 1])
            #expect(try place.json("status")["totals"] == totals)
            let shown = try place.concord("status").output
            #expect(shown.contains("1 finding, 0 nonconformities"), "\(shown)")
            #expect(shown.contains("none; proposed: 1 minor"), "\(shown)")
            let facts = try place.json("conclusion", "show", "9001")["conclusions"]?.arrayValue?
                .first
            #expect(facts?["counts"] == [:])
            #expect(facts?["proposed"] == ["minor": 1])
            #expect(facts?["openNonconformities"] == [])
        }
        let label = try leader.json("finding", "list")["findings"]?.arrayValue?.first?["label"]
        let finding = try #require(label?.plain)
        try trainee.json("finding", "submit", finding)
        try TestTeam.sync(leader, trainee)
        try leader.json("finding", "confirm", finding)
        let totals = try leader.json("finding", "list")["totals"]
        #expect(totals?["nonconformities"] == 1)
        #expect(totals?["proposedByStandard"] == [:])
    }

    @Test func candidatesAreNumberedWithoutGapsAndWithoutWhatWasUndone() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json("finding", "withdraw", "A-01", "--reason", "not valid")
        try auditor.json(
            "finding",
            "edit",
            "A-01",
            "--title",
            "A list was kept",
            "--site",
            "s1"
        )
        try auditor.json("finding", "edit", "A-01", "--unit", "U2")
        try TestTeam.sync(leader, auditor)

        #expect(try candidates(leader).count == 4)
        #expect(Set(try candidates(leader).map { $0["number"] }) == [1, 2, 3])
        let all = try leader.concord("finding", "show", "A-01").output
        #expect(all.contains("Conflict: state, 3 candidates"), "\(all)")
        let beyond = try leader.concord("resolve", "A-01", "--take", "4", "--reason", "x")
        #expect(beyond.status == 64)
        #expect(beyond.errors.contains("there are 3"), "\(beyond.errors)")

        try auditor.json("undo")
        try auditor.json("undo")
        try TestTeam.sync(leader, auditor)

        #expect(try candidates(leader).compactMap { $0["number"] } == [1])
        let shown = try leader.concord("conflicts", "show").output
        #expect(!shown.contains("[2]"), "\(shown)")
        #expect(shown.contains("Undone since"), "\(shown)")
        try auditor.json("redo")
        try TestTeam.sync(leader, auditor)
        #expect(try candidates(leader).compactMap { $0["number"] }.count > 1)
    }

    /// Anyone can write what looks like an undo: an edit is hidden only where what was there before it is back.
    @Test func whatOnlySaysThatItUndoesSomethingStaysACandidate() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try auditor.json("finding", "submit", "A-01")
        try TestTeam.sync(leader, auditor)
        try leader.json("finding", "confirm", "A-01")
        let saved = try auditor.json("finding", "edit", "A-01", "--title", "Changed once")
        let name = try #require(saved["write"]?.plain)
        let mark =
            "undo \(name.prefix { $0 != "@" })@\(name.drop { $0 != "@" }.dropFirst().prefix(8))"
        let refused = try auditor.concord(
            "finding",
            "edit",
            "A-01",
            "--title",
            "Changed",
            "--reason",
            mark
        )
        #expect(refused.status == 64)
        let id = try #require(try auditor.json("finding", "show", "A-01")["id"]?.stringValue)
        try auditor.save { edit in
            edit.reason = WireText(mark)
            edit.set(CellPath(kind: "finding", record: id, field: "title"), to: "Changed twice")
        }
        try TestTeam.sync(leader, auditor)

        let shown = try leader.concord("conflicts", "show").output
        #expect(shown.contains("Changed twice"), "\(shown)")
        #expect(!shown.contains("Undone since"), "\(shown)")
    }

    @Test func theWordsOfATextThatWasTakenAreItsAuthors() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        try leader.json("finding", "add", "--title", "Door", "--criterion", "9001:8.4=minor")
        try TestTeam.sync(leader, auditor)
        try leader.json("finding", "edit", "L-01", "--statement", "The door was blocked.")
        try auditor.json("finding", "edit", "L-01", "--statement", "The door was closed.")
        try TestTeam.sync(leader, auditor)
        let taken = try candidates(leader).first { $0["name"] == "Audi Tor" }?["number"]
        let number = try #require(taken?.integerValue)

        try leader.json("resolve", "L-01", "--take", "\(number)", "--reason", "seen by both")

        let cell = try leader.json("blame", "L-01", "statement")["cells"]?.arrayValue?.first
        let names = cell?["stretches"]?.arrayValue?.map { $0["name"]?.plain }
        #expect(Set(names ?? []) == ["Audi Tor"])
        let shown = try leader.concord("blame", "L-01", "statement").output
        #expect(
            shown.contains("Lea Der resolved a conflict, taking the text of Audi Tor"),
            "\(shown)"
        )
    }

    @Test func anEarlierSaveIsUndoneWhereOthersChangedTheLast() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try auditor.json("finding", "edit", "A-01", "--site", "s1")
        try auditor.json("finding", "edit", "A-01", "--title", "No list of records")
        try TestTeam.sync(leader, auditor)
        try leader.json("finding", "edit", "A-01", "--title", "No list at all")
        try TestTeam.sync(leader, auditor)

        let stopped = try auditor.concord("undo")
        #expect(stopped.status == 1)
        #expect(stopped.errors.contains("others have changed"), "\(stopped.errors)")
        let words = stopped.errors.split { $0.isWhitespace || $0 == "`" || $0 == "." }
        let save = String(try #require(words.drop { $0 != "--save" }.dropFirst().first))

        let undone = try auditor.json("undo", "--save", save)
        #expect(undone["changes"]?.arrayValue?.count == 1)
        #expect(try auditor.json("finding", "show", "A-01")["site"] == nil)
        let again = try auditor.concord("undo", "--save", save, "--json")
        #expect(again.status == 1)
        #expect(try again.failure["code"] == "nothing-to-undo")
    }

    @Test func aStateThatNobodyWroteIsTheFirstOne() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json("finding", "withdraw", "A-01", "--reason", "not valid")
        try auditor.json("finding", "edit", "A-01", "--statement", "A list was kept.")
        try TestTeam.sync(leader, auditor)

        let shown = try leader.concord("blame", "A-01", "state").output
        #expect(shown.contains("  draft\n"), "\(shown)")
        #expect(!shown.contains("(nothing)"), "\(shown)")
    }

    @Test func whatIsNamedByAnIdIsToldByItsName() throws {
        let place = try Workplace()
        try place.openEngagement()
        try add(place, "--included-requirement", "9001:6.4@7.2.1")

        for command in [["finding", "show", "L-01"], ["blame", "L-01"], ["show", "L-01"]] {
            let shown = try place.start(command).wait().output
            #expect(shown.contains("ISO 9001:2008 6.4, adopted through clause"), "\(shown)")
            #expect(!shown.contains("{"), "\(shown)")
        }
    }

    @Test func aConclusionIsEditedByAnOptionAndRefusedByName() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)

        let empty = try leader.concord("conclusion", "edit", "9001")
        #expect(empty.status == 64)
        #expect(empty.errors.contains("--recommendation"), "\(empty.errors)")
        #expect(try leader.json("state")["state"]?["conclusion"] == nil)
        let refused = try auditor.concord("conclusion", "edit", "9001", "--propose")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("the conclusion for ISO 9001:2008)"), "\(refused.errors)")
    }

    @Test func aFindingCannotRepeatItself() throws {
        let place = try Workplace()
        try place.openEngagement()
        try add(place)

        let refused = try place.concord("finding", "edit", "L-01", "--repeats", "L-01")
        #expect(refused.status == 65)
        #expect(refused.errors.contains("cannot repeat itself"), "\(refused.errors)")
        #expect(try place.json("finding", "show", "L-01")["repeats"] == nil)
    }

    @Test func theChecklistShowsNotes() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("checklist", "answer", "1", "conforming", "--note", "ten of ten agree")

        let shown = try place.concord("checklist").output
        #expect(shown.split { $0.isWhitespace }.joined(separator: " ").contains("ten of ten agree"))
    }

    @Test func aMergeSaysWhereTheStatementsStay() throws {
        let place = try Workplace()
        try place.openEngagement()
        try add(place)
        try add(place)

        for further in [["--dry-run"], []] {
            let shown = try place.start(
                ["finding", "merge", "L-02", "--into", "L-01"] + further
            ).wait().output
            #expect(shown.contains("`concord finding show L-02`"), "\(shown)")
        }
        let kept = try place.concord("finding", "show", "L-02").output
        #expect(kept.contains("No list was shown."), "\(kept)")
    }

    @Test func aRevokedMemberIsToldAtEverySync() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json("member", "revoke", "Audi Tor", "--reason", "left")
        try leader.json("sync")

        for _ in 0..<2 {
            let refused = try auditor.concord("sync")
            #expect(refused.status == 1, "\(refused.errors)")
            #expect(refused.errors.contains("revoked"), "\(refused.errors)")
        }
        // What is written afterwards stays here, and reaches the log as evidence: a leader may admit it.
        let late = try auditor.concord("finding", "add", "--title", "Late", "--json")
        #expect(late.status == 0, "\(late.errors)")
        #expect(try auditor.concord("sync").status == 1)
        try leader.json("sync")
        #expect(try leader.concord("admit").output.contains("Late"))
        let inbox = try auditor.concord("inbox").output
        #expect(inbox.contains("Late") && inbox.contains("revoked"), "\(inbox)")
        #expect(try auditor.concord("status").output.contains("revoked"))
    }
}
