import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// What people did, in short sentences.
struct DeedWords {
    let view: AuditView

    /// A record by the name alone that commands take: "E-04", "question 7".
    func shortName(_ path: CellPath) -> String {
        switch path.kind {
        case Schema.finding.name:
            return view.finding(id: path.record)?.label.string
                ?? view.conflictView.describe(path).record
        case Schema.criterion.name:
            let owner = view.field(CriterionField.finding, of: path.record)?.stringValue ?? ""
            return view.finding(id: owner)?.label.string ?? view.conflictView.describe(path).record
        default: return view.conflictView.describe(path).record
        }
    }

    /// What one candidate of a conflict wrote elsewhere than where the conflict is, in words.
    func deed(
        of candidate: Conflict.Candidate,
        at path: CellPath,
        in conflict: Conflict
    ) -> String {
        if let member = path.member {
            let name = view.subjects.memberText(member).trimmed
            return candidate.value == nil ? "removed \(name)" : "added \(name)"
        }
        guard let field = path.field else {
            let what =
                path.kind == Schema.criterion.name
                ? view.conflictView.describe(path).what
                : conflict.isCited(path) ? shortName(path) : "it"
            return candidate.value == nil ? "removed \(what)" : "added \(what)"
        }
        let criterion =
            path.kind == Schema.criterion.name
            ? " of "
                + view.conflictView.describe(CellPath(kind: path.kind, record: path.record)).what
            : conflict.isCited(path) ? " of " + shortName(path) : ""
        let name = FieldTitles.title(ofField: field)
        if Schema.kind(path.kind)?.field(field)?.rule == .text {
            return "edited the \(name)\(criterion)"
        }
        if candidate.isText { return "edited the \(name)\(criterion)" }
        guard let value = candidate.value else { return "cleared the \(name)\(criterion)" }
        if path.isIn(FindingField.state) {
            let subject = path.record == conflict.path.record ? "it" : shortName(path)
            switch value {
            case "withdrawn": return "withdrew \(subject)"
            case "merged": return "merged \(subject)"
            default: return "made \(subject) \(view.conflictView.named(value))"
            }
        }
        return "set the \(name)\(criterion) to \(view.valueWords.worded(value, at: path))"
    }

    /// What a group of candidates wrote, in words.
    func text(_ candidates: [Conflict.Candidate], of conflict: Conflict) -> String {
        var known: Set<WireText> = []
        let told = candidates.filter { !$0.isPartOfStep(among: candidates) }
        var words = told.map { view.conflictView.candidateText($0, of: conflict) }
            .filter { known.insert(WireText($0)).inserted }
        // Beside "added the criterion" its parts say nothing.
        let added = words.filter { $0.hasPrefix("added the criterion") }
        if !added.isEmpty {
            words = words.filter {
                !$0.contains(" of the criterion") || $0.contains("the grade of")
            }
        }
        return words.joined(separator: ", ")
    }
}
