import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting

/// What a team does to a few findings that rest on the same sheets, from a seed: everything that totals and notices
/// follow from changes at some time, on several devices at once.
struct FigureWork {
    let engagement: TestEngagement
    /// The leader, two auditors, one in training and the auditee's representative.
    let people: [Replica]
    private var dice: SeededGenerator
    private var serial = 0
    /// What was done, for whoever has to find out why a figure is wrong.
    private(set) var story: [String] = []

    private static let standards: [WireText] = ["iso-9001-2015", "iso-iec-20000-1-2018"]
    private static let clauses: [(standard: WireText, clause: WireText)] = [
        (standards[0], "4.1"), (standards[0], "4.2"), (standards[0], "8.3.2"),
        (standards[1], "4.1"), (standards[1], "4.2"),
        // Of a standard that is not audited: related to the others, and none of theirs to it.
        ("iso-iec-27001-2022", "4.1"),
    ]
    private static let units: [WireText] = ["IT", "HR"]
    private static let items: [WireText] = ["e1", "e2", "e3"]

    init(seed: UInt64) async throws {
        dice = SeededGenerator(seed: seed)
        engagement = try await TestEngagement()
        var people = [engagement.leader]
        for (name, role) in [
            ("Tomas", .auditor), ("Ruth", .auditor), ("Tia", .inTraining), ("Ada", .auditeeRep),
        ] as [(WireText, Role)] {
            people.append(try await engagement.join(name, as: role))
        }
        self.people = people
        try await people[0].save(Self.opening)
        try await engagement.syncAll()
        for _ in 0..<10 { try act(8, on: people[dice.below(4)]) }
        try await engagement.syncAll()
    }

    private static var opening: Edit {
        var edit = Edit()
        for (id, source) in zip(items, ["PR-1, kept", "PR-2", "PR-1 and PR-2"] as [WireText]) {
            edit.add("evidence", id: id, fields: ["kind": "record", "source": .string(source)])
        }
        for standard in standards {
            edit.add(
                "scope",
                id: DerivedID.scope(standard: standard),
                fields: ["standard": .string(standard), "units": ["IT": true]]
            )
        }
        return edit
    }

    /// Somebody does something, or syncs; answers whose replica may have changed.
    mutating func step() async throws -> Replica {
        let person = dice.oneIn(2) ? 0 : dice.below(people.count)
        let replica = people[person]
        let choice = dice.below(26)
        story.append("\(person) does \(choice)")
        do {
            switch choice {
            case 0, 1: _ = try await replica.sync(through: engagement.server)
            case 2:
                for replica in people { _ = try await replica.sync(through: engagement.server) }
            case 3: _ = try await replica.perform { try $0.undo() }
            case 4:
                guard let void = try await replica.snapshot().voids.last else { break }
                var edit = Edit()
                edit.admit(void.diff)
                try await replica.save(edit, keepingVoid: true)
            case 5, 6: try resolve(on: replica)
            default: try act(choice, on: replica)
            }
        } catch is ActRefusal {
            story.append("  is refused")
        } catch is EditError {
            story.append("  does not fit")
        } catch is UndoError {
            story.append("  has nothing to undo")
        } catch is SaveRefusal {
            story.append("  is garbled")
        }
        return replica
    }

    private mutating func resolve(on replica: Replica) throws {
        let conflicts = try replica.snapshot().conflicts
        if conflicts.isEmpty { return }
        let conflict = dice.pick(conflicts)
        let choice = dice.below(conflict.candidates.count)
        try replica.act(keepingVoid: true) { shown in
            try shown.findingActs.resolve(
                conflict,
                to: conflict.candidates[choice].value,
                reason: "agreed"
            )
        }
    }

    private mutating func act(_ choice: Int, on replica: Replica) throws {
        var dice = dice
        serial += 1
        let name = WireText("n\(serial)")
        try replica.act(keepingVoid: true) { shown in
            let findings = shown.audit.findings
            guard choice > 8, let finding = findings.isEmpty ? nil : dice.pick(findings) else {
                return Self.raising(name, shown, &dice)
            }
            return try Self.edit(choice, finding, name, shown, &dice)
        }
        self.dice = dice
    }

    private static func raising(
        _ id: WireText,
        _ shown: ActContext,
        _ dice: inout SeededGenerator
    ) -> Edit {
        var edit = Edit()
        var fields: JSONObject = [
            "title": .string(id), "raisedBy": .string(shown.member), "state": "draft",
            "draftNumber": .string(dice.oneIn(3) ? "A-01" : shown.numbers.number()),
            "evidence": dice.oneIn(4) ? [:] : .object([dice.pick(items): true]),
        ]
        if !dice.oneIn(3) { fields["unit"] = .string(dice.pick(units)) }
        edit.add("finding", id: id, fields: fields)
        let first = dice.below(clauses.count)
        for place in first..<first + dice.below(3) {
            cite(clauses[place % clauses.count], in: id, &edit, &dice)
        }
        return edit
    }

