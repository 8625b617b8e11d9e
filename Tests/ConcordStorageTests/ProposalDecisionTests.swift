import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

@testable import ConcordStorage

/// Whatever is proposed can be accepted and declined, and then nothing of it is open: one deed is one decision.
@Suite struct ProposalDecisionTests {
    /// Who proposes what; the finding f1 of ben's is confirmed and cites e1, f2 of ben's is a draft, a1 is accepted.
    struct Deed: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let who: Int
        /// How many decisions it takes: one, unless it says things of several records.
        var decisions = 1
        let edit: @Sendable (inout Edit) -> Void

        init(
            _ name: String,
            _ who: Int,
            decisions: Int = 1,
            _ edit: @escaping @Sendable (inout Edit) -> Void
        ) {
            testDescription = name
            self.who = who
            self.decisions = decisions
            self.edit = edit
        }
    }

    private static let (ben, cem, dot, eva) = (1, 2, 3, 4)
    private static let slot: JSONObject = [
        "title": "Opening", "from": "2026-03-02T09:00:00+01:00", "clauses": ["iso 4.1": true],
    ]
    private static let raised: JSONObject = [
        "finding": "f1", "standard": "iso", "clause": "9.1", "grade": "major",
    ]
    private static let derived = DerivedID.criterion(finding: "f1", standard: "iso", clause: "9.1")

    static let deeds: [Deed] = [
        Deed("title", ben) { $0.set(cell("/finding/f1/title"), to: "New") },
        Deed("cleared unit", ben) { $0.set(cell("/finding/f1/unit"), to: nil) },
        Deed("field without value", ben) { $0.set(cell("/finding/f1/process"), to: "IT") },
        Deed("text", ben) { $0.setText(cell("/finding/f1/statement"), to: "No plan was shown.") },
        Deed("new text", ben) { $0.setText(cell("/finding/f1/requirementNote"), to: "Words.") },
        Deed("evidence", ben) { $0.insert("e2", into: cell("/finding/f1/evidence")) },
        Deed("evidence taken out", ben) { $0.remove("e1", from: cell("/finding/f1/evidence")) },
        Deed("criterion", ben) { $0.add("criterion", id: derived, fields: raised) },
        Deed("criterion by another program", ben) {
            $0.add("criterion", id: "c9", fields: raised)
        },
        Deed("criterion with more", ben) {
            var fields = raised
            fields["otherCriterion"] = "PR-12"
            $0.add("criterion", id: derived, fields: fields)
        },
        Deed("criterion without grade", ben) {
            var fields = raised
            fields["grade"] = nil
            $0.add("criterion", id: derived, fields: fields)
        },
        Deed("grade", ben) { $0.set(cell("/criterion/c1/grade"), to: "major") },
        Deed("criterion taken out", ben) { $0.hide(kind: "criterion", id: "c1") },
        Deed("finding taken out", ben) { $0.hide(kind: "finding", id: "f1") },
        Deed("evidence changed", ben) { $0.set(cell("/evidence/e1/title"), to: "Log 2") },
        Deed("evidence hidden", ben) { $0.hide(kind: "evidence", id: "e3") },
        Deed("grade in training", cem) { $0.set(cell("/criterion/c2/grade"), to: "major") },
        Deed("grade by role", dot) { $0.set(cell("/criterion/c2/grade"), to: "major") },
        Deed("grade where none is", cem) { $0.set(cell("/criterion/c3/grade"), to: "major") },
        Deed("confirmation in training", cem) {
            $0.set(cell("/finding/f3/state"), to: "confirmed")
        },
        Deed("plan slot", ben) { $0.add("planSlot", id: "p9", fields: slot) },
        Deed("plan slot moved", ben) {
            $0.set(cell("/planSlot/p1/from"), to: "2026-03-03T09:00:00+01:00")
        },
        Deed("clause of a slot", ben) { $0.insert("iso 4.2", into: cell("/planSlot/p1/clauses")) },
        Deed("scope", ben) {
            let fields: JSONObject = ["standard": "iso", "statement": "All."]
            $0.add("scope", id: DerivedID.scope(standard: "iso"), fields: fields)
        },
        Deed("kind of engagement", ben) { $0.set(cell("/engagement/e/kind"), to: "special") },
        Deed("step of the engagement", ben) {
            $0.set(cell("/engagement/e/state"), to: "planApproved")
        },
        Deed("answer's text", eva) { $0.setText(cell("/action/a1/cause"), to: "No time at all.") },
        Deed("answer's owner", eva) { $0.set(cell("/action/a1/owner"), to: "Ida") },
        Deed("two clauses", ben, decisions: 2) {
            $0.add("criterion", id: derived, fields: raised)
            $0.set(cell("/criterion/c1/grade"), to: "major")
        },
    ]

    private func team() throws -> Team {
        let team = try Team(
            ["ann", "ben", "cem", "dot", "eva"],
            inTraining: ["cem"],
            roles: ["dot": .inTraining, "eva": .auditeeRep]
        )
        let (ann, ben, cem, eva) = (
            team.devices[0], team.devices[1], team.devices[2], team.devices[4]
        )
        try ann.save(
            add("/planSlot/p1", Self.slot),
            add("/evidence/e1", ["kind": "record", "title": "Log"]),
            add("/evidence/e2", ["kind": "record", "title": "Plan"])
        )
        try ann.edit {
            $0.set(cell("/engagement/e/kind"), to: "initial")
            $0.set(cell("/engagement/e/state"), to: "planned")
        }
        try team.syncAll()
        try ben.save(
            add("/evidence/e3", ["kind": "record", "title": "Letter"]),
            add(
                "/finding/f1",
                [
                    "state": "draft", "title": "Old", "unit": "IT", "statement": "No plan.",
                    "evidence": ["e1": true, "e3": true],
                ]
            ),
            add("/finding/f2", ["state": "draft"]),
            criterion("c1", "f1", "4.1", "minor"),
            criterion("c2", "f2", "4.1", "minor"),
            criterion("c3", "f2", "4.2", nil)
        )
        try ben.edit { $0.set(cell("/finding/f1/state"), to: "submitted") }
        try cem.save(add("/finding/f3", ["state": "draft"]), criterion("c4", "f3", "4.1", nil))
        try cem.edit { $0.set(cell("/finding/f3/state"), to: "submitted") }
        try team.syncAll()
        try ann.edit { $0.set(cell("/finding/f1/state"), to: "confirmed") }
        try team.syncAll()
        try eva.save(add("/action/a1", ["finding": "f1", "state": "open", "cause": "No time."]))
        try eva.edit { $0.set(cell("/action/a1/state"), to: "responseSubmitted") }
        try team.syncAll()
        try ann.edit { $0.set(cell("/action/a1/state"), to: "planAccepted") }
        try team.syncAll()
        return team
    }

    private func criterion(
        _ id: String,
        _ finding: WireText,
        _ clause: WireText,
        _ grade: WireText?
    ) -> ConcordDiff.Operation {
        var fields: JSONObject = [
            "finding": .string(finding), "standard": "iso", "clause": .string(clause),
        ]
        fields["grade"] = grade.map { .string($0) }
        return add("/criterion/\(id)", fields)
    }

    /// A save that is refused where it would not do what it says.
    private func decide(_ proposal: OpenProposal, _ accepts: Bool, on device: Device) throws {
        try device.save(keepingVoid: false) { context in
            var edit = Edit(reason: "decided")
            if accepts { edit.accept(proposal) } else { edit.decline(proposal) }
            return try context.operations(for: edit)
        }
    }

    private func open(_ device: Device) throws -> [OpenProposal] {
        try device.store.read { try $0.openProposals() }
    }

    @Test(arguments: deeds, [true, false])
    func whatIsProposedIsDecidedWithOneDecision(deed: Deed, accepts: Bool) throws {
        let team = try team()
        let ann = team.devices[0]
        let before = try ann.document()
        try team.devices[deed.who].edit(deed.edit)
        try team.syncAll()
        let proposed = try open(ann)
        #expect(!proposed.isEmpty)

        var decisions = 0
        while let proposal = try open(ann).first, decisions < 9 {
            try decide(proposal, accepts, on: ann)
            decisions += 1
        }
        try team.syncAll()

        #expect(decisions == deed.decisions)
        for device in team.devices {
            #expect(try open(device).isEmpty)
            #expect(try device.conflicts().isEmpty)
            #expect(try device.digest() == ann.digest())
        }
        let after = try ann.document()
        if accepts {
            #expect(after != before)
        } else {
            // What was declined leaves what stood without it.
            #expect(shown(after) == shown(before))
        }
    }

    /// The same by the conflicts alone, and then what is left: as a person goes through the two lists.
    @Test(arguments: deeds, [true, false])
    func afterAllConflictsAndProposalsNoneIsOpen(deed: Deed, accepts: Bool) throws {
        let team = try team()
        let ann = team.devices[0]
        try team.devices[deed.who].edit(deed.edit)
        try team.syncAll()

        var left = 9
        while let conflict = try ann.conflicts().first, left > 0 {
            let side = conflict.candidates.first { $0.isProposal == accepts }
            var value = side?.value ?? (accepts ? nil : conflict.shown)
            if conflict.kind == .text { value = accepts ? "No words." : nil }
            try ann.edit { $0.resolve(conflict.path, to: value, reason: "decided") }
            left -= 1
        }
        while let proposal = try open(ann).first, left > 0 {
            try decide(proposal, accepts, on: ann)
            left -= 1
        }

        #expect(try ann.conflicts().isEmpty)
        #expect(try open(ann).isEmpty)
    }

    /// A leader who gives the grade by an ordinary edit has accepted the clause.
    @Test func whoGradesAProposedCriterionAcceptsIt() throws {
        let team = try team()
        let ann = team.devices[0]
        try team.devices[1].edit { $0.add("criterion", id: Self.derived, fields: Self.raised) }
        try team.syncAll()

        try ann.edit { $0.set(cell("/criterion/\(Self.derived)/grade"), to: "minor") }

        #expect(try open(ann).map(\.account.path.field) == ["grade"])
        #expect(try ann.conflicts().map(\.path.field) == ["grade"])
        #expect(throws: EditError.self) {
            try ann.edit { $0.add("criterion", id: Self.derived, fields: [:]) }
        }
    }

    /// What shows, without empty records of kinds and what nobody wrote a value of.
    private func shown(_ document: JSONObject) -> JSONObject {
        var document = document
        for (kind, records) in document where records.objectValue?.isEmpty ?? false {
            document[kind] = nil
        }
        for (id, fields) in document["finding"]?.objectValue ?? [:] {
            var fields = fields.objectValue ?? [:]
            for (name, value) in fields where value == "" { fields[name] = nil }
            var findings = document["finding"]?.objectValue ?? [:]
            findings[id] = .object(fields)
            document["finding"] = .object(findings)
        }
        return document
    }
}
