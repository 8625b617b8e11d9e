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

    /// Who took the step to where a finding is, and why: its author reads there that it was returned.
    private func lastStep(_ finding: FindingRecord) throws -> String? {
        let cell = try view.replica.blame(
            kind: Schema.finding.name,
            id: finding.id,
            field: FindingField.state.name
        )
        .first
        guard let cell, let write = cell.write, let state = cell.shown?.stringValue else {
            return nil
        }
        let by = view.accountView.signature(of: write)
        let before = cell.replaced.compactMap { $0.value?.stringValue }
        let verb =
            switch state {
            case "draft": before.contains("submitted") ? "returned" : "made a draft again"
            default: state.string
            }
        let reason = by.reason.map { ": \"\($0)\"" } ?? ""
        if cell.isResolution {
            // To resolve a conflict for a step that somebody else took is not to take it.
            let taken = cell.replaced.filter { $0.value == write.value }
            let author =
                taken.last { view.accountView.signature(of: $0).member != by.member } ?? taken.last
            if let author, view.accountView.signature(of: author).member != by.member {
                let name = view.accountView.signature(of: author).name
                return "\(verb) by \(name), conflict resolved by \(by.name), \(by.moment)\(reason)"
            }
            return "resolved as \(state) by \(by.name), \(by.moment)\(reason)"
        }
        return "\(verb) by \(by.name), \(by.moment)\(reason)"
    }

    /// A finding on its own.
    func text(_ finding: FindingRecord) throws -> [Shown] {
        let style = Style.output
        let step = try lastStep(finding)
        // The step says the state, with who took it.
        let isSaid = step?.hasPrefix(finding.state.string) ?? false
        var facts = [finding.headGrade?.title, isSaid ? nil : finding.state.string]
        facts.append(finding.raisedBy.map { "raised by \(view.person($0))" })
        let contributors = view.contributors(to: finding)
            .filter { $0 != finding.raisedBy }.map { view.person($0) }
        facts.append(contributors.isEmpty ? nil : "with \(contributors.joined(separator: ", "))")
        facts.append(finding.repeats.map { "repeats \(view.finding(id: $0)?.label ?? $0)" })
        if finding.state == "merged",
            let original = finding.duplicateOf.flatMap({ view.finding(id: $0) })
        {
            facts.append("merged into \(original.label)")
        }
        facts.append(finding.unit.map { (view.organization?.unitName($0) ?? $0).string })
        facts.append(finding.site.map { (view.organization?.siteName($0) ?? $0).string })
        facts.append(finding.process.map { "process \($0)" })
        var lines = Layout.indented(
            "\(finding.label)  \(finding.title ?? "(without a title)")",
            by: 0
        )
        lines[0] = style.strong(lines[0])
        lines += Layout.indented(Shown(facts.compactMap { $0 }.joined(separator: ", ")), by: 2)
        if let step { lines += Layout.indented(Shown(step), by: 2) }
        lines += criteria(finding)
        lines += section("Statement", finding.statement)
        lines += section("Required", finding.requirementNote)
        let adopted = view.valueWords.included(
            view.field(FindingField.includedRequirement, of: finding.id)
        )
        lines += section("Included requirement", adopted.map { WireText($0) })
        lines += section("Diverging opinion", finding.divergingOpinion)
        let evidence = finding.evidence.sorted().map { id in
            [
                AuditView.handle(id), view.evidence(id: id)?.kind?.string ?? "",
                title(ofEvidence: id),
            ]
        }
        if !evidence.isEmpty { lines += ["", "  Evidence"] + Layout.table(evidence, indent: 4) }
        let merged = view.duplicates(of: finding.id).filter { $0.state == "merged" }
        if !merged.isEmpty {
            lines += ["", "  Merged into it"]
            for other in merged {
                lines += Layout.indented("\(other.label)  \(other.title ?? "")", by: 4)
            }
        }
        let conflicts = conflicts(about: finding)
        let proposedAlone = conflicts.filter { $0.candidates.allSatisfy(\.isProposal) }
        for conflict in conflicts where !proposedAlone.contains(conflict) {
            let count = Layout.count(try view.toldView.told(conflict).count, "candidate")
            lines += [
                "",
                "\(style.warning("  Conflict:")) \(view.subjects.matter(conflict.path)), \(count)",
            ]
            lines += Layout.indented(
                "see `concord conflicts show \(ConflictName.of(conflict.path))`",
                by: 4
            )
        }
        // What is only proposed is told once, as that, also where it is a conflict.
        lines += try proposed(proposedAlone)
        let told = Set(conflicts.map(\.path))
        lines += proposed(in: [finding.id] + finding.criteria.map(\.id)) { !told.contains($0) }
        return lines
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

    /// Conflicts of which all candidates are proposals: who proposes what, and how it is decided.
    private func proposed(_ conflicts: [Conflict]) throws -> [Shown] {
        var lines: [Shown] = []
        for conflict in conflicts {
            var names: [WireText] = []
            for candidate in conflict.candidates {
                let name = try view.signature(of: candidate.write).name
                if !names.contains(name) { names.append(name) }
            }
            lines += [""]
            lines += Layout.indented(
                "Proposed by \(names.joined(separator: ", ")); a leader decides: \(view.subjects.matter(conflict.path))",
                by: 2
            )
            lines += Layout.indented(
                "see `concord conflicts show \(ConflictName.of(conflict.path))`",
                by: 4
            )
        }
        return lines
    }

    private func criteria(_ finding: FindingRecord) -> [Shown] {
        guard !finding.criteria.isEmpty else { return [] }
        let rows = finding.criteria.map { criterion in
            [
                criterion.grade?.rawValue ?? "no grade",
                criterion.reference.map { AuditView.title(ofStandard: $0.standard) } ?? "",
                criterion.reference?.clause.string ?? "",
                criterion.reference.flatMap { Catalogues.shipped.clause($0)?.title.string } ?? "",
            ]
        }
        return ["", "  Criteria"] + Layout.table(rows, indent: 4)
    }

    private func section(_ title: String, _ text: WireText?) -> [Shown] {
        guard let text else { return [] }
        return ["", "  \(title)"] + Layout.paragraphs(text.string, by: 4)
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
