import ConcordEncoding
import ConcordModel

@testable import ConcordDiff

extension Membership {
    /// Lets a member join with a device, as the fold would have it afterwards.
    mutating func join(
        _ member: WireText,
        with device: Author,
        as role: Role,
        by invitation: WireText? = nil
    ) {
        if members[member] == nil {
            var new = Member(role: role, inTraining: [], isRevoked: false)
            new.invitation = invitation
            set(new, as: member)
        }
        set(Device(member: member, isRevoked: false, isSurplus: false), of: device)
    }

    /// Adds an invitation.
    mutating func invite(
        _ id: WireText,
        uses: Int = 1,
        used: Int = 0,
        letter: WireText? = nil,
        expires: Timestamp? = nil,
        isWithdrawn: Bool = false
    ) {
        let invitation = Invitation(
            key: [],
            role: .auditor,
            inTraining: [],
            standards: nil,
            letter: letter,
            uses: uses,
            used: used,
            expires: expires,
            isWithdrawn: isWithdrawn
        )
        set(invitation, as: id)
    }

    /// Ends a membership.
    mutating func end(_ id: WireText) {
        guard var member = members[id] else { return }
        member.isRevoked = true
        set(member, as: id)
    }

    /// Ends a device.
    mutating func end(_ author: Author, isSurplus: Bool = false) {
        guard var device = devices[author] else { return }
        device.isRevoked = !isSurplus
        device.isSurplus = isSurplus
        set(device, of: author)
    }
}
