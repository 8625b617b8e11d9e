import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel

/// The acts on the questions of the checklist.
///
/// Rights are not asked here: the fold judges them (`Protocol/merge.md`, "Rights").
public struct ChecklistActs: Sendable {
    /// The acts on questions.
    public init() {}

    /// Answers a question.
    ///
    /// - Parameters:
    ///   - question: the question.
    ///   - answer: what the answer is.
    ///   - note: what was seen; nil leaves the note as it is.
    ///   - evidence: the ids of items of evidence that are cited beside those that are already.
    ///   - reason: why, if that is to be said.
    public func answer(
        _ question: ChecklistItemRecord,
        with answer: ChecklistAnswer,
        note: WireText? = nil,
        citing evidence: [WireText] = [],
        reason: WireText? = nil
    ) -> Edit {
        var edit = Edit(reason: reason)
        edit.set(.checklistItem(question.id, .answer), to: .string(answer.rawValue))
        if let note { edit.setText(.checklistItem(question.id, .note), to: note) }
        for id in evidence { edit.insert(id, into: .checklistItem(question.id, .evidence)) }
        return edit
    }
}
