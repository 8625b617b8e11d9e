public import ConcordChanges
public import ConcordEncoding
import ConcordModel

extension FindingActs {
    /// Ends a conflict with a decision, having been shown all its candidates.
    ///
    /// A decision does what the act of the same name does: to let a merge stand writes every criterion
    /// and every piece of evidence into the finding that stays, to confirm says who confirms.
    ///
    /// - Parameters:
    ///   - decision: what is to be. For presence and members of sets `true` keeps and nil removes.
    ///   - reason: why; it is part of the record.
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
        else { return edit }
        switch decision?.stringValue {
        case "merged": try letMergeStand(of: finding, edit: &edit)
        case "confirmed": edit.set(finding.path("confirmedBy"), to: .string(member))
        default: break
        }
        return edit
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
