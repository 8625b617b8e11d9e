public import ConcordEncoding
public import ConcordModel

/// Everything a report is made from: equal inputs give equal bytes.
///
/// The time of its making is a part of it, and so are the conflicts and the digest, which are
/// computed from the log and not from the state document.
public struct ReportInput: Sendable {
    /// The records.
    public var audit: Audit
    /// The records that figures count: without proposals.
    public var counted: Audit
    /// The findings for which a grade is only proposed, by id.
    public var proposedFindings: Set<WireText>
    /// The standards, with their correspondences.
    public var catalogues: Catalogues
    /// The conflicts that nobody has decided yet.
    public var conflicts: [ReportConflict]
    /// Proposals that are shown because there is no other value: a leader has to decide them.
    public var proposals: [ReportProposal]
    /// The digest of the state that the report shows.
    public var digest: WireText
    /// When the report was made.
    public var generatedAt: Timestamp
    /// What people are called, by member id; those not named here are looked up in the audit.
    public var people: [WireText: WireText]
    /// The person who marked an item of evidence as confidential or restricted, by the item's id. The report
    /// names them where it hides the contents.
    public var markedBy: [WireText: WireText]

    /// Collects what a report is made from.
    ///
    /// - Parameters:
    ///   - counted: the records without proposals; nil if there are none.
    ///   - proposedFindings: the findings for which a grade is only proposed; nil for those whose grade
    ///     differs in `counted`.
    public init(
        audit: Audit,
        counted: Audit? = nil,
        proposedFindings: Set<WireText>? = nil,
        catalogues: Catalogues = .shipped,
        conflicts: [ReportConflict] = [],
        proposals: [ReportProposal] = [],
        digest: WireText,
        generatedAt: Timestamp,
        people: [WireText: WireText] = [:],
        markedBy: [WireText: WireText] = [:]
    ) {
        self.markedBy = markedBy
        self.audit = audit
        let decided = counted ?? audit
        self.counted = decided
        self.proposedFindings =
            proposedFindings
            ?? Set(
                audit.findings.filter {
                    $0.isCounted && $0.headGrade != decided.finding($0.id)?.headGrade
                }.map(\.id)
            )
        self.catalogues = catalogues
        self.conflicts = conflicts
        self.proposals = proposals
        self.digest = digest
        self.generatedAt = generatedAt
        self.people = people
    }
}

/// A value that is only proposed, because its author's role may not decide it.
public struct ReportProposal: Hashable, Sendable {
    /// The id of the record.
    public var record: WireText
    /// The name of the field; empty if the whole record is proposed.
    public var field: WireText
    /// The person's name.
    public var person: WireText

    /// An undecided proposal.
    public init(record: WireText, field: WireText, person: WireText) {
        self.record = record
        self.field = field
        self.person = person
    }
}

/// A conflict that is still open, as a reader of the report sees it.
public struct ReportConflict: Hashable, Sendable {
    /// One person's value.
    public struct Candidate: Hashable, Sendable {
        /// The value, as text.
        public var value: WireText
        /// The person's name or member id.
        public var person: WireText
        /// The device it was written on.
        public var device: WireText
        /// The time that the device claims.
        public var time: WireText

        /// One person's value.
        public init(value: WireText, person: WireText, device: WireText, time: WireText) {
            self.value = value
            self.person = person
            self.device = device
            self.time = time
        }
    }

    /// The id of the record.
    public var record: WireText
    /// The name of the field; empty if the conflict is about the whole record.
    public var field: WireText
    /// The subject in words; nil if record and field are enough.
    public var about: WireText?
    /// What happened, in a sentence: who did what while who was doing what.
    public var story: WireText?
    /// The kind of the conflict, as it is on the wire: `values`, `text`, `ended-edited`,
    /// `removed-edited`.
    public var kind: WireText
    /// The values, in a fixed order.
    public var candidates: [Candidate]
    /// What is shown until someone resolves the conflict, as text; nil if that adds nothing.
    public var shown: WireText?

    /// An open conflict.
    public init(
        record: WireText,
        field: WireText,
        kind: WireText,
        candidates: [Candidate],
        shown: WireText? = nil,
        about: WireText? = nil,
        story: WireText? = nil
    ) {
        self.about = about
        self.story = story
        self.record = record
        self.field = field
        self.kind = kind
        self.candidates = candidates
        self.shown = shown
    }
}
