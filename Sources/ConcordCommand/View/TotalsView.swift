import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel

/// The totals of an audit, as lists and the status show them.
struct TotalsView {
    let findings: Int
    let nonconformities: Int
    /// The number of findings by standard and grade; standards without any too.
    let byStandard: [WireText: [Grade: Int]]
    /// The same of grades that are only proposed.
    let proposed: [WireText: [Grade: Int]]
    /// How many of those listed do not count.
    let notCounted: Int

    init(_ counted: CountedFindings) {
        findings = counted.tally.findings
        nonconformities = counted.tally.nonconformities
        byStandard = counted.tally.gradesByStandard
        proposed = counted.proposedByStandard
        notCounted = counted.notCounted
    }

    /// What the status says of all findings.
    init(_ figures: AuditFigures) {
        findings = figures.findings
        nonconformities = figures.nonconformities
        byStandard = figures.gradesByStandard
        proposed = figures.proposedByStandard
        notCounted = 0
    }

    /// As JSON; the shape is in `docs/concord.md`.
    static func json(_ counted: CountedFindings) -> JSON {
        let tally = counted.tally
        return [
            "findings": .integer(Int64(tally.findings)),
            "nonconformities": .integer(Int64(tally.nonconformities)),
            "countsByStandard": json(tally.gradesByStandard),
            "proposedByStandard": json(counted.proposedByStandard),
            "includedRequirementFindings": json(tally.includedRequirementFindings),
            "unrelatedClauseFindings": json(tally.unrelatedClauseFindings),
        ]
    }

    /// In one line for all, and one for each standard.
    var lines: [Shown] {
        let head =
            Layout.count(findings, "finding") + ", "
            + Layout.count(nonconformities, "nonconformity")
        return [notCounted == 0 ? "\(head)" : "\(head); \(notCounted) of those listed do not count"]
            + byStandard.sorted { $0.key < $1.key }.map { standard, grades in
                let counts = Self.words(of: grades)
                let found = counts.isEmpty ? "none" : counts
                let waiting = Self.words(of: proposed[standard] ?? [:])
                let proposed = waiting.isEmpty ? "" : "; proposed: \(waiting)"
                return "  \(AuditView.title(ofStandard: standard)): \(found)\(proposed)"
            }
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

    private static func json(_ standards: [WireText: [Grade: Int]]) -> JSON {
        .object(JSONObject(uniqueKeysWithValues: standards.map { ($0.key, json($0.value)) }))
    }

    private static func json(_ ids: [WireText]) -> JSON { .array(ids.map { .string($0) }) }
}

extension AuditView {
    /// The ids of records with an open conflict.
    var contested: Set<WireText> { index.contested }

    /// Whether a proposed grade counts, because its finding was confirmed with it.
    func isConfirmed(_ path: CellPath) -> Bool {
        guard path.kind == Schema.criterion.name else { return false }
        return AuditTotals.isConfirmed(path, of: criterion(id: path.record)?.finding)
    }
}
