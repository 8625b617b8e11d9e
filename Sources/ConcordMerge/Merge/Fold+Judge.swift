import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// Who writes, and from where: what every verdict on a diff's operations rests on.
struct Writer {
    let entry: DiffEntry
    /// The member's record id.
    let member: WireText
    /// The role at this place of the log.
    let role: Role
    /// The standards in which they are in training.
    let inTraining: [WireText]
    /// Whether their diff holds a seal that is in force: it gives what nothing else can.
    let seals: Bool

    /// Their right to an activity.
    func right(to activity: Activity) -> Right {
        activity == .seal && seals ? .yes : Rights.right(of: role, to: activity)
    }
}

extension Fold {
    /// The writer, or why nothing they write has effect.
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
        if right == .no, try decidesOnAnswer(draft, in: record, by: writer) {
            right = writer.right(to: .verifyAction)
        }
        if right == .own {
            guard try draft.adds == .creating || mayWrite(draft.over, in: record, writer) else {
                return .void(.noRight)
            }
            right = .yes
        }
        if right == .yes, try asksForChange(draft, in: record, by: writer),
            try !isPartOfStep(draft, in: record, by: writer)
        {
            right = .proposal
        }
        switch right {
        case .no, .own: return .void(.noRight)
        case .proposal where field.rule == .once:
            // What identifies a proposed record is not a candidate beside anything: it is written once.
            let isOwn = try draft.adds == .creating || isOwn(record, of: writer) != .not
            return isOwn ? .effective : .void(.proposal)
        case .proposal: return namesOthers(draft.over, than: writer) ? .void(.proposal) : .proposal
        case .yes: break
        }
        return try solvesWithoutRight(draft, in: record, by: writer) ? .void(.noRight) : .effective
    }

    /// Whether a field says of a step that its author takes in the same diff, with effect, what belongs to it: into
    /// which finding one is merged.
    private mutating func isPartOfStep(
        _ draft: FieldDraft,
        in record: RecordEntry,
        by writer: Writer
    ) throws -> Bool {
        guard let step = Schema.partsOfSteps[draft.field.name], record.kind == Schema.finding
        else { return false }
        return try takesStep(to: step, in: writer.entry.number, of: record)
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
        case .own where try isOwn(record, of: writer) == .wholly: return false
        case .own, .no, .proposal:
            let seen = try view(of: draft.key, from: writer.entry)
            return Set(seen.map(\.value)).count > 1
        }
    }

    /// Whether the writer is in training for the standard of a criterion, as far as they had seen; where
    /// they had seen none, for any. By their role they are for each.
    mutating func isInTraining(_ writer: Writer, for record: RecordEntry) throws -> Bool {
        guard record.kind == Schema.criterion else { return false }
        if writer.role == .inTraining { return true }
        guard !writer.inTraining.isEmpty else { return false }
        let standards = try claims(of: "standard", in: record, seenBy: writer.entry)
        return standards.isEmpty || standards.contains(where: writer.inTraining.contains)
    }

    /// Whether who is in training takes out, with what is their own, what others wrote in it: grades that they may
    /// only propose would go with it.
    mutating func takesOutInTraining(
        _ record: RecordEntry,
        by writer: Writer
    ) throws -> Bool {
        guard writer.role == .inTraining || !writer.inTraining.isEmpty else { return false }
        switch record.kind {
        case Schema.finding: break
        case Schema.criterion: guard try isInTraining(writer, for: record) else { return false }
        default: return false
        }
        return try !holdsOnlyOwn(record, of: writer)
    }

    /// Whether a write of another member is among `over`.
    func namesOthers(_ over: [BranchSeq], than writer: Writer) -> Bool {
        over.contains { place in
            membership.devices[branches[place.branch].author]?.member != writer.member
        }
    }

    // MARK: Whose a record is.

    /// How far a record is a member's own.
    enum Ownership {
        case not
        /// The member added it as others did who knew nothing of each other, or in a record of somebody else's: their
        /// own writes in it are theirs, and nothing that others wrote in it.
        case inPart
        case wholly
    }

    /// How far a record is the writer's own: whether their member added it, or one it belongs to, as far
    /// as the writer had seen and with what they write themselves.
    mutating func isOwn(_ record: RecordEntry, of writer: Writer) throws -> Ownership {
        let added = try adding(of: record, by: writer)
        guard let owner = record.kind.owner,
            try !claims(of: owner.field, in: record, seenBy: writer.entry).isEmpty
        else { return added }
        let above = try owners(of: record, seenBy: writer.entry).map {
            try adding(of: $0, by: writer)
        }
        if above.contains(.wholly) { return .wholly }
        return added != .not || above.contains(.inPart) ? .inPart : .not
    }

    /// Whether the writer may write in a record, as far as it is their own, what names `over`.
    mutating func mayWrite(
        _ over: [BranchSeq],
        in record: RecordEntry,
        _ writer: Writer
    ) throws -> Bool {
        switch try isOwn(record, of: writer) {
        case .wholly: true
        case .inPart: !namesOthers(over, than: writer)
        case .not: false
        }
    }

    /// Who decides on a record as a whole: takes its steps, hides it.
    enum Decision {
        /// The writer: it is their own.
        case theirs
        /// The writer asks: it is their own in part, and others wrote in it.
        case asked
        /// Not the writer.
        case others
    }

    /// Who decides on a record that is decided on by those whose own it is.
    mutating func decision(on record: RecordEntry, _ writer: Writer) throws -> Decision {
        switch try isOwn(record, of: writer) {
        case .wholly: .theirs
        case .inPart: try holdsOnlyOwn(record, of: writer) ? .theirs : .asked
        case .not: .others
        }
    }

    /// Whether the writer's member added the record: theirs is the `add` that is the first in the order and
    /// has effect, among those that the writer had seen and their own. A later one gives nothing, or anyone would take
    /// a record over by adding it again; and who came first without the other's knowing it owns nothing of the other.
    private mutating func adding(of record: RecordEntry, by writer: Writer) throws -> Ownership {
        guard record.firstAdd != nil else { return .not }
        let additions = try additions(of: record)
        guard let first = additions.first(for: writer.entry),
            member(of: first.at.branch) == writer.member
        else { return .not }
        let isKnown = try additions.all.allSatisfy { add in
            guard add.isSeen(by: writer.entry), member(of: add.at.branch) != writer.member else {
                return true
            }
            return try entry(add.diff).seen.contains(first.at)
        }
        return isKnown ? .wholly : .inPart
    }

    func member(of branch: Int) -> WireText? {
        membership.devices[branches[branch].author]?.member
    }

    /// The records that a record belongs to, as far as `entry` had seen.
    private mutating func owners(
        of record: RecordEntry,
        seenBy entry: DiffEntry
    ) throws -> [RecordEntry] {
        guard let owner = record.kind.owner else { return [] }
        var passed: Set<WireText> = []
        return try claims(of: owner.field, in: record, seenBy: entry).compactMap { id in
            guard passed.insert(id).inserted else { return nil }
            return try self.record(named: RecordName(kind: owner.kind, id: id))
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
    /// confirmed or issued where they stood, and they are not one who decides on everybody's findings.
    ///
    /// - Parameter naming: the finding that a criterion, which they add now, names.
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
        for finding in findings where try mayBeConfirmed(finding) {
            let state = try stateView(of: finding.number, cycle: .finding, from: writer.entry)
            if state == "confirmed" || state == "issued" { return true }
        }
        return false
    }

    /// Whether anybody ever confirmed or issued a finding. Where nobody did, it need not be found out at each write in
    /// it whether it is merged, which takes a look at all that it raises.
    mutating func mayBeConfirmed(_ finding: RecordEntry) throws -> Bool {
        guard finding.mayWait else { return true }
        let key = CellKey(record: finding.number, field: "state")
        if cells[key]?.isComplete != true { _ = try cell(key, complete: true) }
        return cells[key]?.holds("confirmed") ?? true || cells[key]?.holds("issued") ?? true
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
        return try firstAdditions(of: record.number).contains { write in
            entry.seen.contains(write.at) || orWith && write.diff == entry.number
        }
    }

    /// The first addition of a record on each branch that is not void.
    mutating func firstAdditions(of record: Int) throws -> [CellWrite] {
        let key = CellKey.presence(of: record)
        if cells[key]?.isComplete != true { _ = try cell(key, complete: true) }
        return cells[key]?.firstAdditions() ?? []
    }
}
