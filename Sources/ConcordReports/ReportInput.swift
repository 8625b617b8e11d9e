public import ConcordEncoding
public import ConcordModel

/// Everything a report is made from: equal inputs give equal bytes.
///
/// The time of its making is a part of it, and so are the conflicts and the digest, which are
/// computed from the log and not from the state document.
public struct ReportInput: Sendable {
    /// The records.
    public var audit: Audit
    /// The standards, with their correspondences.
    public var catalogues: Catalogues
    /// The conflicts that nobody has decided yet.
    public var conflicts: [ReportConflict]
    /// What is only proposed, and shown because nothing else is there: a leader has to decide it.
    public var proposals: [ReportProposal]
    /// The digest of the state that the report shows.
    public var digest: String
    /// When the report was made.
    public var generatedAt: Timestamp
    /// What people are called, by member id; those not named here are looked up in the audit.
    public var people: [String: String]

    /// Puts together what a report is made from.
    public init(
        audit: Audit,
        catalogues: Catalogues = .shipped,
        conflicts: [ReportConflict] = [],
        proposals: [ReportProposal] = [],
        digest: String,
        generatedAt: Timestamp,
        people: [String: String] = [:]
    ) {
        self.audit = audit
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
    public var record: String
    /// The name of the field; empty if the whole record is proposed.
    public var field: String
    /// The person's name.
    public var person: String

    /// An undecided proposal.
    public init(record: String, field: String, person: String) {
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
        public var value: String
        /// The person's name or member id.
        public var person: String
        /// The device it was written on.
        public var device: String
        /// The time that the device claims.
        public var time: String

        /// One person's value.
        public init(value: String, person: String, device: String, time: String) {
            self.value = value
            self.person = person
            self.device = device
            self.time = time
        }
    }

    /// The id of the record.
    public var record: String
    /// The name of the field; empty if the whole record is contested.
    public var field: String
    /// The kind of the conflict, as it is on the wire: `values`, `text`, `ended-edited`,
    /// `removed-edited`.
    public var kind: String
    /// What is held, in a fixed order.
    public var candidates: [Candidate]
    /// What is shown until someone decides, as text; nil if that says nothing more.
    public var shown: String?

    /// An open conflict.
    public init(
        record: String,
        field: String,
        kind: String,
        candidates: [Candidate],
        shown: String? = nil
    ) {
        self.record = record
        self.field = field
        self.kind = kind
        self.candidates = candidates
        self.shown = shown
    }
}
