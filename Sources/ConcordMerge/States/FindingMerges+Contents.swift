import ConcordEncoding
import ConcordModel

// What a merged finding raises counts in its target: the same criteria, as severe or more, and the same
// evidence. As long as any of that is not there, or only proposed there, the merge waits, no matter who took it out
// and whatever they knew: a merge says that nothing is lost by it. `Protocol/merge.md`, "Merges".

extension FindingMerges {
    /// What a finding raises that the one into which it is merged does not hold: for each criterion, grade and
    /// piece of evidence the writes that took it from there, or, where nobody did, those that raised it.
    func whatIsMissing(
        in target: RecordEntry,
        of finding: RecordEntry,
        seenBy entry: DiffEntry?
    ) throws -> [[LocatedWrite]] {
        var missing: [[LocatedWrite]] = []
        for number in try records(ownedBy: finding.number) {
            let part = try record(number)
            guard let id = try counterpart(of: part, of: finding, in: target, seenBy: entry),
                let writes = try whatIsMissing(of: part, of: finding, in: id, seenBy: entry)
            else { continue }
            missing.append(writes)
        }
        for key in try allCells(of: finding.number) where key.isPieceOfEvidence {
            missing += try whatIsMissing(of: key.member, of: finding, in: target, seenBy: entry)
        }
        return missing
    }

    /// The writes that took a piece of evidence of a finding from its target, or those that raised it where nobody did,
    /// as one item; nothing where it is there.
    func whatIsMissing(
        of piece: WireText,
        of finding: RecordEntry,
        in target: RecordEntry,
        seenBy entry: DiffEntry?
    ) throws -> [[LocatedWrite]] {
        let key = CellKey(record: finding.number, field: KnownField.evidence, member: piece)
        let adds = try standing(at: key, seenBy: entry).filter { $0.write.value != nil }
        if adds.isEmpty { return [] }
        let there = CellKey(record: target.number, field: key.field, member: key.member)
        let stands = try standing(at: there, seenBy: entry)
        if stands.contains(where: { $0.write.value != nil }) { return [] }
        return [stands.isEmpty ? adds : stands]
    }

    /// The id of the criterion of the target for the same clause; nil where the finding does not raise it.
    func counterpart(
        of part: RecordEntry,
        of finding: RecordEntry,
        in target: RecordEntry,
        seenBy entry: DiffEntry?
    ) throws -> WireText? {
        guard part.kind == Schema.criterion,
            try evaluator.presence(of: part, from: entry).shown != nil,
            try identity(KnownField.finding, of: part, seenBy: entry) == finding.id,
            let standard = try identity(KnownField.standard, of: part, seenBy: entry),
            let clause = try identity(KnownField.clause, of: part, seenBy: entry)
        else { return nil }
        let id = DerivedID.criterion(finding: target.id, standard: standard, clause: clause)
        return id == part.id ? nil : id
    }

    /// Why a criterion, with its grade, does not count as another one; nil where it does.
    ///
    /// What bears the id of a criterion of the target and was never added as one belongs to no finding: nothing counts
    /// there. And what was decided counts as decided alone: a proposal may be declined.
    func whatIsMissing(
        of part: RecordEntry,
        of finding: RecordEntry,
        in twin: WireText,
        seenBy entry: DiffEntry?
    ) throws -> [LocatedWrite]? {
        let name = RecordName(kind: Schema.criterion.name, id: twin)
        let twin = try record(named: name)
        guard let twin, try evaluator.presence(of: twin, from: entry).shown != nil,
            try identity(KnownField.finding, of: twin, seenBy: entry) != nil
        else {
            let removals = try twin.map { try survivors(at: .presence(of: $0.number), entry) } ?? []
            let gone = removals.filter { $0.write.value == nil }
            if !gone.isEmpty { return gone }
            return try survivors(at: .presence(of: part.number), entry).filter {
                $0.write.value != nil
            }
        }
        let grade = try standing(at: CellKey.grade(of: part.number), seenBy: entry)
        let other = try standing(at: CellKey.grade(of: twin.number), seenBy: entry)
        let isDecided = try self.isDecided(grade, in: finding, seenBy: entry)
        let counting = isDecided ? other.filter { $0.effect == .effective } : other
        guard Self.severity(counting) < Self.severity(grade) else { return nil }
        return other.isEmpty ? grade : other
    }

    /// Whether the grade of a criterion, of which these writes stand, is more than proposed: somebody who may gave it, or
    /// its finding was confirmed with it and then merged.
    private func isDecided(
        _ grade: [LocatedWrite],
        in finding: RecordEntry,
        seenBy entry: DiffEntry?
    ) throws -> Bool {
        guard let first = grade.first else { return false }
        if first.effect == .effective { return true }
        guard try judge.mayBeConfirmed(finding) else { return false }
        let before = try states.standingSteps(of: finding, from: entry, merges: .leftOut)
        return try precedence.winner(of: before)?.value?.stringValue.map(Schema.holdsConfirmation)
            ?? false
    }

    /// Whether a criterion's grade is only proposed, so that whether it counts as decided rests on its finding's state.
    func isProposed(_ part: RecordEntry, seenBy entry: DiffEntry?) throws -> Bool {
        let grade = try standing(
            at: CellKey.grade(of: part.number),
            seenBy: entry
        )
        return grade.first.map { $0.effect != .effective } ?? false
    }

    private func survivors(
        at key: CellKey,
        _ entry: DiffEntry?
    ) throws -> [LocatedWrite] {
        let survivors =
            try entry.map { try seenWrites.view(of: key, from: $0) } ?? cell(key).survivors
        return survivors.map { LocatedWrite($0, at: key) }
    }

    /// The writes of which one shows: proposals only where nobody else wrote, and none next to a
    /// confirmation.
    func standing(
        at key: CellKey,
        seenBy entry: DiffEntry?
    ) throws -> [LocatedWrite] {
        let survivors = try survivors(at: key, entry)
        let decided = survivors.filter { $0.effect == .effective }
        return decided.isEmpty ? survivors.filter { !$0.write.contests } : decided
    }

    static func severity(_ grades: [LocatedWrite]) -> Int {
        grades.map { located in
            located.write.value?.stringValue.flatMap(Schema.grades.firstIndex(of:)) ?? -1
        }.max() ?? -1
    }

    /// What a field says that is written once.
    func identity(
        _ field: WireText,
        of part: RecordEntry,
        seenBy entry: DiffEntry?
    ) throws -> WireText? {
        let writes = try survivors(at: CellKey(record: part.number, field: field), entry)
        return try writes.min { try precedence.isPlaced($0.write, before: $1.write) }?.write.value?
            .stringValue
    }
}

// MARK: What must be looked at again.

extension CellKey {
    /// Whether it is a member of a set of evidence; of a finding's, among the cells of a finding.
    var isPieceOfEvidence: Bool { field == KnownField.evidence && !member.isEmpty }
}
