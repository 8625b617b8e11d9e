import ConcordEncoding
import ConcordModel

/// One finding, with what it was judged against, seen from, and who says so.
struct FindingView {
    struct Criterion {
        let standard: StandardTag
        let clause: String
        let title: String?
        let grade: GradeView
        let otherCriterion: String?
        let isUnrelated: Bool
        let hints: Listing<Hint>?
    }

    struct Hint {
        let standard: StandardTag
        let clause: String
        let title: String?
        let relation: String
        let isCited: Bool
    }

    struct EvidenceLink {
        let anchor: String?
        let number: String
        let title: String
        let source: String?
    }

    let anchor: String
    let label: String
    let ncNumber: String?
    let title: String
    let state: String
    let tone: String
    let grades: [StandardGradeView]
    let criteria: [Criterion]
    let statement: String?
    let requirementNote: String?
    let divergingOpinion: String?
    let included: String?
    let evidence: Listing<EvidenceLink>?
    let facts: [CoverView.Fact]
    let conflicts: [ConflictView]
    let isContested: Bool
    let proposals: [String]

    init(_ finding: FindingRecord, _ context: ReportContext) {
        anchor = Self.anchor(finding)
        label = finding.label.string
        ncNumber = finding.ncNumber?.string
        title = finding.title?.string ?? "Untitled"
        state = Words.capitalized(finding.state.string)
        tone = GradeView(finding.headGrade).tone
        grades = StandardGradeView.all(of: finding, context)
        criteria = finding.criteria.compactMap { Criterion($0, finding, context) }
        statement = finding.statement?.string
        requirementNote = finding.requirementNote?.string
        divergingOpinion = finding.divergingOpinion?.string
        included = finding.includedRequirement.map { included in
            let clause =
                "\(context.standard(included.reference.standard).title) "
                + included.reference.clause.string
            let route = included.route.map { ", adopted through clause \($0)" } ?? ""
            return clause + route
        }
        evidence = Listing(
            context.evidenceInOrder(finding.evidence).map { EvidenceLink($0, context) }
        )
        facts = Self.facts(finding, context)
        conflicts = context.conflicts([finding.id] + finding.criteria.map(\.id))
        isContested = !conflicts.isEmpty
        proposals = context.proposals([finding.id] + finding.criteria.map(\.id))
    }

    static func anchor(_ finding: FindingRecord) -> String { "finding-\(finding.id)" }

    private static func facts(
        _ finding: FindingRecord,
        _ context: ReportContext
    ) -> [CoverView.Fact] {
        func label(_ id: WireText) -> WireText { context.audit.finding(id)?.label ?? id }
        let related = finding.relatedTo.map(label).sorted().joined(separator: ", ")
        let all: [(String, String?)] = [
            ("Unit", finding.unit.map { context.unit($0) }),
            ("Site", finding.site.map { context.site($0) }),
            ("Process", finding.process?.string),
            ("Raised by", finding.raisedBy.map { context.person($0) }),
            ("With", context.people(finding.contributors)),
            ("Confirmed by", finding.confirmedBy.map { context.person($0) }),
            ("Competence confirmed by", finding.competenceConfirmedBy.map { context.person($0) }),
            ("Related to", related.isEmpty ? nil : related),
            ("Repeats", finding.repeats.map { label($0).string }),
        ]
        return all.compactMap { name, value in
            value.map { CoverView.Fact(name: name, value: $0) }
        }
    }
}

extension FindingView.Criterion {
    fileprivate init?(
        _ criterion: CriterionRecord,
        _ finding: FindingRecord,
        _ context: ReportContext
    ) {
        guard let reference = criterion.reference else { return nil }
        let standards = Set(context.standards.map(\.id))
        let cited = Set(finding.criteria.compactMap(\.reference))
        standard = context.standard(reference.standard)
        clause = reference.clause.string
        title = context.clauseTitle(reference)
        grade = GradeView(criterion.grade)
        otherCriterion = criterion.otherCriterion?.string
        isUnrelated = context.catalogues.isUnrelated(reference, among: standards)
        hints = Listing(
            context.catalogues.related(to: reference, among: standards).map { related in
                FindingView.Hint(
                    standard: context.standard(related.reference.standard),
                    clause: related.reference.clause.string,
                    title: context.clauseTitle(related.reference),
                    relation: related.relation.rawValue,
                    isCited: cited.contains(related.reference)
                )
            }
        )
    }
}

extension FindingView.EvidenceLink {
    init(_ id: WireText, _ context: ReportContext) {
        let record = context.audit.evidence(id)
        anchor = record.map { "evidence-\($0.id)" }
        number = context.evidenceNumber(id) ?? "–"
        title = record?.titleForReaders ?? "not on this device, or removed (\(id.string.prefix(8)))"
        source = record.flatMap { $0.isForReaders ? $0.source?.string : nil }
    }
}
