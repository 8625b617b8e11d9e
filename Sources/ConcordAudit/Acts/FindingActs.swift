import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel

// What people do with findings, each act as a function from what is shown to an edit. Commands,
// screens, apps and the simulation of whole teams use the same functions: an act that would lose
// something is wrong in one place, and is found there.

/// The acts on findings that one member can do on what is shown to them.
///
/// Rights are not asked here: the fold judges them (`Protocol/merge.md`, "Rights").
///
/// ```swift
/// let acts = FindingActs(on: audit, by: me)
/// let receipt = try replica.save(acts.withdraw([finding], reason: "covered by B-03"))
/// ```
public struct FindingActs: Sendable {
    /// What is shown.
    public let audit: Audit
    /// The record id of the member who acts.
    public let member: WireText

    /// The acts of `member` on what `audit` shows.
    public init(on audit: Audit, by member: WireText) {
        self.audit = audit
        self.member = member
    }

    // MARK: Steps of the life cycle.

    /// Submits drafts to the audit team leader.
    public func submit(_ findings: [FindingRecord]) throws(ActRefusal) -> Edit {
        // Undoing a confirmation is a different act, and needs a reason.
        for finding in findings where finding.state == "confirmed" {
            throw finding.noStep(to: "submitted")
        }
        return try step(findings, to: "submitted")
    }

    /// Confirms submitted findings, and records who confirms.
    ///
    /// - Throws: `findingEnded` for a merged finding: it would count twice.
    public func confirm(_ findings: [FindingRecord]) throws(ActRefusal) -> Edit {
        var edit = try step(findings, to: "confirmed")
        for finding in Self.unique(findings) {
            edit.set(finding.path(.confirmedBy), to: .string(member))
        }
        return edit
    }

    /// Returns submitted findings to their author; confirmed ones become submitted again.
    public func giveBack(
        _ findings: [FindingRecord],
        reason: WireText
    ) throws(ActRefusal) -> Edit {
        var edit = Edit(reason: reason)
        for finding in Self.unique(findings) {
            switch finding.state {
            case "submitted": edit.set(finding.path(.state), to: "draft")
            case "confirmed":
                edit.set(finding.path(.state), to: "submitted")
                if finding.confirmedBy != nil { edit.set(finding.path(.confirmedBy), to: nil) }
            default:
                try requireNotMerged(finding)
                throw finding.noStep(to: "draft")
            }
        }
        return edit
    }

    /// Withdraws findings: they stay readable and no longer count.
    public func withdraw(
        _ findings: [FindingRecord],
        reason: WireText
    ) throws(ActRefusal) -> Edit {
        try step(findings, to: "withdrawn", reason: reason)
    }

    /// Undoes a withdrawal: the findings are drafts again.
    public func reopen(
        _ findings: [FindingRecord],
        reason: WireText? = nil
    ) throws(ActRefusal) -> Edit {
        for finding in findings where finding.state != "withdrawn" {
            try requireNotMerged(finding)
            throw .notWithdrawn(finding: finding.label, state: finding.state)
        }
        return try step(findings, to: "draft", reason: reason)
    }

    /// Refuses a step of a merged finding: it would count twice.
    private func requireNotMerged(_ finding: FindingRecord) throws(ActRefusal) {
        if finding.state == "merged" { try requireOpen(finding) }
    }

    private func step(
        _ findings: [FindingRecord],
        to state: WireText,
        reason: WireText? = nil
    ) throws(ActRefusal) -> Edit {
        var edit = Edit(reason: reason)
        for finding in Self.unique(findings) {
            try requireNotMerged(finding)
            guard LifeCycle.finding.step(from: finding.state, to: state) != nil else {
                throw finding.noStep(to: state)
            }
            edit.set(finding.path(.state), to: .string(state))
        }
        return edit
    }

    // MARK: Criteria.

    /// Raises a finding with its first fields and criteria.
    ///
    /// - Throws: `clauseTwice` where a clause is named with two grades; `unknownReference` of a field that names
    ///   what is not there.
    public func raise(
        id: WireText,
        fields: JSONObject,
        citing criteria: [(reference: ClauseReference, grade: Grade?)]
    ) throws(ActRefusal) -> Edit {
        let references = References(in: audit)
        for (field, value) in fields {
            try references.require(
                value,
                at: CellPath(kind: Schema.finding.name, record: id, field: field)
            )
        }
        var edit = Edit()
        edit.add(Schema.finding.name, id: id, fields: fields)
        for (reference, grade) in try Self.unique(criteria) {
            edit.addCriterion(reference, grade: grade, to: id)
        }
        return edit
    }

    /// Cites clauses, each with its grade if there is one already. A clause that the finding has
    /// gets the new grade; one that was removed is added again.
    ///
    /// - Throws: `clauseTwice` where a clause is named with two grades; `findingEnded`.
    public func cite(
        _ criteria: [(reference: ClauseReference, grade: Grade?)],
        in finding: FindingRecord,
        edit: inout Edit
    ) throws(ActRefusal) {
        try requireOpen(finding)
        for (reference, grade) in try Self.unique(criteria) {
            let shown = finding.criteria.first { $0.reference == reference }
            if let shown, let grade {
                edit.set(shown.gradePath, to: .string(grade.rawValue))
                lower(reference, to: grade, inWhatCountsIn: finding, edit: &edit)
            } else {
                edit.addCriterion(reference, grade: grade, to: finding.id)
            }
        }
    }

