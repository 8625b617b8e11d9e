import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel

/// An item of evidence, before it is recorded; what is nil is not said.
public struct EvidenceDraft: Hashable, Sendable {
    /// What it is: one of `EvidenceWords.kinds`, in whatever spelling.
    public var kind: WireText
    /// What it is, in one line.
    public var title: WireText
    /// Where it comes from, with its revision.
    public var source: WireText?
    /// Its content.
    public var content: WireText?
    /// Where it was captured.
    public var place: WireText?
    /// The date on it: a year, a month or a day (ISO 8601).
    public var date: WireText?
    /// The SHA-256 of its file, in 64 hexadecimal digits.
    public var sha256: WireText?
    /// Who may read it: one of `EvidenceWords.confidentialities`.
    public var confidentiality: WireText?
    /// Whether it holds personal data.
    public var hasPersonalData = false
    /// Its number in the file that it comes from.
    public var fileID: WireText?

    /// A draft with what every item has; everything else can be added.
    public init(kind: WireText, title: WireText) {
        self.kind = kind
        self.title = title
    }
}

/// The acts on evidence.
///
/// Rights are not asked here: the fold judges them (`Protocol/merge.md`, "Rights").
public struct EvidenceActs: Sendable {
    /// What is shown.
    public let audit: Audit
    /// The record id of the member who acts.
    public let member: WireText

    /// The acts of `member` on what `audit` shows.
    public init(on audit: Audit, by member: WireText) {
        self.audit = audit
        self.member = member
    }

    /// Records an item of evidence, and cites it in findings.
    ///
    /// - Parameters:
    ///   - draft: what it is.
    ///   - id: the record id of the new item.
    ///   - time: when it was captured.
    ///   - findings: the findings that cite it.
    /// - Throws: `unknownWord` of its kind or confidentiality; `findingEnded` of a finding that does not count.
    public func record(
        _ draft: EvidenceDraft,
        id: WireText,
        at time: Timestamp,
        citedBy findings: [FindingRecord] = []
    ) throws(ActRefusal) -> Edit {
        var fields: JSONObject = [:]
        fields[EvidenceField.kind] = .string(try EvidenceWords.kind(draft.kind))
        fields[EvidenceField.title] = .string(draft.title)
        fields[EvidenceField.capturedBy] = .string(member)
        fields[EvidenceField.capturedAt] = .string(time.description)
        if let word = draft.confidentiality {
            let level = try EvidenceWords.confidentiality(word)
            fields[EvidenceField.confidentiality] = .string(level)
        }
        let texts: [(EvidenceField, WireText?)] = [
            (.source, draft.source), (.content, draft.content), (.place, draft.place),
            (.evidenceDate, draft.date), (.fileID, draft.fileID),
            (.sha256, draft.sha256.map { WireText($0.string.lowercased()) }),
        ]
        for (field, text) in texts { fields[field] = text.map { .string($0) } }
        if draft.hasPersonalData { fields[EvidenceField.personalData] = true }
        var edit = Edit()
        edit.add(Schema.evidence.name, id: id, fields: fields)
        let acts = FindingActs(on: audit, by: member)
        for finding in findings { try acts.attach(id, to: finding, edit: &edit) }
        return edit
    }
}
