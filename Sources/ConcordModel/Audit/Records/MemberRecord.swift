public import ConcordEncoding

/// A person in the engagement.
public struct MemberRecord: Hashable, Sendable, Identifiable {
    /// The record's id.
    public let id: WireText
    /// The person's name.
    public let name: WireText?
    /// The part that the person has.
    public let role: Role?
    /// The standards that the person is competent in.
    public let standards: [WireText]
    /// The standards that the person is being trained in.
    public let inTraining: [WireText]
    /// Who watches over the person's training.
    public let supervisor: WireText?
    /// The letter of the person's draft numbers.
    public let letter: WireText?
    /// Whether the person still takes part.
    public let status: WireText?

    init(_ record: RecordFields) {
        id = record.id
        name = record.text("name")
        role = record.word("role", as: Role.self)
        standards = record.members("standards").sorted()
        inTraining = record.members("inTraining").sorted()
        supervisor = record.text("supervisor")
        letter = record.text("letter")
        status = record.text("status")
    }
}
