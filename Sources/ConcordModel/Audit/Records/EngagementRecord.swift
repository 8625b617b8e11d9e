public import ConcordEncoding

/// The engagement itself: one audit of one organization.
public struct EngagementRecord: Hashable, Sendable, Identifiable {
    /// The record's id.
    public let id: WireText
    /// The number that people quote.
    public let number: WireText?
    /// Initial certification, surveillance, internal audit and so on.
    public let kind: WireText?
    /// Single, combined, integrated or joint.
    public let mode: WireText?
    /// The ids of the catalogues that the audit is made against.
    public let standards: Set<WireText>
    /// The questions that the audit must answer.
    public let objectives: [WireText]
    /// The language of the report.
    public let language: WireText?
    /// The first day.
    public let from: WireText?
    /// The last day.
    public let to: WireText?
    /// The engagement before this one.
    public let previous: WireText?
    /// Who certifies.
    public let certificationBody: WireText?
    /// The state of its life cycle.
    public let state: WireText?
    /// Who may read the report.
    public let confidentiality: WireText?

    init(_ record: RecordFields) {
        id = record.id
        number = record.text("number")
        kind = record.text("kind")
        mode = record.text("mode")
        standards = record.members("standards")
        objectives = record.list("objectives")
        language = record.text("language")
        from = record.text("from")
        to = record.text("to")
        previous = record.text("previous")
        certificationBody = record.text("certificationBody")
        state = record.text("state")
        confidentiality = record.text("confidentiality")
    }

    /// Whether the work on site is over, so that clauses not examined by now count as not reached.
    public var isPastFieldwork: Bool {
        ["inReview", "signed", "closed"].contains(state ?? "")
    }
}
