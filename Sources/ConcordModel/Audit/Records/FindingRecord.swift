public import ConcordEncoding

/// A finding, joined with its criteria.
public struct FindingRecord: Hashable, Sendable, Identifiable {
    /// A requirement of another standard that the organization took into this one's audit.
    public struct IncludedRequirement: Hashable, Sendable {
        /// The clause of the other standard.
        public let reference: ClauseReference
        /// The clause that takes it in, such as "7.2.1".
        public let route: WireText?
    }

    /// The record's id.
    public let id: WireText
    /// The number given on the device, such as "B-07".
    public let draftNumber: WireText?
    /// The final number, given by the seal.
    public let number: WireText?
    /// The number of the nonconformity, given by the seal.
    public let ncNumber: WireText?
    /// What it is about, in one line.
    public let title: WireText?
    /// What was found.
    public let statement: WireText?
    /// What was required, in the auditor's words.
    public let requirementNote: WireText?
    /// The auditee's view, if it differs.
    public let divergingOpinion: WireText?
    /// The items of evidence.
    public let evidence: Set<WireText>
    /// The unit it was found in.
    public let unit: WireText?
    /// The site it was found at.
    public let site: WireText?
    /// The process it was found in.
    public let process: WireText?
    /// The slot of the plan it was found in.
    public let slot: WireText?
    /// Who raised it.
    public let raisedBy: WireText?
    /// Who helped.
    public let contributors: Set<WireText>
    /// Who confirmed it.
    public let confirmedBy: WireText?
    /// Who confirmed it for a standard in which nobody who raised it is competent.
    public let competenceConfirmedBy: WireText?
    /// Other findings it has to do with.
    public let relatedTo: Set<WireText>
    /// The finding that says the same.
    public let duplicateOf: WireText?
    /// An earlier nonconformity that it repeats.
    public let repeats: WireText?
    /// The requirement that the organization adopted from another standard.
    public let includedRequirement: IncludedRequirement?
    /// The state of its life cycle.
    public let state: WireText
    /// Its criteria, in the order of standards and clauses.
    public let criteria: [CriterionRecord]

    init(_ record: RecordFields, criteria: [CriterionRecord]) {
        id = record.id
        draftNumber = record.text("draftNumber")
        number = record.text("number")
        ncNumber = record.text("ncNumber")
        title = record.text("title")
        statement = record.text("statement")
        requirementNote = record.text("requirementNote")
        divergingOpinion = record.text("divergingOpinion")
        evidence = record.members("evidence")
        unit = record.text("unit")
        site = record.text("site")
        process = record.text("process")
        slot = record.text("slot")
        raisedBy = record.text("raisedBy")
        contributors = record.members("contributors")
        confirmedBy = record.text("confirmedBy")
        competenceConfirmedBy = record.text("competenceConfirmedBy")
        relatedTo = record.members("relatedTo")
        duplicateOf = record.text("duplicateOf")
        repeats = record.text("repeats")
        includedRequirement = record.fields["includedRequirement"]?.objectValue
            .flatMap { IncludedRequirement(RecordFields(id: "", fields: $0)) }
        state = record.text("state") ?? LifeCycle.finding.initial
        self.criteria = criteria
    }
}

extension FindingRecord {
    /// What people quote: the final number, else the draft number, else the first eight characters of
    /// the id. An id that devices do not make is in brackets, since it may look like a number.
    public var label: WireText {
        if let number = number ?? draftNumber { return number }
        let start = String(id.string.prefix(8))
        return UniqueID(id) == nil ? "(\(start))" : WireText(start)
    }

    /// Whether it counts: a withdrawn or merged finding stays in the log and out of the totals.
    public var isCounted: Bool { !LifeCycle.finding.ends(state) }

    /// The most severe of its grades; nil without any.
    public var headGrade: Grade? { criteria.compactMap(\.grade).max() }

    /// The most severe of its grades in one standard; nil if it has none there.
    public func headGrade(in standard: WireText) -> Grade? {
        criteria.filter { $0.reference?.standard == standard }.compactMap(\.grade).max()
    }

    /// Whether any of its criteria is not met.
    public var isNonconformity: Bool { headGrade?.isNonconformity ?? false }

    /// The standards it cites, sorted.
    public var standards: [WireText] {
        Set(criteria.compactMap(\.reference?.standard)).sorted()
    }
}

extension FindingRecord.IncludedRequirement {
    fileprivate init?(_ record: RecordFields) {
        guard let reference = record.clauseReference else { return nil }
        self.init(reference: reference, route: record.text("route"))
    }
}
