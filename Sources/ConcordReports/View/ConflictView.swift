import ConcordEncoding
import ConcordModel

/// An open conflict, with each candidate.
struct ConflictView {
    struct Candidate {
        let value: String
        let person: String
        let device: String
        let time: String
    }

    let about: String
    let kind: String
    let story: String?
    let shown: String?
    let candidates: [Candidate]

    init(_ conflict: ReportConflict, _ context: ReportContext) {
        about =
            conflict.about?.string ?? Self.about(conflict.record, field: conflict.field, context)
        story = conflict.story?.string
        kind = Self.kinds[conflict.kind] ?? Words.spaced(conflict.kind.string)
        shown = conflict.shown.map { Self.value($0) }
        candidates = conflict.candidates.map { candidate in
            Candidate(
                value: Self.value(candidate.value),
                person: context.person(candidate.person),
                device: candidate.device.string,
                time: ReportDate.moment(candidate.time.string)
            )
        }
    }

    private static let kinds: [WireText: String] = [
        "values": "different values",
        "text": "changes to the same words",
        "ended-edited": "withdrawn or ended by one person, edited by another",
        "confirmed-edited": "confirmed by one person, edited by another",
        "merged-ended": "merged by one person, the target ended or changed by another",
        "removed-edited": "removed by one person, edited by another",
    ]

    private static func value(_ text: WireText) -> String {
        Grade(text)?.title ?? Recommendation(text)?.title ?? text.string
    }

    /// What a field is called: "A-01 against ISO 9001:2008 4.2.3: grade".
    static func about(_ record: WireText, field: WireText, _ context: ReportContext) -> String {
        let subject = subject(record, context)
        return field.isEmpty ? subject : "\(subject): \(Words.spaced(field.string))"
    }

    private static func subject(_ record: WireText, _ context: ReportContext) -> String {
        let audit = context.audit
        if let finding = audit.finding(record) { return finding.label.string }
        if let (finding, criterion) = audit.criterion(record) {
            let clause = criterion.reference.map {
                " against \(context.standard($0.standard).title) \($0.clause)"
            }
            return finding.label.string + (clause ?? "")
        }
        if let evidence = audit.evidence(record) {
            return "Evidence \(evidence.title ?? WireText(String(record.string.prefix(8))))"
        }
        if let (_, item) = audit.question(record) {
            return "Question \"\(item.question ?? WireText(String(record.string.prefix(8))))\""
        }
        if let conclusion = audit.conclusion(record) {
            return "Conclusion for \(conclusion.standard.map { context.standard($0).title } ?? "")"
        }
        return "Record \(record.string.prefix(8))"
    }
}
