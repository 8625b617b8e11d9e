import ConcordDiff
public import ConcordEncoding
public import ConcordModel

/// Why an act of the audit is not possible on what is shown. Nothing was written.
///
/// A refusal is a value, so that a command, a screen and an app say the same: `code` is for
/// programs, `message` and `next` are for people.
public enum ActRefusal: Error, Hashable, Sendable {
    /// The life cycle has no such step.
    case noStep(finding: WireText, from: WireText, to: WireText, open: [WireText])
    /// The finding is not withdrawn, so there is no withdrawal to undo.
    case notWithdrawn(finding: WireText, state: WireText)
    /// A finding cannot be merged into itself.
    case intoItself(finding: WireText)
    /// The finding to merge into does not count.
    ///
    /// - Parameter counting: the finding in which it counts itself, if it was merged.
    case targetDoesNotCount(finding: WireText, state: WireText, counting: WireText?)
    /// Two of the findings grade one clause differently.
    case gradesDiffer(
        finding: WireText,
        grade: WireText,
        other: WireText,
        otherGrade: WireText,
        clause: WireText
    )
    /// A finding that was not merged cannot be unmerged.
    case notMerged(finding: WireText, state: WireText)
    /// The finding to merge into is not named.
    case noTarget(finding: WireText)
    /// The finding does not cite the clause.
    case notCited(finding: WireText, clause: WireText, cited: [WireText])
    /// One clause is given twice, with two grades.
    case clauseTwice(clause: WireText, grades: [WireText])
    /// A withdrawn or merged finding cannot be changed.
    ///
    /// - Parameter counting: the finding in which it counts, if it was merged.
    case findingEnded(finding: WireText, state: WireText, counting: WireText?)
    /// A field would name something that does not exist.
    ///
    /// - Parameter known: the names that exist.
    case unknownReference(
        References.Referent,
        name: WireText,
        known: [References.Named]
    )
    /// A finding would repeat itself, directly or by way of others.
    ///
    /// - Parameter way: the findings from the one named to the one that repeats this one.
    case repeatsItself(finding: WireText, way: [WireText])
    /// Open nonconformities of the standard forbid the recommendation.
    case recommendationNotAllowed(recommendation: Recommendation, open: [WireText])
    /// The name does not match any of the standards.
    case unknownStandard(name: WireText, known: [WireText])
    /// The name matches several of the standards.
    case ambiguousStandard(name: WireText, among: [WireText], known: [WireText])
    /// There is no such role.
    case unknownRole(name: WireText)
    /// The standard has no such clause.
    case unknownClause(ClauseReference)
    /// The clause has others below it, or holds no requirement.
    case notALeaf(ClauseReference)
    /// It does not name a clause.
    case malformedCriterion(text: WireText)
    /// There is no such grade.
    case unknownGrade(text: WireText)
    /// An engagement file is wrong.
    case engagementFile([EngagementFile.Fault])
    /// An engagement file's team has no such leader, or none at all.
    case noLeader(named: WireText?, team: [WireText])
    /// The engagement cannot take the step.
    case noEngagementStep(from: WireText, to: WireText, open: [WireText])
    /// The act takes a reason.
    case reasonMissing(ReasonedAct)
    /// The findings were in different states before they were merged.
    case severalStates([WireText])
    /// It is none of the words of a list.
    case unknownWord(WordList, WireText)
    /// The membership has ended, so you cannot give them a role.
    case membershipEnded(name: WireText)
    /// The invitation cannot be used any more, so it cannot be withdrawn.
    case invitationNotOpen(name: WireText, ListedInvitation.Status)
    /// Only an audit team leader decides on edits without effect.
    case noRightToAdmit
    /// No leader can give the save effect.
    case cannotBeAdmitted(VoidSave)
    /// The conflict cannot be resolved like that.
    case choice(ChoiceRefusal)

    /// What takes a reason.
    public enum ReasonedAct: Hashable, Sendable {
        /// A step of a life cycle.
        case step
        /// To admit a save.
        case admission
        /// To decline a save.
        case declining
    }

