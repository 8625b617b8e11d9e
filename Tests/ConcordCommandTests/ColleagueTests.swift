import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Foundation
import Testing

/// What members cannot do to each other by the records they write: take a name, hide somebody, stand in
/// the place of what a leader recorded, or make a command take for ever.
@Suite(.serialized) struct ColleagueTests {
    @Test func anIDOfAColleaguesChoiceTakesNoNumberAndNoName() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        let real = try leader.json("finding", "add", "--title", "Real")
        let id = try #require(real["id"]?.plain)
        let number = try #require(real["label"]?.plain)
        try TestTeam.sync(leader, auditor)
        try auditor.save { edit in
            edit.add("finding", id: WireText(number), fields: ["title": "Shadow"])
            edit.add("finding", id: "z1", fields: ["draftNumber": .string(WireText(id))])
            let handle = WireText(String(id.suffix(6)))
            edit.add("finding", id: "z2", fields: ["draftNumber": .string(handle)])
            edit.add("evidence", id: "A", fields: ["title": "Named like a letter"])
        }
        try TestTeam.sync(auditor, leader)

        #expect(try leader.json("finding", "show", number)["title"] == "Real")
        #expect(try leader.json("finding", "show", "/finding/\(number)")["title"] == "Shadow")
        #expect(try leader.json("finding", "show", "/finding/\(id)")["title"] == "Real")
        for name in [id, String(id.suffix(6))] {
            // What is no number is shown, and called, with its finding's id behind it.
            #expect(try leader.json("finding", "show", name)["title"] == "Real")
        }
        let shown = try leader.concord("show", "A")
        #expect(shown.status == 0 && !shown.output.contains("Named like a letter"))
        #expect(!(try leader.concord("finding", "list").output.contains("\n\(number)  Shadow")))
    }

    @Test func whoHasNotJoinedHasNoRoleToChange() throws {
        let leader = try Workplace()
        try leader.openEngagement()

        let refused = try leader.concord("member", "role", "Audi Tor", "observer")

        #expect(refused.status == 66)
        #expect(refused.errors.contains("Audi Tor is in the plan and has not joined"))
    }

    @Test func whatIsOnlyProposedStandsForNothing() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        let before = try leader.json("status")
        let planned = try leader.json("coverage")
        try auditor.save { edit in
            edit.add("organization", id: "!", fields: ["name": "EVIL"])
            edit.add(
                "exclusion",
                id: "!",
                fields: ["standard": "iso-9001-2008", "clause": "7.3.1", "justification": "EVIL"]
            )
            edit.add("planSlot", id: "!", fields: ["title": "EVIL"])
            edit.add(
                "teamMember",
                id: "!",
                fields: ["fileID": "x", "name": "EVIL", "role": "lead"]
            )
            edit.add("declined", id: "!", fields: ["diff": "EVIL"])
        }
        try TestTeam.sync(auditor, leader)
        try leader.json("report", "--output", leader.path("r.html"))

        #expect(try leader.json("status")["organization"] == before["organization"])
        #expect(try leader.json("coverage") == planned)
        #expect(!(try leader.concord("member", "list").output.contains("EVIL")))
        #expect(try leader.concord("invite", "--name", "EVIL").status == 64)
        let report = try String(contentsOfFile: leader.path("r.html"), encoding: .utf8)
        #expect(!report.contains("EVIL"))
    }

    @Test func whoMarksEvidenceIsNamedInTheReportAndToldToItsAuthor() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        try auditor.json(
            "evidence",
            "add",
            "--kind",
            "document",
            "--title",
            "Log",
            "--content",
            "Lines."
        )
        try TestTeam.sync(auditor, leader)
        let items = try leader.json("evidence", "list")["evidence"]?.arrayValue
        let id = try #require(items?.first?["id"]?.stringValue)
        try leader.save { edit in
            edit.set(
                CellPath(kind: "evidence", record: id, field: "confidentiality"),
                to: "restricted"
            )
        }
        try TestTeam.sync(leader, auditor)

        let told = try auditor.json("inbox")["items"]?.arrayValue ?? []
        #expect(told.map { $0["kind"] } == ["content-hidden"], "\(told)")
        #expect(try auditor.concord("inbox").output.contains("reports do not show what it says"))
        try auditor.json("report", "--output", auditor.path("r.html"))
        let report = try String(contentsOfFile: auditor.path("r.html"), encoding: .utf8)
        #expect(report.contains("Content not shown: restricted, as marked by "))
    }

    /// What stands around a text is found on a screen, however long somebody made it.
    @Test func aTextOfAnyLengthFillsNoScreen() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        let long = WireText(String(repeating: "longer and ", count: 20_000))
        try auditor.save { edit in
            edit.add(
                "finding",
                id: "0198-fffff1",
                fields: ["title": .string(long), "statement": .string(long), "unit": .string(long)]
            )
            edit.add("evidence", id: "0198-eeeee2", fields: ["title": .string(long)])
        }
        try TestTeam.sync(auditor, leader)

        for command in [
            ["finding", "list"], ["finding", "show", "0198-fffff1"], ["show", "0198-fffff1"],
            ["blame", "0198-fffff1"], ["blame", "0198-fffff1", "title"], ["evidence", "list"],
            ["evidence", "show", "0198-eeeee2"], ["status"], ["status", "--notices"], ["log"],
            ["finding", "confirm", "0198-fffff1"],
        ] {
            let outcome = try leader.start(command).wait()
            #expect(outcome.output.count < 100_000, "\(command)")
            #expect(outcome.errors.count < 10_000, "\(command)")
        }
        let shown = try leader.start(["finding", "show", "0198-fffff1"]).wait().output
        #expect(shown.contains("are not shown here"))
    }

    /// A question keeps its answer, and the name by which it is answered, wherever a colleague moves it.
    @Test func aQuestionThatAColleagueMovesIsAnsweredByTheEndOfItsID() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        try leader.save { edit in
            for (id, order) in [("0198-aaaaa1", 51), ("0198-bbbbb2", 52)] {
                edit.add(
                    "checklistItem",
                    id: WireText(id),
                    fields: [
                        "question": .string(WireText("Q \(id)")), "order": .integer(Int64(order)),
                    ]
                )
            }
        }
        try TestTeam.sync(leader, auditor)
        #expect(try auditor.concord("checklist", "list").output.contains("aaaaa1"))
        try leader.save { edit in
            edit.set(CellPath(kind: "checklistItem", record: "0198-aaaaa1", field: "order"), to: 53)
        }
        try TestTeam.sync(leader, auditor)

        let answered = try auditor.concord("checklist", "answer", "0198-aaaaa1", "conforming")
        #expect(answered.output.contains("Q 0198-aaaaa1"), "\(answered)")
        let items = try auditor.json("checklist", "list")["items"]?.arrayValue ?? []
        let answers = items.filter { $0["answer"] != nil }.map { $0["id"] }
        #expect(answers == ["0198-aaaaa1"])
    }

    @Test func aProposedFieldOfALeaderIsShownAsNoFact() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        let state = try #require(try leader.json("state")["state"])
        try auditor.save { edit in
            for kind in [Schema.engagement, Schema.organization, Schema.scope, Schema.planSlot] {
                for (id, record) in state[kind.name]?.objectValue ?? [:] {
                    for field in kind.fields where record[field.name] == nil {
                        let path = CellPath(kind: kind.name, record: id, field: field.name)
                        switch (field.rule, field.type) {
                        case (.once, _), (.state, _), (.text, _): break
                        case (.set, _): edit.insert("EVIL", into: path)
                        case (_, .composite):
                            edit.set(path, to: [["id": "EVIL", "name": "EVIL"]])
                        case (_, .string): edit.set(path, to: "EVIL")
                        default: break
                        }
                    }
                }
            }
        }
        try TestTeam.sync(auditor, leader)
        try leader.json("report", "--output", leader.path("r.html"))

        for command in [["status"], ["coverage"], ["engagement", "--json"]] {
            let output = try leader.start(command).wait().output
            #expect(!output.contains("EVIL"), "\(command)")
        }
        let report = try String(contentsOfFile: leader.path("r.html"), encoding: .utf8)
        #expect(!report.contains("EVIL"))
        let shown = try leader.concord("engagement").output
        #expect(!shown.contains("EVIL"))
        #expect(shown.contains("Proposed by Audi Tor; a leader decides: "))
    }

    @Test func theLastLeaderIsToldToGiveTheRoleToSomebodyFirst() throws {
        let leader = try Workplace()
        try leader.openEngagement()

        let refused = try leader.concord("member", "role", "Lea Der", "observer")

        #expect(refused.status == 1)
        #expect(refused.errors.contains("at least one audit team leader must remain"))
        #expect(refused.errors.contains("Make someone else a leader first"))
    }

    @Test func noFileBesideAReplicaIsReplacedByAReport() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        try TestTeam.sync(leader, auditor)
        try leader.json("inbox", "--mark-read")
        let replica = URL(fileURLWithPath: try leader.replica())
        let names = try FileManager.default.contentsOfDirectory(
            atPath: replica.deletingLastPathComponent().path
        )
        let beside = names.filter { $0.hasPrefix(replica.lastPathComponent) }
        #expect(beside.count > 3, "\(beside)")

        for name in beside {
            let path = replica.deletingLastPathComponent().appendingPathComponent(name).path
            #expect(try leader.concord("report", "--output", path).status == 73, "\(name)")
        }
        try leader.json("sync")
    }

    @Test func conflictsOfOneNameAreNotTakenForEachOther() throws {
        let server = try TestServer()
        let (leader, auditor, _) = try TestTeam.joined(server)
        let (one, two) = Self.pairOfOneName()
        try auditor.save { edit in
            for id in [one, two] { edit.add("finding", id: id, fields: ["title": "First"]) }
        }
        try TestTeam.sync(auditor, leader)
        for (place, title) in [(leader, "Leader's"), (auditor, "Auditor's")] {
            try place.save { edit in
                for id in [one, two] {
                    let path = CellPath(kind: "finding", record: id, field: "title")
                    edit.set(path, to: .string(WireText(title)))
                }
            }
        }
        try TestTeam.sync(auditor, leader)
        let conflicts = try leader.json("conflicts")["conflicts"]?.arrayValue ?? []
        let name = try #require(conflicts.first?["name"]?.plain)
        try #require(conflicts.count == 2 && conflicts.allSatisfy { $0["name"]?.plain == name })

        let refused = try leader.concord("resolve", name, "--take", "1", "--reason", "x")

        #expect(refused.status == 64)
        #expect(refused.errors.contains("/finding/\(one)/title"))
        #expect(refused.errors.contains("/finding/\(two)/title"))
        try leader.json("resolve", "/finding/\(one)/title", "--take", "1", "--reason", "x")
        #expect(try leader.json("conflicts")["conflicts"]?.arrayValue?.count == 1)
    }

    /// Two ids of findings whose conflicts over the title have one name.
    private static func pairOfOneName() -> (WireText, WireText) {
        var seen: [Substring: WireText] = [:]
        for number in 0... {
            let id: WireText = "f\(number)"
            let path = CellPath(kind: "finding", record: id, field: "title")
            let name = SHA256Digest(hashing: Array(path.description.utf8)).hex.prefix(6)
            if let other = seen[name] { return (other, id) }
            seen[name] = id
        }
        preconditionFailure("numbers end nowhere")
    }

    @Test func aPipeInThePlaceOfAFileHoldsNobody() throws {
        let place = try Workplace()
        try place.openEngagement()
        let pipe = place.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)

        for arguments in [
            ["status", "--replica", pipe], ["rebuild", "--replica", pipe],
            ["new", "--from", pipe, "--name", "x"], ["log", "--import", pipe],
            ["log", "--import", "/dev/zero"], ["new", "--from", "/dev/zero", "--name", "x"],
        ] {
            let outcome = try place.start(arguments).wait()
            #expect([73, 77].contains(outcome.status), "\(arguments)")
            #expect(outcome.errors.contains("and not a file"), "\(arguments)")
        }
    }

    /// The user time of a command, in seconds.
    private func seconds(_ place: Workplace, _ arguments: [String]) throws -> Double {
        let concord = Bundle.main.bundleURL.appendingPathComponent("concord").path
        let (_, output) = try ChildProgram.run(
            "/bin/bash",
            ["-c", "TIMEFORMAT=%U; time \"$0\" \"$@\" >/dev/null 2>&1", concord] + arguments,
            environment: place.environment(),
            mergingErrors: true
        )
        let text = String(decoding: output, as: UTF8.self)
        return try #require(Double(text.split(separator: "\n").last ?? ""))
    }

    /// What each of several shapes costs in the commands that read them, at one size and at twice it.
    @Test func listsCostAsMuchAsTheyAreLong() throws {
        let sizes = [500, 1000]
        var costs: [[String]: [Double]] = [:]
        for size in sizes {
            let server = try TestServer()
            let (leader, auditor, _) = try TestTeam.joined(server)
            try leader.json("sync")
            try leader.json("member", "role", "Audi Tor", "observer")
            try leader.json("sync")
            // Without effect, since the role has changed meanwhile, which the auditor has not heard.
            try auditor.save { edit in
                for number in 0..<size {
                    let finding: WireText = "v\(number)"
                    edit.add("finding", id: finding, fields: ["title": "void"])
                    edit.add(
                        "checklistItem",
                        id: "q\(number)",
                        fields: ["question": "void"]
                    )
                }
            }
            try leader.save { edit in
                edit.add("evidence", id: "e1", fields: ["kind": "document", "title": "PR-12"])
                for number in 0..<size {
                    let finding: WireText = "f\(number)"
                    edit.add(
                        "finding",
                        id: finding,
                        fields: [
                            "title": "same", "draftNumber": "L-01", "evidence": ["e1": true],
                        ]
                    )
                }
            }
            try leader.save { edit in
                for number in 0..<size {
                    let finding: WireText = "f\(number)"
                    edit.add(
                        "criterion",
                        id: DerivedID.criterion(
                            finding: finding,
                            standard: "iso-9001-2008",
                            clause: "4.2.3"
                        ),
                        fields: [
                            "finding": .string(finding), "standard": "iso-9001-2008",
                            "clause": "4.2.3", "grade": "minor",
                        ]
                    )
                }
            }
            try TestTeam.sync(auditor, leader)
            for arguments in [
                ["status"], ["admit"], ["finding", "list"], ["evidence", "list", "--json"],
                ["report", "--output", leader.path("r.html")], ["finding", "show", "nothing"],
            ] {
                let best = try (0..<2).map { _ in try seconds(leader, arguments) }.min()
                costs[[arguments[0], arguments.count > 1 ? arguments[1] : ""], default: []]
                    .append(best ?? 0)
            }
        }
        for (command, cost) in costs.sorted(by: { $0.key[0] < $1.key[0] }) {
            #expect(cost[1] <= 2.5 * cost[0] || cost[1] < 0.2, "\(command): \(cost)")
        }
    }
}
