public import ConcordDiff
public import ConcordEncoding
public import ConcordModel

/// A device of a member, as membership has it: a record may be missing, a device that has rights is not.
public struct ListedDevice: Hashable, Sendable, Identifiable {
    /// Whether what is signed with it counts; the raw value stands in JSON.
    public enum Status: String, Hashable, Sendable {
        /// It counts.
        case active
        /// A leader has ended it.
        case revoked
        /// Its invitation had been used up.
        case surplus
    }

    /// Its key.
    public let author: Author
    /// What the person calls it.
    public let name: WireText?
    /// Whether what is signed with it counts.
    public let status: Status

    /// Its key.
    public var id: Author { author }

    /// All devices by member, in the order of their keys.
    ///
    /// - Parameters:
    ///   - membership: who is in the engagement.
    ///   - records: the devices' records, by id.
    public static func byMember(
        _ membership: Membership,
        records: JSONObject
    ) -> [WireText: [ListedDevice]] {
        let sorted = membership.devices.sorted { $0.key < $1.key }
        return Dictionary(grouping: sorted, by: { $0.value.member }).mapValues { devices in
            devices.map { author, device in
                ListedDevice(
                    author: author,
                    name: records[author.text]?[DeviceField.name]?.stringValue,
                    status: device.isSurplus ? .surplus : device.isRevoked ? .revoked : .active
                )
            }
        }
    }
}

/// An invitation, as membership has it, with what its record adds.
public struct ListedInvitation: Hashable, Sendable, Identifiable {
    /// Whether it can still be used, and if not, why; the raw value stands in JSON.
    public enum Status: String, Hashable, Sendable {
        /// Somebody can join with it.
        case open
        /// It was withdrawn.
        case withdrawn
        /// Its time has passed.
        case expired
        /// Everybody has joined for whom there was a use.
        case used
        /// Somebody who joined by it was revoked.
        case ended

        /// What people call it.
        public var words: String {
            switch self {
            case .open, .withdrawn, .expired: rawValue
            case .used: "used up"
            case .ended: "ended by a revocation"
            }
        }
    }

    /// The record's id.
    public let id: WireText
    /// The name of who is invited.
    public let name: WireText?
    /// The role that it gives.
    public let role: Role
    /// The letter of the draft numbers of who joins.
    public let letter: WireText?
    /// How many can join.
    public let uses: Int
    /// The members who joined by it, in the order of the log.
    public let joined: [WireText]
    /// After which time nobody can join; nil for never.
    public let expires: Timestamp?
    /// Whether it can still be used.
    public let status: Status

    /// Whether it can be withdrawn. One that has expired can: only the server refuses it, and nothing else would.
    public var canBeWithdrawn: Bool { status == .open || status == .expired }

    /// All invitations, the newest last: those that membership has, whatever their records say.
    ///
    /// - Parameters:
    ///   - membership: who is in the engagement.
    ///   - records: the invitations' records, by id.
    ///   - now: the time at which one counts as expired.
    public static func all(
        _ membership: Membership,
        records: JSONObject,
        now: Timestamp
    ) -> [ListedInvitation] {
        let joined = Dictionary(grouping: membership.members, by: { $0.value.invitation ?? "" })
        // The recovery key is nobody's invitation.
        let invitations = membership.invitations.filter { $0.key != Membership.recovery }
        return invitations.map { id, invitation in
            let members = (joined[id] ?? []).sorted { $0.value.rank < $1.value.rank }
            return ListedInvitation(
                id: id,
                name: records[id]?[InvitationField.name]?.stringValue,
                role: invitation.role,
                letter: invitation.letter,
                uses: invitation.uses,
                joined: members.map(\.key),
                expires: invitation.expires,
                status: status(
                    of: invitation,
                    isEnded: members.contains { $0.value.isRevoked },
                    now
                )
            )
        }.sorted { $0.id < $1.id }
    }

    private static func status(
        of invitation: Membership.Invitation,
        isEnded: Bool,
        _ now: Timestamp
    ) -> Status {
        if isEnded, invitation.isWithdrawn { return .ended }
        if invitation.isWithdrawn { return .withdrawn }
        if invitation.used >= invitation.uses { return .used }
        if let expires = invitation.expires, expires.milliseconds < now.milliseconds {
            return .expired
        }
        return .open
    }
}

extension Membership {
    /// The members who go on after another one ends and who joined by the same invitation: often that is another
    /// device of the same person, which is a member of its own.
    public func othersByInvitation(of member: WireText) -> Set<WireText> {
        guard let invitation = members[member]?.invitation else { return [] }
        return Set(
            members.filter { id, other in
                id != member && other.invitation == invitation && !other.isRevoked
            }.map(\.key)
        )
    }

    /// The first letter, or pair of letters, that nobody's draft numbers begin with.
    ///
    /// - Parameter given: the letters that records give, whether membership knows them or not.
    public func freeLetter(besides given: some Sequence<WireText>) -> WireText {
        let taken = Set(invitations.values.compactMap(\.letter)).union(given)
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map { WireText(String($0)) }
        let pairs = letters.flatMap { first in letters.map { "\(first)\($0)" as WireText } }
        return (letters + pairs).first { !taken.contains($0) } ?? "Z"
    }
}
