import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage
import ConcordTesting

extension Simulation {
    private static let clauses: [WireText] = ["8.1", "8.2"]
    private static let standards: [WireText] = ["iso9001", "iso20000"]

    /// One act of an audit, by the function that commands and apps call, on what the device shows.
    func act(_ device: SimulatedDevice) throws {
        let shown = try device.store.read { reader in
            (audit: Audit(state: try reader.document()), conflicts: try reader.conflicts())
        }
        if random.oneIn(6) {
            let undo: (inout SaveContext) throws -> [ConcordDiff.Operation] = {
                try $0.takingBack(isRedo: false, reason: nil).operations
            }
            return try note(try device.save(undo), by: device)
        }
        let acts = FindingActs(on: shown.audit, by: device.member)
        var edit: Edit?
        var decided: Set<CellPath> = []
        // Who is refused one act does another.
        for _ in 0..<4 where edit == nil {
            do {
                edit = try act(acts, shown.conflicts, &decided)
            } catch let refusal as ActRefusal {
                decided = []
                tell("    refused: \(refusal.code)")
            }
        }
        guard let edit, !edit.isEmpty else { return }
        // As commands do: an act has effect as a whole, or is not saved.
        let result = try device.save(keepsVoid: false) { try $0.operations(for: edit) }
        try note(result, by: device)
        try checkDecisions(of: result, by: device, in: shown.conflicts, decided: decided)
    }

    private func act(
        _ acts: FindingActs,
        _ conflicts: [Conflict],
        _ decided: inout Set<CellPath>
    ) throws -> Edit? {
        let about = conflicts.filter { $0.path.kind == "finding" || $0.path.kind == "criterion" }
        if !about.isEmpty, random.oneIn(3) {
            let conflict = random.pick(about)
            decided = [conflict.path]
            return try settle(conflict, acts)
        }
        if random.oneIn(8) { return answer(acts.audit) }
        if random.oneIn(10) { return try conclude(acts.audit) }
        let findings = acts.audit.findings
        guard findings.count > 1, !random.oneIn(isOneAudit ? 16 : 8) else { return try raise(acts) }
        let finding = random.pick(worked(on: findings))
        switch random.below(12) {
        case 0, 1, 2: return try acts.merge([finding], into: random.pick(worked(on: findings)))
        case 3: return try acts.withdraw([finding], reason: "covered elsewhere")
        case 4: return try acts.reopen([finding])
        case 5: return try acts.submit([finding])
        case 6, 7: return try acts.confirm([finding])
        case 8:
            return random.oneIn(2)
                ? try acts.giveBack([finding], reason: "add evidence")
                : try acts.unmerge([finding], to: random.pick(["draft", "submitted", "confirmed"]))
        default: return try work(on: finding, acts)
        }
    }

    /// Whether the team works on one audit's findings above all: half of the seeds, with meetings three of
    /// four, in which few findings are merged, confirmed, graded and withdrawn at the same time.
    var isOneAudit: Bool { settings.hasMeetings ? seed % 4 != 0 : seed % 2 == 1 }

    private func worked(on findings: [FindingRecord]) -> [FindingRecord] {
        isOneAudit ? Array(findings.prefix(4)) : findings
    }

    private func raise(_ acts: FindingActs) throws -> Edit {
        serial += 1
        return try acts.raise(
            id: "n\(serial)",
            fields: ["title": .string("n\(serial)"), "evidence": ["x": true]],
            citing: [(randomClause(), randomGrade())]
        )
    }

    /// Criteria and evidence of a finding.
    private func work(on finding: FindingRecord, _ acts: FindingActs) throws -> Edit {
        var edit = Edit()
        switch random.below(7) {
        case 0, 1: try acts.cite([(randomClause(), randomGrade())], in: finding, edit: &edit)
        case 2: try acts.uncite(randomClause(), in: finding, edit: &edit)
        case 3: try acts.attach(random.pick(["v1", "v2"]), to: finding, edit: &edit)
        case 4: try acts.attach(capture(&edit), to: finding, edit: &edit)
        case 5:
            try acts.requireOpen(finding)
            let statement = CellPath(kind: "finding", record: finding.id, field: "statement")
            edit.setText(statement, to: WireText(retyped(finding.statement?.string ?? "")))
        default: try acts.detach(random.pick(["v1", "v2", "x"]), from: finding, edit: &edit)
        }
        return edit
    }

    /// Captures a piece of evidence; answers its id.
    func capture(_ edit: inout Edit) -> WireText {
        serial += 1
        edit.add("evidence", id: "c\(serial)", fields: ["kind": "note", "title": "seen"])
        return "c\(serial)"
    }

    private func answer(_ audit: Audit) -> Edit? {
        guard !audit.checklistItems.isEmpty else { return nil }
        let item = random.pick(audit.checklistItems)
        let path = CellPath(kind: "checklistItem", record: item.id, field: "answer")
        var edit = Edit()
        edit.set(path, to: .string(random.pick(ChecklistAnswer.allCases).rawValue))
        return edit
    }

    /// Writes the conclusion for a standard, or proposes it.
    private func conclude(_ audit: Audit) throws -> Edit {
        let acts = ConclusionActs(on: audit)
        let standard = random.pick(Self.standards)
        let old = audit.conclusion(for: standard)
        if old?.state == "draft", random.oneIn(3) { return acts.propose(standard) }
        var text = ConclusionText()
        text.fulfilment = WireText(retyped(old?.fulfilment?.string ?? ""))
        if random.oneIn(2) { text.recommendation = random.pick(Recommendation.allCases) }
        if random.oneIn(3) { text.areObjectivesMet = random.oneIn(2) }
        return try acts.write(
            text,
            for: standard,
            proposing: old?.state == "draft" && random.oneIn(4)
        )
    }

    /// Ends a conflict with the value of a candidate, or what is shown meanwhile.
    func settle(_ conflict: Conflict, _ acts: FindingActs) throws -> Edit {
        var decision = conflict.shown
        let own = conflict.candidates.filter { $0.path == nil }
        if !own.isEmpty, random.oneIn(2) { decision = random.pick(own).value }
        if conflict.path.field == nil || conflict.path.member != nil {
            decision = random.oneIn(2) ? true : nil
        }
        return try acts.resolve(conflict, to: decision, reason: "decided")
    }

    private func randomClause() -> ClauseReference {
        ClauseReference(standard: random.pick(Self.standards), clause: random.pick(Self.clauses))
    }

    private func randomGrade() -> Grade? {
        random.oneIn(5) ? nil : random.pick(Grade.allCases)
    }
}
