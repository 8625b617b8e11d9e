import ConcordEncoding
import ConcordModel

/// Who writes, and from where: what every verdict on a diff's operations rests on.
struct Writer {
    let entry: DiffEntry
    /// The member's record id.
    let member: String
    /// The role at this place of the log.
    let role: Role
    /// The standards in which he is in training.
    let inTraining: [String]
}

extension Fold {
    /// The writer, or why nothing he writes has effect.
    func writer(of entry: DiffEntry) -> Result<Writer, Voided> {
        guard let device = membership.devices[entry.author] else { return .failure(.init(.notMember)) }
        if device.isSurplus { return .failure(.init(.surplus)) }
        guard let member = membership.members[device.member] else {
            return .failure(.init(.notMember))
        }
        if device.isRevoked || member.isRevoked { return .failure(.init(.revoked)) }
        return .success(
            Writer(
                entry: entry, member: device.member, role: member.role,
                inTraining: member.inTraining))
    }

    /// What effect a write of one field has that fits the field and names only what was seen.
    ///
    /// - Parameter isNew: whether the same operation adds the record.
    mutating func effect(
        of field: Field, in record: RecordEntry, key: CellKey, over: [BranchSeq], isNew: Bool,
        by writer: Writer
    ) throws -> Effect {
        var right = Rights.right(of: writer.role, to: field.activity)
        if field.activity == .setGrade, right != .no,
            try isInTraining(writer, for: record)
        {
            right = .proposal
        }
        switch right {
        case .no: return .void(.noRight)
        case .proposal:
            return try namesOthers(over, in: key, than: writer) ? .void(.proposal) : .proposal
        case .own:
            if isNew, try !wasAddedByOthers(record, than: writer) { return .effective }
            guard try isOwn(record, of: writer), try !isDecided(record, for: writer) else {
                return .void(.noRight)
            }
        case .yes: break
        }
        return try solvesWithoutRight(field, in: record, key: key, over: over, by: writer)
            ? .void(.noRight) : .effective
    }

    /// Whether the write would end a conflict that its author may not solve.
    private mutating func solvesWithoutRight(
        _ field: Field, in record: RecordEntry, key: CellKey, over: [BranchSeq], by writer: Writer
    ) throws -> Bool {
        guard field.asks, !field.isErasable, record.kind == Schema.finding || record.kind == Schema.criterion,
            try namesOthers(over, in: key, than: writer)
        else { return false }
        switch Rights.right(of: writer.role, to: .decideFinding) {
        case .yes: return false
        case .own where try isOwn(record, of: writer): return false
        case .own, .no, .proposal:
            let seen = try view(of: key, from: writer.entry)
            return Set(seen.map(\.value)).count > 1
        }
    }

    /// Whether the writer is in training for the standard of a criterion.
    private mutating func isInTraining(_ writer: Writer, for record: RecordEntry) throws -> Bool {
        guard !writer.inTraining.isEmpty, record.kind == Schema.criterion else { return false }
        let key = CellKey(record: record.number, field: "standard")
        return try cell(key).writes.contains { write in
            write.value?.stringValue.map(writer.inTraining.contains) ?? false
        }
    }

    /// Whether a write of another member is among `over`.
    private mutating func namesOthers(
        _ over: [BranchSeq], in key: CellKey, than writer: Writer
    ) throws -> Bool {
        over.contains { place in
            membership.devices[branches[place.branch].author]?.member != writer.member
        }
    }

    /// Whether the writer's member added the record, or the one it belongs to, as far as he had seen.
    mutating func isOwn(_ record: RecordEntry, of writer: Writer) throws -> Bool {
        if try adders(of: record, seenBy: writer.entry).contains(writer.member) { return true }
        guard let owner = record.owner else { return false }
        return try adders(of: self.record(owner), seenBy: writer.entry).contains(writer.member)
    }

    private mutating func wasAddedByOthers(_ record: RecordEntry, than writer: Writer) throws -> Bool {
        try adders(of: record, seenBy: writer.entry).contains { $0 != writer.member }
    }

    /// The members who added the record, among what `entry` had seen.
    private mutating func adders(of record: RecordEntry, seenBy entry: DiffEntry) throws -> [String] {
        guard record.firstAdd != nil else { return [] }
        let cell = try cell(.presence(of: record.number), complete: true)
        return cell.writes.compactMap { write in
            guard write.effect.counts, write.value != nil, entry.seen.contains(write.at) else {
                return nil
            }
            return membership.devices[branches[write.at.branch].author]?.member
        }
    }

