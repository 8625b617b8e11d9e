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
        members[member] =
            members[member]
            ?? Member(
                role: role,
                inTraining: [],
                isRevoked: false,
                invitation: invitation,
                rank: members.count
            )
        devices[device] = Device(member: member, isRevoked: false, isSurplus: false)
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
        invitations[id] = Invitation(
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
    }

    /// Ends a membership.
    mutating func end(_ member: WireText) { members[member]?.isRevoked = true }

    /// Ends a device.
    mutating func end(_ device: Author, isSurplus: Bool = false) {
        devices[device]?.isRevoked = !isSurplus
        devices[device]?.isSurplus = isSurplus
    }
}
