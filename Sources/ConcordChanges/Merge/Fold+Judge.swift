import ConcordEncoding
import ConcordModel

/// Who writes, and from where: what every verdict on a diff's operations rests on.
struct Writer {
    let entry: DiffEntry
    /// The member's record id.
    let member: WireText
    /// The role at this place of the log.
    let role: Role
    /// The standards in which he is in training.
    let inTraining: [WireText]
    /// Whether his diff holds a seal that is in force: it gives what nothing else can.
    let seals: Bool

    /// His right to an activity.
    func right(to activity: Activity) -> Right {
        activity == .seal && seals ? .yes : Rights.right(of: role, to: activity)
    }
}

extension Fold {
    /// The writer, or why nothing he writes has effect.
    func writer(of entry: DiffEntry, isFork: Bool, seals: Bool) -> Result<Writer, Voided> {
        guard let device = membership.devices[entry.author] else {
            return .failure(Voided(.notMember))
        }
        if device.isSurplus { return .failure(Voided(.surplus)) }
        guard let member = membership.members[device.member] else {
            return .failure(Voided(.notMember))
        }
        if isFork { return .failure(Voided(.fork)) }
        if device.isRevoked || member.isRevoked { return .failure(Voided(.revoked)) }
        return .success(
            Writer(
                entry: entry,
                member: device.member,
                role: member.role,
                inTraining: member.inTraining,
                seals: seals
            )
        )
    }

    /// What effect a write of one field has that fits the field and names only what was seen.
    mutating func effect(
        of draft: FieldDraft,
        in record: RecordEntry,
        by writer: Writer
    ) throws -> Effect {
        let field = draft.field
        var right = writer.right(to: field.activity)
        if field.activity == .setGrade, right != .no, try isInTraining(writer, for: record) {
            right = .proposal
        }
        switch right {
        case .no: return .void(.noRight)
        case .proposal where field.rule == .once:
            // What identifies a proposed record is no candidate beside anything: it is written once.
            let isOwn = try draft.adds == .creating || isOwn(record, of: writer)
            return isOwn ? .effective : .void(.proposal)
        case .proposal: return namesOthers(draft.over, than: writer) ? .void(.proposal) : .proposal
        case .own:
            guard try isOwnNow(record, draft, of: writer) else { return .void(.noRight) }
            if field.activity == .setGrade, try isDecided(record, for: writer) {
                return .void(.noRight)
            }
        case .yes: break
        }
        return try solvesWithoutRight(draft, in: record, by: writer) ? .void(.noRight) : .effective
    }

    /// Whether the write would end a conflict that its author may not solve.
    private mutating func solvesWithoutRight(
        _ draft: FieldDraft,
        in record: RecordEntry,
        by writer: Writer
    ) throws -> Bool {
        guard draft.field.asks, !draft.field.isErasable,
            record.kind == Schema.finding || record.kind == Schema.criterion,
            namesOthers(draft.over, than: writer)
        else { return false }
        switch Rights.right(of: writer.role, to: .decideFinding) {
        case .yes: return false
        case .own where try isOwn(record, of: writer): return false
        case .own, .no, .proposal:
            let seen = try view(of: draft.key, from: writer.entry)
            return Set(seen.map(\.value)).count > 1
        }
    }

    /// Whether the writer is in training for the standard of a criterion, as far as he had seen; where
    /// he had seen none, for any.
    private mutating func isInTraining(_ writer: Writer, for record: RecordEntry) throws -> Bool {
        guard !writer.inTraining.isEmpty, record.kind == Schema.criterion else { return false }
        let standards = try claims(of: "standard", in: record, seenBy: writer.entry)
        return standards.isEmpty || standards.contains(where: writer.inTraining.contains)
    }

    /// Whether a write of another member is among `over`.
    func namesOthers(_ over: [BranchSeq], than writer: Writer) -> Bool {
        over.contains { place in
            membership.devices[branches[place.branch].author]?.member != writer.member
        }
    }

    // MARK: Whose a record is.

    /// Whether the writer's member added the record, or one it belongs to, as far as he had seen.
    mutating func isOwn(_ record: RecordEntry, of writer: Writer) throws -> Bool {
        if try adders(of: record, seenBy: writer.entry).contains(writer.member) { return true }
        for owner in try owners(of: record, seenBy: writer.entry) {
            if try adders(of: owner, seenBy: writer.entry).contains(writer.member) { return true }
        }
        return false
    }

    /// As `isOwn`, or he is adding it now and nobody else had before him.
    private mutating func isOwnNow(
        _ record: RecordEntry,
        _ draft: FieldDraft,
        of writer: Writer
    ) throws -> Bool {
        if draft.adds == .creating { return true }
        return try isOwn(record, of: writer)
    }

    /// The members who added the record, among what `entry` had seen and itself does.
    private mutating func adders(of record: RecordEntry, seenBy entry: DiffEntry) throws -> [WireText]
    {
        guard record.firstAdd != nil else { return [] }
        let cell = try cell(.presence(of: record.number), complete: true)
        return cell.writes.compactMap { write in
            guard write.effect.counts, write.value != nil, isSeen(write, by: entry) else {
                return nil
            }
            return membership.devices[branches[write.at.branch].author]?.member
        }
    }

    /// The records that a record claims to belong to, as far as `entry` had seen.
    ///
    /// Not the one that stands: which of two claims stands may change while they are pending, and no
    /// verdict may rest on that.
    private mutating func owners(
        of record: RecordEntry,
        seenBy entry: DiffEntry
    ) throws -> [RecordEntry] {
        guard let owner = record.kind.owner else { return [] }
        return try claims(of: owner.field, in: record, seenBy: entry).compactMap { id in
            try self.record(named: RecordName(kind: owner.kind, id: id))
        }
    }

    /// The values of a field that is written once, among what `entry` had seen and itself writes.
    mutating func claims(
        of field: WireText,
        in record: RecordEntry,
        seenBy entry: DiffEntry
    ) throws -> [WireText] {
        try cell(CellKey(record: record.number, field: field)).writes.compactMap { write in
            guard write.effect.counts || write.effect == .void(.once), isSeen(write, by: entry)
            else { return nil }
            return write.value?.stringValue
        }
    }

    private func isSeen(_ write: CellWrite, by entry: DiffEntry) -> Bool {
        write.diff == entry.number || entry.seen.contains(write.at)
    }

    /// Whether the finding that a grade belongs to was confirmed or issued where the writer stood.
    private mutating func isDecided(_ record: RecordEntry, for writer: Writer) throws -> Bool {
        var findings = try owners(of: record, seenBy: writer.entry)
        if record.kind == Schema.finding { findings.append(record) }
        for finding in findings where finding.kind == Schema.finding {
            let state = try stateView(of: finding.number, cycle: .finding, from: writer.entry)
            if state == "confirmed" || state == "issued" { return true }
        }
        return false
    }

    /// Whether an effective `add` of the record was among what `entry` had seen.
    ///
    /// - Parameter orWith: whether one in `entry` itself counts too.
    mutating func wasAdded(
        _ record: RecordEntry,
        before entry: DiffEntry,
        orWith: Bool = false
    ) throws -> Bool {
        guard let first = record.firstAdd else { return false }
        if orWith, first == entry.number { return true }
        if entry.seen.contains(try self.entry(first).at) { return true }
        let cell = try cell(.presence(of: record.number), complete: true)
        return cell.writes.contains { write in
            write.effect.counts && write.value != nil
                && (entry.seen.contains(write.at) || orWith && write.diff == entry.number)
        }
    }
}
