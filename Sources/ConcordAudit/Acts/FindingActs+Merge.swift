public import ConcordEncoding
public import ConcordMerge
public import ConcordModel

extension FindingActs {
    /// Merges findings into one that is kept. That one receives every criterion and every piece of
    /// evidence of the others, even those that it has, so that a removal elsewhere at the same time
    /// is a conflict and not a loss.
    ///
    /// - Throws: `targetDoesNotCount`, `gradesDiffer`, `intoItself`, `noStep`.
    public func merge(
        _ duplicates: [FindingRecord],
        into kept: FindingRecord,
        reason: WireText? = nil
    ) throws(ActRefusal) -> Edit {
        let duplicates = Self.unique(duplicates)
        guard !duplicates.contains(where: { $0.id == kept.id }) else {
            throw .intoItself(finding: kept.label)
        }
        try requireCounting(kept)
        var edit = Edit(reason: reason)
        var taken = TakenCriteria(by: kept)
        for duplicate in duplicates {
            guard LifeCycle.finding.step(from: duplicate.state, to: "merged") != nil else {
                throw duplicate.noStep(to: "merged")
            }
            edit.set(duplicate.path(.state), to: "merged")
            edit.set(duplicate.path(.duplicateOf), to: .string(kept.id))
            try taken.take(duplicate)
        }
        carry(taken, and: duplicates, into: kept, edit: &edit)
        return edit
    }

    /// Undoes the merge of findings: each counts again, in its former state.
    ///
    /// What the other finding received stays there until somebody removes it.
    ///
    /// - Parameter state: the state of the findings before the merge. A finding that somebody withdrew and that was
    ///   merged by a decision against that has none to which steps lead back: it becomes a draft.
    public func unmerge(
        _ findings: [FindingRecord],
        to state: WireText = LifeCycle.finding.initial,
        reason: WireText? = nil
    ) throws(ActRefusal) -> Edit {
        var edit = Edit(reason: reason)
        for finding in Self.unique(findings) {
            guard finding.state == "merged" else {
                throw .notMerged(finding: finding.label, state: finding.state)
            }
            let leadsBack = LifeCycle.finding.step(from: "merged", to: state) != nil
            let former = leadsBack ? state : LifeCycle.finding.initial
            edit.set(finding.path(.state), to: .string(former))
            edit.set(finding.path(.duplicateOf), to: nil)
        }
        return edit
    }

    /// Undoes the merge of findings, each of which returns to its state before.
    ///
    /// - Parameter merged: the findings, each with the account of its state.
    /// - Throws: `severalStates` where they were in different ones; `notMerged`, `noStep`.
    public func unmerge(
        _ merged: [(finding: FindingRecord, state: Blame?)],
        reason: WireText? = nil
    ) throws(ActRefusal) -> (edit: Edit, state: WireText) {
        let states = Set(merged.map { Self.stateBeforeMerge($0.state) })
        guard let state = states.first, states.count == 1 else {
            throw .severalStates(states.sorted())
        }
        return (try unmerge(merged.map(\.finding), to: state, reason: reason), state)
    }

    /// The state that a merged finding had before; a draft if nothing says so, or if no step leads back to it.
    static func stateBeforeMerge(_ blame: Blame?) -> WireText {
        let before = blame?.replaced.compactMap { $0.value?.stringValue }.filter {
            LifeCycle.finding.step(from: "merged", to: $0) != nil
        }
        return before?.last ?? LifeCycle.finding.initial
    }

    /// Applies a lower grade also to the findings that were merged into this one and raise the clause more
    /// severely: otherwise their merges would wait, and they would count again.
    ///
    /// Only for those on which the member may decide; the others have to decide on theirs.
    ///
    /// - Parameter grade: nil if the clause is removed.
    func lower(
        _ reference: ClauseReference,
        to grade: Grade?,
        inWhatCountsIn kept: FindingRecord,
        edit: inout Edit
    ) {
        let isLead = audit.member(member)?.role == .lead
        for finding in merged(into: kept) where isLead || finding.raisedBy == member {
            guard let criterion = finding.criteria.first(where: { $0.reference == reference })
            else { continue }
            if let grade {
                guard let given = criterion.grade, grade < given else { continue }
                edit.set(criterion.gradePath, to: .string(grade.rawValue))
            } else {
                edit.hide(kind: Schema.criterion.name, id: criterion.id)
            }
            edit.set(finding.path(.state), to: "merged")
        }
    }

    /// The findings that count in this one: those that were merged into it, and into those.
    func merged(into kept: FindingRecord) -> [FindingRecord] {
        let merged = audit.findings.filter { $0.state == "merged" && $0.id != kept.id }
        let counting = counting(merged)
        return merged.filter { counting[$0.id]?.id == kept.id }
    }

