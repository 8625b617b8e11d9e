import Concord
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// Findings, one by one or as a list.
struct FindingView {
    let view: AuditView

    /// A finding as JSON; the shape is in `docs/concord.md`.
    func json(_ finding: FindingRecord) -> JSON {
        var object: JSONObject = [
            "id": .string(finding.id), "label": .string(finding.label),
            "state": .string(finding.state),
            "criteria": .array(finding.criteria.map { json($0) }),
            "evidence": .array(
                finding.evidence.sorted().map { .string($0) }
            ),
            "conflicts": .array(
                conflicts(about: finding).map { .string(ConflictName.of($0.path)) }
            ),
        ]
        let texts: [(WireText, WireText?)] = [
            ("draftNumber", finding.draftNumber), ("number", finding.number),
            ("ncNumber", finding.ncNumber), ("title", finding.title),
            ("statement", finding.statement), ("requirementNote", finding.requirementNote),
            ("divergingOpinion", finding.divergingOpinion), ("unit", finding.unit),
            ("site", finding.site), ("process", finding.process), ("slot", finding.slot),
            ("headGrade", finding.headGrade.map { WireText($0.rawValue) }),
            ("raisedBy", finding.raisedBy),
            ("confirmedBy", finding.confirmedBy),
            ("competenceConfirmedBy", finding.competenceConfirmedBy),
            ("repeats", finding.repeats), ("duplicateOf", finding.duplicateOf),
            ("fileID", view.fileID(Schema.finding.name, finding.id)),
        ]
        for (name, text) in texts { object[name] = text.map { .string($0) } }
        object["raisedByName"] = finding.raisedBy.map { .string(view.person($0)) }
        let contributors = view.contributors(to: finding)
        object["contributors"] = .array(contributors.map { .string($0) })
        object["contributorNames"] = .array(contributors.map { .string(view.person($0)) })
        object["includedRequirement"] = view.field(FindingField.includedRequirement, of: finding.id)
        let fileIDs = finding.evidence.compactMap { view.fileID(Schema.evidence.name, $0) }.sorted()
        if !fileIDs.isEmpty { object["evidenceFileIDs"] = .array(fileIDs.map { .string($0) }) }
        return .object(object)
    }

    private func json(_ criterion: CriterionRecord) -> JSON {
        var object: JSONObject = [
            "id": .string(criterion.id),
            "proposal": .bool(
                (view.index.proposals[criterion.id] ?? []).contains {
                    $0.path.field == CriterionField.grade.name
                }
            ),
        ]
        object["standard"] = criterion.reference.map { .string($0.standard) }
        object["clause"] = criterion.reference.map { .string($0.clause) }
        object["grade"] = criterion.grade.map { .string($0.rawValue) }
        return .object(object)
    }

    /// The conflicts about a finding or one of its criteria.
    func conflicts(about finding: FindingRecord) -> [Conflict] {
        ([finding.id] + finding.criteria.map(\.id)).flatMap { view.index.conflicts[$0] ?? [] }
    }

    /// What about a finding or one of its criteria is only proposed.
    func proposals(about finding: FindingRecord) -> [ShownProposal] {
        ([finding.id] + finding.criteria.map(\.id)).flatMap { view.index.proposals[$0] ?? [] }
            .filter { !view.isConfirmed($0.path) }
    }

    /// What is only proposed in these records, and by whom: never shown as if it had been decided.
    ///
    /// - Parameter isTold: which places are told.
    func proposed(
        in records: [WireText],
        where isTold: (CellPath) -> Bool = { _ in true }
    ) -> [Shown] {
        var lines: [Shown] = []
        for proposal in records.flatMap({ view.index.proposals[$0] ?? [] })
        where isTold(proposal.path) {
            let name = view.person(of: proposal.write.author)?.name ?? "someone unknown"
            lines += [""]
            let decision =
                view.isConfirmed(proposal.path) ? "confirmed with the finding" : "a leader decides"
            lines += Layout.indented(
                "Proposed by \(name); \(decision): \(view.subjects.matter(proposal.path))",
                by: 2
            )
        }
        return lines
    }

    /// A finding as a row of a list.
    func row(_ finding: FindingRecord) -> [String] {
        let criteria = finding.criteria.compactMap { criterion in
            criterion.reference.map { "\(Self.short($0.standard)) \($0.clause)" }
        }
        return [
            finding.label.string, finding.headGrade?.rawValue ?? "-", finding.state.string,
            criteria.joined(separator: ", "),
            (conflicts(about: finding).isEmpty ? "" : "! ")
                + (proposals(about: finding).isEmpty ? "" : "? ") + (finding.title?.string ?? ""),
        ]
    }

    /// The number of a standard without its publisher and year: "9001", "20000-1".
    static func short(_ standard: WireText) -> String {
        let words = standard.string.split(separator: "-").filter { Int($0) != nil }
        return words.count > 1 ? words.dropLast().joined(separator: "-") : standard.string
    }

    /// What a piece of evidence is called, also one that was removed.
    func title(ofEvidence id: WireText) -> String {
        if let record = view.evidence(id: id) { return (record.title ?? id).string }
        let title = view.index.removedField(Schema.evidence.name, id, "title")?.stringValue
        return "\(title?.string ?? AuditView.handle(id)) (removed)"
    }
}
