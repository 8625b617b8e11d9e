public import ConcordDiff
public import ConcordEncoding
public import ConcordModel

/// One thing that a save did, in the terms of the audit rather than of cells: that somebody recorded a finding, and not
/// that fifteen cells were written.
///
/// ```swift
/// let deeds = SaveDeed.all(in: diff.body.operations)
/// ```
public enum SaveDeed: Hashable, Sendable {
    /// Recorded a finding.
    ///
    /// - Parameters:
    ///   - fields: its first fields; nil where the save only brings it back.
    ///   - criteria: the first fields of the criteria that the save adds to it.
    case raised(finding: WireText, fields: JSONObject?, criteria: [JSON])
    /// Added a criterion to a finding that was there.
    case cited(finding: WireText, criterion: JSON)
    /// Recorded, or brought back, any other record, with its first fields.
    case recorded(CellPath, fields: JSON)
    /// Removed a record.
    case removed(CellPath)
    /// Took a step in a life cycle.
    case step(CellPath, to: WireText)
    /// Gave a member a role; nil where this version does not know it.
    case role(member: WireText, Role?)
    /// Ended a membership, a device or an invitation, or brought it back.
    case status(CellPath, WireText)
    /// Added a member to a set.
    case inserted(CellPath, member: WireText)
    /// Removed a member from a set.
    case takenOut(CellPath, member: WireText)
    /// Edited a text.
    case edited(CellPath)
    /// Cleared a field.
    case cleared(CellPath)
    /// Set a field.
    case set(CellPath, JSON)

    /// What a save did, in its order; each thing once, however many operations it took.
    ///
    /// - Parameter operations: those of the save, or some of them.
    public static func all(in operations: [Operation]) -> [SaveDeed] {
        let added = AddedRecords(operations)
        var told: Set<WireText> = []
        return operations.compactMap { operation in
            guard told.insert(added.subject(operation)).inserted else { return nil }
            return deed(operation, added)
        }
    }

    private static func deed(_ operation: Operation, _ added: AddedRecords) -> SaveDeed? {
        let path = operation.path
        guard let field = path.field else { return recordDeed(operation, added) }
        // Said with the step that they belong to.
        if path.isIn(FindingField.confirmedBy) || path.isIn(FindingField.duplicateOf) { return nil }
        if case .add(let value) = operation.action {
            if path.isState, hasLifeCycle(path) {
                return .step(path, to: value.stringValue ?? "")
            }
            if path.isIn(MemberField.role) {
                return .role(member: path.record, value.stringValue.flatMap { Role($0) })
            }
            // Members, devices and invitations have one.
            if field == MemberField.status.name { return .status(path, value.stringValue ?? "") }
        }
        if let member = path.member {
            if case .remove = operation.action { return .takenOut(path, member: member) }
            return .inserted(path, member: member)
        }
        return switch operation.action {
        case .splice: .edited(path)
        case .remove: .cleared(path)
        case .add(let value): .set(path, value)
        }
    }

    /// Whether people speak of the states there as of steps.
    private static func hasLifeCycle(_ path: CellPath) -> Bool {
        [Schema.finding, Schema.engagement, Schema.conclusion].map(\.name).contains(path.kind)
    }

    private static func recordDeed(_ operation: Operation, _ added: AddedRecords) -> SaveDeed? {
        let path = operation.path
        guard case .add(let value) = operation.action else { return .removed(path) }
        if path.kind == Schema.finding.name { return added.finding(path.record) }
        guard path.kind == Schema.criterion.name,
            let owner = value[CriterionField.finding]?.stringValue
        else { return .recorded(path, fields: value) }
        return added.fields(Schema.finding.name, owner) == nil
            ? .cited(finding: owner, criterion: value) : added.finding(owner)
    }
}

/// The records that a save adds.
private struct AddedRecords {
    /// The first fields of each.
    private let added: [CellPath: JSONObject]
    /// The criteria, by their findings.
    private let criteria: [WireText: [JSON]]

    init(_ operations: [Operation]) {
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

    func fields(_ kind: WireText, _ id: WireText) -> JSONObject? {
        added[CellPath(kind: kind, record: id)]
    }

    /// A finding that the save records, with the criteria it has there.
    func finding(_ id: WireText) -> SaveDeed {
        .raised(
            finding: id,
            fields: fields(Schema.finding.name, id),
            criteria: criteria[id] ?? []
        )
    }

    /// What a deed is about, so that ten splices of one text are told once.
    func subject(_ operation: Operation) -> WireText {
        guard operation.path.kind == Schema.criterion.name, operation.path.field == nil,
            case .add(let value) = operation.action,
            let owner = value[CriterionField.finding]?.stringValue,
            fields(Schema.finding.name, owner) != nil
        else { return operation.path.text }
        return CellPath.finding(owner).text
    }
}
