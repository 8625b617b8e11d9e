public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel

/// What an item of the inbox tells its member: one case for each thing that people put into words differently.
///
/// ```swift
/// for entry in try replica.inbox() {
///     switch InboxEvent(of: entry.item, for: me, membership: shown.membership, shown: shown.audit) {
///     case .merged(let target): …
///     }
/// }
/// ```
public enum InboxEvent: Hashable, Sendable {
    /// A conflict was resolved with another value.
    case resolved
    /// The field's rule shows another value.
    case outranked(ShownBecause)
    /// It has no effect; nil where the reason is not known.
    ///
    /// - Parameter canBeAdmitted: whether a leader can give it effect.
    case void(VoidReason?, canBeAdmitted: Bool)
    /// The proposal was accepted.
    case accepted
    /// The proposal was declined.
    case declined
    /// Another member took a step with the finding.
    ///
    /// - Parameters:
    ///   - isOwn: whether the member raised it; else they wrote in it.
    ///   - state: the state; nil where it was cleared.
    ///   - target: the finding into which it was merged, if it was and that is shown.
    case decided(isOwn: Bool, state: WireText?, target: FindingRecord?)
    /// The team changed.
    case team(TeamChange)
    /// What the member cites was removed.
    case citedRemoved
    /// Reports do not show what the evidence says, since it was marked with this word.
    case hidden(JSON?)
    /// The member declined a save; somebody who had seen that admitted it.
    case admittedAfterwards
    /// What the member wrote this in was removed.
    case removedAround
    /// It was removed.
    case removed
    /// It was changed.
    case changed
    /// The member closed an answer and had not seen this.
    case unanswered
    /// The member declined a save while somebody else admitted it.
    case admittedMeanwhile
    /// The member admitted a save while somebody else declined it.
    case declinedMeanwhile
    /// Somebody set another state at the same time, which does not count.
    case otherState
    /// The member submitted the finding before they had seen this change.
    case submittedUnseen
    /// Somebody submitted the finding before they had seen the member's change.
    case submittedByOther

    /// A change of the team.
    public enum TeamChange: Hashable, Sendable {
        /// A device was revoked.
        ///
        /// - Parameters:
        ///   - key: its key, as records are called by it.
        ///   - owner: whose it is, if that is known.
        case device(key: WireText, owner: WireText?, isOwn: Bool)
        /// A member has another role; nil where this version does not know it.
        case role(member: WireText, Role?, isOwn: Bool)
        /// A membership ended.
        case ended(member: WireText, isOwn: Bool)
    }

    /// What an item tells.
    ///
    /// - Parameters:
    ///   - member: the record id of the member whose inbox it is; nil for a device that has no member.
    ///   - membership: who is in the engagement.
    ///   - shown: the findings that are shown.
    public init(
        of item: InboxItem,
        for member: WireText?,
        membership: Membership,
        shown: some ShownFindings
    ) {
        let path = item.mine.path
        let isRemoval = item.by?.value == nil
        switch item.kind {
        case .resolved: self = .resolved
        case .outranked: self = .outranked(item.because)
        case .void:
            guard case .void(let reason) = item.mine.standing else {
                self = .void(nil, canBeAdmitted: false)
                return
            }
            self = .void(reason, canBeAdmitted: reason.canBeAdmitted(at: path))
        case .accepted: self = .accepted
        case .declined: self = .declined
        case .decided:
            self = .decided(
                isOwn: path.kind == Schema.finding.name && path.field == nil,
                state: item.by?.value?.stringValue,
                target: item.mergeTarget(in: shown)
            )
        case .team: self = .team(TeamChange(item.mine, for: member, membership))
        case .citedRemoved: self = .citedRemoved
        case .hidden: self = .hidden(item.by?.value)
        case .replaced where path.kind == Schema.declined.name: self = .admittedAfterwards
        case .replaced where isRemoval:
            self = item.by.map { $0.path != path } ?? false ? .removedAround : .removed
        case .replaced: self = .changed
        case .unanswered: self = .unanswered
        case .unseen where path.kind == Schema.declined.name: self = .admittedMeanwhile
        case .unseen where path.kind == Schema.admission.name: self = .declinedMeanwhile
        case .unseen where path == item.by?.path: self = .otherState
        case .unseen: self = path.isState ? .submittedUnseen : .submittedByOther
        }
    }
}

extension InboxEvent.TeamChange {
    fileprivate init(_ change: WriteAccount, for me: WireText?, _ membership: Membership) {
        let path = change.path
        if path.kind == Schema.device.name {
            let owner = membership.devices.first { $0.key.text == path.record }?.value.member
            self = .device(key: path.record, owner: owner, isOwn: owner == me)
        } else if path.field == MemberField.role.name {
            let role = change.value?.stringValue.flatMap { Role($0) }
            self = .role(member: path.record, role, isOwn: path.record == me)
        } else {
            self = .ended(member: path.record, isOwn: path.record == me)
        }
    }
}

extension InboxItem {
    /// The finding into which the one that it is about was merged; nil where it was not, or that is not shown.
    public func mergeTarget(in shown: some ShownFindings) -> FindingRecord? {
        guard kind == .decided, by?.value == "merged" else { return nil }
        return shown.finding(mine.path.record)?.duplicateOf.flatMap { shown.finding($0) }
    }

    /// What is shown now, where somebody has written something else since the decision; nil where the decision stands,
    /// or where that is told as a conflict.
    public var shownSince: ShownSince? {
        guard let by, by.standing == .replaced, let field = by.path.field,
            by.path.member == nil, let rule = Schema.kind(by.path.kind)?.field(field)?.rule,
            rule != .text, contested == nil
        else { return nil }
        var now = shown
        if case .state(let cycle) = rule { now = now ?? .string(cycle.initial) }
        return now == by.value ? nil : ShownSince(value: now)
    }

    /// What is shown now instead of what was decided.
    public struct ShownSince: Hashable, Sendable {
        /// The value; nil for nothing.
        public let value: JSON?
    }

    /// Whether what answers the member's removal only keeps what is there.
    public var isKept: Bool {
        guard let by else { return false }
        return mine.path == by.path && by.path.field == nil && mine.value == nil && by.value != nil
    }
}

extension WriteAccount {
    /// Whether it is an edit of a text that changed none of its words.
    public var typesNothing: Bool {
        value?.arrayValue?.allSatisfy { splice in
            Array(splice.arrayValue?.dropFirst() ?? []) == [.integer(0), .string("")]
        } ?? false
    }
}
