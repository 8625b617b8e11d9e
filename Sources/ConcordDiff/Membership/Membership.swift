public import ConcordEncoding
public import ConcordModel

/// Who is in the engagement at one place of the log, and with which role.
///
/// Control operations count from their place in the order: this value is folded over that order, and
/// every verdict uses it. The server keeps one too, to know whose diffs are evidence.
///
/// Rules: `Protocol/membership.md`.
public struct Membership: Hashable, Sendable {
    /// A person.
    public struct Member: Hashable, Sendable {
        /// The role that counts at this place.
        public var role: Role
        /// The standards in which the person is in training: grades there are proposals.
        public var inTraining: [WireText]
        /// Whether the membership was ended.
        public var isRevoked: Bool
        /// The invitation by which the person joined, which ends with a revocation.
        public var invitation: WireText?
        /// How many members there were before: the member's place in the order of the log.
        public var rank = 0
    }

    /// A device of a member.
    public struct Device: Hashable, Sendable {
        /// Whose it is.
        public var member: WireText
        /// Whether it was revoked.
        public var isRevoked: Bool
        /// Whether its join came after the invitation's uses were spent, after the invitation's end,
        /// or when its member had as many devices as a member can have.
        public var isSurplus: Bool
        /// Whether it is the first device of its member, which admits if a join names none.
        public var isFirst = false
    }

    /// An open or spent invitation.
    public struct Invitation: Hashable, Sendable {
        /// The public key that admits.
        public var key: [UInt8]
        /// The role it gives.
        public var role: Role
        /// The standards in which a person who joins is in training.
        public var inTraining: [WireText]
        /// The standards of the member's competence, as the invitation has them.
        public var standards: JSON?
        /// The letter of the member's draft numbers; if several may join, the beginning of theirs.
        public var letter: WireText?
        /// How many may join.
        public var uses: Int
        /// How many have joined.
        public var used: Int
        /// The claimed time after which the server takes no join.
        public var expires: Timestamp?
        /// Whether it was withdrawn.
        public var isWithdrawn: Bool
    }

    /// The id under which the engagement's recovery key stands among the invitations (`Protocol/membership.md`,
    /// "Recovery").
    public static let recovery: WireText = "recovery"

    /// The engagement's id, once its first diff is known.
    public private(set) var engagement: DiffID?
    /// By record id.
    public private(set) var members: [WireText: Member] = [:]
    /// By author.
    public private(set) var devices: [Author: Device] = [:]
    /// By record id.
    public private(set) var invitations: [WireText: Invitation] = [:]
    /// What is counted of members and devices, so that no operation looks at all of them.
    private(set) var tally = MembershipTally()

    /// No engagement yet.
    public init() {}

    /// The device's member, if both are there.
    public func member(of author: Author) -> Member? {
        devices[author].flatMap { members[$0.member] }
    }

    /// Whether the author may write at this place: they have joined, and are neither surplus nor
    /// revoked.
    public func isActive(_ author: Author) -> Bool {
        guard let device = devices[author], !device.isRevoked, !device.isSurplus else {
            return false
        }
        return members[device.member]?.isRevoked == false
    }

    /// Whether the diff is evidence: its author is a member's device, revoked and surplus included, or
    /// it is the engagement's first diff, or a join with a valid proof.
    public func admits(_ diff: UnverifiedDiff, verifier: some SignatureVerifier) -> Bool {
        if devices[diff.head.author] != nil { return true }
        if diff.head.engagement == nil { return engagement == nil }
        return joinCheck(of: diff)?.isValid(verifier) ?? false
    }

    /// The invitation on which the diff joins, if it is a join on one.
    public func invitation(usedBy diff: UnverifiedDiff) -> Invitation? {
        Join(diff)?.invitation.flatMap { invitations[$0] }
    }

    /// Whether `id` is the only leader who has a device that may write.
    func isOnlyLeader(_ id: WireText) -> Bool { tally.leaders == [id] }

    /// Whether a device is the only one of its member that may write.
    func isOnlyActive(_ device: Device) -> Bool {
        !device.isRevoked && !device.isSurplus && tally.active[device.member] == 1
    }

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

    /// Keeps an invitation that is new or has changed.
    mutating func set(_ invitation: Invitation?, as id: WireText) { invitations[id] = invitation }

    /// Takes in everything that was kept of a membership.
    mutating func restore(
        members: [WireText: Member],
        devices: [Author: Device],
        invitations: [WireText: Invitation]
    ) {
        (self.members, self.devices, self.invitations) = (members, devices, invitations)
        tally = MembershipTally(of: self)
    }

    /// Notes the first diff of the engagement.
    mutating func found(_ id: DiffID) { engagement = id }
}

extension UnverifiedDiff {
    /// Whether the diff claims to admit its own author; its proof is not looked at.
    package var joinsItsAuthor: Bool { Join(self) != nil }
}
