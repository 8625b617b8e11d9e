import ConcordAudit
public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel
public import ConcordStorage

/// What a replica shows at one moment.
public struct Snapshot: Sendable {
    /// The state document: `{"finding": {"<id>": {…}}, …}`, present records only.
    public let state: JSONObject
    /// The open conflicts, by path.
    public let conflicts: [Conflict]
    /// The writes without effect, with the reason.
    public let voids: [VoidWrite]
    /// The proposals that are shown, because nobody with the right to decide has written there.
    public let proposals: [ShownProposal]
    /// How much the replica holds, and how much of it the server does not have yet.
    public let status: ReplicaStatus
    /// The names and letters by which lists call the members: no two are alike.
    public let labels: MemberLabels
    /// The members, devices and invitations, from which lists are made: a record may be missing, or
    /// may say something that does not count.
    public let membership: Membership
    /// The state document for lists, totals and reports: without what is only proposed for the
    /// engagement, the plan, the scope and the organization, and with the members as membership has
    /// them.
    public let standing: JSONObject
    /// The criteria, by id, that are open although the answers to their findings are closed: nobody
    /// who closed one had seen them as they are now.
    public let unanswered: [WireText: Unanswered]
    /// The texts in conflict.
    private let texts: [ContestedText]

    package init(_ reader: ReplicaReader) throws {
        state = try reader.document()
        conflicts = try reader.conflicts()
        voids = try reader.voids()
        proposals = try reader.shownProposals()
        unanswered = try reader.unansweredCriteria()
        texts = try reader.contestedTexts(at: conflicts.filter { $0.kind == .text }.map(\.path))
        status = try reader.status()
        membership = try reader.membership
        let people = membership.listed(in: state)
        labels = MemberLabels(membership, people: people)
        standing = Self.standing(state, without: proposals.map(\.path), people: people)
    }

    /// The SHA-256, in hexadecimal, over the canonical form of `{"conflicts":[…],"state":{…}}`: equal
    /// on two replicas that show the same. `Protocol/merge.md`, "State document".
    public var digest: String {
        ReplicaReader.digest(conflicts: conflicts.map(\.json), state: state)
    }

    /// State, conflicts and digest in one document.
    public var document: JSON {
        [
            "conflicts": .array(conflicts.map(\.json)), "digest": .string(digest),
            "state": .object(state),
        ]
    }

    /// The audit as lists show it, as typed values: as `standing`, with the people of the plan, the labels of members and
    /// findings, and for a text in conflict the text without the edits in conflict.
    public var audit: Audit {
        let shown = labels.labelling(ContestedText.common(texts, in: standing))
        return Audit(state: PlannedTeam.joined(shown), unanswered: unanswered)
    }

    /// The person and device of an author; nil if the author never joined.
    public func person(of author: Author) -> Person? {
        guard let device = membership.devices[author] else { return nil }
        let fields = state[Schema.device.name]?[author.text]
        return Person(
            member: device.member,
            name: labels.name(of: device.member) ?? device.member,
            device: fields?["name"]?.stringValue,
            role: membership.members[device.member]?.role
        )
    }

    /// The person who uses a device.
    public struct Person: Hashable, Sendable {
        /// The member's record id.
        public let member: WireText
        /// The person's name.
        public let name: WireText
        /// What the person calls the device.
        public let device: WireText?
        /// The person's current role.
        public let role: Role?
    }
}