    /// The refusal as one word for programs; the manual lists them.
    public enum Code: String, CaseIterable, Hashable, Sendable {
        /// The life cycle has no such step.
        case lifeCycle = "life-cycle"
        /// A finding cannot be merged into itself.
        case intoItself = "into-itself"
        /// The finding to merge into does not count.
        case targetDoesNotCount = "target-does-not-count"
        /// Two of the findings grade one clause differently.
        case gradesDiffer = "grades-differ"
        /// The finding was not merged.
        case notMerged = "not-merged"
        /// The finding does not say into which one it was merged.
        case noTarget = "no-target"
        /// The finding does not cite the clause.
        case notCited = "not-cited"
        /// One clause is given twice, with two grades.
        case clauseTwice = "clause-twice"
        /// A withdrawn or merged finding cannot be changed.
        case findingEnded = "finding-ended"
        /// A finding would repeat itself.
        case repeatsItself = "repeats-itself"
        /// Open nonconformities forbid the recommendation.
        case recommendationNotAllowed = "recommendation-not-allowed"
        /// There is no such unit of the organization.
        case unknownUnit = "unknown-unit"
        /// There is no such site of the organization.
        case unknownSite = "unknown-site"
        /// No standard of the audit has such a clause.
        case unknownProcess = "unknown-process"
        /// There is no such finding.
        case unknownFinding = "unknown-finding"
        /// It is neither a finding nor the number of an earlier one.
        case unknownFindingNumber = "unknown-finding-number"
        /// There is no such piece of evidence.
        case unknownEvidence = "unknown-evidence"
        /// There is no such slot of the plan.
        case unknownPlanSlot = "unknown-plan-slot"
        /// There is no such member.
        case unknownMember = "unknown-member"
        /// There is no such record of another kind.
        case unknownRecord = "unknown-record"
        /// The name does not match any of the standards.
        case unknownStandard = "unknown-standard"
        /// The name matches several of the standards.
        case ambiguousStandard = "ambiguous-standard"
        /// There is no such role.
        case unknownRole = "unknown-role"
        /// The standard has no such clause.
        case unknownClause = "unknown-clause"
        /// The clause has others below it, or holds no requirement.
        case notALeaf = "not-a-leaf"
        /// It does not name a clause.
        case criterion = "bad-criterion"
        /// There is no such grade.
        case unknownGrade = "unknown-grade"
        /// An engagement file is wrong.
        case file = "bad-engagement-file"
        /// An engagement file's team has no such leader, or none at all.
        case leader = "no-leader"
        /// The act takes a reason.
        case reason = "reason-missing"
        /// The findings were in different states before.
        case severalStates = "several-states"
        /// There is no such answer.
        case unknownAnswer = "unknown-answer"
        /// There is no such kind of evidence.
        case unknownKind = "unknown-kind"
        /// There is no such degree of confidentiality.
        case unknownConfidentiality = "unknown-confidentiality"
        /// There is no such recommendation.
        case unknownRecommendation = "unknown-recommendation"
        /// There is no such follow-up.
        case unknownFollowUp = "unknown-follow-up"
        /// The membership has ended.
        case membershipEnded = "membership-ended"
        /// The invitation is not open any more.
        case notOpen = "not-open"
        /// The role does not allow it.
        case noRight = "no-right"
        /// No leader can give the save effect.
        case cannotBeAdmitted = "cannot-be-admitted"
        /// The conflict has no such candidate.
        case candidate = "no-such-candidate"
        /// The conflict is about whether something stays.
        case takesNoValue = "takes-no-value"
        /// The conflict cannot be resolved by removing something.
        case remove = "nothing-to-remove"
    }

    /// Which refusal it is.
    public var code: Code {
        switch self {
        case .noStep, .notWithdrawn: .lifeCycle
        case .intoItself: .intoItself
        case .targetDoesNotCount: .targetDoesNotCount
        case .gradesDiffer: .gradesDiffer
        case .notMerged: .notMerged
        case .noTarget: .noTarget
        case .notCited: .notCited
        case .clauseTwice: .clauseTwice
        case .findingEnded: .findingEnded
        case .unknownReference(let referent, _, _): referent.unknown
        case .repeatsItself: .repeatsItself
        case .recommendationNotAllowed: .recommendationNotAllowed
        case .unknownStandard: .unknownStandard
        case .ambiguousStandard: .ambiguousStandard
        case .unknownRole: .unknownRole
        case .unknownClause: .unknownClause
        case .notALeaf: .notALeaf
        case .malformedCriterion: .criterion
        case .unknownGrade: .unknownGrade
        case .engagementFile: .file
        case .noLeader: .leader
        case .noEngagementStep: .lifeCycle
        case .reasonMissing: .reason
        case .severalStates: .severalStates
        case .unknownWord(let list, _): list.unknown
        case .membershipEnded: .membershipEnded
        case .invitationNotOpen: .notOpen
        case .noRightToAdmit: .noRight
        case .cannotBeAdmitted: .cannotBeAdmitted
        case .choice(let refusal): refusal.code
        }
    }
}
