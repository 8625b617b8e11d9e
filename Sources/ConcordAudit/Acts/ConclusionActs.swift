import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel

/// The text of a conclusion for a standard; fields that are nil stay as they are.
public struct ConclusionText: Hashable, Sendable {
    /// The extent to which the criteria are met.
    public var fulfilment: WireText?
    /// Whether the management system is effective.
    public var effectiveness: WireText?
    /// The conditions of the recommendation.
    public var conditions: WireText?
    /// The scope statement for the certificate; by default, a new conclusion takes the scope's own.
    public var scopeStatement: WireText?
    /// Parts of the scope that were not audited.
    public var partsNotCovered: WireText?
    /// How far a sample can be relied on.
    public var samplingCaveat: WireText?
    /// Where the auditee disagrees.
    public var divergingOpinions: WireText?
    /// The recommendation on the certificate.
    public var recommendation: Recommendation?
    /// Which further audit is needed.
    public var followUp: WireText?
    /// Whether the audit met its objectives.
    public var areObjectivesMet: Bool?

    /// An empty text.
    public init() {}

    /// Which further audits can be needed.
    public static let followUps: [WireText] = ["none", "documents", "onSite", "fullAudit"]

    /// What a word says about a further audit.
    ///
    /// - Throws: `unknownWord`.
    public static func followUp(named word: WireText) throws(ActRefusal) -> WireText {
        guard followUps.contains(word) else { throw .unknownWord(.followUp, word) }
        return word
    }

    /// The texts that are given, by field.
    fileprivate var texts: [(field: ConclusionField, text: WireText)] {
        let all: [(field: ConclusionField, text: WireText?)] = [
            (.fulfilment, fulfilment), (.effectiveness, effectiveness),
            (.conditions, conditions), (.scopeStatement, scopeStatement),
            (.partsNotCovered, partsNotCovered), (.samplingCaveat, samplingCaveat),
            (.divergingOpinions, divergingOpinions),
        ]
        return all.compactMap { field, text in text.map { (field, $0) } }
    }

    /// The other values that are given, by field.
    fileprivate var values: [(field: ConclusionField, value: JSON)] {
        var values: [(field: ConclusionField, value: JSON)] = []
        if let recommendation {
            values.append((.recommendation, .string(WireText(recommendation.rawValue))))
        }
        if let followUp { values.append((.followUp, .string(followUp))) }
        if let areObjectivesMet { values.append((.objectivesMet, .bool(areObjectivesMet))) }
        return values
    }
}

/// Concluding an audit for each standard, from that standard's own findings.
///
/// Rights are not asked here: the fold judges them (`Protocol/merge.md`, "Rights").
///
/// ```swift
/// var text = ConclusionText()
/// text.recommendation = .certifyAfterPlans
/// let receipt = try replica.save(ConclusionActs(on: audit).write(text, for: "iso-9001-2008"))
/// ```
public struct ConclusionActs: Sendable {
    /// What is shown.
    public let audit: Audit

    /// The acts on what `audit` shows.
    public init(on audit: Audit) { self.audit = audit }

    /// Writes into the conclusion for a standard, which is added if there is none.
    ///
    /// - Parameter proposing: whether to propose an existing conclusion for sign-off too. A new one
    ///   begins as a draft; a save of its own proposes it, see `propose`.
    /// - Throws: `recommendationNotAllowed` while a nonconformity of this standard is open that forbids it.
    public func write(
        _ text: ConclusionText,
        for standard: WireText,
        proposing: Bool = false
    ) throws(ActRefusal) -> Edit {
        try requireAllowed(text.recommendation, standard)
        var edit = Edit()
        guard let old = audit.conclusion(for: standard) else {
            var fields: JSONObject = [:]
            fields[ConclusionField.standard] = .string(standard)
            if let statement = audit.scope(of: standard)?.statement {
                fields[ConclusionField.scopeStatement] = .string(statement)
            }
            for (field, text) in text.texts { fields[field] = .string(text) }
            for (field, value) in text.values { fields[field] = value }
            edit.add(Schema.conclusion.name, id: id(for: standard), fields: fields)
            return edit
        }
        for (field, text) in text.texts { edit.setText(.conclusion(old.id, field), to: text) }
        for (field, value) in text.values { edit.set(.conclusion(old.id, field), to: value) }
        if proposing { edit.set(.conclusion(old.id, .state), to: "proposed") }
        return edit
    }

    /// Proposes the conclusion for a standard for sign-off.
    public func propose(_ standard: WireText) -> Edit {
        var edit = Edit()
        edit.set(.conclusion(id(for: standard), .state), to: "proposed")
        return edit
    }

    private func id(for standard: WireText) -> WireText {
        audit.conclusion(for: standard)?.id ?? DerivedID.conclusion(standard: standard)
    }

    func requireAllowed(
        _ recommendation: Recommendation?,
        _ standard: WireText
    ) throws(ActRefusal) {
        guard let recommendation else { return }
        let facts = ConclusionFacts(standard: standard, in: audit)
        guard !facts.allows(recommendation) else { return }
        let open =
            recommendation == .certifyAfterPlans ? facts.openMajors : facts.openNonconformities
        throw .recommendationNotAllowed(
            recommendation: recommendation,
            open: open.compactMap { id in
                guard let label = audit.finding(id)?.label else { return nil }
                let left = facts.unanswered.filter { $0.finding == id }.map(\.message)
                return left.isEmpty ? label : "\(label) (\(left.joined(separator: "; ")))"
            }
        )
    }
}
