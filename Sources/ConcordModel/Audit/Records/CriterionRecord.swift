public import ConcordEncoding

/// A clause that a finding was judged against, with its grade.
public struct CriterionRecord: Hashable, Sendable, Identifiable {
    /// The record's id, which follows from finding, standard and clause.
    public let id: WireText
    /// The finding it belongs to.
    public let finding: WireText?
    /// The clause.
    public let reference: ClauseReference?
    /// The grade; nil while nobody has set one.
    public let grade: Grade?
    /// A criterion that is not a clause, such as the organization's own procedure.
    public let otherCriterion: WireText?

    init(_ record: RecordFields) {
        id = record.id
        finding = record.text("finding")
        reference = record.clauseReference
        grade = record.word("grade", as: Grade.self)
        otherCriterion = record.text("otherCriterion")
    }
}