    private static func cite(
        _ reference: (standard: WireText, clause: WireText),
        in finding: WireText,
        _ edit: inout Edit,
        _ dice: inout SeededGenerator
    ) {
        let (standard, clause) = reference
        var fields: JSONObject = [
            "finding": .string(finding), "standard": .string(standard), "clause": .string(clause),
        ]
        if !dice.oneIn(4) {
            fields["grade"] = .string(WireText(dice.pick(Grade.allCases).rawValue))
        }
        edit.add(
            "criterion",
            id: DerivedID.criterion(finding: finding, standard: standard, clause: clause),
            fields: fields
        )
    }

    private static func edit(
        _ choice: Int,
        _ finding: FindingRecord,
        _ name: WireText,
        _ shown: ActContext,
        _ dice: inout SeededGenerator
    ) throws -> Edit {
        var edit = Edit(reason: "so")
        let criterion = finding.criteria.isEmpty ? nil : dice.pick(finding.criteria)
        let acts = shown.findingActs
        switch choice {
        case 10: edit.set(.finding(finding.id, .unit), to: .string(dice.pick(units)))
        case 11:
            let number = WireText("A-0\(1 + dice.below(3))")
            edit.set(.finding(finding.id, .draftNumber), to: .string(number))
        case 12:
            let path = CellPath.finding(finding.id, .evidence)
            let item = dice.pick(items)
            if finding.evidence.contains(item) {
                edit.remove(item, from: path)
            } else {
                edit.insert(item, into: path)
            }
        case 9, 13: cite(dice.pick(clauses), in: finding.id, &edit, &dice)
        case 14, 15:
            guard let criterion else { break }
            let grade = WireText(dice.pick(Grade.allCases).rawValue)
            edit.set(.criterion(criterion.id, .grade), to: .string(grade))
        case 16:
            guard let criterion else { break }
            edit.hide(kind: "criterion", id: criterion.id)
        case 17:
            switch finding.state {
            case "draft": return try acts.submit([finding])
            case "submitted": return try acts.confirm([finding])
            default: return try acts.giveBack([finding], reason: "again")
            }
        default: return try further(choice, finding, name, shown, &dice)
        }
        return edit
    }

    private static func further(
        _ choice: Int,
        _ finding: FindingRecord,
        _ name: WireText,
        _ shown: ActContext,
        _ dice: inout SeededGenerator
    ) throws -> Edit {
        var edit = Edit(reason: "so")
        let other = dice.pick(shown.audit.findings)
        let acts = shown.findingActs
        let standard = dice.pick(standards)
        switch choice {
        case 18:
            return finding.isCounted
                ? try acts.withdraw([finding], reason: "so") : try acts.reopen([finding])
        case 19, 20: return try acts.merge([finding], into: other)
        case 21:
            switch dice.below(4) {
            case 0: edit.hide(kind: "finding", id: finding.id)
            case 1: edit.hide(kind: "evidence", id: dice.pick(items))
            case 2: edit.restore(kind: "evidence", id: dice.pick(items))
            default:
                let source = WireText("PR-\(1 + dice.below(3))")
                edit.set(.evidence(dice.pick(items), .source), to: .string(source))
            }
        case 22, 23:
            let answers = shown.audit.actions.filter { $0.finding == finding.id }
            let states: [WireText: WireText] = [
                "open": "responseSubmitted", "responseSubmitted": "planAccepted",
                "planAccepted": "closedOnPlan",
            ]
            if let answer = answers.first, let next = states[answer.state] {
                edit.set(.action(answer.id, .state), to: .string(next))
            } else {
                edit.add(
                    "action",
                    id: name,
                    fields: ["finding": .string(finding.id), "state": "open"]
                )
            }
        case 24:
            let recommendation = dice.pick(Recommendation.allCases).rawValue
            edit.add(
                "conclusion",
                id: DerivedID.conclusion(standard: standard),
                fields: [
                    "standard": .string(standard),
                    "recommendation": .string(WireText(recommendation)),
                ]
            )
        default: frame(standard, name, &edit, &dice)
        }
        return edit
    }

    private static func frame(
        _ standard: WireText,
        _ name: WireText,
        _ edit: inout Edit,
        _ dice: inout SeededGenerator
    ) {
        switch dice.below(4) {
        case 0: edit.insert("HR", into: .init(.units, of: standard))
        case 1: edit.remove("HR", from: .init(.units, of: standard))
        case 2:
            edit.add(
                "exclusion",
                id: name,
                fields: ["standard": .string(standards[0]), "clause": "8.3", "reason": "none"]
            )
        default:
            edit.add(
                "planSlot",
                id: name,
                fields: [
                    "from": "2014-06-03T09:00:00Z", "to": "2014-06-03T08:00:00Z",
                    "clauses": .object(["\(standard):8": true]),
                ]
            )
        }
    }
}

extension CellPath {
    fileprivate enum ScopeField: WireText { case units }

    fileprivate init(_ field: ScopeField, of standard: WireText) {
        let scope = DerivedID.scope(standard: standard)
        self.init(kind: "scope", record: scope, field: field.rawValue)
    }
}
