public import ConcordEncoding

/// Something in the records that the team leader should look at, in words and as a code.
///
/// A notice never stops anyone from recording what they see; only errors prevent sign-off.
public struct Notice: Hashable, Sendable {
    /// How much it matters.
    public enum Severity: String, Hashable, Sendable, CaseIterable {
        /// Must be cleared before sign-off.
        case error
        /// Should be known.
        case warning
    }

    /// What it is about.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// An auditor is in two slots at the same time.
        case slotOverlap = "slot-overlap"
        /// None of a slot's auditors is competent in a standard that it audits.
        case slotWithoutCompetence = "slot-without-competence"
        /// Only auditors in training audit a standard in a slot.
        case slotInTrainingOnly = "slot-in-training-only"
        /// A slot ends before it begins.
        case slotEndsBeforeItBegins = "slot-ends-before-it-begins"
        /// A clause is neither planned nor excluded.
        case clauseNotPlanned = "clause-not-planned"
        /// A clause is left out that the standard does not allow to leave out.
        case exclusionNotAllowed = "exclusion-not-allowed"
        /// A finding cites a clause that was left out.
        case findingOnExcludedClause = "finding-on-excluded-clause"
        /// A nonconformity has no evidence.
        case nonconformityWithoutEvidence = "nonconformity-without-evidence"
        /// A finding cites evidence that somebody removed.
        case citedEvidenceRemoved = "cited-evidence-removed"
        /// A criterion is open though the answers to its finding are closed.
        case criterionUnanswered = "criterion-unanswered"
        /// A finding cites a standard in a unit that its scope does not cover.
        case findingOutsideScope = "finding-outside-scope"
        /// Two findings may say the same.
        case possibleDuplicate = "possible-duplicate"
        /// There is an open conflict.
        case openConflict = "open-conflict"
        /// A conclusion recommends what open nonconformities do not allow.
        case recommendationNotAllowed = "recommendation-not-allowed"
        /// The two scopes have nothing in common.
        case scopesDisjoint = "scopes-disjoint"
    }

    /// How much it matters.
    public let severity: Severity
    /// What it is about.
    public let code: Code
    /// The id of the record it is about; nil if it is about a clause or the engagement.
    public let record: WireText?
    /// The sentence for people.
    public let message: String
}
