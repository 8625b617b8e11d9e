public import ConcordEncoding
public import ConcordModel

/// Everything a report is made from: equal inputs give equal bytes.
///
/// The time of its making is a part of it, and so are the conflicts and the digest, which are
/// computed from the log and not from the state document.
public struct ReportInput: Sendable {
    /// The records.
    public var audit: Audit
    /// The records as figures count them: without what is only proposed.
    public var counted: Audit
    /// The findings for which a grade is only proposed, by id.
    public var proposedFindings: Set<WireText>
    /// The standards, with their correspondences.
    public var catalogues: Catalogues
    /// The conflicts that nobody has decided yet.
    public var conflicts: [ReportConflict]
    /// What is only proposed, and shown because nothing else is there: a leader has to decide it.
    public var proposals: [ReportProposal]
    /// The digest of the state that the report shows.
    public var digest: WireText
    /// When the report was made.
    public var generatedAt: Timestamp
    /// What people are called, by member id; those not named here are looked up in the audit.
    public var people: [WireText: WireText]
    /// Who marked an item of evidence with the word of who may read it, by the item's id: the report says so where it does not
    /// show what the item says.
    public var markedBy: [WireText: WireText]

    /// Puts together what a report is made from.
    ///
    /// - Parameters:
    ///   - counted: the records without what is only proposed; nil where nothing is.
    ///   - proposedFindings: the findings for which a grade is only proposed; nil for those whose grade is
    ///     another one in `counted`.
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

/// A value that somebody proposes whose role does not let them decide it.
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
    /// What one person holds.
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
    /// What it is about, in words; nil for what record and field say.
    public var about: WireText?
    /// What happened, in a sentence: who did what while who was doing what.
    public var story: WireText?
    /// The kind of the conflict, as it is on the wire: `values`, `text`, `ended-edited`,
    /// `removed-edited`.
    public var kind: WireText
    /// What is held, in a fixed order.
    public var candidates: [Candidate]
    /// What is shown until someone decides, as text; nil if that says nothing more.
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
