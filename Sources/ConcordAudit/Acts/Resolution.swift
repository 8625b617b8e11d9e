import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
import ConcordModel

extension FindingActs {
    /// Resolves a conflict. The member has seen all its candidates.
    ///
    /// A resolution does what the act of the same name does. Choosing a merge, or the finding to
    /// merge into, writes every criterion and every piece of evidence into the kept finding.
    /// Choosing a confirmation records who confirms, unless that is recorded already: a person who
    /// resolves a conflict in favour of somebody's confirmation has not confirmed the finding.
    ///
    /// - Parameters:
    ///   - decision: the chosen value. For presence and members of sets, `true` keeps and nil
    ///     removes.
    ///   - reason: the reason, which becomes part of the record.
    ///
    /// A resolution in a withdrawn or merged finding leaves it in that state: its ending is written
    /// again, by somebody who has seen the resolution. A resolution against a merge removes from
    /// the target what the merge brought there, and nothing else.
    ///
    /// - Throws: `noTarget`, `targetDoesNotCount`, `gradesDiffer`; `unknownReference` for a value
    ///   that no candidate has; `recommendationNotAllowed` for a recommendation that no act may
    ///   write either.
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
        try requireAllowed(decision, at: conflict.path)
        // A side can be taken whatever it names: somebody may have removed that since.
        if !conflict.candidates.contains(where: { $0.path == nil && $0.value == decision }) {
            try References(in: audit).require(decision, at: conflict.path)
        }
        let finding = finding(about: conflict.path)
        let lost = lostMerges(conflict, decision)
        let kept = try kept(by: conflict.path, of: finding, as: decision)
        if conflict.path.field == FindingField.duplicateOf.name, let kept {
            decision = .string(kept.id)
        }
        var edit = Edit()
        edit.resolve(
            conflict.path,
            to: decision,
            reason: reason,
            candidates: conflict.candidates.map(\.write)
        )
        guard let finding else { return edit }
        try complete(conflict, of: finding, as: decision, in: kept, edit: &edit)
        if !lost.isEmpty {
            let keeping = whatOthersBrought(than: finding)
            edit.takeOut(broughtBy: lost, of: finding.id, keeping: keeping)
        }
        return edit
    }

    /// Refuses a recommendation that the open nonconformities of its standard forbid.
    private func requireAllowed(_ decision: JSON?, at path: CellPath) throws(ActRefusal) {
        guard path.isIn(ConclusionField.recommendation),
            let words = decision?.stringValue,
            let standard = audit.conclusion(path.record)?.standard
        else { return }
        try ConclusionActs(on: audit).requireAllowed(Recommendation(words), standard)
    }

    /// Writes what belongs to a resolution in a finding.
    ///
    /// - Parameter kept: the finding in which it counts, if the resolution merges it or keeps it
    ///   merged.
    private func complete(
        _ conflict: Conflict,
        of finding: FindingRecord,
        as decision: JSON?,
        in kept: FindingRecord?,
        edit: inout Edit
    ) throws(ActRefusal) {
        let path = conflict.path
        if path.isIn(FindingField.state) {
            if decision == "confirmed", finding.state != "confirmed",
                finding.confirmedBy == nil || isOnlyAskedFor("confirmed", conflict)
            {
                edit.set(finding.path(.confirmedBy), to: .string(member))
            }
            if let kept, kept.id != finding.duplicateOf {
                edit.set(finding.path(.duplicateOf), to: .string(kept.id))
            }
        } else if finding.isCounted {
            return
        } else {
            edit.set(finding.path(.state), to: .string(finding.state))
        }
        guard let kept else { return }
        switch path.field {
        case "state", "duplicateOf":
            var taken = TakenCriteria(by: kept)
            try taken.take(finding)
            carry(taken, and: [finding], into: kept, edit: &edit)
        default: carry(path, as: decision, of: finding, into: kept, edit: &edit)
        }
    }

    /// Whether those who took a step could only ask for it: then who decides takes it.
    private func isOnlyAskedFor(_ state: JSON, _ conflict: Conflict) -> Bool {
        let steps = conflict.candidates.filter { $0.path == nil && $0.value == state }
        return !steps.isEmpty && steps.allSatisfy(\.isProposal)
    }

    /// The merges against which a decision is made: for another state, or for another target.
    private func lostMerges(_ conflict: Conflict, _ decision: JSON?) -> [WriteReference] {
        guard conflict.path.kind == Schema.finding.name else { return [] }
        let own = conflict.candidates.filter { $0.path == nil }
        switch conflict.path.field {
        case "state" where decision != "merged":
            return own.filter { $0.value == "merged" }.map(\.write)
        case "duplicateOf":
            return own.filter { $0.value != nil && $0.value != decision }.map(\.write)
        default: return []
        }
    }

    /// What other findings that are merged brought, or found, where they are merged into.
    private func whatOthersBrought(than finding: FindingRecord) -> Set<CellPath> {
        var paths: Set<CellPath> = []
        for other in audit.findings where other.state == "merged" && other.id != finding.id {
            for target in [other.duplicateOf, counting(other)?.id].compactMap({ $0 }) {
                for reference in other.criteria.compactMap(\.reference) {
                    let id = DerivedID.criterion(
                        finding: target,
                        standard: reference.standard,
                        clause: reference.clause
                    )
                    paths.insert(CellPath.criterion(id))
                }
                func keep(_ member: WireText, in field: WireText) {
                    var path = CellPath(kind: Schema.finding.name, record: target, field: field)
                    path.member = member
                    paths.insert(path)
                }
                for id in other.evidence { keep(id, in: "evidence") }
                for id in other.contributors { keep(id, in: "contributors") }
                if let id = other.raisedBy { keep(id, in: "contributors") }
            }
        }
        return paths
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

    /// The finding in which a finding counts that a resolution merges or keeps merged.
    ///
    /// Its target may have been merged itself: it counts in the last one.
    private func kept(
        by path: CellPath,
        of finding: FindingRecord?,
        as decision: JSON?
    ) throws(ActRefusal) -> FindingRecord? {
        guard let finding else { return nil }
        let isStep = path.isIn(FindingField.state)
        guard isStep ? decision == "merged" : finding.state == "merged" else { return nil }
        let isTarget = path.isIn(FindingField.duplicateOf)
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
            if path.field == FindingField.evidence.name, let member = path.member, decision != nil {
                edit.insert(member, into: kept.path(.evidence), again: true)
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
