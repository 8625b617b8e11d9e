import Concord
import ConcordAudit
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// A finding on its own.
struct OneFindingView: View {
    let finding: FindingRecord
    let view: AuditView

    var json: JSON { view.findingView.json(finding) }

    var lines: [Shown] {
        get throws {
            var lines = try head + criteria
            lines += section("Statement", finding.statement)
            lines += section("Required", finding.requirementNote)
            let adopted = view.valueWords.included(
                view.field(FindingField.includedRequirement, of: finding.id)
            )
            lines += section("Included requirement", adopted.map { WireText($0) })
            lines += section("Diverging opinion", finding.divergingOpinion)
            return try lines + cited + open
        }
    }

    /// What it is, where, by whom, and how far it has come.
    private var head: [Shown] {
        get throws {
            let style = Style.output
            let step = try lastStep
            // The step says the state, with who took it.
            let isSaid = step?.hasPrefix(finding.state.string) ?? false
            var facts = [finding.headGrade?.title, isSaid ? nil : finding.state.string]
            facts.append(finding.raisedBy.map { "raised by \(view.person($0))" })
            let contributors = view.contributors(to: finding)
                .filter { $0 != finding.raisedBy }.map { view.person($0) }
            facts.append(
                contributors.isEmpty ? nil : "with \(contributors.joined(separator: ", "))"
            )
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
            return lines
        }
    }

    /// The evidence that it cites, and what was merged into it.
    private var cited: [Shown] {
        var lines: [Shown] = []
        let evidence = finding.evidence.sorted().map { id in
            [
                AuditView.handle(id), view.evidence(id: id)?.kind?.string ?? "",
                view.findingView.title(ofEvidence: id),
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
        return lines
    }

    /// What about it is in conflict, or only proposed.
    private var open: [Shown] {
        get throws {
            let style = Style.output
            var lines: [Shown] = []
            let conflicts = view.findingView.conflicts(about: finding)
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
            lines += view.findingView.proposed(in: [finding.id] + finding.criteria.map(\.id)) {
                !told.contains($0)
            }
            return lines
        }
    }

    /// Who took the step to where it is, and why: its author reads there that it was returned.
    private var lastStep: String? {
        get throws {
            guard let step = LastStep(try view.blame(ofState: finding.id), view.membership) else {
                return nil
            }
            let by = view.accountView.signature(of: step.write)
            let verb =
                step.isReturned
                ? "returned" : step.state == "draft" ? "made a draft again" : step.state.string
            let reason = by.reason.map { ": \"\($0)\"" } ?? ""
            if let taken = step.taken {
                let name = view.accountView.signature(of: taken).name
                return "\(verb) by \(name), conflict resolved by \(by.name), \(by.moment)\(reason)"
            }
            let did = step.isResolution ? "resolved as \(step.state)" : verb
            return "\(did) by \(by.name), \(by.moment)\(reason)"
        }
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

    private var criteria: [Shown] {
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
}

/// Findings in a list, with what they come to.
struct FindingListView: View {
    let findings: [FindingRecord]
    let totals: CountedFindings
    /// What is said where there is none.
    let none: Shown
    let view: AuditView

    var json: JSON {
        [
            "findings": .array(findings.map { view.findingView.json($0) }),
            "totals": TotalsView.json(totals),
        ]
    }

    var lines: [Shown] {
        if findings.isEmpty { return [none] }
        let rows = Layout.table(findings.map { view.findingView.row($0) })
        return rows + [""] + TotalsView(totals).lines
    }
}
