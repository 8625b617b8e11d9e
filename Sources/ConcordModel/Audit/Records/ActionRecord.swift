public import ConcordEncoding

/// The client's answer to a nonconformity, and how it was verified.
public struct ActionRecord: Hashable, Sendable, Identifiable {
    /// The record's id.
    public let id: WireText
    /// The finding it answers.
    public let finding: WireText?
    /// What was done to correct the nonconformity itself.
    public let correction: WireText?
    /// Why it happened.
    public let cause: WireText?
    /// How the cause was looked for.
    public let causeMethod: WireText?
    /// How far the problem reaches.
    public let extent: WireText?
    /// What is done so that it does not happen again.
    public let correctiveAction: WireText?
    /// Who does it.
    public let owner: WireText?
    /// Until when.
    public let due: WireText?
    /// The state of its life cycle.
    public let state: WireText
    /// What shows that it was done.
    public let evidence: Set<WireText>
    /// Why the answer was not accepted.
    public let rejectionReason: WireText?
    /// Who verified it.
    public let verifiedBy: WireText?
    /// When it was verified.
    public let verifiedAt: WireText?
    /// How it was verified.
    public let verificationMethod: WireText?
    /// Whether it helped.
    public let isEffective: Bool?

    init(_ record: RecordFields) {
        id = record.id
        finding = record.text("finding")
        correction = record.text("correction")
        cause = record.text("cause")
        causeMethod = record.text("causeMethod")
        extent = record.text("extent")
        correctiveAction = record.text("correctiveAction")
        owner = record.text("owner")
        due = record.text("due")
        state = record.text("state") ?? LifeCycle.action.initial
        evidence = record.members("evidence")
        rejectionReason = record.text("rejectionReason")
        verifiedBy = record.text("verifiedBy")
        verifiedAt = record.text("verifiedAt")
        verificationMethod = record.text("verificationMethod")
        isEffective = record.flag("effective")
    }

    /// Whether this answer closes the nonconformity.
    public var isClosed: Bool { Schema.closedAnswers.contains(state) }
}
