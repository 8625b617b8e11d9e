public import ConcordEncoding

/// What an auditor answers to a question of the checklist, from least to most severe.
public enum ChecklistAnswer: String, Hashable, Sendable, CaseIterable {
    /// Nobody has judged yet.
    case notAssessed
    /// The question does not arise here.
    case notApplicable
    /// The requirement is met.
    case conforming
    /// The requirement is met, with a remark.
    case conformingWithObservation
    /// The requirement is not met.
    case notConforming
}

/// One question, asked for clauses of one or more standards.
public struct ChecklistItemRecord: Hashable, Sendable, Identifiable {
    /// The record's id.
    public let id: WireText
    /// The clauses it is asked for.
    public let clauses: Set<ClauseReference>
    /// The question.
    public let question: WireText?
    /// What to look at.
    public let hint: WireText?
    /// The evidence that the auditor expects.
    public let expectedEvidence: WireText?
    /// Its place in the checklist.
    public let order: Int?
    /// The answer.
    public let answer: ChecklistAnswer?
    /// What was seen.
    public let note: WireText?
    /// The items of evidence.
    public let evidence: Set<WireText>

    init(_ record: RecordFields) {
        id = record.id
        clauses = record.clauses("clauses")
        question = record.text("question")
        hint = record.text("hint")
        expectedEvidence = record.text("expectedEvidence")
        order = record.integer("order")
        answer = record.word("answer", as: ChecklistAnswer.self)
        note = record.text("note")
        evidence = record.members("evidence")
    }

    /// Whether someone has judged.
    public var isAnswered: Bool { answer != nil && answer != .notAssessed }

    /// Whether someone has begun: judged, noted or attached something.
    public var isBegun: Bool { isAnswered || note != nil || !evidence.isEmpty }
}
