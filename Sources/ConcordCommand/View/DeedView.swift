import Concord
import ConcordDiff
import ConcordEncoding
import ConcordModel

/// What somebody did in one save, in the words of the audit rather than of cells: "recorded the finding
/// "Fire door blocked" (20000-1 9.2 minor)".
struct Deeds {
    let view: AuditView
    let operations: [Operation]
    /// The first fields of the records that the save adds.
    private let added: [CellPath: JSONObject]
    /// The criteria that it adds, by their findings.
    private let criteria: [WireText: [JSON]]

    init(view: AuditView, operations: [Operation]) {
        self.view = view
        self.operations = operations
        var added: [CellPath: JSONObject] = [:]
        var criteria: [WireText: [JSON]] = [:]
        for operation in operations where operation.path.field == nil {
            guard case .add(let value) = operation.action, let fields = value.objectValue,
                !fields.isEmpty
            else { continue }
            added[operation.path] = added[operation.path] ?? fields
            if operation.path.kind == Schema.criterion.name,
                let owner = fields[CriterionField.finding]?.stringValue
            {
                criteria[owner, default: []].append(value)
            }
        }
        self.added = added
        self.criteria = criteria
    }

    /// The deeds in the order of the save, each a clause without a subject.
    var words: [String] {
        var words: [String] = []
        var told: Set<WireText> = []
        for operation in operations where told.insert(subject(operation)).inserted {
            if let deed = deed(operation) { words.append(deed) }
        }
        return words
    }

    /// All of it in one clause, at most three deeds by name.
    var summary: String {
        let words = words
        if words.isEmpty { return "changed something that this version does not know" }
        let more = words.count > 3 ? ["\(words.count - 3) more"] : []
        let parts = words.prefix(3) + more
        return parts.count == 1
            ? parts[0] : parts.dropLast().joined(separator: ", ") + " and " + parts[parts.count - 1]
    }

    /// What a deed is about, so that ten splices of one text are told once.
    private func subject(_ operation: Operation) -> WireText {
        if let owner = addedOwner(operation), isAdded(Schema.finding.name, owner) {
            return "/finding/\(owner)"
        }
        return operation.path.text
    }

    /// The finding that a criterion which the save adds belongs to.
    private func addedOwner(_ operation: Operation) -> WireText? {
        guard operation.path.kind == Schema.criterion.name, operation.path.field == nil,
            case .add(let fields) = operation.action
        else { return nil }
        return fields[CriterionField.finding]?.stringValue
    }

    private func isAdded(_ kind: WireText, _ id: WireText) -> Bool { fields(kind, id) != nil }

    /// The first fields of a record that the save adds.
    private func fields(_ kind: WireText, _ id: WireText) -> JSONObject? {
        added[CellPath(kind: kind, record: id)]
    }

    private func deed(_ operation: Operation) -> String? {
        let path = operation.path
        guard let field = path.field else { return recordDeed(operation) }
        switch (path.kind, field, operation.action) {
        case (Schema.finding.name, FindingField.state.name, .add(let state)):
            return step(state.stringValue ?? "", path)
        case (Schema.engagement.name, EngagementField.state.name, .add(let state)):
            return "moved the engagement to \(ConflictView.spaced(state.stringValue ?? ""))"
        case (Schema.conclusion.name, ConclusionField.state.name, .add(let state)):
            return "made \(view.conflictView.describe(path).record) \(state.stringValue ?? "")"
        case (Schema.finding.name, FindingField.confirmedBy.name, _),
            (Schema.finding.name, FindingField.duplicateOf.name, _):
            return nil
        case (Schema.member.name, MemberField.role.name, .add(let role)):
            let title = role.stringValue.flatMap(Role.init)?.title ?? "something unknown"
            return "made \(view.person(path.record)) \(title)"
        case (_, "status", .add(let status)):
            return "made \(view.conflictView.describe(path).record) \(status.stringValue ?? "")"
        default: return change(operation, of: field)
        }
    }