    /// Removes a clause from a finding.
    public func uncite(
        _ reference: ClauseReference,
        in finding: FindingRecord,
        edit: inout Edit
    ) throws(ActRefusal) {
        try requireOpen(finding)
        guard let criterion = finding.criteria.first(where: { $0.reference == reference }) else {
            throw .notCited(
                finding: finding.label,
                clause: WireText(reference.description),
                cited: finding.criteria.compactMap { $0.reference.map { WireText($0.description) } }
            )
        }
        edit.hide(kind: Schema.criterion.name, id: criterion.id)
        lower(reference, to: nil, inWhatCountsIn: finding, edit: &edit)
    }

    // MARK: What it says.

    /// Writes some fields of a finding, as whole values; nil clears one.
    ///
    /// - Throws: `findingEnded`; `unknownReference` of a field that names what is not there.
    public func set(
        _ values: [(field: FindingField, value: JSON?)],
        in finding: FindingRecord,
        edit: inout Edit
    ) throws(ActRefusal) {
        try requireOpen(finding)
        let references = References(in: audit)
        for (field, value) in values {
            try references.require(value, at: finding.path(field))
            if field == .repeats { try requireEarlier(value?.stringValue, than: finding) }
            edit.set(finding.path(field), to: value)
        }
    }

    /// Checks that the finding to repeat does not repeat this one in turn, through any number of
    /// others.
    private func requireEarlier(
        _ other: WireText?,
        than finding: FindingRecord
    ) throws(ActRefusal) {
        var way: [WireText] = []
        var known: Set<WireText> = []
        var next = other
        while let id = next, id != finding.id {
            // Others have closed a circle already, in which this one has no part.
            guard let found = audit.finding(id), known.insert(id).inserted else { return }
            way.append(found.label)
            next = found.repeats
        }
        if next != nil { throw .repeatsItself(finding: finding.label, way: way) }
    }

    /// Checks that a finding can be changed: what is written into a withdrawn or merged one would
    /// count nowhere.
    ///
    /// - Throws: `findingEnded`.
    public func requireOpen(_ finding: FindingRecord) throws(ActRefusal) {
        guard !finding.isCounted else { return }
        throw .findingEnded(
            finding: finding.label,
            state: finding.state,
            counting: finding.state == "merged" ? counting(finding)?.label : nil
        )
    }

    /// Cites a piece of evidence, even one that is cited already: anyone who removes it at the same
    /// time then has a conflict.
    ///
    /// - Throws: `findingEnded`.
    public func attach(
        _ evidence: WireText,
        to finding: FindingRecord,
        edit: inout Edit
    ) throws(ActRefusal) {
        try requireOpen(finding)
        edit.insert(evidence, into: finding.path(.evidence), again: true)
    }

    /// Removes the citation of a piece of evidence, also from the findings that were merged into
    /// this one: otherwise those merges would wait, and the merged findings would count again.
    ///
    /// - Throws: `findingEnded`.
    public func detach(
        _ evidence: WireText,
        from finding: FindingRecord,
        edit: inout Edit
    ) throws(ActRefusal) {
        try requireOpen(finding)
        edit.remove(evidence, from: finding.path(.evidence))
        for merged in merged(into: finding) where merged.evidence.contains(evidence) {
            edit.remove(evidence, from: merged.path(.evidence))
        }
    }

    /// Each clause once; one that is named twice has one grade.
    private static func unique(
        _ criteria: [(reference: ClauseReference, grade: Grade?)]
    ) throws(ActRefusal) -> [(reference: ClauseReference, grade: Grade?)] {
        var grades: [ClauseReference: Grade?] = [:]
        var unique: [(reference: ClauseReference, grade: Grade?)] = []
        for (reference, grade) in criteria {
            if let other = grades.updateValue(grade, forKey: reference) {
                guard other != grade else { continue }
                throw .clauseTwice(
                    clause: WireText(reference.description),
                    grades: [other, grade].map { gradeText($0) }
                )
            }
            unique.append((reference, grade))
        }
        return unique
    }

    static func unique(_ findings: [FindingRecord]) -> [FindingRecord] {
        var ids: Set<WireText> = []
        return findings.filter { ids.insert($0.id).inserted }
    }
}

extension FindingRecord {
    /// The place of one of its fields.
    func path(_ field: FindingField) -> CellPath { .finding(id, field) }

    func noStep(to state: WireText) -> ActRefusal {
        .noStep(
            finding: label,
            from: self.state,
            to: state,
            open: LifeCycle.finding.next(from: self.state).filter { $0 != state }
        )
    }
}

extension CriterionRecord {
    /// The place of its grade.
    var gradePath: CellPath {
        CellPath.criterion(id, .grade)
    }
}

extension Edit {
    /// Adds a criterion to a finding that does not show it.
    mutating func addCriterion(
        _ reference: ClauseReference,
        grade: Grade?,
        to finding: WireText
    ) {
        var fields: JSONObject = [
            "finding": .string(finding), "standard": .string(reference.standard),
            "clause": .string(reference.clause),
        ]
        fields[CriterionField.grade] = grade.map { .string($0.rawValue) }
        let id = DerivedID.criterion(
            finding: finding,
            standard: reference.standard,
            clause: reference.clause
        )
        add(Schema.criterion.name, id: id, fields: fields)
    }
}
