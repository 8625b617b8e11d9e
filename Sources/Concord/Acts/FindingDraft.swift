import ConcordAudit
public import ConcordEncoding
import ConcordMerge
public import ConcordModel

/// A new finding, before it is raised.
///
///     var finding = FindingDraft(title: "Withdrawn procedure in use", unit: "MH")
///     finding.criteria = [.init("iso-iec-20000-1-2011", "9.2", grade: .minor)]
///     let raised = try await replica.raise(finding)
public struct FindingDraft: Hashable, Sendable {
    /// A clause that the finding is judged against.
    public struct Criterion: Hashable, Sendable {
        /// The clause.
        public var reference: ClauseReference
        /// The grade; nil if nobody has graded it yet.
        public var grade: Grade?

        /// A clause of a standard, with its grade if there is one.
        public init(_ standard: WireText, _ clause: WireText, grade: Grade? = nil) {
            reference = ClauseReference(standard: standard, clause: clause)
            self.grade = grade
        }
    }

    /// What it is about, in one line.
    public var title: WireText
    /// What was found.
    public var statement: WireText?
    /// What was required, in the auditor's words.
    public var requirementNote: WireText?
    /// The id of the unit that it was found in.
    public var unit: WireText?
    /// The id of the site that it was found at.
    public var site: WireText?
    /// The process that it was found in: a clause, or a name.
    public var process: WireText?
    /// The clauses that it is judged against.
    public var criteria: [Criterion]
    /// The ids of the pieces of evidence that it cites.
    public var evidence: Set<WireText>

    /// A draft with a title; everything else can be added later too.
    public init(
        title: WireText,
        statement: WireText? = nil,
        unit: WireText? = nil,
        criteria: [Criterion] = [],
        evidence: Set<WireText> = []
    ) {
        self.title = title
        self.statement = statement
        self.unit = unit
        self.criteria = criteria
        self.evidence = evidence
    }

    /// What is text and may be missing, by the schema's names.
    static var texts: [(field: FindingField, path: WritableKeyPath<FindingDraft, WireText?>)] {
        [
            (.statement, \.statement), (.requirementNote, \.requirementNote), (.unit, \.unit),
            (.site, \.site), (.process, \.process),
        ]
    }

    /// The first fields of the record.
    func fields(raisedBy member: WireText, number: WireText) -> JSONObject {
        var fields: JSONObject = [
            "title": .string(title), "raisedBy": .string(member), "draftNumber": .string(number),
        ]
        for (field, path) in Self.texts { fields[field] = self[keyPath: path].map { .string($0) } }
        if !evidence.isEmpty {
            var cited = JSONObject()
            for id in evidence { cited[id] = true }
            fields[FindingField.evidence] = .object(cited)
        }
        return fields
    }
}

extension FindingDraft {
    /// The edit that raises it.
    func edit(raising id: WireText, on shown: RaiseContext) throws(ActRefusal) -> Edit {
        try shown.acts.raise(
            id: id,
            fields: fields(raisedBy: shown.member, number: shown.number),
            citing: criteria.map { ($0.reference, $0.grade) }
        )
    }
}
