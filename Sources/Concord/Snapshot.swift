public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel
import ConcordStorage

/// What a replica shows at one moment.
public struct Snapshot: Sendable {
    /// The state document: `{"finding": {"<id>": {…}}, …}`, present records only.
    public let state: JSONObject
    /// What people have to decide, by path.
    public let conflicts: [Conflict]
    /// What has no effect, and why.
    public let voids: [VoidWrite]
    /// What is shown though it is a proposal, since nobody whose word counts there has written.
    public let proposals: [ShownProposal]
    /// How much is here and how much is on its way.
    public let status: ReplicaStatus
    /// What members are called, and their letters: no two alike.
    public let labels: MemberLabels
    /// Who is in the engagement: what lists of members, devices and invitations are made from, since a
    /// record may be missing or say less than what counts.
    public let membership: Membership
    /// The state document as lists, totals and reports read it: without what is only proposed for the
    /// engagement, the plan, the scope and the organization, and with the members as membership has them.
    public let standing: JSONObject
    /// The criteria that are open though answers to their findings are closed, by id: nobody who closed one had seen them
    /// as they stand.
    public let unanswered: [WireText: Unanswered]
    private let digestHex: String

    /// A write without effect: kept, visible, and, where a leader may admit it, not lost.
    public struct VoidWrite: Hashable, Sendable {
        /// Where it would have counted.
        public let path: CellPath
        /// Why it does not.
        public let reason: VoidReason
        /// Its name in `over`.
        public let write: WriteReference
        /// Its diff, which a leader can admit.
        public let diff: DiffID
        /// When its author's clock says it was made.
        public let time: String
    }

    /// A value that waits for the decision of somebody who may decide.
    public struct ShownProposal: Hashable, Sendable {
        /// Where it is shown.
        public let path: CellPath
        /// Who proposed it.
        public let write: WriteReference
    }

    init(_ reader: ReplicaReader) throws {
        state = try reader.document()
        conflicts = try reader.conflicts()
        digestHex = ReplicaReader.digest(conflicts: conflicts.map(\.json), state: state)
        voids = try reader.voids().map { void in
            VoidWrite(
                path: void.path,
                reason: void.reason,
                write: void.write,
                diff: void.diff,
                time: void.time
            )
        }
        proposals = try reader.shownProposals().map {
            ShownProposal(path: $0.path, write: $0.write)
        }
        unanswered = try reader.unansweredCriteria()
        status = ReplicaStatus(try reader.counts())
        membership = try reader.membership
        let people = membership.listed(in: state)
        labels = MemberLabels(membership, people: people)
        var standing = Self.leavingOut(proposals.map(\.path), of: state)
        standing[Schema.member.name] = .object(people)
        self.standing = standing
    }

    /// The SHA-256, in hexadecimal, over the canonical form of `{"conflicts":[…],"state":{…}}`: equal
    /// on two replicas that show the same. `Protocol/merge.md`, "State document".
    public var digest: String { digestHex }

    /// State, conflicts and digest in one document.
    public var document: JSON {
        [
            "conflicts": .array(conflicts.map(\.json)), "digest": .string(digest),
            "state": .object(state),
        ]
    }

    /// The same as typed values.
    public var audit: Audit { Audit(state: labels.labelling(standing), unanswered: unanswered) }

    /// The person and device behind an author; nil for one that never joined.
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

    /// Who is behind a device.
    public struct Person: Hashable, Sendable {
        /// The member's record id.
        public let member: WireText
        /// The person's name.
        public let name: WireText
        /// What the person calls the device.
        public let device: WireText?
        /// The person's role now.
        public let role: Role?
    }
}

/// How much a replica holds.
public struct ReplicaStatus: Hashable, Sendable {
    /// Diffs.
    public let diffs: Int
    /// Diffs that the server has not taken yet, as far as is known here.
    public let pending: Int
    /// Entries of the server's log that are here.
    public let log: Int
    /// Present records.
    public let records: Int
    /// Conflicts that wait for a person.
    public let conflicts: Int
    /// Writes without effect.
    public let voids: Int
    /// Diffs proven by a later signature of their chain; `verify` checks their own.
    public let chainProven: Int

    init(_ counts: ReplicaCounts) {
        diffs = counts.diffs
        pending = counts.pending
        log = counts.log
        records = counts.records
        conflicts = counts.conflicts
        voids = counts.voids
        chainProven = counts.chainProven
    }
}
