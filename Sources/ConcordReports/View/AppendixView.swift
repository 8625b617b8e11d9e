import ConcordEncoding
import ConcordModel

/// What the report rests on: the evidence, the related clauses, the plan.
struct AppendixView {
    struct Evidence {
        let anchor: String
        let number: String
        let title: String
        let kind: String?
        let source: String?
        let content: String?
        let captured: String?
        let confidentiality: String?
        let hasPersonalData: Bool
        let hash: String?
        let findings: Listing<FindingLink>?
    }

    struct Related {
        let standard: StandardTag
        let clause: String
        let title: String?
        let span: String
        let isUnrelated: Bool
        let rows: [RelatedRow]
    }

    struct RelatedBase {
        let standard: StandardTag
        let clause: String
        let title: String?
        let span: String
    }

    struct RelatedRow {
        /// The clause they are all related to, in the first row alone.
        let base: RelatedBase?
        let standard: StandardTag
        let clause: String
        let title: String?
        let relation: String
        let note: String
    }

    struct Slot {
        let time: String
        let title: String
        let place: String?
        let people: String?
        let clauses: Listing<SlotClauses>?
    }

    struct SlotClauses {
        let standard: StandardTag
        let clauses: String
    }

    let evidence: Listing<Evidence>?
    let related: Listing<Related>?
    let plan: Listing<Slot>?

    init(_ context: ReportContext) {
        let audit = context.audit
        let findings = audit.countedFindings
        let users = findings.reduce(into: [WireText: [FindingRecord]]()) { result, finding in
            for id in finding.evidence { result[id, default: []].append(finding) }
        }
        evidence = Listing(audit.evidence.map { Evidence($0, users[$0.id] ?? [], context) })
        let cited = Set(findings.flatMap { $0.criteria.compactMap(\.reference) })
        related = Listing(cited.sorted().compactMap { Related($0, context) })
        plan = Listing(audit.planSlots.map { Slot($0, context) })
    }
}

extension AppendixView.Evidence {
    fileprivate init(
        _ record: EvidenceRecord,
        _ users: [FindingRecord],
        _ context: ReportContext
    ) {
        anchor = "evidence-\(record.id)"
        number = context.evidenceNumber(record.id) ?? ""
        title = record.titleForReaders ?? "Untitled"
        kind = record.kind.map { Words.capitalized($0.string) }
        let isOpen = record.isForReaders
        source = isOpen ? record.source?.string : nil
        content =
            isOpen
            ? record.content?.string
            : "Content not shown: \(record.reasonsToHide(context).joined(separator: "; "))."
        let parts = [
            record.capturedAt.map { ReportDate.moment($0.string) },
            record.capturedBy.map { context.person($0) }, isOpen ? record.place?.string : nil,
        ]
        let text = parts.compactMap(\.self).joined(separator: " · ")
        captured = text.isEmpty ? nil : text
        confidentiality = record.confidentiality?.string
        hasPersonalData = record.hasPersonalData
        hash = record.sha256?.string
        findings = Listing(users.map { FindingLink($0, grade: $0.headGrade) })
    }
}

extension EvidenceRecord {
    /// Whether a report says what it is of and what it says.
    var isForReaders: Bool { isMarkedForReaders && !hasPersonalData }

    private var isMarkedForReaders: Bool { confidentiality.map(Schema.isForReaders) ?? true }

    /// Why a report does not say what it says, in words.
    fileprivate func reasonsToHide(_ context: ReportContext) -> [String] {
        var reasons: [String] = []
        if let confidentiality, !isMarkedForReaders {
            let by = context.input.markedBy[id].map { ", as marked by \($0)" }
            reasons.append("\(confidentiality)\(by ?? "")")
        }
        if hasPersonalData { reasons.append("it holds personal data") }
        return reasons
    }

    /// The title, unless it only repeats the name of a file that is not for readers: names tell of contents.
    var titleForReaders: String? {
        guard !isForReaders, let title, title == fileName else { return title?.string }
        return "File name not shown"
    }
}

extension AppendixView.Related {
    /// Nil where no correspondence says anything about the clause.
    fileprivate init?(_ reference: ClauseReference, _ context: ReportContext) {
        let standards = Set(context.standards.map(\.id))
        let related = context.catalogues.related(to: reference, among: standards)
        isUnrelated = context.catalogues.isUnrelated(reference, among: standards)
        guard isUnrelated || !related.isEmpty else { return nil }
        standard = context.standard(reference.standard)
        clause = reference.clause.string
        title = context.clauseTitle(reference)
        span = "\(max(related.count, 1))"
        let base = AppendixView.RelatedBase(
            standard: standard,
            clause: clause,
            title: title,
            span: span
        )
        rows = related.enumerated().map { index, clause in
            AppendixView.RelatedRow(
                base: index == 0 ? base : nil,
                standard: context.standard(clause.reference.standard),
                clause: clause.reference.clause.string,
                title: context.clauseTitle(clause.reference),
                relation: clause.relation.rawValue,
                note: clause.note.string
            )
        }
    }
}

extension AppendixView.Slot {
    fileprivate init(_ slot: PlanSlotRecord, _ context: ReportContext) {
        let from = slot.from.map { ReportDate.moment($0.string) } ?? ""
        let until = slot.to.map { ReportDate.moment($0.string) }?.split(separator: " ").last
        time = until.map { "\(from)–\($0)" } ?? from
        title = slot.title?.string ?? "Untitled"
        let parts = [
            slot.unit.map { context.unit($0) }, slot.site.map { context.site($0) },
            slot.auditee?.string,
        ]
        let text = parts.compactMap(\.self).joined(separator: " · ")
        place = text.isEmpty ? nil : text
        people = context.people(slot.auditors)
        clauses = Listing(
            Dictionary(grouping: slot.clauses.sorted(), by: \.standard).sorted { $0.key < $1.key }
                .map { standard, clauses in
                    AppendixView.SlotClauses(
                        standard: context.standard(standard),
                        clauses: clauses.map(\.clause).joined(separator: ", ")
                    )
                }
        )
    }
}