    private func change(_ operation: Operation, of field: WireText) -> String {
        let place = view.conflictView.describe(operation.path)
        let what =
            operation.path.kind == Schema.criterion.name
            ? place.what : FieldTitles.title(ofField: field)
        if let member = operation.path.member {
            let name = view.subjects.memberText(member)
            if case .remove = operation.action { return "removed \(name) from \(place.record)" }
            return "added \(name) to \(place.record)"
        }
        switch operation.action {
        case .splice: return "edited the \(what) of \(place.record)"
        case .remove: return "cleared the \(what) of \(place.record)"
        case .add(let value):
            return
                "set the \(what) of \(place.record) to \(view.valueWords.worded(value, at: operation.path))"
        }
    }

    private func step(_ state: WireText, _ path: CellPath) -> String {
        let record = view.conflictView.describe(path).record
        switch state {
        case "submitted": return "submitted \(record)"
        case "confirmed": return "confirmed \(record)"
        case "withdrawn": return "withdrew \(record)"
        case "merged": return "merged \(record) into another finding"
        case "draft": return "made \(record) a draft again"
        default: return "made \(record) \(state)"
        }
    }

    private func recordDeed(_ operation: Operation) -> String {
        let path = operation.path
        let place = view.conflictView.describe(path)
        guard case .add(let value) = operation.action else {
            return path.kind == Schema.criterion.name
                ? "removed \(place.what) from \(place.record)" : "removed \(place.record)"
        }
        switch path.kind {
        case Schema.finding.name: return finding(path.record)
        case Schema.criterion.name:
            guard let owner = value["finding"]?.stringValue else { return "restored \(place.what)" }
            return isAdded(Schema.finding.name, owner)
                ? finding(owner)
                : "added \(criterion(value)) to \(view.conflictView.name(ofFinding: owner))"
        case Schema.evidence.name:
            return "recorded the evidence \(quoted(value["title"], path.record))"
        case Schema.member.name: return "joined as \(quoted(value["name"], path.record))"
        case Schema.device.name: return "joined with a device"
        case Schema.invitation.name: return "invited \(quoted(value["name"], path.record))"
        case Schema.admission.name: return "admitted an edit that had no effect"
        default: return "recorded \(place.record)"
        }
    }

    /// A finding that the save records, with the criteria it has there.
    private func finding(_ id: WireText) -> String {
        let criteria = (criteria[id] ?? []).map { criterion($0) }
        let cited = criteria.isEmpty ? "" : " (\(criteria.joined(separator: ", ")))"
        return
            "recorded the finding \(quoted(fields(Schema.finding.name, id)?["title"], id))\(cited)"
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

/// Why something has no effect, for people.
enum VoidWords {
    /// The reason as the end of "It has no effect: …".
    static func of(_ reason: VoidReason, role: Role?) -> String {
        switch reason {
        case .noRight: "\(role?.title ?? "this role") has no right to it"
        case .revoked: "the author's membership ended before the edit reached the server"
        case .surplus: "others had already used the invitation"
        case .notMember: "its author was not a member yet"
        case .fork: "the device was copied or restored, and both copies went on writing"
        case .lifeCycle: "this step was not possible from the record's state"
        case .reasonMissing: "this step needs a reason, and none was given"
        case .proposal: "a proposal cannot replace what others wrote"
        case .sealed: "it came after the sign-off"
        case .once: "this field can be written only once, and it already was"
        case .lastLeader: "at least one audit team leader must remain"
        case .malformedValue: "the value does not fit the field"
        case .overUnseen: "it claims to replace something its author had not seen"
        case .withoutSeal: "only a valid sign-off can set it"
        case .notAllSeen: "its author had not seen everything that it signs off"
        }
    }

    /// What to do about a save that would have no effect, and to which no leader can give any.
    static func next(_ reason: VoidReason) -> String {
        switch reason {
        case .lastLeader:
            "Make someone else a leader first (`concord member role NAME lead`), then try again."
        case .malformedValue: "See the command's --help for what it takes."
        case .once: "Remove the wrong record and add a new one."
        case .overUnseen, .withoutSeal, .notAllSeen, .noRight, .revoked, .surplus, .notMember,
            .fork, .lifeCycle, .reasonMissing, .proposal, .sealed:
            "Run `concord sync`, check the result, then repeat what is still right."
        }
    }
}
