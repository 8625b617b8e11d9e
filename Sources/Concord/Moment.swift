package import ConcordDiff
package import ConcordEncoding
package import ConcordMerge
package import ConcordModel
package import ConcordStorage

/// A replica at one moment, of which only that is read which is asked for.
///
/// A `Snapshot` holds everything; a moment costs what its questions cost, however much the replica
/// holds. All answers are of the same moment. It keeps a reading transaction open as long as it lives.
package final class Moment: Sendable {
    private let stored: StoredMoment

    init(_ stored: StoredMoment) { self.stored = stored }

    func read<Result>(_ body: (ReplicaReader) throws -> Result) throws -> Result {
        try ReplicaFailure.mapping { try stored.read(body) }
    }

    /// How much work the reading was so far, in SQLite's own steps.
    package func machineSteps() throws -> Int { try read { $0.machineSteps } }

    /// Everything, as of this moment.
    package func snapshot() throws -> Snapshot { try read { try Snapshot($0) } }

    /// The writes without effect, with the reason.
    package func voids() throws -> [VoidWrite] {
        try read { try $0.voids() }
    }

    /// The proposals that are shown.
    package func proposals() throws -> [ShownProposal] {
        try read { try $0.shownProposals() }
    }

    /// How much the replica holds.
    package func status() throws -> ReplicaStatus { try read { try $0.status() } }

    /// What lists are made from, of some kinds of records: without what is only proposed to leaders, and
    /// with the members as membership has them.
    package func people() throws -> People {
        try read { try People($0) }
    }
}

/// Who is in the engagement, and what people call them.
package struct People: Sendable {
    /// The members, devices and invitations.
    package let membership: Membership
    /// The names and letters by which lists call the members.
    package let labels: MemberLabels
    /// The members' records as they are listed: every member and nobody else.
    package let listed: JSONObject
    /// The devices' records.
    package let devices: JSONObject

    init(_ reader: ReplicaReader) throws {
        let kinds: Set = [Schema.member.name, Schema.device.name, Schema.invitation.name]
        let state = try reader.document(kinds: kinds)
        membership = try reader.membership
        listed = membership.listed(in: state)
        labels = MemberLabels(membership, people: listed)
        devices = state[Schema.device.name]?.objectValue ?? [:]
    }

    /// The person and device of an author; nil if the author never joined.
    package func person(of author: Author) -> Snapshot.Person? {
        guard let device = membership.devices[author] else { return nil }
        return Snapshot.Person(
            member: device.member,
            name: labels.name(of: device.member) ?? device.member,
            device: devices[author.text]?["name"]?.stringValue,
            role: membership.members[device.member]?.role
        )
    }
}

extension Replica {
    /// The replica as it is now, for reading bit by bit.
    ///
    /// - Throws: `ReplicaFailure`.
    package func moment() throws -> Moment {
        try ReplicaFailure.mapping { Moment(try store.moment()) }
    }
}