    /// Whether the finding that a grade belongs to was confirmed or issued where the writer stood.
    private mutating func isDecided(_ record: RecordEntry, for writer: Writer) throws -> Bool {
        let finding = record.kind == Schema.finding ? record.number : record.owner
        guard let finding, try self.record(finding).kind == Schema.finding else { return false }
        let state = try stateView(of: finding, cycle: .finding, from: writer.entry)
        return state == "confirmed" || state == "issued"
    }

    /// Whether an effective `add` of the record was among what `entry` had seen.
    mutating func wasAdded(_ record: RecordEntry, before entry: DiffEntry) throws -> Bool {
        guard let first = record.firstAdd else { return false }
        if entry.seen.contains(try self.entry(first).at) { return true }
        let cell = try cell(.presence(of: record.number), complete: true)
        return cell.writes.contains { write in
            write.effect.counts && write.value != nil && entry.seen.contains(write.at)
        }
    }

    // MARK: What the author had before him.

    /// The effective writes of a cell that survive in what `entry` had seen.
    mutating func view(of key: CellKey, from entry: DiffEntry) throws -> [CellWrite] {
        let held = try cell(key)
        let survivors = held.survivors
        if survivors.allSatisfy({ entry.seen.contains($0.at) }) { return survivors }
        let seen = try cell(key, complete: true).writes.filter {
            $0.effect.counts && entry.seen.contains($0.at)
        }
        let replaced = Set(seen.flatMap(\.over))
        return seen.filter { !replaced.contains($0.at) }
    }

    /// The state that `entry`'s author had before him.
    mutating func stateView(
        of record: Int, cycle: LifeCycle, from entry: DiffEntry
    ) throws -> String {
        let key = CellKey(record: record, field: "state")
        let survivors = try view(of: key, from: entry)
        guard survivors.contains(where: \.ends) else {
            return try shownState(of: survivors, cycle: cycle)
        }
        let seen = try cell(key, complete: true).writes.filter {
            $0.effect.counts && entry.seen.contains($0.at)
        }
        let others = try treeWrites(of: record).filter {
            $0.effect.counts && entry.seen.contains($0.at)
        }
        return try shownState(ofAll: seen, others: others, cycle: cycle)
    }

    /// The step's effect: allowed by right and life cycle, with its rank.
    mutating func step(
        to value: String, cycle: LifeCycle, record: RecordEntry, hasReason: Bool, by writer: Writer
    ) throws -> (effect: Effect, rank: Int, ends: Bool) {
        let current = try stateView(of: record.number, cycle: cycle, from: writer.entry)
        if value == current {
            let step = cycle.steps.first { $0.to == value }
            let activity = step?.activity ?? .raiseFinding
            let effect = try stepEffect(activity, record: record, by: writer)
            return (effect, 0, cycle.ends(value))
        }
        guard let step = cycle.step(from: current, to: value) else {
            return (.void(.lifeCycle), 0, false)
        }
        let effect = try stepEffect(step.activity, record: record, by: writer)
        if effect == .effective, step.needsReason, !hasReason {
            return (.void(.reasonMissing), 0, false)
        }
        return (effect, writer.role == step.owner ? step.rank : 0, step.ends)
    }

    private mutating func stepEffect(
        _ activity: Activity, record: RecordEntry, by writer: Writer
    ) throws -> Effect {
        switch Rights.right(of: writer.role, to: activity) {
        case .yes: .effective
        case .own: try isOwn(record, of: writer) ? .effective : .void(.noRight)
        case .proposal: .proposal
        case .no: .void(.noRight)
        }
    }
}

/// A verdict as an error, for `Result`.
struct Voided: Error {
    let reason: VoidReason
    init(_ reason: VoidReason) { self.reason = reason }
}

extension Field {
    /// Whether different values are a conflict.
    package var asks: Bool {
        switch rule {
        case .ask, .mostSevere: true
        case .newest, .state, .set, .text, .once, .control: false
        }
    }

    /// Whether `value` is one that the field can have.
    func accepts(_ value: JSON) -> Bool {
        switch (type, value) {
        case (.string, .string), (.text, .string), (.integer, .integer), (.bool, .bool): true
        case (.choice(let choices), .string(let text)): choices.contains(text)
        case (.composite, .array), (.composite, .object): true
        case (.members, .bool(true)), (.members, .string): true
        case (.unknown, .null): false
        case (.unknown, _): true
        default: false
        }
    }
}
