import ConcordEncoding
import ConcordModel

/// What is counted of an engagement's members and devices: it follows from them, and is kept so that
/// no join and no control operation costs more the more members there are.
struct MembershipTally: Hashable, Sendable {
    /// For each member the devices that are not surplus, revoked ones too.
    private(set) var devices: [WireText: Int] = [:]
    /// For each member the devices that may write.
    private(set) var active: [WireText: Int] = [:]
    /// For each member their first device.
    private(set) var first: [WireText: Author] = [:]
    /// The members who lead and have a device that may write.
    private(set) var leaders: Set<WireText> = []

    /// Nobody.
    init() {}

    /// Counts everybody again.
    init(of membership: Membership) {
        for (author, device) in membership.devices {
            count(device, by: 1)
            noteFirst(device, author)
        }
        for (id, member) in membership.members { note(member, id) }
    }

    /// Counts a device that is new (1), or as it was before it changes (-1).
    mutating func count(_ device: Membership.Device, by step: Int) {
        guard !device.isSurplus else { return }
        devices[device.member, default: 0] += step
        if !device.isRevoked { active[device.member, default: 0] += step }
    }

    /// Notes a device that is its member's first.
    mutating func noteFirst(_ device: Membership.Device, _ author: Author) {
        if device.isFirst { first[device.member] = author }
    }

    /// Notes whether a member leads, after the member or one of their devices has changed.
    mutating func note(_ member: Membership.Member?, _ id: WireText) {
        if let member, member.role == .lead, !member.isRevoked, active[id, default: 0] > 0 {
            leaders.insert(id)
        } else {
            leaders.remove(id)
        }
    }
}
