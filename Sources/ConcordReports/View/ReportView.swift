import ConcordEncoding
import ConcordModel

/// The whole report, as the template reads it.
///
/// The template looks names up with a leading dot, which keeps the library from climbing to the
/// surrounding object where a field is nil.
struct ReportView {
    let title: String
    let cover: CoverView
    let summary: SummaryView
    let conclusions: [ConclusionView]
    let coverage: [CoverageView]
    let findings: [FindingView]
    let dropped: Listing<DroppedFindingView>?
    let nonconformities: Listing<NonconformityView>?
    let appendix: AppendixView

    init(_ context: ReportContext) {
        let audit = context.audit
        let subject = audit.organization?.name ?? audit.engagement?.number ?? ""
        title = "Audit report – \(subject)"
        cover = CoverView(context)
        summary = SummaryView(context)
        conclusions = context.standards.map { ConclusionView($0, context) }
        coverage = context.coverages.map { CoverageView($0, context) }
        findings = audit.countedFindings.map { FindingView($0, context) }
        dropped = Listing(
            audit.findings.filter { !$0.isCounted }.map { DroppedFindingView($0, context) }
        )
        nonconformities = Listing(
            audit.countedFindings.filter(\.isNonconformity).map { NonconformityView($0, context) }
        )
        appendix = AppendixView(context)
    }
}

/// A finding that was withdrawn or merged: it stays on record and out of the totals.
struct DroppedFindingView {
    let label: String
    let title: String
    let state: String
    let into: String?
    let conflicts: [ConflictView]

    init(_ finding: FindingRecord, _ context: ReportContext) {
        label = finding.label.string
        title = finding.title?.string ?? "Untitled"
        state = Words.capitalized(finding.state.string)
        into = finding.duplicateOf.map { (context.audit.finding($0)?.label ?? $0).string }
        conflicts = context.conflicts([finding.id] + finding.criteria.map(\.id))
    }
}
