import ConcordModel

/// An open conflict, with what each side holds.
struct ConflictView {
    struct Candidate {
        let value: String
        let person: String
        let device: String
        let time: String
    }

    let about: String
    let kind: String
    let shown: String?
    let candidates: [Candidate]

    init(_ conflict: ReportConflict, _ context: ReportContext) {
        about = Self.about(conflict.record, field: conflict.field, context)
        kind = Self.kinds[conflict.kind] ?? Words.spaced(conflict.kind)
        shown = conflict.shown.map { Self.value($0) }
        candidates = conflict.candidates.map { candidate in
            Candidate(
                value: Self.value(candidate.value),
                person: context.person(candidate.person),
                device: candidate.device,
                time: ReportDate.moment(candidate.time)
            )
        }
    }

    private static let kinds = [
        "values": "different values",
        "text": "changes that touch each other",
        "ended-edited": "ended here, edited there",
        "confirmed-edited": "confirmed here, edited there",
        "merged-ended": "merged here, ended there",
        "removed-edited": "removed here, edited there",
    ]

    private static func value(_ text: String) -> String {
        Grade(rawValue: text)?.title ?? Recommendation(rawValue: text)?.title ?? text
    }

    /// What a field is called: "A-01 against ISO 9001:2008 4.2.3: grade".
    static func about(_ record: String, field: String, _ context: ReportContext) -> String {
        let subject = subject(record, context)
        return field.isEmpty ? subject : "\(subject): \(Words.spaced(field))"
    }

    private static func subject(_ record: String, _ context: ReportContext) -> String {
        let audit = context.audit
        if let finding = audit.finding(record) { return finding.label }
        for finding in audit.findings {
            guard let criterion = finding.criteria.first(where: { $0.id == record }) else {
                continue
            }
            let clause = criterion.reference.map {
                " against \(context.standard($0.standard).title) \($0.clause)"
            }
            return finding.label + (clause ?? "")
        }
        if let evidence = audit.evidence(record) {
            return "Evidence \(evidence.title ?? String(record.prefix(8)))"
        }
        if let item = audit.checklistItems.first(where: { $0.id == record }) {
            return "Question \"\(item.question ?? String(record.prefix(8)))\""
        }
        if let conclusion = audit.conclusions.first(where: { $0.id == record }) {
            return "Conclusion for \(conclusion.standard.map { context.standard($0).title } ?? "")"
        }
        return "Record \(record.prefix(8))"
    }
}
