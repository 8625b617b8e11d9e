import ConcordEncoding
import Testing

/// What is only proposed: what counts beside it, how it is decided, and what is said of it.
@Suite(.serialized) struct ProposalTests {
    private let qms: WireText = "iso-9001-2008"

    /// A leader, an auditor and an auditor in training, of whom the leader has raised a finding.
    private func team(
        _ server: TestServer,
        grade: String
    ) throws -> (leader: Workplace, auditor: Workplace, trainee: Workplace) {
        let (leader, auditor, _) = try TestTeam.joined(server)
        let code = try leader.json("invite", "--role", "inTraining", "--name", "Tra Inee")["code"]
        try leader.json("sync")
        let trainee = try Workplace()
        try trainee.json("join", try #require(code?.plain))
        try add(leader, "8.4=\(grade)")
        try sync(leader, auditor, trainee)
        return (leader, auditor, trainee)
    }

    private func add(_ place: Workplace, _ criterion: String) throws {
        try place.json(
            "finding",
            "add",
            "--title",
            "No list",
            "--criterion",
            "9001:\(criterion)",
            "--statement",
            "No list was shown."
        )
    }

    private func sync(_ places: Workplace...) throws {
        for place in places + places { try place.json("sync") }
    }

    /// A finding that the auditor raised and the leader confirmed, of which the auditor wants the only clause removed.
    private func removalProposed(
        _ server: TestServer
    ) throws -> (leader: Workplace, auditor: Workplace) {
        let (leader, auditor, _) = try TestTeam.joined(server)
        try add(auditor, "8.4=major")
        try auditor.json(
            ["evidence", "add", "--finding", "A-01", "--kind", "record", "--title", "Log"]
        )
        try auditor.json("finding", "submit", "A-01")
        try TestTeam.sync(leader, auditor)
        try leader.json("finding", "confirm", "A-01")
        try TestTeam.sync(leader, auditor)
        try auditor.json(
            ["finding", "edit", "A-01", "--remove-criterion", "9001:8.4", "--reason", "not so bad"]
        )
        try TestTeam.sync(leader, auditor)
        return (leader, auditor)
    }

    /// What was printed, however the lines were broken.
    private func inOneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private func totals(_ place: Workplace) throws -> JSON? {
        try place.json("finding", "list")["totals"]
    }

    private func conclusion(_ place: Workplace) throws -> JSON? {
        try place.json("conclusion", "show", "9001")["conclusions"]?.arrayValue?.first
    }

    @Test func whatWasDecidedCountsUntilItsRemovalIsAccepted() throws {
        let server = try TestServer()
        let (leader, auditor) = try removalProposed(server)

        for place in [leader, auditor] {
            let totals = try totals(place)
            #expect(totals?["nonconformities"] == 1)
            #expect(totals?["countsByStandard"]?[qms] == ["major": 1])
            #expect(totals?["proposedByStandard"] == [:])
            #expect(try place.json("status")["totals"] == totals)
            #expect(try conclusion(place)?["counts"] == ["major": 1])
            #expect(try conclusion(place)?["openMajors"]?.arrayValue?.count == 1)
            let report = try place.concord("report", "--output", "-").output
            #expect(!report.contains("only proposed"))
        }
        try leader.json("resolve", "A-01", "--remove", "--reason", "agreed")
        #expect(try totals(leader)?["nonconformities"] == 0)
        #expect(try totals(leader)?["proposedByStandard"] == [:])
    }

    @Test func aProposedRemovalIsDeclinedByKeepingIt() throws {
        let server = try TestServer()
        let (leader, auditor) = try removalProposed(server)

        for command in [["conflicts"], ["conflicts", "show", "A-01"]] {
            let shown = try leader.start(command).wait().output
            #expect(shown.contains("keep it"), "\(shown)")
            #expect(shown.contains("declines the proposal"), "\(shown)")
        }
        #expect(try leader.concord("conflicts", "show").output.contains("--keep --reason WHY"))
        let beyond = try leader.concord("resolve", "A-01", "--take", "3", "--reason", "x")
        #expect(beyond.errors.contains("there are 2"), "\(beyond.errors)")
        let kept = try leader.concord("resolve", "A-01", "--take", "2", "--reason", "it stays")
        #expect(inOneLine(kept.output).contains("kept; declined the proposal"), "\(kept.output)")
        try TestTeam.sync(leader, auditor)

        #expect(try totals(auditor)?["countsByStandard"]?[qms] == ["major": 1])
        let told = try auditor.concord("inbox").output
        #expect(told.contains("by: kept, Lea Der"), "\(told)")
        #expect(!told.contains("by: added"), "\(told)")
    }

    @Test func aGradeProposedBesideADecidedOneIsCountedAndHindersCertification() throws {
        let server = try TestServer()
        let (leader, auditor, trainee) = try team(server, grade: "ofi")
        try trainee.json("finding", "edit", "L-01", "--criterion", "9001:8.4=major")
        try sync(leader, auditor, trainee)

        for place in [leader, trainee] {
            let totals = try totals(place)
            #expect(totals?["nonconformities"] == 0)
            #expect(totals?["countsByStandard"]?[qms] == ["ofi": 1])
            #expect(totals?["proposedByStandard"]?[qms] == ["major": 1])
            #expect(try conclusion(place)?["proposed"] == ["major": 1])
            let report = try place.concord("report", "--output", "-").output
            #expect(report.contains("grade only proposed"))
        }
        let edit = ["conclusion", "edit", "9001", "--recommendation", "certify"]
        let refused = try leader.start(edit).wait()
        #expect(refused.status == 1)
        #expect(refused.errors.contains("L-01"), "\(refused.errors)")
        let plans = ["conclusion", "edit", "9001", "--recommendation", "certifyAfterPlans"]
        #expect(try leader.start(plans).wait().status == 1)

        try leader.json("resolve", "L-01", "--remove", "--reason", "not so severe")
        #expect(try totals(leader)?["proposedByStandard"] == [:])
        #expect(try leader.start(edit).wait().status == 0)
    }

    /// What a leader merges into a finding of theirs they decide there: it waits for nobody any more.
    @Test func aProposedGradeThatAMergeTakesOverIsDecided() throws {
        let server = try TestServer()
        let (leader, auditor, trainee) = try team(server, grade: "minor")
        try add(trainee, "8.2.1=major")
        try sync(leader, auditor, trainee)
        #expect(try leader.json("proposals")["proposals"]?.arrayValue?.count == 1)
        let label = try #require(
            try leader.json("finding", "list")["findings"]?.arrayValue?.compactMap {
                $0["label"]?.plain
            }.first { $0 != "L-01" }
        )

        try leader.json("finding", "merge", label, "--into", "L-01", "--reason", "one cause")

        #expect(try totals(leader)?["countsByStandard"]?[qms] == ["major": 1])
        #expect(try leader.json("proposals")["proposals"] == [])
        #expect(try leader.concord("finding", "confirm", label).status == 1)
    }

