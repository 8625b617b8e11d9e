import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel

extension AuditView {
    /// The records as totals count them: without the grades, criteria and findings that are only proposed.
    func decided() -> Audit { Audit(state: decidedDocument(), unanswered: snapshot.unanswered) }

    /// The records with the most severe grade that is decided or proposed for each criterion: what a recommendation
    /// is weighed against.
    func weighed() -> Audit {
        var state = document
        var criteria = state[Schema.criterion.name]?.objectValue ?? [:]
        for (id, grades) in gradesProposedBeside {
            guard var fields = criteria[id]?.objectValue else { continue }
            let shown = fields["grade"]?.stringValue.flatMap { Grade($0) }
            guard let grade = ([shown].compactMap { $0 } + grades).max() else { continue }
            fields["grade"] = .string(WireText(grade.rawValue))
            criteria[id] = .object(fields)
        }
        state[Schema.criterion.name] = .object(criteria)
        return Audit(state: state, unanswered: snapshot.unanswered)
    }

    /// The grades that are proposed for a criterion beside the one that is shown, by the criterion: in an open
    /// conflict, or for the same clause of a finding that counts in this one.
    private var gradesProposedBeside: [WireText: [Grade]] {
        var grades = gradesInConflict
        let shown = Set(snapshot.proposals.map(\.path))
        let merged = audit.findings.filter { finding in
            finding.state == "merged"
                && finding.criteria.contains {
                    grades[$0.id] != nil || shown.contains(Self.gradePath(of: $0))
                }
        }
        let counting = FindingActs(on: audit, by: "").counting(merged)
        for finding in merged {
            guard let kept = counting[finding.id] else { continue }
            for criterion in finding.criteria {
                var proposed = grades[criterion.id] ?? []
                if shown.contains(Self.gradePath(of: criterion)) {
                    proposed += [criterion.grade].compactMap(\.self)
                }
                let same = kept.criteria.first { $0.reference == criterion.reference }
                guard let same, !proposed.isEmpty else { continue }
                grades[same.id, default: []] += proposed.filter { grade in
                    same.grade.map { $0 < grade } ?? true
                }
            }
        }
        return grades
    }

    private static func gradePath(of criterion: CriterionRecord) -> CellPath {
        CellPath(kind: Schema.criterion.name, record: criterion.id, field: "grade")
    }

    /// The grades that are proposed for a criterion in an open conflict, by the criterion.
    private var gradesInConflict: [WireText: [Grade]] {
        var grades: [WireText: [Grade]] = [:]
        for conflict in snapshot.conflicts {
            for candidate in conflict.candidates where candidate.isProposal {
                let path = candidate.path.flatMap { CellPath($0) } ?? conflict.path
                guard path.kind == Schema.criterion.name, path.field == "grade",
                    let grade = candidate.value?.stringValue.flatMap({ Grade($0) })
                else { continue }
                grades[path.record, default: []].append(grade)
            }
        }
        return grades
    }

    /// The state document without what of findings is only proposed; a proposal counts once it is accepted, and
    /// what somebody only proposes to remove counts until then.
    private func decidedDocument() -> JSONObject {
        let between = snapshot.conflicts.filter { conflict in
            conflict.candidates.allSatisfy { $0.isProposal && $0.path == nil }
        }
        let removals = Set(
            between.filter { conflict in
                conflict.path.field == nil && conflict.candidates.allSatisfy { $0.value == nil }
            }.map(\.path)
        )
        let paths = snapshot.proposals.map(\.path) + between.map(\.path)
        var state = document
        for path in paths where !removals.contains(path) {
            switch (path.kind, path.field) {
            case ("finding", nil), ("criterion", nil):
                var records = state[path.kind]?.objectValue ?? [:]
                records[path.record] = nil
                state[path.kind] = .object(records)
            case ("criterion", "grade") where !isConfirmed(path):
                var records = state[path.kind]?.objectValue ?? [:]
                guard var fields = records[path.record]?.objectValue else { continue }
                fields["grade"] = nil
                records[path.record] = .object(fields)
                state[path.kind] = .object(records)
            default: continue
            }
        }
        return state
    }

    /// Whether a proposed grade counts, because its finding was confirmed with it; decision 3.
    func isConfirmed(_ path: CellPath) -> Bool {
        guard path.kind == "criterion", path.field == "grade",
            let finding = audit.criterion(path.record)?.finding
        else { return false }
        return ["confirmed", "issued"].contains(finding.state)
    }

