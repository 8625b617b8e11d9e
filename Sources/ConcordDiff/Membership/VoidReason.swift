import ConcordModel

/// Why an operation has no effect, in order of precedence; the raw value is on the wire, in the state
/// document and on the screen. `Protocol/merge.md`, "Verdicts".
///
/// What no admission can cure comes first: otherwise the admission of a revoked author's diff would give
/// effect to a value that does not fit its field.
public enum VoidReason: String, CaseIterable, Hashable, Sendable {
    /// It names in `over` what its author had not seen.
    case overUnseen = "over-unseen"
    /// Its value or form does not fit the field.
    case malformedValue = "malformed-value"
    /// Only a seal can set this value, and the diff of the operation holds no seal that is in force.
    case withoutSeal = "without-a-seal"
    /// Its author is not a member at its place in the log.
    case notMember = "not-a-member"
    /// Its author joined on an invitation whose uses were spent.
    case surplus = "surplus-join"
    /// It is on the second branch of its author's forked chain.
    case fork = "fork"
    /// Its author or device was revoked before its place in the log.
    case revoked = "revoked"
    /// Its author's role has no right to it.
    case noRight = "no-right"
    /// It would leave no audit team leader who can write.
    case lastLeader = "last-leader"
    /// A seal whose author had not seen everything before it that has effect.
    case notAllSeen = "not-all-seen"
    /// The life cycle has no such step from the state its author had before them.
    case lifeCycle = "life-cycle"
    /// The step takes a reason.
    case reasonMissing = "reason-missing"
    /// A proposal that would replace what others wrote.
    case proposal = "proposal-replaces-others"
    /// A seal froze what it touches, and its author had seen no reopening.
    case sealed = "after-the-seal"
    /// The field is written once, and was.
    case once = "written-once"
}

extension VoidReason {
    /// Whether a leader can give effect to what is void for this reason.
    package var canBeAdmitted: Bool {
        switch self {
        case .notMember, .surplus, .fork, .revoked, .noRight, .lifeCycle, .reasonMissing, .proposal,
            .sealed:
            true
        case .overUnseen, .malformedValue, .withoutSeal, .lastLeader, .notAllSeen, .once: false
        }
    }

    /// The same of a write at a place: what was void of membership, roles and orders has to be done again.
    package func canBeAdmitted(at path: CellPath) -> Bool {
        canBeAdmitted && Schema.kind(path.kind)?.isControl != true
    }
}

/// A verdict as an error, for `Result`.
package struct Voided: Error {
    package let reason: VoidReason
    package init(_ reason: VoidReason) { self.reason = reason }
}
