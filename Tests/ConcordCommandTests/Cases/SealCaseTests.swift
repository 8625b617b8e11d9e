import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Foundation
import Testing

@testable import ConcordLab

// Sample case c12: an edit from before the sign-off that reaches the server after it. No command signs off
// yet, so the leader does it through the library on the replica that her program made: the seal, the
// finding's number, and the states that a seal alone gives, in one save. What the program prints for it,
// the seal's digest and the numbers of nonconformities come with the command.
@Suite("The sample's case of a late edit from before the sign-off")
struct SealCaseTests {
    /// The case with the finding that it is about: confirmed, and the engagement in review.
    private struct Audit {
        let team: CaseTeam
        let record: String
        let edits: [JSON]
        let base: JSON
        let expected: JSON
        /// The finding's id.
        let finding: WireText

        init() throws {
            let file = try CaseTeam.sample()
            let raw = file.list("concurrentEdits").first { $0["id"] == "c12" }
            let item = try #require(raw)
            record = try #require(item["record"]?.plain)
            edits = item["edits"]?.arrayValue ?? []
            base = try #require(item["base"])
            expected = try #require(item["expected"])
            var original = try #require(file.finding(record))
            original.fields["statement"] = base["statement"]?.plain
            team = try CaseTeam(file, with: Set(edits.compactMap { $0["by"]?.plain }))
            try team[original.raisedBy].json(original.addArguments(evidence: []))
            try team[original.raisedBy].json("finding", "submit", record)
            try team.sync()
            let leader = try team[team.leader]
            try leader.json("finding", "confirm", record)
            for step in ["planApproved", "inProgress", "inReview"] {
                try leader.json("engagement", "--step", step)
            }
            try team.sync()
            finding = try #require(leader.json("finding", "show", record)["id"]?.stringValue)
        }

        /// What the leader signs.
        func seal(_ id: WireText) throws -> SaveReceipt? {
            let replica = try team.replica(of: team.leader)
            let engagement = try #require(replica.snapshot().audit.engagement)
            var edit = Edit()
            edit.add("seal", id: id, fields: ["note": "signed"])
            edit.set(path("number"), to: "F-01")
            edit.set(path("state"), to: "issued")
            edit.set(
                CellPath(kind: "engagement", record: engagement.id, field: "state"),
                to: .string("signed")
            )
            return try replica.save(edit)
        }

        func reopen(_ seal: WireText) throws -> SaveReceipt? {
            var edit = Edit()
            edit.add(
                "reopening",
                id: "01920000-0000-7000-8000-0000000c1200",
                fields: ["seal": .string(seal)]
            )
            return try team.replica(of: team.leader).save(edit)
        }

        func path(_ field: WireText) -> CellPath {
            CellPath(kind: "finding", record: finding, field: field)
        }

        /// The late edit, as the case has it.
        func editLate() throws {
            let edit = try #require(edits.first { $0["op"] == "set" })
            try team[try #require(edit["by"]?.plain)].json(
                "finding",
                "edit",
                record,
                "--statement",
                try #require(edit["to"]?.plain),
                "--time",
                try #require(edit["wallClock"]?.plain)
            )
        }

        /// The report of the leader's device, made at one and the same time.
        func report() throws -> String {
            let place = try team[team.leader]
            let path = place.path("report.html")
            try place.json("report", "--output", path, "--time", "2014-06-05T15:00:00+02:00")
            return try String(contentsOfFile: path, encoding: .utf8)
        }
    }

    private static let seal: WireText = "01920000-0000-7000-8000-0000000c1201"

    @Test func c12WhatWasSignedStaysAndTheLateEditWaitsForAReopening() throws {
        let audit = try Audit()
        var signed = ""
        try audit.team.offline {
            try audit.editLate()
            #expect(try audit.seal(Self.seal)?.voided == [])
            signed = try audit.report()
        }
        try audit.team.sync([audit.team.leader])

        let late = try #require(audit.expected["lateChange"])
        let name = try audit.team.person(try #require(late["by"]?.plain)).name
        for person in audit.team.people {
            let place = try audit.team[person]
            let finding = try place.json("finding", "show", audit.record)
            #expect(audit.expected["signedVersionUnchanged"] == true)
            #expect(finding["statement"] == audit.base["statement"])
            #expect(finding["state"] == "issued")
            #expect(finding["number"] == "F-01")
            #expect(try place.json("engagement")["state"] == "signed")
            let void = try place.json("admit")["void"]?.arrayValue ?? []
            #expect(void.map { $0["name"]?.plain } == [name])
            #expect(void.map { $0["path"]?.plain } == [audit.path("statement").description])
            #expect(void.map { $0["reason"]?.plain } == ["after-the-seal"])
            #expect(try place.json("conflicts")["conflicts"] == [])
        }
        #expect(audit.expected["reportHashUnchanged"] == true)
        #expect(try audit.report() == signed)
        try audit.team.expectOneState()

        try admitAfterReopening(audit)
    }

    /// "quarantined, needs reopening by the lead auditor"
    private func admitAfterReopening(_ audit: Audit) throws {
        let leader = try audit.team[audit.team.leader]
        let void = try leader.json("admit")["void"]?.arrayValue?.first
        let diff = try #require(void?["diff"]?.plain)
        let late = try #require(audit.edits.first { $0["op"] == "set" })

        #expect(try audit.reopen(Self.seal)?.voided == [])
        try leader.json("admit", diff, "--reason", "made before the sign-off")
        try audit.team.sync()

        for person in audit.team.people {
            let place = try audit.team[person]
            #expect(try place.json("finding", "show", audit.record)["statement"] == late["to"])
            #expect(try place.json("admit")["void"] == [])
        }
        try audit.team.expectOneState()
    }

    /// In the other order the edit is in the log before the signature: what the leader signed is not what
    /// stands there, so her seal is void until she has looked and signs again.
    @Test func c12WhoSignsUnseenSignsNothing() throws {
        let audit = try Audit()
        let before = try audit.team["u-ebrel"].json("finding", "show", audit.record)["statement"]
        try audit.team.offline {
            try audit.editLate()
            #expect(try audit.seal(Self.seal)?.voided == [])
        }
        try audit.team.sync(["u-ebrel"])

        // On a confirmed finding an auditor's edit is a proposal: what was confirmed stays as it is.
        for person in audit.team.people {
            let place = try audit.team[person]
            let finding = try place.json("finding", "show", audit.record)
            #expect(finding["statement"] == before)
            #expect(finding["state"] == "confirmed")
            #expect(finding["number"] == nil)
            let reasons = try place.json("admit")["void"]?.arrayValue?.compactMap {
                $0["reason"]?.plain
            }
            #expect(Set(reasons ?? []) == ["not-all-seen", "without-a-seal"])
        }

        #expect(try audit.seal("01920000-0000-7000-8000-0000000c1202")?.voided == [])
        try audit.team.sync()
        for person in audit.team.people {
            let finding = try audit.team[person].json("finding", "show", audit.record)
            #expect(finding["statement"] == before)
            #expect(finding["state"] == "issued")
            #expect(finding["number"] == "F-01")
        }
        try audit.team.expectOneState()
    }
}
