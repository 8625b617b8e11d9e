public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel

/// The acts of a leader on the team: each counts from its place in the server's log.
///
/// Rights are not asked here: the fold judges them (`Protocol/membership.md`).
public struct TeamActs: Sendable {
    /// The acts on a team.
    public init() {}

    /// Gives a member another role. The training of an auditor in training ends with that role.
    ///
    /// - Throws: `membershipEnded`.
    public func give(
        _ role: Role,
        to member: MemberRecord,
        reason: WireText? = nil
    ) throws(ActRefusal) -> Edit {
        guard member.status != "revoked" else {
            throw .membershipEnded(name: member.name ?? member.id)
        }
        var edit = Edit(reason: reason)
        edit.set(.member(member.id, .role), to: .string(role.rawValue))
        if endsTraining(of: member, as: role) { edit.set(.member(member.id, .inTraining), to: []) }
        return edit
    }

    /// Whether a role ends the training of a member.
    public func endsTraining(of member: MemberRecord, as role: Role) -> Bool {
        member.role == .inTraining && role != .inTraining && !member.inTraining.isEmpty
    }

    /// Ends a membership, and withdraws the invitations by which somebody could still join in its name.
    ///
    /// - Parameter invitations: those that the member made and that are open.
    public func end(
        _ member: MemberRecord,
        withdrawing invitations: [ListedInvitation] = [],
        reason: WireText
    ) -> Edit {
        var edit = Edit(reason: reason)
        edit.set(.member(member.id, .status), to: "revoked")
        for invitation in invitations {
            edit.set(.invitation(invitation.id, .status), to: "withdrawn")
        }
        return edit
    }

    /// Revokes one device: the person goes on with the others.
    public func revoke(device: Author, reason: WireText) -> Edit {
        var edit = Edit(reason: reason)
        edit.set(.device(device.text, .status), to: "revoked")
        return edit
    }

    /// Withdraws an invitation, so that its code no longer works.
    ///
    /// - Parameter name: what people call it.
    /// - Throws: `invitationNotOpen`.
    public func withdraw(
        _ invitation: ListedInvitation,
        called name: WireText,
        reason: WireText? = nil
    ) throws(ActRefusal) -> Edit {
        guard invitation.canBeWithdrawn else {
            throw .invitationNotOpen(name: name, invitation.status)
        }
        var edit = Edit(reason: reason)
        edit.set(.invitation(invitation.id, .status), to: "withdrawn")
        return edit
    }
}
