import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// Who writes, and from where: what every verdict on a diff's operations depends on.
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

/// What effect a write has, by its author's rights and by what they had seen (`Protocol/merge.md`,
/// "Rights").
struct Judge: FoldPart {
    let memory: FoldMemory

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
    func effect(
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
            guard try draft.adds == .creating || owners.mayWrite(draft.over, in: record, writer)
            else {
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
            // What identifies a proposed record is not a candidate next to anything: it is written
            // once.
            let isOwn = try draft.adds == .creating || owners.isOwn(record, of: writer) != .not
            return isOwn ? .effective : .void(.proposal)
        case .proposal: return namesOthers(draft.over, than: writer) ? .void(.proposal) : .proposal
        case .yes: break
        }
        return try solvesWithoutRight(draft, in: record, by: writer) ? .void(.noRight) : .effective
    }

    /// Whether a field says of a step that its author takes in the same diff, with effect, what belongs to it: into
    /// which finding one is merged.
    private func isPartOfStep(
        _ draft: FieldDraft,
        in record: RecordEntry,
        by writer: Writer
    ) throws -> Bool {
        guard let step = Schema.partsOfSteps[draft.field.name], record.kind == Schema.finding
        else { return false }
        return try states.takesStep(to: step, in: writer.entry.number, of: record)
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
    private func solvesWithoutRight(
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
        case .own where try owners.isOwn(record, of: writer) == .wholly: return false
        case .own, .no, .proposal:
            let seen = try seenWrites.view(of: draft.key, from: writer.entry)
            return Set(seen.map(\.value)).count > 1
        }
    }

    /// Whether the writer is in training for the standard of a criterion, as far as they had seen; where
    /// they had seen none, for any. By their role they are for each.
    func isInTraining(_ writer: Writer, for record: RecordEntry) throws -> Bool {
        guard record.kind == Schema.criterion else { return false }
        if writer.role == .inTraining { return true }
        guard !writer.inTraining.isEmpty else { return false }
        let standards = try owners.claims(of: KnownField.standard, in: record, seenBy: writer.entry)
        return standards.isEmpty || standards.contains(where: writer.inTraining.contains)
    }

    /// Whether who is in training takes out, with what is their own, what others wrote in it: grades that they may
    /// only propose would go with it.
    func takesOutInTraining(
        _ record: RecordEntry,
        by writer: Writer
    ) throws -> Bool {
        guard writer.role == .inTraining || !writer.inTraining.isEmpty else { return false }
        switch record.kind {
        case Schema.finding: break
        case Schema.criterion: guard try isInTraining(writer, for: record) else { return false }
        default: return false
        }
        return try !timelines.holdsOnlyOwn(record, of: writer)
    }

    /// Whether a write of another member is among `over`.
    func namesOthers(_ over: [BranchSeq], than writer: Writer) -> Bool {
        over.contains { place in
            membership.devices[branches[place.branch].author]?.member != writer.member
        }
    }

    /// Whether what the writer does with a finding, or a criterion of one, is a proposal, since it was
    /// confirmed or issued where they stood, and they are not one who decides on everybody's findings.
    ///
    /// - Parameter naming: the finding that a criterion, which they add now, names.
    func proposesBesideConfirmation(
        _ record: RecordEntry,
        naming owner: WireText? = nil,
        by writer: Writer
    ) throws -> Bool {
        let isFinding = record.kind == Schema.finding
        guard isFinding || record.kind == Schema.criterion,
            Rights.right(of: writer.role, to: .decideFinding) != .yes
        else { return false }
        var findings = isFinding ? [record] : try owners.owners(of: record, seenBy: writer.entry)
        if let owner {
            let name = RecordName(kind: Schema.finding.name, id: owner)
            if let finding = try self.record(named: name) { findings.append(finding) }
        }
        for finding in findings where try mayBeConfirmed(finding) {
            let state = try seenWrites.stateView(
                of: finding.number,
                cycle: .finding,
                from: writer.entry
            )
            if Schema.holdsConfirmation(state) { return true }
        }
        return false
    }

    /// Whether anybody ever confirmed or issued a finding. Where nobody did, it need not be found out at each write in
    /// it whether it is merged, which takes a look at all that it raises.
    func mayBeConfirmed(_ finding: RecordEntry) throws -> Bool {
        guard finding.mayWait else { return true }
        let key = CellKey.state(of: finding.number)
        if memory.cells[key]?.isComplete != true { _ = try cell(key, complete: true) }
        return memory.cells.holds("confirmed", at: key) ?? true
            || memory.cells.holds("issued", at: key) ?? true
    }
}
