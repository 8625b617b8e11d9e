import ConcordDiff
public import ConcordEncoding
import ConcordMerge
import ConcordModel

/// The auditee's answer to a nonconformity; fields that are nil stay as they are.
public struct AnswerDraft: Sendable {
    /// What was done about the thing itself.
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

    private var texts: [(field: WireText, text: WireText)] {
        let all: [(field: WireText, text: WireText?)] = [
            ("correction", correction), ("cause", cause), ("extent", extent),
            ("correctiveAction", correctiveAction),
        ]
        return all.compactMap { field, text in text.map { (field, $0) } }
    }

    /// What writes the answer: into the finding's open answer, or as a new one.
    func edit(of finding: FindingRecord, in shown: ActContext) -> Edit {
        var edit = Edit()
        guard let open = Self.open(for: finding, in: shown) else {
            var fields: JSONObject = ["finding": .string(finding.id)]
            for (field, text) in texts { fields[field] = .string(text) }
            fields["owner"] = owner.map { .string($0) }
            edit.add(Schema.action.name, id: shown.newID(), fields: fields)
            return edit
        }
        for (field, text) in texts { edit.setText(Self.path(field, of: open), to: text) }
        if let owner { edit.set(Self.path("owner", of: open), to: .string(owner)) }
        return edit
    }

    /// The answer that is being worked on.
    static func open(for finding: FindingRecord, in shown: ActContext) -> ActionRecord? {
        shown.audit.actions(for: finding.id).last { answer in
            ["open", "responseRejected"].contains(answer.state)
        }
    }

    static func path(_ field: WireText, of answer: ActionRecord) -> CellPath {
        CellPath(kind: Schema.action.name, record: answer.id, field: field)
    }
}
