import ConcordDiff
import ConcordMerge
import ConcordModel
import ConcordStorage
public import ConcordSync

/// Whether a device can be wiped without losing anything, and what would be lost.
public struct WipeCheck: Hashable, Sendable {
    /// What speaks against it; nothing does if it is empty.
    public let reasons: [Reason]

    /// Whether nothing would be lost.
    public var isSafe: Bool { reasons.isEmpty }

    /// Why a device should not be wiped, with how much it concerns.
    public enum Reason: Hashable, Sendable {
        /// Saves that were never sent.
        case unsent(saves: Int)
        /// Saves that were sent, of which nothing signed says that the server has them.
        case unsigned(saves: Int)
        /// Findings that an extension left, and that the app has not raised.
        case captures(Int)
        /// Evidence files that the server has not said to have within a day.
        case files(Int)
        /// The server contradicts what it had signed: what it says to have may be lost.
        case contradiction
        /// Somebody has answered who did not show that the log's key stands behind them, and no sync has gone through since:
        /// whether the server still has everything is not known.
        case unprovenServer
        /// The server serves this device nothing more: what is here cannot be had again.
        case accessEnded(AccessRefusal)
        /// The file is an older copy of what this device has written.
        case restoredCopy
        /// The member leads alone and has no other device: nobody could lead, but by the recovery key.
        case onlyLeader

        /// The reason in one word, for programs.
        public var code: String {
            switch self {
            case .unsent: "unsent"
            case .unsigned: "unsigned"
            case .captures: "captures"
            case .files: "files"
            case .contradiction: "contradiction"
            case .unprovenServer: "unproven-server"
            case .accessEnded: "access-ended"
            case .restoredCopy: "restored-copy"
            case .onlyLeader: "only-leader"
            }
        }
    }
}

extension Replica {
    /// Whether this device can be wiped: everything that was saved on it stands in the log that the server has signed,
    /// and nothing speaks against trusting that.
    ///
    /// What the server signed at the newest sync counts: sync first.
    ///
    /// - Parameter captures: where extensions leave findings, if the app has such a folder.
    /// - Throws: `ReplicaFailure`.
    public func wipeCheck(captures: CaptureFolder? = nil) throws -> WipeCheck {
        var reasons: [WipeCheck.Reason] = []
        let counts = try safety()
        if let unsent = counts[.onlyHere] { reasons.append(.unsent(saves: unsent)) }
        if let unsigned = counts[.sent] { reasons.append(.unsigned(saves: unsigned)) }
        let waiting = try captures?.entries().count ?? 0
        if waiting > 0 { reasons.append(.captures(waiting)) }
        let filesOnlyHere = try ReplicaFailure.mapping {
            try FilePlan(self).items.count(where: \.isHere)
        }
        if filesOnlyHere > 0 { reasons.append(.files(filesOnlyHere)) }
        let sorts = Set(try contradictions().map(\.sort))
        if sorts.contains(.doubt) { reasons.append(.unprovenServer) }
        if !sorts.subtracting([.doubt]).isEmpty { reasons.append(.contradiction) }
        let (isOlder, leadsAlone, revocation) = try ReplicaFailure.mapping {
            let newest = try note.read()?.seq ?? 0
            return try store.read { reader in
                let tip = try reader.tip(of: author)?.reference.seq ?? 0
                let membership = try reader.membership
                return (
                    tip < newest, Self.leadsAlone(author, membership),
                    membership.revocation(of: author)
                )
            }
        }
        // What the log here says of it, the server may not have said yet.
        if let refusal = try revocation == nil ? endedAccess() : .revoked {
            reasons.append(.accessEnded(refusal))
        }
        if isOlder { reasons.append(.restoredCopy) }
        if leadsAlone { reasons.append(.onlyLeader) }
        return WipeCheck(reasons: reasons)
    }

    /// Whether no other device of a leader may write, while this one may.
    private static func leadsAlone(_ author: Author, _ membership: Membership) -> Bool {
        func leads(_ device: Author) -> Bool {
            membership.isActive(device) && membership.member(of: device)?.role == .lead
        }
        return leads(author) && !membership.devices.keys.contains { $0 != author && leads($0) }
    }
}