    /// The finding in which another one counts: itself, or the last one of the merges it went through;
    /// nil where that does not count.
    public func counting(_ finding: FindingRecord) -> FindingRecord? {
        finding.counting { audit.finding($0) }
    }

    /// The findings in which others count, by the id of each; a chain of merges is followed once for all on it.
    public func counting(_ findings: [FindingRecord]) -> [WireText: FindingRecord] {
        var found: [WireText: FindingRecord?] = [:]
        for finding in findings {
            var passed: [WireText] = []
            var seen: Set<WireText> = []
            var end: FindingRecord?
            var next: FindingRecord? = finding
            while let current = next, seen.insert(current.id).inserted {
                if let known = found[current.id] {
                    end = known
                    break
                }
                passed.append(current.id)
                if current.state != "merged" {
                    end = current.isCounted ? current : nil
                    break
                }
                next = current.duplicateOf.flatMap { audit.finding($0) }
            }
            for id in passed { found[id] = end }
        }
        return found.compactMapValues(\.self)
    }

    func requireCounting(_ kept: FindingRecord) throws(ActRefusal) {
        guard !kept.isCounted else { return }
        throw .targetDoesNotCount(
            finding: kept.label,
            state: kept.state,
            counting: counting(kept)?.label
        )
    }

    /// Writes into `kept` what comes with findings that are merged into it.
    func carry(
        _ taken: TakenCriteria,
        and duplicates: [FindingRecord],
        into kept: FindingRecord,
        edit: inout Edit
    ) {
        for (reference, taking) in taken.inOrder {
            // By the id that follows from the clause, which is where the merge is looked at from.
            let id = DerivedID.criterion(
                finding: kept.id,
                standard: reference.standard,
                clause: reference.clause
            )
            if let shown = kept.criteria.first(where: { $0.id == id }) {
                edit.restore(kind: Schema.criterion.name, id: shown.id)
                if let grade = taking.grade {
                    edit.set(shown.gradePath, to: .string(grade.rawValue))
                }
            } else {
                edit.addCriterion(reference, grade: taking.grade, to: kept.id)
            }
        }
        for id in Set(duplicates.flatMap(\.evidence)).sorted() {
            edit.insert(id, into: kept.path(.evidence), again: true)
        }
        let people = Set(duplicates.compactMap(\.raisedBy)).union(
            duplicates.flatMap(\.contributors)
        )
        // Others may say of themselves that they took part; an audit team leader may say it of others.
        let isLead = audit.member(member)?.role == .lead
        for id in people.sorted() where id != kept.raisedBy && (isLead || id == member) {
            edit.insert(id, into: kept.path(.contributors), again: true)
        }
    }
}

/// The criteria that a finding takes over, by clause: each with one grade, or the merge is refused.
struct TakenCriteria {
    /// What is taken, and from which finding.
    struct Taking {
        let finding: WireText
        let grade: Grade?
    }

    private let kept: FindingRecord
    private var takings: [ClauseReference: Taking] = [:]

    init(by kept: FindingRecord) { self.kept = kept }

    /// The criteria in the order of standards and clauses.
    var inOrder: [(ClauseReference, Taking)] {
        takings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Takes the criteria of a finding.
    mutating func take(_ finding: FindingRecord) throws(ActRefusal) {
        for criterion in finding.criteria {
            guard let reference = criterion.reference else { continue }
            let taking = Taking(finding: finding.label, grade: criterion.grade)
            if let shown = kept.criteria.first(where: { $0.reference == reference }) {
                try require(
                    taking,
                    like: Taking(finding: kept.label, grade: shown.grade),
                    reference
                )
            }
            if let other = takings[reference] { try require(taking, like: other, reference) }
            takings[reference] = taking
        }
    }

    private func require(
        _ taking: Taking,
        like other: Taking,
        _ reference: ClauseReference
    ) throws(ActRefusal) {
        guard taking.grade != other.grade else { return }
        throw .gradesDiffer(
            finding: taking.finding,
            grade: gradeText(taking.grade),
            other: other.finding,
            otherGrade: gradeText(other.grade),
            clause: WireText(
                "\(Catalogues.shipped[reference.standard]?.shortTitle ?? reference.standard) "
                    + "\(reference.clause)"
            )
        )
    }
}

extension FindingRecord {
    /// The finding in which this one counts: itself, or the last one of the merges it went through; nil where that
    /// does not count.
    ///
    /// - Parameter look: gives the finding of an id.
    public func counting(_ look: (WireText) -> FindingRecord?) -> FindingRecord? {
        var current = self
        var seen: Set<WireText> = [id]
        while current.state == "merged" {
            guard let id = current.duplicateOf, seen.insert(id).inserted, let target = look(id)
            else { return nil }
            current = target
        }
        return current.isCounted ? current : nil
    }
}
