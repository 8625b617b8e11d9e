package import ConcordDiff
import ConcordEncoding
import ConcordModel

// Whether a save only asks for what it writes.

extension Composer {
    /// Whether what `author` writes there is a proposal, which replaces only their own.
    ///
    /// - Parameter adds: whether it puts a member into a set.
    func writesProposals(
        _ author: Author,
        to field: Field,
        of record: RecordEntry,
        adds: Bool = false
    ) throws -> Bool {
        guard let member = membership.member(of: author) else { return false }
        if Rights.right(of: member.role, to: field.activity) == .proposal { return true }
        if case .state = field.rule { return false }
        if record.kind == Schema.action {
            guard Rights.right(of: member.role, to: field.activity) == .yes,
                field.activity == .answerNonconformity
            else { return false }
            let state = try evaluator.evaluate(CellKey.state(of: record.number)).shown
            return Schema.isAccepted(state?.stringValue ?? "", closes: adds)
        }
        if record.kind == Schema.evidence, Schema.fieldsRestedOn.contains(field.name) {
            guard Rights.right(of: member.role, to: .decideFinding) != .yes,
                let first = record.firstAdd
            else { return false }
            return try rests.isRestedOn(record, seenBy: undo.next(after: entry(first), by: author))
        }
        if try isConfirmed(record), Rights.right(of: member.role, to: .decideFinding) != .yes {
            return true
        }
        guard field.activity == .setGrade, !member.inTraining.isEmpty else { return false }
        let standard = CellKey(record: record.number, field: KnownField.standard)
        return try cell(standard).writes.contains { write in
            write.value?.stringValue.map(member.inTraining.contains) ?? false
        }
    }

    /// Whether a finding, or that of a criterion, shows as confirmed or issued.
    private func isConfirmed(_ record: RecordEntry) throws -> Bool {
        var finding = record.kind == Schema.finding ? record.number : nil
        if record.kind == Schema.criterion { finding = record.owner }
        guard let finding else { return false }
        let state = try evaluator.evaluate(CellKey.state(of: finding)).shown
        return state?.stringValue.map(Schema.holdsConfirmation) ?? false
    }

    /// Whether `author` may write a field of a record and replace nothing that others wrote there, since it is
    /// their own in part: what they say is kept as well, and somebody decides.
    func writesBeside(
        _ author: Author,
        in field: Field,
        of record: RecordEntry
    ) throws -> Bool {
        if case .state = field.rule { return false }
        guard let member = membership.member(of: author),
            Rights.right(of: member.role, to: field.activity) == .own,
            let first = record.firstAdd
        else { return false }
        let now = try undo.next(after: entry(first), by: author)
        guard case .success(let writer) = judge.writer(of: now, isFork: false, seals: false) else {
            return false
        }
        return try owners.isOwn(record, of: writer) == .inPart
    }

    /// Whether a text consists of proposals alone, and `author` writes with effect: proposals are never
    /// beneath such a write, so the whole text becomes the author's own and names them.
    package func takesUpProposals(at key: CellKey, by author: Author) throws -> Bool {
        let survivors = try cell(key).survivors
        guard !survivors.isEmpty, survivors.allSatisfy({ $0.effect == .proposal }),
            try isText(key),
            // A proposal stands over what its author had before them, which counts all the same.
            try !cell(key, complete: true).writes.contains(where: { $0.effect == .effective })
        else { return false }
        let record = try record(key.record)
        let field = record.kind.field(key.field) ?? Schema.unknownField(key.field)
        return try !writesProposals(author, to: field, of: record)
    }
}
