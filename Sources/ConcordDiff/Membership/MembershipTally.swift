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

extension Membership {
    /// Keeps a device that is new or has changed.
    mutating func set(_ device: Device, of author: Author) {
        var device = device
        if let former = devices[author] {
            tally.count(former, by: -1)
            device.isFirst = former.isFirst
        } else {
            device.isFirst = !device.isSurplus && tally.first[device.member] == nil
        }
        devices[author] = device
        tally.count(device, by: 1)
        tally.noteFirst(device, author)
        tally.note(members[device.member], device.member)
    }

    /// Keeps a member who is new or has changed.
    mutating func set(_ member: Member, as id: WireText) {
        var member = member
        member.rank = members[id]?.rank ?? members.count
        members[id] = member
        tally.note(member, id)
    }

    /// Whether `id` is the only leader who has a device that may write.
    func isOnlyLeader(_ id: WireText) -> Bool { tally.leaders == [id] }

    /// Whether a device is the only one of its member that may write.
    func isOnlyActive(_ device: Device) -> Bool {
        !device.isRevoked && !device.isSurplus && tally.active[device.member] == 1
    }
}
