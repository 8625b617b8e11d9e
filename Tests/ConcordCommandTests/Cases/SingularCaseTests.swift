import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import Foundation
import Testing

@testable import ConcordLab

// Cases of the sample that are about more than one finding, or that no command plays yet.
@Suite("The sample's other cases, with the programs")
struct SingularCaseTests {
    private func theCase(_ id: String) throws -> (file: DemoFile, edits: [JSON], expected: JSON) {
        let file = try CaseTeam.sample()
        let item = try #require(file.list("concurrentEdits").first { $0["id"]?.plain == id })
        return (file, item["edits"]?.arrayValue ?? [], try #require(item["expected"]))
    }

    /// c13's clock, once its owner's colleague writes at the moment of receiving: then the log bears
    /// witness of the whole difference.
    @Test func c13TheWholeDifferenceShowsOnceSomeoneWritesAtOnce() throws {
        let (file, edits, expected) = try theCase("c13")
        let notice = try #require(expected["notice"]?.plain)
        let clocks = edits.compactMap { $0["wallClock"]?.plain }
        let trueTime = try #require(clocks[0].range(of: "true time "))
        let day = clocks[1].prefix(11)
        let offset = clocks[1].dropFirst(19).prefix(6)
        let now = "\(day)\(clocks[0][trueTime.upperBound...].dropLast()):00\(offset)"
        let team = try CaseTeam(file, with: ["u-sandel"])

        try team["u-sandel"].json(
            "finding",
            "add",
            "--title",
            "T",
            "--time",
            String(clocks[0].prefix(25))
        )
        try team.sync(["u-sandel"])
        try team[team.leader].json("finding", "edit", "A-01", "--unit", "MH", "--time", now)
        try team.sync()

        #expect(notice == "clock of dev-B differs by 2 h")
        for person in team.people {
            let status = try team[person].json("status", "--notices")
            let notices = status["clockNotices"]?.arrayValue?.compactMap(\.plain) ?? []
            #expect(notices.count == 1)
            #expect(notices.first?.contains("(dev-B) is at least 2 hours ahead of") == true)
        }
    }

    /// c14. Final numbers come with the seal.
    @Test(arguments: CasePlay.orders(of: ["u-ebrel", "u-sandel"]))
    func c14NumbersOfDraftsNeverCollide(_ order: [String]) throws {
        let (file, edits, expected) = try theCase("c14")
        let team = try CaseTeam(file, with: Set(order))
        #expect(Set(edits.compactMap { $0["by"]?.plain }) == Set(order))
        var numbers: [String: JSON] = [:]

        try team.offline {
            for edit in edits {
                let place = try team[try #require(edit["by"]?.plain)]
                let id = try #require(edit["to"]?["id"]?.plain)
                let wanted = try #require(edit["to"]?["draftNumber"]?.plain)
                let time = try #require(edit["wallClock"]?.plain)
                for number in 1..<(try #require(Int(wanted.split(separator: "-")[1]))) {
                    try place.json("finding", "add", "--title", "Before, \(number)")
                }
                let saved = try place.json(
                    "finding",
                    "add",
                    "--title",
                    "T",
                    "--file-id",
                    id,
                    "--time",
                    time
                )
                #expect(saved["label"]?.plain == wanted)
                numbers[id] = .string(wanted)
            }
        }
        try team.sync(order)

        for person in team.people {
            let findings = try team[person].json("finding", "list")["findings"]?.arrayValue ?? []
            let all = findings.compactMap { $0["draftNumber"]?.plain }
            #expect(Set(all).count == all.count)
            #expect(all.count == 14)
            let kept = findings.filter { $0["fileID"] != nil }
            #expect(
                Set(kept.compactMap { $0["fileID"] }) == Set(expected["idsKept"]?.arrayValue ?? [])
            )
            for finding in kept {
                let id = try #require(finding["fileID"]?.plain)
                #expect(finding["draftNumber"] == numbers[id])
                #expect(finding["number"] == nil)
            }
        }
        try team.expectOneState()
    }

    /// c15. There is no command for answers to nonconformities yet, so they are saved through the library
    /// on the replicas that the programs made, and travel through the programs.
    @Test(arguments: CasePlay.orders(of: ["u-lindqvist", "u-carrow"]))
    func c15WhatARoleHasNoRightToHasNoEffect(_ order: [String]) throws {
        let (file, edits, expected) = try theCase("c15")
        let team = try CaseTeam(file, with: Set(order))
        let id = try prepareAction(in: team)
        func path(_ field: WireText) -> CellPath {
            CellPath(kind: "action", record: id, field: field)
        }

        try team.offline {
            for edit in edits {
                let replica = try team.replica(of: try #require(edit["by"]?.plain))
                var change = Edit(reason: "c15")
                change.set(path(try #require(edit["field"]?.stringValue)), to: edit["to"])
                #expect(try replica.save(change, keepingVoid: true) != nil)
            }
        }
        try team.sync(order)

        let rejected = try #require(expected["rejectedEdit"])
        let name = try team.person(try #require(rejected["by"]?.plain)).name
        for person in team.people {
            let action = try team[person].json("state")["state"]?["action"]?[id]
            #expect(action?["state"] == expected["state"])
            #expect(action?["due"] == expected["due"])
            let list = try team[person].json("admit")["void"]?.arrayValue ?? []
            #expect(list.map { $0["name"]?.plain } == [name])
            #expect(list.map { $0["path"]?.plain } == [path("state").description])
            // "Only auditors close": nobody does from there, which is judged before the right.
            #expect(list.map { $0["reason"]?.plain } == ["life-cycle"])
            #expect(try team[person].json("conflicts")["conflicts"] == [])
        }
        try team.expectOneState()
    }

    /// An answer to a finding that the leader has sent back, which is where c15 begins.
    private func prepareAction(in team: CaseTeam) throws -> WireText {
        try team[team.leader].json(
            try #require(team.file.finding("f04")).addArguments(evidence: [])
        )
        try team.sync()
        let finding = try team[team.leader].json("finding", "show", "f04")["id"]
        let action = try #require(team.file.list("actions").first { $0["finding"] == "f04" })
        let id: WireText = "01920000-0000-7000-8000-00000000c150"
        let state = CellPath(kind: "action", record: id, field: "state")
        var answer = Edit()
        answer.add(
            "action",
            id: id,
            fields: ["finding": finding ?? .null, "correction": action["correction"] ?? .null]
        )
        #expect(try team.replica(of: "u-lindqvist").save(answer)?.voided == [])
        for (person, step) in [
            ("u-lindqvist", "responseSubmitted"), (team.leader, "responseRejected"),
        ] {
            var edit = Edit(reason: "as the sample begins")
            edit.set(state, to: .string(step))
            #expect(try team.replica(of: person).save(edit)?.voided == [])
            try team.sync([person])
        }
        return id
    }
}

extension CaseTeam {
    /// A person's replica, opened beside the programs.
    func replica(of id: String) throws -> Replica {
        let list = try self[id].json("list")["engagements"]?.arrayValue
        return try Replica.open(at: try #require(list?.first?["path"]?.plain))
    }
}
