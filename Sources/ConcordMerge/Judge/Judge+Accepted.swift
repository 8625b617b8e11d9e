import ConcordEncoding
import ConcordModel
import ConcordText

// What was confirmed or accepted as it stood: who may not do so alone asks for a change of it.
// `Protocol/merge.md`, "Fields" and "Records".

extension Judge {
    /// Whether what the writer does with a field is a proposal, since what it belongs to was confirmed or accepted as
    /// it stood before them.
    func asksForChange(
        _ draft: FieldDraft,
        in record: RecordEntry,
        by writer: Writer
    ) throws -> Bool {
        let name = draft.field.name
        if record.kind == Schema.evidence {
            guard Schema.fieldsRestedOn.contains(name), draft.adds != .creating else {
                return false
            }
            return try rests.isRestedOn(record, by: writer)
        }
        guard record.kind == Schema.action else {
            return try proposesBesideConfirmation(record, by: writer)
        }
        let isEvidence = name == KnownField.evidence
        guard isEvidence || Schema.acceptedFields.contains(name), draft.adds != .creating,
            writer.right(to: .verifyAction) == .no
        else { return false }
        let state = try seenWrites.stateView(of: record.number, cycle: .action, from: writer.entry)
        return Schema.isAccepted(state, closes: isEvidence && draft.value != nil)
    }

    /// Whether a write in an answer names a change of it that is asked for and that nobody has decided on, as far as
    /// the writer had seen: then it decides on that, as who accepts answers may, who does not give them.
    func decidesOnAnswer(
        _ draft: FieldDraft,
        in record: RecordEntry,
        by writer: Writer
    ) throws -> Bool {
        guard record.kind == Schema.action, draft.field.activity == .answerNonconformity,
            draft.field.rule != .once, writer.right(to: .verifyAction) != .no
        else { return false }
        _ = try cell(draft.key, complete: true)
        var asked: Set<BranchSeq> = []
        for place in draft.over {
            let number = try diffNumber(at: place)
            guard let write = try write(of: number, at: draft.key), write.contests,
                try seenWrites.isSeen(write, by: writer.entry)
            else { continue }
            asked.insert(place)
        }
        guard !asked.isEmpty else { return false }
        for write in memory.cells[draft.key]?.writes ?? [] where write.effect == .effective {
            guard try seenWrites.isSeen(write, by: writer.entry) else { continue }
            asked.subtract(write.over)
        }
        return !asked.isEmpty
    }
}
