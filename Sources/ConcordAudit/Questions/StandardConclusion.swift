import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel

/// The conclusion for one standard beside what it rests on.
///
/// ```swift
/// let totals = AuditTotals(of: state, conflicts: conflicts, proposals: proposals)
/// let conclusion = StandardConclusion(of: "iso-9001-2008", in: audit, totals: totals, conflicts: conflicts)
/// print(conclusion.facts.openNonconformities.count)
/// ```
public struct StandardConclusion: Hashable, Sendable {
    /// The id of the catalogue.
    public let standard: WireText
    /// What was written; nil where nobody has.
    public let record: ConclusionRecord?
    /// What follows from the records that are decided.
    public let facts: ConclusionFacts
    /// The number of findings by the grade that is only proposed for them.
    public let proposed: [Grade: Int]
    /// The open conflicts about what was written.
    public let conflicts: [Conflict]

    /// Whether a proposal stands in the way of a certificate: an open proposal of a nonconformity does so as a
    /// nonconformity would.
    public var isHinderedByProposals: Bool { proposed.keys.contains(where: \.isNonconformity) }

    /// The conclusion for a standard.
    ///
    /// - Parameters:
    ///   - standard: the id of the catalogue.
    ///   - audit: what is shown; the conclusions of it are enough.
    ///   - totals: what counts.
    ///   - conflicts: the open conflicts.
    public init(
        of standard: WireText,
        in audit: Audit,
        totals: AuditTotals,
        conflicts: [Conflict]
    ) {
        self.standard = standard
        let record = audit.conclusion(for: standard)
        self.record = record
        facts = ConclusionFacts(standard: standard, in: totals.decided)
        proposed = totals.proposedGrades(in: standard)
        self.conflicts = conflicts.filter {
            $0.path.kind == Schema.conclusion.name && $0.path.record == record?.id
        }
    }
}
