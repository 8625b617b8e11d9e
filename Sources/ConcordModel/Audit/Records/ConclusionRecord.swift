public import ConcordEncoding

/// What the team leader recommends about one certificate.
public enum Recommendation: String, Hashable, Sendable, CaseIterable {
    /// Certify.
    case certify
    /// Certify once the plans for corrective action are accepted.
    case certifyAfterPlans
    /// Certify once the corrective actions are verified.
    case certifyAfterVerification
    /// Do not certify.
    case doNotCertify
    /// Keep the certificate.
    case maintain
    /// Suspend the certificate.
    case suspend
    /// Extend the scope.
    case extendScope
    /// Reduce the scope.
    case reduceScope

    /// What people call it.
    public var title: String {
        switch self {
        case .certify: "Certify"
        case .certifyAfterPlans: "Certify after acceptance of the corrective action plans"
        case .certifyAfterVerification: "Certify after verification of the corrective actions"
        case .doNotCertify: "Do not certify"
        case .maintain: "Maintain the certificate"
        case .suspend: "Suspend the certificate"
        case .extendScope: "Extend the scope"
        case .reduceScope: "Reduce the scope"
        }
    }
}

/// The outcome of the audit for one standard.
public struct ConclusionRecord: Hashable, Sendable, Identifiable {
    /// The record's id.
    public let id: WireText
    /// The id of the catalogue.
    public let standard: WireText?
    /// The scope statement for the certificate.
    public let scopeStatement: WireText?
    /// How far the criteria are met.
    public let fulfilment: WireText?
    /// Whether the system works.
    public let effectiveness: WireText?
    /// Whether the audit met its objectives.
    public let areObjectivesMet: Bool?
    /// The recommendation, if it is one of the agreed words.
    public let recommendation: Recommendation?
    /// The recommendation, as it was written.
    public let recommendationText: WireText?
    /// Under which conditions.
    public let conditions: WireText?
    /// The parts of the scope that were not audited.
    public let partsNotCovered: WireText?
    /// How far a sample can be relied on.
    public let samplingCaveat: WireText?
    /// The auditee's view, if it differs.
    public let divergingOpinions: WireText?
    /// Which further audit is needed.
    public let followUp: WireText?
    /// How long that audit takes.
    public let days: WireText?
    /// The state of its life cycle.
    public let state: WireText

    init(_ record: RecordFields) {
        id = record.id
        standard = record.text("standard")
        scopeStatement = record.text("scopeStatement")
        fulfilment = record.text("fulfilment")
        effectiveness = record.text("effectiveness")
        areObjectivesMet = record.flag("objectivesMet")
        recommendation = record.word("recommendation", as: Recommendation.self)
        recommendationText =
            recommendation.map { WireText($0.title) } ?? record.text("recommendation")
        conditions = record.text("conditions")
        partsNotCovered = record.text("partsNotCovered")
        samplingCaveat = record.text("samplingCaveat")
        divergingOpinions = record.text("divergingOpinions")
        followUp = record.text("followUp")
        days = record.text("days")
        state = record.text("state") ?? LifeCycle.conclusion.initial
    }
}
