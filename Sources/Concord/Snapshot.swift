public import ConcordChanges
public import ConcordEncoding
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
        status = ReplicaStatus(try reader.counts())
        labels = MemberLabels(try reader.membership, state: state)
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
    public var audit: Audit { Audit(state: labels.labelling(state)) }

    /// The person and device behind an author; nil for one that never joined.
    public func person(of author: Author) -> Person? {
        guard let device = state["device"]?[author.text] else { return nil }
        let member = device["member"]?.stringValue ?? ""
        let fields = state["member"]?[member]
        return Person(
            member: member,
            name: labels.name(of: member) ?? fields?["name"]?.stringValue ?? member,
            device: device["name"]?.stringValue,
            role: fields?["role"]?.stringValue.flatMap(Role.init)
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

extension MemberLabels {
    /// What the members of an engagement are called, given the state document.
    init(_ membership: Membership, state: JSONObject) {
        var keys: [WireText: Author] = [:]
        for (author, device) in membership.devices {
            keys[device.member] = keys[device.member].map { min($0, author) } ?? author
        }
        let order = membership.members.sorted { $0.value.rank < $1.value.rank }
        self.init(
            order.map { id, _ in
                let fields = state[Schema.member.name]?[id]
                return Person(
                    id: id,
                    name: fields?["name"]?.stringValue,
                    letter: fields?["letter"]?.stringValue,
                    key: keys[id]?.text
                )
            }
        )
    }
}
