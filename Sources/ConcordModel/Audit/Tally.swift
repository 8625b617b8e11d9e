public import ConcordEncoding

/// The totals of an audit: how many findings, of which grade, against which standard.
///
/// A finding counts once per standard, with its head grade: the most severe of its criteria in
/// that standard. Withdrawn and merged findings do not count.
public struct Tally: Hashable, Sendable {
    /// How many findings count.
    public let findings: Int
    /// How many of them have a criterion with a minor or major grade, in whichever standard.
    public let nonconformities: Int
    /// The number of findings by standard and head grade; grades without any are left out.
    public let gradesByStandard: [WireText: [Grade: Int]]
    /// The ids of findings about a requirement that the organization adopted from another standard.
    public let includedRequirementFindings: [WireText]
    /// The ids of findings that cite a clause with no related clause in the other standards.
    public let unrelatedClauseFindings: [WireText]

    /// Counts the findings of an audit.
    ///
    /// - Parameter listed: only the findings with these ids.
    public init(_ audit: Audit, catalogues: Catalogues, of listed: Set<WireText>? = nil) {
        let counted = audit.countedFindings.filter { listed?.contains($0.id) ?? true }
        let standards = Set(audit.standards)
        findings = counted.count
        nonconformities = counted.count(where: \.isNonconformity)
        var grades = Dictionary(standards.map { ($0, [Grade: Int]()) }) { first, _ in first }
        for finding in counted {
            for standard in finding.standards {
                guard let grade = finding.headGrade(in: standard) else { continue }
                grades[standard, default: [:]][grade, default: 0] += 1
            }
        }
        gradesByStandard = grades
        includedRequirementFindings = counted.filter { $0.includedRequirement != nil }.map(\.id)
        unrelatedClauseFindings = counted.filter { finding in
            finding.criteria.compactMap(\.reference).contains { reference in
                catalogues.isUnrelated(reference, among: standards)
            }
        }.map(\.id)
    }

    /// How many findings have a head grade in a standard.
    public func count(_ grade: Grade, in standard: WireText) -> Int {
        gradesByStandard[standard]?[grade] ?? 0
    }
}
