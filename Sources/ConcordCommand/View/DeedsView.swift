import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel

/// What somebody did in one save, in the words of the audit rather than of cells: "recorded the finding
/// "Fire door blocked" (20000-1 9.2 minor)".
struct DeedsView {
    let view: AuditView
    private let deeds: [SaveDeed]

    init(view: AuditView, operations: [Operation]) {
        self.init(view: view, deeds: SaveDeed.all(in: operations))
    }

    init(view: AuditView, deeds: [SaveDeed]) {
        self.view = view
        self.deeds = deeds
    }

    /// All of it in one clause without a subject, at most three deeds by name.
    var summary: String {
        let words = deeds.map { self.words(of: $0) }
        if words.isEmpty { return "changed something that this version does not know" }
        let more = words.count > 3 ? ["\(words.count - 3) more"] : []
        let parts = words.prefix(3) + more
        return parts.count == 1
            ? parts[0] : parts.dropLast().joined(separator: ", ") + " and " + parts[parts.count - 1]
    }

    private func words(of deed: SaveDeed) -> String {
        switch deed {
        case .raised(let id, let fields, let criteria):
            let cited = criteria.map { criterion($0) }.joined(separator: ", ")
            return "recorded the finding \(quoted(fields?[FindingField.title], id))"
                + (cited.isEmpty ? "" : " (\(cited))")
        case .cited(let finding, let fields):
            return "added \(criterion(fields)) to \(view.conflictView.name(ofFinding: finding))"
        case .recorded(let path, let fields): return recorded(path, fields)
        case .removed(let path):
            let place = view.conflictView.describe(path)
            return path.kind == Schema.criterion.name
                ? "removed \(place.what) from \(place.record)" : "removed \(place.record)"
        case .step(let path, let state): return step(state, path)
        case .role(let member, let role):
            return "made \(view.person(member)) \(role?.title ?? "something unknown")"
        case .status(let path, let status):
            return "made \(view.conflictView.describe(path).record) \(status)"
        case .inserted(let path, let member):
            let record = view.conflictView.describe(path).record
            return "added \(view.subjects.memberText(member)) to \(record)"
        case .takenOut(let path, let member):
            let record = view.conflictView.describe(path).record
            return "removed \(view.subjects.memberText(member)) from \(record)"
        case .edited(let path): return "edited the \(place(path))"
        case .cleared(let path): return "cleared the \(place(path))"
        case .set(let path, let value):
            return "set the \(place(path)) to \(view.valueWords.worded(value, at: path))"
        }
    }

    /// A field of a record: "unit of B-03 Emergency changes not reviewed".
    private func place(_ path: CellPath) -> String {
        let place = view.conflictView.describe(path)
        let what =
            path.kind == Schema.criterion.name
            ? place.what : FieldTitles.title(ofField: path.field ?? "")
        return "\(what) of \(place.record)"
    }

    private func step(_ state: WireText, _ path: CellPath) -> String {
        if path.kind == Schema.engagement.name {
            return "moved the engagement to \(NameWords.spaced(state))"
        }
        let record = view.conflictView.describe(path).record
        guard path.kind == Schema.finding.name else { return "made \(record) \(state)" }
        switch state {
        case "submitted": return "submitted \(record)"
        case "confirmed": return "confirmed \(record)"
        case "withdrawn": return "withdrew \(record)"
        case "merged": return "merged \(record) into another finding"
        case "draft": return "made \(record) a draft again"
        default: return "made \(record) \(state)"
        }
    }

    private func recorded(_ path: CellPath, _ fields: JSON) -> String {
        let place = view.conflictView.describe(path)
        return switch path.kind {
        case Schema.criterion.name: "restored \(place.what)"
        case Schema.evidence.name:
            "recorded the evidence \(quoted(fields[EvidenceField.title], path.record))"
        case Schema.member.name: "joined as \(quoted(fields[MemberField.name], path.record))"
        case Schema.device.name: "joined with a device"
        case Schema.invitation.name: "invited \(quoted(fields[InvitationField.name], path.record))"
        case Schema.admission.name: "admitted an edit that had no effect"
        default: "recorded \(place.record)"
        }
    }

    private func criterion(_ fields: JSON) -> String {
        let standard =
            fields[CriterionField.standard]?.stringValue.map { FindingView.short($0) } ?? ""
        return [
            standard, fields[CriterionField.clause]?.stringValue?.string,
            fields[CriterionField.grade]?.stringValue?.string,
        ]
        .compactMap { $0 }.joined(separator: " ")
    }

    private func quoted(_ title: JSON?, _ id: WireText) -> String {
        title?.stringValue.map { "\"\($0)\"" } ?? AuditView.handle(id)
    }
}
