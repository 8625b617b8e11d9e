public import ConcordChanges
public import ConcordEncoding
import ConcordModel

extension FindingActs {
    /// Ends a conflict with a decision, having been shown all its candidates.
    ///
    /// A decision does what the act of the same name does: to let a merge stand writes every criterion
    /// and every piece of evidence into the finding that stays, to confirm says who confirms, unless it is said
    /// already: who settles a conflict for somebody's confirmation has not taken that step.
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
        var edit = Edit()
        edit.resolve(
            conflict.path,
            to: decision,
            reason: reason,
            candidates: conflict.candidates.map(\.write)
        )
        guard conflict.path.kind == Schema.finding.name, conflict.path.field == "state",
            let finding = audit.finding(conflict.path.record)
        else {
            if let finding = ended(about: conflict.path) {
                endAnew(finding, with: conflict.path, as: decision, edit: &edit)
            }
            return edit
        }
        switch decision?.stringValue {
        case "merged": try letMergeStand(of: finding, edit: &edit)
        case "confirmed" where finding.confirmedBy == nil:
            edit.set(finding.path("confirmedBy"), to: .string(member))
        default: break
        }
        return edit
    }

    /// The finding in which a conflict is, where it does not count and stays in the log.
    private func ended(about path: CellPath) -> FindingRecord? {
        let finding: FindingRecord?
        switch path.kind {
        case Schema.finding.name where path.field != nil: finding = audit.finding(path.record)
        case Schema.criterion.name:
            finding = audit.findings.first { finding in
                finding.criteria.contains { $0.id == path.record }
            }
        default: finding = nil
        }
        return finding.flatMap { $0.isCounted ? nil : $0 }
    }

    /// Writes the ending of a finding anew beside what was decided in it; where it was merged, a grade that
    /// is more severe than the one that counts goes along.
    private func endAnew(
        _ finding: FindingRecord,
        with path: CellPath,
        as decision: JSON?,
        edit: inout Edit
    ) {
        edit.set(finding.path("state"), to: .string(finding.state))
        guard path.kind == Schema.criterion.name, path.field == "grade", finding.state == "merged",
            let kept = counting(finding),
            let reference = finding.criteria.first(where: { $0.id == path.record })?.reference,
            let grade = decision?.stringValue.flatMap({ Grade($0) })
        else { return }
        guard let shown = kept.criteria.first(where: { $0.reference == reference }) else {
            edit.addCriterion(reference, grade: grade, to: kept.id)
            return
        }
        if shown.grade.map({ $0 < grade }) ?? true {
            edit.set(shown.gradePath, to: .string(grade.rawValue))
        }
    }

    private func letMergeStand(
        of finding: FindingRecord,
        edit: inout Edit
    ) throws(ActRefusal) {
        guard let id = finding.duplicateOf, let target = audit.finding(id) else {
            throw .noTarget(finding: finding.label)
        }
        // What this finding was merged into may have been merged itself: it counts in the last one.
        guard let kept = counting(target), kept.id != finding.id else {
            throw .targetDoesNotCount(finding: target.label, state: target.state, counting: nil)
        }
        if kept.id != id { edit.set(finding.path("duplicateOf"), to: .string(kept.id)) }
        var taken = TakenCriteria(by: kept)
        try taken.take(finding)
        carry(taken, and: [finding], into: kept, edit: &edit)
    }
}
