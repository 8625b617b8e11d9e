public import ConcordChanges
public import ConcordEncoding
import ConcordModel

extension FindingActs {
    /// Ends a conflict with a decision, having been shown all its candidates.
    ///
    /// A decision does what the act of the same name does: to let a merge stand writes every criterion
    /// and every piece of evidence into the finding that stays, and so does to choose that finding; to confirm
    /// says who confirms.
    ///
    /// - Parameters:
    ///   - decision: what is to be. For presence and members of sets `true` keeps and nil removes.
    ///   - reason: why; it is part of the record.
    ///
    /// What is decided in a finding that was withdrawn or merged leaves it so: the ending is written anew,
    /// by somebody who has seen the decision.
    ///
    /// - Throws: `noTarget`, `targetDoesNotCount`, `gradesDiffer`.
    public func resolve(
        _ conflict: Conflict,
        to decision: JSON?,
        reason: WireText
    ) throws(ActRefusal) -> Edit {
        var decision = decision
        // Nobody wrote the state that is shown where every step waits: it is the first one.
        if decision == nil, let field = conflict.path.field,
            case .state(let cycle) = Schema.kind(conflict.path.kind)?.field(field)?.rule
        {
            decision = .string(cycle.initial)
        }
        let finding = finding(about: conflict.path)
        let kept = try kept(by: conflict.path, of: finding, as: decision)
        if conflict.path.field == "duplicateOf", let kept { decision = .string(kept.id) }
        var edit = Edit()
        edit.resolve(
            conflict.path,
            to: decision,
            reason: reason,
            candidates: conflict.candidates.map(\.write)
        )
        guard let finding else { return edit }
        if conflict.path.kind == Schema.finding.name, conflict.path.field == "state" {
            if decision == "confirmed" {
                edit.set(finding.path("confirmedBy"), to: .string(member))
            }
            if let kept, kept.id != finding.duplicateOf {
                edit.set(finding.path("duplicateOf"), to: .string(kept.id))
            }
        } else if finding.isCounted {
            return edit
        } else {
            edit.set(finding.path("state"), to: .string(finding.state))
        }
        guard let kept else { return edit }
        switch conflict.path.field {
        case "state", "duplicateOf":
            var taken = TakenCriteria(by: kept)
            try taken.take(finding)
            carry(taken, and: [finding], into: kept, edit: &edit)
        default: carry(conflict.path, as: decision, of: finding, into: kept, edit: &edit)
        }
        return edit
    }

    /// The finding in which a conflict is.
    private func finding(about path: CellPath) -> FindingRecord? {
        switch path.kind {
        case Schema.finding.name where path.field != nil: audit.finding(path.record)
        case Schema.criterion.name:
            audit.findings.first { finding in
                finding.criteria.contains { $0.id == path.record }
            }
        default: nil
        }
    }

    /// The finding in which one counts that is merged by a decision, or stays so beside it.
    ///
    /// What it is merged into may have been merged itself: it counts in the last one.
    private func kept(
        by path: CellPath,
        of finding: FindingRecord?,
        as decision: JSON?
    ) throws(ActRefusal) -> FindingRecord? {
        guard let finding else { return nil }
        let isStep = path.kind == Schema.finding.name && path.field == "state"
        guard isStep ? decision == "merged" : finding.state == "merged" else { return nil }
        let isTarget = path.kind == Schema.finding.name && path.field == "duplicateOf"
        guard isStep || isTarget else { return counting(finding) }
        let id = isStep ? finding.duplicateOf : decision?.stringValue
        guard let target = id.flatMap({ audit.finding($0) }) else {
            throw .noTarget(finding: finding.label)
        }
        guard let kept = counting(target), kept.id != finding.id else {
            throw .targetDoesNotCount(finding: target.label, state: target.state, counting: nil)
        }
        return kept
    }

    /// Writes what was decided in a finding that was merged into the one in which it counts: a criterion or
    /// piece of evidence that stays, a grade that is more severe than the one that counts.
    private func carry(
        _ path: CellPath,
        as decision: JSON?,
        of finding: FindingRecord,
        into kept: FindingRecord,
        edit: inout Edit
    ) {
        guard path.kind == Schema.criterion.name else {
            if path.field == "evidence", let member = path.member, decision != nil {
                edit.insert(member, into: kept.path("evidence"), anew: true)
            }
            return
        }
        guard let criterion = finding.criteria.first(where: { $0.id == path.record }),
            let reference = criterion.reference
        else { return }
        var grade = criterion.grade
        switch path.field {
        case nil: if decision == nil { return }
        case "grade": grade = decision?.stringValue.flatMap { Grade($0) }
        default: return
        }
        let id = DerivedID.criterion(
            finding: kept.id,
            standard: reference.standard,
            clause: reference.clause
        )
        guard let shown = kept.criteria.first(where: { $0.id == id }) else {
            edit.addCriterion(reference, grade: grade, to: kept.id)
            return
        }
        if let grade, shown.grade.map({ $0 < grade }) ?? true {
            edit.set(shown.gradePath, to: .string(grade.rawValue))
        }
    }
}