    /// The number of findings by the grade that is only proposed for them, for one standard.
    ///
    /// A finding is counted once: with the most severe of the grades that are proposed for its criteria and
    /// that are not what was decided for the criterion.
    ///
    /// - Parameter listed: only of these findings.
    func proposedGrades(
        in standard: WireText,
        of listed: [FindingRecord]? = nil,
        besides decided: Audit
    ) -> [Grade: Int] {
        var grades: [Grade: Int] = [:]
        let beside = gradesProposedBeside
        for finding in (listed ?? audit.findings) where finding.isCounted {
            let criteria = finding.criteria.filter { $0.reference?.standard == standard }
            let proposed = criteria.flatMap { criterion in
                Self.proposed(criterion, beside, besides: decided)
            }
            if let grade = proposed.max() { grades[grade, default: 0] += 1 }
        }
        return grades
    }

    /// The findings that count for which a grade is only proposed.
    func findingsWithProposedGrades(besides decided: Audit) -> Set<WireText> {
        let beside = gradesProposedBeside
        return Set(
            audit.findings.filter { finding in
                finding.isCounted
                    && finding.criteria.contains {
                        !Self.proposed($0, beside, besides: decided).isEmpty
                    }
            }.map(\.id)
        )
    }

    /// The grades that are proposed for a criterion, without the one that was decided.
    private static func proposed(
        _ criterion: CriterionRecord,
        _ beside: [WireText: [Grade]],
        besides decided: Audit
    ) -> [Grade] {
        let counted = decided.criterion(criterion.id)?.criterion.grade
        let shown = criterion.grade.map { [$0] } ?? []
        return (shown + (beside[criterion.id] ?? [])).filter { $0 != counted }
    }

    /// Grades with their numbers, the most severe first: "1 major, 2 minor"; empty where there are none.
    static func words(of grades: [Grade: Int]) -> String {
        Grade.allCases.reversed().compactMap { grade in
            grades[grade].map { "\($0) \(grade.rawValue)" }
        }.joined(separator: ", ")
    }

    static func json(_ grades: [Grade: Int]) -> JSON {
        .object(
            JSONObject(
                uniqueKeysWithValues: grades.map {
                    (WireText($0.key.rawValue), .integer(Int64($0.value)))
                }
            )
        )
    }

    /// The totals of the audit as JSON; the shape is in `docs/concord.md`.
    ///
    /// - Parameter listed: only of these findings.
    func totals(of listed: [FindingRecord]? = nil) -> JSON {
        let tally = tally(of: listed)
        let decided = decided()
        var byStandard = JSONObject()
        var proposed = JSONObject()
        for (standard, grades) in tally.gradesByStandard {
            byStandard[standard] = Self.json(grades)
            let waiting = proposedGrades(in: standard, of: listed, besides: decided)
            if !waiting.isEmpty { proposed[standard] = Self.json(waiting) }
        }
        return [
            "findings": .integer(Int64(tally.findings)),
            "nonconformities": .integer(Int64(tally.nonconformities)),
            "countsByStandard": .object(byStandard),
            "proposedByStandard": .object(proposed),
            "includedRequirementFindings": ids(tally.includedRequirementFindings),
            "unrelatedClauseFindings": ids(tally.unrelatedClauseFindings),
        ]
    }

    private func ids(_ ids: [WireText]) -> JSON { .array(ids.map { .string($0) }) }

    private func tally(of listed: [FindingRecord]?) -> Tally {
        var state = decidedDocument()
        guard let listed else { return Tally(Audit(state: state), catalogues: .shipped) }
        let ids = Set(listed.map(\.id))
        let findings = (state["finding"]?.objectValue ?? [:]).filter { ids.contains($0.key) }
        state["finding"] = .object(
            JSONObject(uniqueKeysWithValues: findings.map { ($0.key, $0.value) })
        )
        return Tally(Audit(state: state), catalogues: .shipped)
    }

    /// The totals in one line per standard.
    ///
    /// - Parameter listed: only of these findings.
    func totalsText(of listed: [FindingRecord]? = nil) -> [Shown] {
        let tally = tally(of: listed)
        let head =
            Layout.count(tally.findings, "finding") + ", "
            + Layout.count(tally.nonconformities, "nonconformity")
        let decided = decided()
        let left = (listed?.count ?? tally.findings) - tally.findings
        return [left == 0 ? "\(head)" : "\(head); \(left) of those listed do not count"]
            + tally.gradesByStandard.sorted { $0.key < $1.key }.map { standard, grades in
                let counts = Self.words(of: grades)
                let found = counts.isEmpty ? "none" : counts
                let waiting = Self.words(
                    of: proposedGrades(in: standard, of: listed, besides: decided)
                )
                let proposed = waiting.isEmpty ? "" : "; proposed: \(waiting)"
                return "  \(Self.title(ofStandard: standard)): \(found)\(proposed)"
            }
    }

    /// The ids of records with an open conflict.
    var contested: Set<WireText> { index.contested }
}
