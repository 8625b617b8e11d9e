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
    /// The media type of its file, such as `image/jpeg`.
    public var mediaType: WireText?
    /// The digest of its file.
    public var sha256: SHA256Digest?
    /// How many bytes its file has.
    public var size: Int?
    /// The root of the hashes of its file's parts; with it, the file can be checked part by part.
    public var partsRoot: SHA256Digest?
    /// What its file is called.
    public var fileName: WireText?
    /// When its file was last changed, before it was added.
    public var fileModifiedAt: Timestamp?
    /// Who may read it: one of `EvidenceWords.confidentialities`.
    public var confidentiality: WireText?
    /// Whether it holds personal data.
    public var hasPersonalData = false
    /// The item of which this is a copy with something blacked out.
    public var redactionOf: WireText?
    /// Its number in the file that it comes from.
    public var fileID: WireText?

    /// A draft with what every item has; everything else can be added.
    public init(kind: WireText, title: WireText) {
        self.kind = kind
        self.title = title
    }

    /// What the draft says, by the schema's names, as it was given.
    package var fields: JSONObject {
        let texts: [(EvidenceField, WireText?)] = [
            (.kind, kind), (.title, title), (.source, source), (.content, content),
            (.place, place), (.evidenceDate, date), (.fileID, fileID), (.mediaType, mediaType),
            (.confidentiality, confidentiality), (.sha256, sha256.map { WireText($0.hex) }),
            (.partsRoot, partsRoot.map { WireText($0.hex) }), (.fileName, fileName),
            (.fileModifiedAt, fileModifiedAt.map { WireText($0.description) }),
            (.redactionOf, redactionOf),
        ]
        var fields: JSONObject = [:]
        for (field, text) in texts { fields[field] = text.map { .string($0) } }
        fields[EvidenceField.size] = size.map { .integer(Int64($0)) }
        if hasPersonalData { fields[EvidenceField.personalData] = true }
        return fields
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
        var edit = Edit()
        try record(draft, id: id, at: time, citedBy: findings, edit: &edit)
        return edit
    }

    /// Records an item of evidence in a save that does more, such as recording others.
    ///
    /// - Throws: as above.
    public func record(
        _ draft: EvidenceDraft,
        id: WireText,
        at time: Timestamp,
        citedBy findings: [FindingRecord],
        edit: inout Edit
    ) throws(ActRefusal) {
        edit.add(Schema.evidence.name, id: id, fields: try fields(of: draft, at: time))
        let acts = FindingActs(on: audit, by: member)
        for finding in findings { try acts.attach(id, to: finding, edit: &edit) }
    }

    /// The first fields of the record of a draft.
    package func fields(
        of draft: EvidenceDraft,
        at time: Timestamp
    ) throws(ActRefusal) -> JSONObject {
        var draft = draft
        draft.kind = try EvidenceWords.kind(draft.kind)
        if let word = draft.confidentiality {
            draft.confidentiality = try EvidenceWords.confidentiality(word)
        }
        var fields = draft.fields
        fields[EvidenceField.capturedBy] = .string(member)
        fields[EvidenceField.capturedAt] = .string(time.description)
        return fields
    }
}
