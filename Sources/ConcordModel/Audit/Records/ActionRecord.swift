/// The client's answer to a nonconformity, and how it was verified.
public struct ActionRecord: Hashable, Sendable, Identifiable {
    /// The record's id.
    public let id: String
    /// The finding it answers.
    public let finding: String?
    /// What was done about the thing itself.
    public let correction: String?
    /// Why it happened.
    public let cause: String?
    /// How the cause was looked for.
    public let causeMethod: String?
    /// How far the problem reaches.
    public let extent: String?
    /// What is done so that it does not happen again.
    public let correctiveAction: String?
    /// Who does it.
    public let owner: String?
    /// Until when.
    public let due: String?
    /// The state of its life cycle.
    public let state: String
    /// What shows that it was done.
    public let evidence: Set<String>
    /// Why the answer was not accepted.
    public let rejectionReason: String?
    /// Who verified it.
    public let verifiedBy: String?
    /// When it was verified.
    public let verifiedAt: String?
    /// How it was verified.
    public let verificationMethod: String?
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

    /// Whether the nonconformity is no longer open on account of it.
    public var isClosed: Bool { state == "closed" || state == "closedOnPlan" }
}
