public import ConcordEncoding

/// One appointment of the audit plan.
public struct PlanSlotRecord: Hashable, Sendable, Identifiable {
    /// The record's id.
    public let id: WireText
    /// When it begins, RFC 3339.
    public let from: WireText?
    /// When it ends, RFC 3339.
    public let to: WireText?
    /// What it is about.
    public let title: WireText?
    /// Opening, audit, team meeting, closing, break, travel.
    public let kind: WireText?
    /// The members who audit.
    public let auditors: Set<WireText>
    /// Where.
    public let site: WireText?
    /// In which unit.
    public let unit: WireText?
    /// Which process.
    public let process: WireText?
    /// The people of the auditee who take part.
    public let auditee: WireText?
    /// Which clauses.
    public let clauses: Set<ClauseReference>
    /// Whether it is held from afar.
    public let isRemote: Bool

    init(_ record: RecordFields) {
        id = record.id
        from = record.text("from")
        to = record.text("to")
        title = record.text("title")
        kind = record.text("kind")
        auditors = record.members("auditors")
        site = record.text("site")
        unit = record.text("unit")
        process = record.text("process")
        auditee = record.text("auditee")
        clauses = record.clauses("clauses")
        isRemote = record.flag("remote") ?? false
    }
}