    /// A merge decides nothing about what is proposed in what is merged: the finding that is kept bears it.
    @Test func aGradeProposedInWhatIsMergedHindersCertificationStill() throws {
        let server = try TestServer()
        let (leader, auditor, trainee) = try team(server, grade: "minor")
        try add(leader, "8.4=minor")
        try sync(leader, auditor, trainee)
        try trainee.json("finding", "edit", "L-01", "--criterion", "9001:8.4=major")
        try sync(leader, auditor, trainee)
        try leader.json("finding", "merge", "L-01", "--into", "L-02", "--reason", "one cause")

        #expect(try conclusion(leader)?["counts"] == ["minor": 1])
        #expect(try conclusion(leader)?["proposed"] == ["major": 1])
        #expect(try totals(leader)?["proposedByStandard"]?[qms] == ["major": 1])
        let plans = ["conclusion", "edit", "9001", "--recommendation", "certifyAfterPlans"]
        #expect(try leader.start(plans).wait().status == 1)
    }

    @Test func aLowerProposedGradeIsCountedBesideTheDecidedOne() throws {
        let server = try TestServer()
        let (leader, auditor, trainee) = try team(server, grade: "minor")
        try trainee.json("finding", "edit", "L-01", "--criterion", "9001:8.4=ofi")
        try sync(leader, auditor, trainee)

        #expect(try totals(leader)?["countsByStandard"]?[qms] == ["minor": 1])
        #expect(try totals(leader)?["proposedByStandard"]?[qms] == ["ofi": 1])
        let shown = try leader.concord("conclusion", "show", "9001").output
        #expect(shown.contains("proposed: 1 ofi"), "\(shown)")
        #expect(!shown.contains("prevents certification too"), "\(shown)")

        let undone = try trainee.concord("undo").output
        #expect(inOneLine(undone).contains("your proposal was undone; minor stays"), "\(undone)")
    }

    @Test func aGradeThatWasConfirmedIsNoOpenProposal() throws {
        let server = try TestServer()
        let (leader, auditor, trainee) = try team(server, grade: "ofi")
        try trainee.json(
            ["finding", "add", "--title", "No plan", "--criterion", "9001:8.5.2=minor"]
        )
        let list = try trainee.json("finding", "list")["findings"]?.arrayValue ?? []
        let raised = try #require(list.first { $0["title"] == "No plan" }?["label"]?.plain)
        let evidence = [
            "evidence", "add", "--finding", raised, "--kind", "record", "--title", "Log",
        ]
        try trainee.json(evidence)
        try trainee.json(
            ["finding", "edit", raised, "--statement", "No plan was shown."]
        )
        try trainee.json("finding", "submit", raised)
        try sync(leader, auditor, trainee)

        let open = inOneLine(try leader.concord("proposals").output)
        let command = "`concord finding edit \(raised) --criterion 9001:8.5.2=minor`"
        #expect(open.contains(command), "\(open)")
        try leader.json("finding", "confirm", raised)
        try sync(leader, auditor, trainee)

        #expect(try leader.json("proposals")["proposals"] == .array([]))
        #expect(try leader.json("status")["openProposals"] == 0)
        #expect(try leader.json("inbox")["proposalsToDecide"] == 0)
        #expect(try trainee.json("inbox")["proposed"] == .array([]))
        let rows = try leader.concord("finding", "list").output
        #expect(!rows.contains("?"), "\(rows)")
        #expect(try totals(leader)?["nonconformities"] == 1)
    }
}
