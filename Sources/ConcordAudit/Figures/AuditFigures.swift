public import ConcordEncoding
public import ConcordModel

/// What the status of an audit says of all findings, in numbers.
///
/// `Replica.figures()` of the library product keeps what each finding adds to them, so that asking again costs
/// what has changed since.
///
/// ```swift
/// let figures = try await replica.figures()
/// print("\(figures.findings) findings, \(figures.errors) errors before sign-off")
/// ```
public struct AuditFigures: Hashable, Sendable {
    /// How many findings count.
    public let findings: Int
    /// How many of them have a criterion with a minor or major grade.
    public let nonconformities: Int
    /// The number of findings by standard and by their grade in it; standards of the engagement without any too.
    public let gradesByStandard: [WireText: [Grade: Int]]
    /// The number of findings by standard and by the grade that is only proposed for them; standards without any are
    /// left out.
    public let proposedByStandard: [WireText: [Grade: Int]]
    /// How many notices have to be settled before sign-off.
    public let errors: Int
    /// How many notices should be known.
    public let warnings: Int

    /// What totals and notices say.
    package init(_ counted: CountedFindings, _ notices: Notices) {
        findings = counted.tally.findings
        nonconformities = counted.tally.nonconformities
        gradesByStandard = counted.tally.gradesByStandard
        proposedByStandard = counted.proposedByStandard
        errors = notices.errors.count
        warnings = notices.all.count - errors
    }

    /// What the sum of single findings says, with what follows from the frame of the audit.
    ///
    /// - Parameters:
    ///   - totals: the sum over all findings.
    ///   - hints: how many hints there are at findings that may say the same.
    ///   - frame: the records but for findings, criteria, evidence and answers.
    ///   - conflicts: how many notices there are of open conflicts.
    package init(
        _ totals: [FindingFigure: Int],
        hints: Int,
        frame: Audit,
        conflicts: Int,
        catalogues: Catalogues
    ) {
        var grades = Dictionary(frame.standards.map { ($0, [Grade: Int]()) }) { first, _ in first }
        var proposed: [WireText: [Grade: Int]] = [:]
        for (figure, count) in totals where count > 0 {
            switch figure {
            case .grade(let standard, let grade): grades[standard, default: [:]][grade] = count
            case .proposed(let standard, let grade): proposed[standard, default: [:]][grade] = count
            default: continue
            }
        }
        let notices = Notices.frame(frame, catalogues)
        let refused = frame.conclusions.count { conclusion in
            guard let standard = conclusion.standard else { return false }
            let isPossible = conclusion.recommendation?.isPossible(
                open: totals[.openAll(standard)] ?? 0,
                majors: totals[.openMajor(standard)] ?? 0
            )
            return isPossible == false
        }
        let frameErrors = notices.count { $0.severity == .error }
        findings = totals[.findings] ?? 0
        nonconformities = totals[.nonconformities] ?? 0
        gradesByStandard = grades
        proposedByStandard = proposed.filter { grades[$0.key] != nil }
        errors = (totals[.errors] ?? 0) + frameErrors + refused + conflicts
        warnings = (totals[.warnings] ?? 0) + hints + notices.count - frameErrors
    }
}
