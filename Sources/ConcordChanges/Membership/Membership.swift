public import ConcordEncoding
public import ConcordModel

/// Who is in the engagement at one place of the log, and with which role.
///
/// Control operations count from their place in the order: this value is folded over that order, and
/// every verdict asks it. The server keeps one too, to know whose diffs are evidence.
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
    }

    /// A device of a member.
    public struct Device: Hashable, Sendable {
        /// Whose it is.
        public var member: WireText
        /// Whether it was revoked.
        public var isRevoked: Bool
        /// Whether its join came after the invitation's uses were spent, or the invitation's end.
        public var isSurplus: Bool
    }

    /// An open or spent invitation.
    public struct Invitation: Hashable, Sendable {
        /// The public key that admits.
        public var key: [UInt8]
        /// The role it gives.
        public var role: Role
        /// The standards in which whoever joins is in training.
        public var inTraining: [WireText]
        /// How many may join.
        public var uses: Int
        /// How many have joined.
        public var used: Int
        /// The claimed time after which the server takes no join.
        public var expires: Timestamp?
        /// Whether it was withdrawn.
        public var isWithdrawn: Bool
    }

    /// The engagement's id, once its first diff is known.
    public private(set) var engagement: DiffID?
    /// By record id.
    public internal(set) var members: [WireText: Member] = [:]
    /// By author.
    public internal(set) var devices: [Author: Device] = [:]
    /// By record id.
    public internal(set) var invitations: [WireText: Invitation] = [:]

    /// No engagement yet.
    public init() {}

    /// The device's member, if both are there.
    public func member(of author: Author) -> Member? {
        devices[author].flatMap { members[$0.member] }
    }

    /// Whether the author may write at this place: joined, neither surplus nor revoked.
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
        return Join(diff).map { isProven($0, by: diff.head.author, verifier: verifier) } ?? false
    }

    /// The invitation on which the diff joins, if it is a join on one.
    public func invitation(usedBy diff: UnverifiedDiff) -> Invitation? {
        Join(diff)?.invitation.flatMap { invitations[$0] }
    }

    /// Whether whoever invited, or a device of the same member, signed that this author may join.
    func isProven(_ join: Join, by author: Author, verifier: some SignatureVerifier) -> Bool {
        guard let engagement, let signature = Base64URL.decode(join.proof) else { return false }
        if let id = join.invitation {
            guard let invitation = invitations[id] else { return false }
            let message = JoinProof.message(engagement: engagement, invitation: id, author: author)
            return verifier.isValid(signature: signature, over: message, by: invitation.key)
        }
        let message = JoinProof.message(
            engagement: engagement,
            member: join.member,
            author: author
        )
        return devices.contains { sibling, device in
            device.member == join.member && !device.isRevoked && !device.isSurplus
                && verifier.isValid(signature: signature, over: message, by: sibling.publicKey)
        }
    }

    /// Notes the first diff of the engagement.
    mutating func found(_ id: DiffID) { engagement = id }
}

/// The part of a diff that admits its own author.
struct Join {
    /// The invitation's record id, or nil where a sibling device admits.
    let invitation: WireText?
    /// The member's record id.
    let member: WireText
    /// The signature over `JoinProof.message`.
    let proof: WireText

    /// The join in `diff`, if it adds the device of its own author with a proof.
    init?(_ diff: UnverifiedDiff) {
        let author = diff.head.author.text
        for operation in diff.body.operations {
            guard operation.path.kind == Schema.device.name, operation.path.record == author,
                operation.path.field == nil, case .add(.object(let fields)) = operation.action,
                let member = fields["member"]?.stringValue,
                let proof = fields["proof"]?.stringValue
            else { continue }
            self.member = member
            self.proof = proof
            invitation = fields["invitation"]?.stringValue
            return
        }
        return nil
    }
}
