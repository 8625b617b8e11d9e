import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import Foundation
import Testing

/// What is said of an open matter is true meanwhile: what counts, what is only proposed, and who may still write.
@Suite(.serialized) struct MeanwhileTests {
    /// A leader, an auditor, and findings of the auditor that both have.
    private func team(
        _ server: TestServer,
        findings: Int = 1,
        confirmed: Bool = false
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
            let evidence = ["--kind", "document", "--title", "Log \(number)"]
            try auditor.json(["evidence", "add", "--finding", "A-0\(number)"] + evidence)
            try auditor.json("finding", "submit", "A-0\(number)")
        }
        try TestTeam.sync(leader, auditor)
        if confirmed {
            try leader.json("finding", "confirm", "A-01")
            try TestTeam.sync(leader, auditor)
        }
        return (leader, auditor)
    }

    @Test func aWithdrawalOfWhatTookAnotherInIsTold() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server, findings: 2)
        try leader.json("finding", "merge", "A-02", "--into", "A-01")
        try TestTeam.sync(leader, auditor)

        let told = try auditor.concord("finding", "withdraw", "A-01", "--reason", "covered")
        #expect(told.errors.contains("A-02 was merged into A-01"), "\(told.errors)")
        #expect(told.errors.contains("is now in conflict"), "\(told.errors)")
        try TestTeam.sync(leader, auditor)

        for place in [leader, auditor] {
            let shown = try place.concord("conflicts").output
            #expect(shown.contains("A-02 counts and A-01 does not"), "\(shown)")
            #expect(!shown.contains("both count"), "\(shown)")
            #expect(shown.contains("withdrew A-01"), "\(shown)")
            #expect(shown.contains("meanwhile: submitted"), "\(shown)")
        }
    }

    @Test func aWithdrawalBesideAConfirmationIsTold() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json("finding", "confirm", "A-01")
        try auditor.json("finding", "edit", "A-01", "--statement", "No list was kept.")
        try TestTeam.sync(leader, auditor)
        let told = try auditor.concord("finding", "withdraw", "A-01", "--reason", "not valid")
        #expect(told.errors.contains("A-01 has 1 open conflict"), "\(told.errors)")
        try TestTeam.sync(leader, auditor)

        let shown = try leader.json("conflicts")["conflicts"]?.arrayValue?.first?["story"]?.plain
        #expect(
            shown
                == "Lea Der confirmed A-01 while Audi Tor was editing it; Audi Tor withdrew it"
        )
        let text = try leader.concord("conflicts", "show", "A-01").output
        #expect(text.contains("Meanwhile: withdrawn (it does not count until"), "\(text)")
    }

    /// Evidence is named where somebody changed or hid it beside a confirmation; a removal that is only proposed is told as that.
    @Test func whatBecameOfCitedEvidenceIsTold() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        let listed = try auditor.json("evidence", "list")["evidence"]?.arrayValue
        let id = try #require(listed?.first?["id"]?.stringValue)
        try leader.json("finding", "confirm", "A-01")
        var edit = Edit()
        edit.set(CellPath(kind: "evidence", record: id, field: "source"), to: "rev 2")
        try Replica.open(at: try auditor.replica()).save(edit)
        try TestTeam.sync(leader, auditor)

        let shown = try leader.concord("conflicts").output
        #expect(shown.contains("Audi Tor changed evidence Log 1"), "\(shown)")
        let account = try leader.concord("conflicts", "show", "A-01").output
        #expect(account.contains("of evidence Log 1"), "\(account)")

        try leader.json("finding", "confirm", "A-01")
        try TestTeam.sync(leader, auditor)
        var removal = Edit()
        removal.hide(kind: "evidence", id: id)
        try Replica.open(at: try auditor.replica()).save(removal)
        try TestTeam.sync(leader, auditor)
        let proposed = try leader.concord("conflicts").output
        #expect(proposed.contains("Audi Tor proposed to remove"), "\(proposed)")
        #expect(!proposed.contains("while \n"), "\(proposed)")
    }

    @Test func aConfirmationThatWasTakenBackIsToldAsThat() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server, confirmed: true)
        try leader.json("finding", "return", "A-01", "--reason", "old evidence")
        try TestTeam.sync(leader, auditor)

        let told = try auditor.concord("inbox").output
        #expect(told.contains("your finding was confirmed; it is submitted now"), "\(told)")
        #expect(told.contains("the confirmation of your finding was undone"), "\(told)")
    }

    @Test func proposalsOfEvidenceAreTellable() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server, confirmed: true)
        for title in ["Sheet", "Photo"] {
            try auditor.json(
                ["evidence", "add", "--kind", "photo", "--finding", "A-01", "--title", title]
            )
        }
        try TestTeam.sync(leader, auditor)

        for command in ["proposals", "conflicts"] {
            let shown = try leader.concord(command).output
            #expect(shown.contains("Sheet") && shown.contains("Photo"), "\(shown)")
            #expect(!shown.contains("true"), "\(shown)")
        }
        let finding = try leader.concord("finding", "show", "A-01").output
        // Each thing is said once.
        for title in ["Sheet", "Photo"] {
            let lines = finding.split(separator: "\n").filter {
                $0.contains(title) && !$0.contains("  photo  ")
            }
            #expect(lines.count == 1, "\(finding)")
        }
        #expect(finding.components(separatedBy: "confirmed").count == 2, "\(finding)")
        #expect(try leader.json("status")["openProposals"] == 2)
        #expect(try leader.concord("status").output.contains("2 proposals open"))
    }

    @Test func whatIsOnlyProposedCanBeDeclinedWithOneWord() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server, confirmed: true)
        try auditor.json(
            "finding",
            "edit",
            "A-01",
            "--statement",
            "No list was kept.",
            "--criterion",
            "20000-1:9.2=major",
            "--unit",
            "U2"
        )
        try TestTeam.sync(leader, auditor)
        let conflicts = try leader.json("conflicts")["conflicts"]?.arrayValue ?? []
        #expect(conflicts.count == 3)

        for conflict in conflicts {
            let name = try #require(conflict["name"]?.plain)
            let outcome = try leader.concord("resolve", name, "--remove", "--reason", "as it was")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("declined the proposal"), "\(outcome.output)")
        }
        let finding = try leader.json("finding", "show", "A-01")
        #expect(finding["statement"] == "No list was shown.")
        #expect(finding["criteria"]?.arrayValue?.first?["grade"] == "minor")
        #expect(finding["unit"] == nil)
        #expect(finding["state"] == "confirmed")
        #expect(try leader.json("conflicts")["conflicts"] == [])
        #expect(try leader.json("proposals")["proposals"] == [])
    }

    @Test func aConfirmationSaysWhatIsStillOpen() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json("finding", "edit", "A-01", "--unit", "U2")
        try auditor.json("finding", "edit", "A-01", "--unit", "U3")
        try TestTeam.sync(leader, auditor)
        // In training for this standard, so that the grade is a proposal.
        try auditor.json("finding", "edit", "A-01", "--criterion", "9001:8.4=minor")
        try TestTeam.sync(leader, auditor)

        let told = try leader.concord("finding", "confirm", "A-01")

        #expect(told.status == 0, "\(told.errors)")
        #expect(told.errors.contains("A-01 has 1 open conflict"), "\(told.errors)")
        // The grade was confirmed with the finding: it counts, and waits for nobody.
        #expect(!told.errors.contains("proposal"), "\(told.errors)")
    }

    @Test func sidesAreShownWithTheStateThatTheyHadBeforeThem() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try auditor.json("finding", "add", "--title", "Draft")
        try TestTeam.sync(leader, auditor)
        try leader.json("finding", "withdraw", "A-02", "--reason", "no")
        try auditor.json("finding", "edit", "A-02", "--statement", "A text.")
        try TestTeam.sync(leader, auditor)

        let shown = try leader.concord("conflicts", "show", "A-02").output
        #expect(shown.contains("saw: draft"), "\(shown)")
        #expect(shown.contains("Meanwhile: draft"), "\(shown)")
    }

    @Test func aContestedConclusionNamesItsStandardAndWhatIsRecommended() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        try TestTeam.sync(leader, auditor)
        try leader.json("member", "role", "Audi Tor", "lead")
        try TestTeam.sync(leader, auditor)
        for (place, recommendation, words) in [
            (leader, "certify", "All is met."), (auditor, "doNotCertify", "Little is done."),
        ] {
            try place.json(
                "conclusion",
                "edit",
                "9001",
                "--recommendation",
                recommendation,
                "--fulfilment",
                words
            )
        }
        try TestTeam.sync(leader, auditor)

        let shown = try leader.concord("conflicts", "show", "9001").output
        #expect(shown.contains("the conclusion for ISO 9001:2008"), "\(shown)")
        #expect(shown.contains("recommends certify"), "\(shown)")
        #expect(shown.contains("recommends doNotCertify"), "\(shown)")
        let beside = try leader.concord("conflicts").output.replacing("\n          ", with: " ")
        #expect(beside.contains("certify (Lea Der)"), "\(beside)")
        #expect(beside.contains("doNotCertify (Audi Tor)"), "\(beside)")
    }

    @Test func aRevokedDeviceIsNotARevokedMember() throws {
        let server = try TestServer()
        let (leader, auditor) = try team(server)
        try leader.json(
            ["member", "revoke", "Audi Tor", "--device", "tablet", "--reason", "stolen"]
        )
        try tell(auditor, of: leader)

        let status = try auditor.concord("status").output
        #expect(status.contains("this device was revoked"), "\(status)")
        #expect(!status.contains("membership"), "\(status)")
        #expect(try auditor.json("status")["revocation"] == "device")
        let refused = try auditor.concord("finding", "add", "--title", "T")
        #expect(refused.errors.contains("the device had been revoked"), "\(refused.errors)")
        try leader.json("member", "revoke", "Audi Tor", "--reason", "left")
        try tell(auditor, of: leader)
        let ended = try auditor.concord("status").output
        #expect(ended.contains("your membership has ended"), "\(ended)")
        #expect(try auditor.json("status")["revocation"] == "member")
    }

    /// The server serves a revoked device nothing more and says so; it hears the rest by a file.
    private func tell(_ auditor: Workplace, of leader: Workplace) throws {
        try leader.json("sync")
        let refused = try auditor.concord("sync")
        #expect(refused.status != 0)
        #expect(refused.errors.contains("access-revoked"), "\(refused.errors)")
        let file = leader.path("log.ndjson")
        try Data(try leader.concord("log", "--export").output.utf8).write(
            to: URL(filePath: file)
        )
        try auditor.json("log", "--import", file)
    }

    @Test func anotherDeviceOfARevokedPersonIsNamed() throws {
        let server = try TestServer()
        let leader = try Workplace()
        try leader.openEngagement(server: server.url)
        let code = try #require(
            try leader.json(
                ["invite", "--name", "Pia Ro", "--role", "auditor", "--uses", "2"]
            )["code"]?.plain
        )
        try leader.json("sync")
        for device in ["tablet", "phone"] {
            try Workplace().json("join", code, "--device", device)
        }
        try leader.json("sync")

        let several = try leader.concord("member", "revoke", "Pia Ro", "--reason", "left")
        #expect(several.status == 64)
        #expect(several.errors.contains("may be any of 2"), "\(several.errors)")
        let members = try leader.json("member", "list")["members"]?.arrayValue ?? []
        let devices = members.filter { $0["name"]?.plain?.hasPrefix("Pia") ?? false }
        let letter = try #require(devices.first?["letter"]?.plain)
        let revoked = try leader.concord("member", "revoke", letter, "--reason", "left")
        let other = try #require(devices.last?["name"]?.plain)
        #expect(revoked.output.contains("joined by the same invitation"), "\(revoked.output)")
        #expect(revoked.output.replacing("\n", with: " ").contains(other), "\(revoked.output)")
    }
}
