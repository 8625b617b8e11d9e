import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel

/// The auditee's answer to a nonconformity; fields that are nil stay as they are.
public struct AnswerDraft: Sendable {
    /// What was done to correct the nonconformity itself.
    public var correction: WireText?
    /// Why it happened.
    public var cause: WireText?
    /// How far the problem reaches.
    public var extent: WireText?
    /// What is done so that it does not happen again.
    public var correctiveAction: WireText?
    /// The person who does it.
    public var owner: WireText?

    /// An answer.
    public init(
        correction: WireText? = nil,
        cause: WireText? = nil,
        extent: WireText? = nil,
        correctiveAction: WireText? = nil,
        owner: WireText? = nil
    ) {
        self.correction = correction
        self.cause = cause
        self.extent = extent
        self.correctiveAction = correctiveAction
        self.owner = owner
    }

    fileprivate var texts: [(field: ActionField, text: WireText)] {
        let all: [(field: ActionField, text: WireText?)] = [
            (.correction, correction), (.cause, cause), (.extent, extent),
            (.correctiveAction, correctiveAction),
        ]
        return all.compactMap { field, text in text.map { (field, $0) } }
    }
}

/// The acts on the auditee's answers to nonconformities.
///
/// Rights are not asked here: the fold judges them (`Protocol/merge.md`, "Rights").
public struct AnswerActs: Sendable {
    /// What is shown.
    public let audit: Audit

    /// The acts on what `audit` shows.
    public init(on audit: Audit) { self.audit = audit }

    /// Writes the answer to a finding: into the one that is being worked on, or as a new one.
    ///
    /// - Parameter id: the record id of a new one.
    public func answer(
        _ finding: FindingRecord,
        with draft: AnswerDraft,
        id: @autoclosure () -> WireText
    ) -> Edit {
        var edit = Edit()
        guard let open = current(for: finding) else {
            var fields: JSONObject = [:]
            fields[ActionField.finding] = .string(finding.id)
            for (field, text) in draft.texts { fields[field] = .string(text) }
            fields[ActionField.owner] = draft.owner.map { .string($0) }
            edit.add(Schema.action.name, id: id(), fields: fields)
            return edit
        }
        for (field, text) in draft.texts { edit.setText(.action(open.id, field), to: text) }
        if let owner = draft.owner { edit.set(.action(open.id, .owner), to: .string(owner)) }
        return edit
    }

    /// Submits the answer, so that an auditor can accept it; an empty edit if there is no answer.
    public func submit(for finding: FindingRecord) -> Edit {
        var edit = Edit()
        if let open = current(for: finding) {
            edit.set(.action(open.id, .state), to: "responseSubmitted")
        }
        return edit
    }

    /// The answer that is being worked on.
    private func current(for finding: FindingRecord) -> ActionRecord? {
        audit.actions(for: finding.id).last { answer in
            ["open", "responseRejected"].contains(answer.state)
        }
    }
}
