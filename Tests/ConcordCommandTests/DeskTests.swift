import ConcordDiff
import ConcordEncoding
import Foundation
import Testing

/// What people read at the conflict desk and in the inbox is true for them, and what is offered can be done.
@Suite(.serialized) struct DeskTests {
    /// A leader, an auditor, and findings of the auditor that both have.
    private func team(
        _ server: TestServer,
        findings: Int = 1,
        submitted: Bool = true
    ) throws -> (leader: Workplace, auditor: Workplace) {
        let (leader, auditor, _) = try TestTeam.joined(server)
        for number in 1...findings {
            try auditor.json(
                "finding",
                "add",
                "--title",
                "F\(number)",
                "--criterion",
                "20000-1:9.2=minor",
                "--statement",
                "No list was shown."
            )
            if submitted { try auditor.json("finding", "submit", "A-0\(number)") }
        }
        try TestTeam.sync(leader, auditor)
        return (leader, auditor)
    }

    @Test func everySideThatIsShownCanBeTakenByItsNumber() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server, findings: 3)
        let findings = ["A-01", "A-02", "A-03"]
        for finding in findings {
            try leader.json("finding", "confirm", finding)
            try auditor.json("finding", "return", finding, "--reason", "more facts")
            try auditor.json("finding", "edit", finding, "--statement", "No list was kept.")
        }
        try TestTeam.sync(leader, auditor)

        for (index, finding) in findings.enumerated() {
            let all = try leader.json("conflicts")["conflicts"]?.arrayValue ?? []
            let conflict = try #require(
                all.first { $0["record"]?.plain?.hasPrefix(finding) ?? false }
            )
            let story = conflict["story"]?.plain ?? ""
            #expect(
                story == "Lea Der confirmed \(finding) while Audi Tor returned it and Audi Tor was "
                    + "editing it"
            )
            let sides = conflict["candidates"]?.arrayValue ?? []
            #expect(sides.count == 3)
            try leader.json("resolve", finding, "--take", "\(index + 1)", "--reason", "agreed")
            let isConfirmed = sides[index]["value"] == "confirmed"
            let state = try leader.json("finding", "show", finding)["state"]
            #expect(state == (isConfirmed ? "confirmed" : "draft"))
        }
        #expect(try leader.json("conflicts")["conflicts"] == [])
    }

    @Test func whoConfirmedIsNotSaidToHaveEdited() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json("finding", "withdraw", "A-01", "--reason", "not valid")
        try auditor.json("finding", "confirm", "A-01")
        try TestTeam.sync(leader, auditor)

        let conflict = try #require(
            try leader.json("conflicts")["conflicts"]?.arrayValue?.first
        )
        #expect(conflict["story"] == "Lea Der withdrew A-01 while Audi Tor confirmed it")
        #expect(conflict["candidates"]?.arrayValue?.count == 2)

        // Who settles it for the confirmation has not confirmed.
        let place = conflict["candidates"]?.arrayValue?.firstIndex { $0["value"] == "confirmed" }
        let number = try #require(place) + 1
        try leader.json("resolve", "A-01", "--take", "\(number)", "--reason", "it is valid")
        let shown = try leader.concord("finding", "show", "A-01").output
        #expect(shown.contains("confirmed by Audi Tor, conflict resolved by Lea Der"), "\(shown)")
        let record = try leader.concord("show", "A-01").output
        #expect(record.contains("Audi Tor"), "\(record)")
        #expect(!record.contains("confirmed by    Lea Der"), "\(record)")
    }

    @Test func aLeaderIsNotSentToTheLeader() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server, submitted: false)
        try leader.json("finding", "withdraw", "A-01", "--reason", "not valid")
        try auditor.json("finding", "edit", "A-01", "--statement", "No list was kept.")
        try TestTeam.sync(leader, auditor)

        let refused = try leader.concord(
            "resolve",
            "A-01",
            "--value",
            "confirmed",
            "--reason",
            "agreed"
        )
        #expect(refused.status == 1)
        #expect(!refused.errors.contains("Ask your audit team leader"), "\(refused.errors)")
    }

    @Test func theInboxSaysThatAllStandsOnlyWhereItDoes() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        #expect(try auditor.concord("inbox").output.contains("nobody has overruled"))
        try auditor.json("finding", "edit", "A-01", "--unit", "U1")
        try leader.json("finding", "edit", "A-01", "--unit", "U2")
        try TestTeam.sync(leader, auditor)

        for place in [leader, auditor] {
            let told = try place.concord("inbox").output
            #expect(!told.contains("were overruled"), "\(told)")
            #expect(told.contains("Open conflicts about your edits"), "\(told)")
            #expect(told.contains("A-01 F1: unit"), "\(told)")
            #expect(try place.json("inbox")["contested"]?.arrayValue?.count == 1)
        }
    }

    @Test func whatIsOnlyProposedIsListedForBoth() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        let saved = try auditor.concord("engagement", "--step", "planApproved")
        #expect(saved.errors.contains("This is a proposal"), "\(saved.errors)")
        try TestTeam.sync(leader, auditor)

        let own = try auditor.concord("inbox").output
        #expect(own.contains("Your open proposals"), "\(own)")
        let others = try leader.concord("inbox").output
        #expect(others.contains("1 proposal by others needs your decision"), "\(others)")
        let list = try leader.concord("proposals").output
        #expect(list.contains("Audi Tor proposed this: moved the engagement to"), "\(list)")
        #expect(list.contains("concord engagement --step planApproved"), "\(list)")

        try leader.json("engagement", "--step", "planApproved")
        try TestTeam.sync(leader, auditor)
        #expect(try auditor.json("proposals")["proposals"] == [])
    }

    @Test func sentencesNameFieldsAsPeopleDo() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json("finding", "confirm", "A-01")
        try TestTeam.sync(leader, auditor)
        let saved = try auditor.concord("finding", "edit", "A-01", "--requirement-note", "A list.")

        #expect(saved.errors.contains("requirement"), "\(saved.errors)")
        #expect(!saved.errors.contains("requirementNote"), "\(saved.errors)")
        // Who wrote what is only proposed is not said to count beside what was decided.
        try auditor.json("finding", "edit", "A-01", "--criterion", "20000-1:9.2=major")
        let shown = try auditor.concord("conflicts").output
        #expect(!shown.contains("most severe"), "\(shown)")
        #expect(shown.contains("the decided value counts"), "\(shown)")
    }

    @Test func aChangeOfRoleIsToldToTheMember() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json("member", "role", "Audi Tor", "observer", "--reason", "too near")
        try TestTeam.sync(leader, auditor)

        let told = try auditor.concord("inbox").output
        #expect(told.contains("Lea Der changed your role: you are observer now"), "\(told)")
        #expect(told.contains("because: too near"), "\(told)")
        #expect(try leader.json("inbox")["items"] == [])
    }

    @Test func whatIsAddedAndTakenOutInOneCommandIsRefusedOrTold() throws {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("finding", "add", "--title", "T", "--criterion", "9001:8.4=minor")
        let both = ["finding", "edit", "L-01", "--remove-criterion", "9001:8.4", "--criterion"]
        let refused = try place.start(both + ["9001:8.4"]).wait()
        #expect(refused.status == 64)
        #expect(refused.errors.contains("both added and removed"), "\(refused.errors)")
        func grade() throws -> JSON? {
            try place.json("finding", "show", "L-01")["criteria"]?.arrayValue?.first?["grade"]
        }
        #expect(try grade() == "minor")

        let told = try place.start(both + ["9001:8.4=major"]).wait()
        #expect(told.output.contains("9001:8.4 stays, with grade major"), "\(told.output)")
        #expect(try grade() == "major")
    }

    @Test func aClauseWithoutAGradeIsTold() throws {
        let place = try Workplace()
        try place.openEngagement()
        let added = try place.concord("finding", "add", "--title", "T", "--criterion", "9001:8.4")

        #expect(added.status == 0)
        #expect(added.output.contains("9001:8.4 has no grade yet"), "\(added.output)")
        let edited = try place.concord("finding", "edit", "L-01", "--criterion", "9001:8.4=ofi")
        #expect(!edited.output.contains("no grade"), "\(edited.output)")
    }

    @Test(arguments: ["/finding/nope", "A-99"]) func whatDoesNotExistIsSaidToBeSo(
        name: String
    ) throws {
        let place = try Workplace()
        try place.openEngagement()
        let outcome = try place.concord("show", name)

        #expect(outcome.status == 66)
        #expect(outcome.errors.contains("there is no record '\(name)'"), "\(outcome.errors)")
        #expect(outcome.errors.contains("concord finding list"), "\(outcome.errors)")
    }

    @Test func undoingAMergeNamesTheFindings() throws {
        let place = try Workplace()
        try place.openEngagement()
        for title in ["One", "Two"] {
            try place.json("finding", "add", "--title", title, "--criterion", "9001:8.4=minor")
        }
        try place.json("finding", "merge", "L-02", "--into", "L-01")
        let undone = try place.concord("undo").output

        #expect(undone.contains("L-02 Two: merged into: L-01 One -> (nothing)"), "\(undone)")
    }

    @Test func spacesAreNoStatement() throws {
        let place = try Workplace()
        try place.openEngagement()
        let outcome = try place.concord("finding", "add", "--title", "T", "--statement", "  ")

        #expect(outcome.status == 64)
        #expect(try place.json("finding", "list")["findings"] == [])
    }
}
