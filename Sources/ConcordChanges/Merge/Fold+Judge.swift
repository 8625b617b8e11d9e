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
        if claimsForAnother(draft, writer) { return .void(.noRight) }
        var right = writer.right(to: field.activity)
        if field.activity == .setGrade, right != .no, try isInTraining(writer, for: record) {
            right = .proposal
        }
        if right == .own {
            guard try isOwnNow(record, draft, of: writer) else { return .void(.noRight) }
            right = .yes
        }
        if right == .yes, try proposesBesideConfirmation(record, by: writer) { right = .proposal }
        switch right {
        case .no, .own: return .void(.noRight)
        case .proposal where field.rule == .once:
            // What identifies a proposed record is no candidate beside anything: it is written once.
            let isOwn = try draft.adds == .creating || isOwn(record, of: writer)
            return isOwn ? .effective : .void(.proposal)
        case .proposal: return namesOthers(draft.over, than: writer) ? .void(.proposal) : .proposal
        case .yes: break
        }
        return try solvesWithoutRight(draft, in: record, by: writer) ? .void(.noRight) : .effective
    }

    /// Whether the write says of another member that they did something, or did not: a leader alone
    /// enters that for them.
    private func claimsForAnother(_ draft: FieldDraft, _ writer: Writer) -> Bool {
        guard draft.field.namesWriter, writer.role != .lead else { return false }
        if draft.field.rule == .set { return draft.key.member != writer.member }
        guard let name = draft.value?.stringValue else { return false }
        return name != writer.member
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

    /// Whether the writer's member added the record, or one it belongs to, as far as the writer had
    /// seen and with what they write themselves.
    mutating func isOwn(_ record: RecordEntry, of writer: Writer) throws -> Bool {
        if try adder(of: record, seenBy: writer.entry) == writer.member { return true }
        for owner in try owners(of: record, seenBy: writer.entry) {
            if try adder(of: owner, seenBy: writer.entry) == writer.member { return true }
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

    /// The member who added the record: whose `add` is the first in the order that has effect, among
    /// those that `entry` had seen and its own. A later one gives nothing, or anyone would take a record
    /// over by adding it again.
    private mutating func adder(of record: RecordEntry, seenBy entry: DiffEntry) throws -> WireText?
    {
        guard record.firstAdd != nil else { return nil }
        let adds = try cell(.presence(of: record.number), complete: true).writes.filter { write in
            write.effect.counts && write.value != nil && isSeen(write, by: entry)
        }
        guard let first = try adds.min(by: { try isPlaced($0, before: $1) }) else { return nil }
        return membership.devices[branches[first.at.branch].author]?.member
    }

    /// The records that a record belongs to, as far as `entry` had seen.
    private mutating func owners(
        of record: RecordEntry,
        seenBy entry: DiffEntry
    ) throws -> [RecordEntry] {
        guard let owner = record.kind.owner else { return [] }
        return try claims(of: owner.field, in: record, seenBy: entry).compactMap { id in
            try self.record(named: RecordName(kind: owner.kind, id: id))
        }
    }

    /// The value that has effect of a field that is written once, if `entry` had seen it or writes it.
    ///
    /// Which of two claims that is may change while they have no place in the log: then everything that
    /// may rest on it is judged again (`onceHasTurned`).
    mutating func claims(
        of field: WireText,
        in record: RecordEntry,
        seenBy entry: DiffEntry
    ) throws -> [WireText] {
        try cell(CellKey(record: record.number, field: field)).writes.compactMap { write in
            guard write.effect.counts, isSeen(write, by: entry) else { return nil }
            return write.value?.stringValue
        }
    }

    private func isSeen(_ write: CellWrite, by entry: DiffEntry) -> Bool {
        write.diff == entry.number || entry.seen.contains(write.at)
    }

    /// Whether what the writer does with a finding, or a criterion of one, is a proposal, since it was
    /// confirmed or issued where he stood, and he is not one who decides on everybody's findings.
    ///
    /// - Parameter naming: the finding that a criterion, which he adds now, names.
    mutating func proposesBesideConfirmation(
        _ record: RecordEntry,
        naming owner: WireText? = nil,
        by writer: Writer
    ) throws -> Bool {
        let isFinding = record.kind == Schema.finding
        guard isFinding || record.kind == Schema.criterion,
            Rights.right(of: writer.role, to: .decideFinding) != .yes
        else { return false }
        var findings = isFinding ? [record] : try owners(of: record, seenBy: writer.entry)
        if let owner {
            let name = RecordName(kind: Schema.finding.name, id: owner)
            if let finding = try self.record(named: name) { findings.append(finding) }
        }
        for finding in findings {
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
