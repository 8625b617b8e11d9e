public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
import ConcordModel

/// What of a member's work is still open: it is in conflict, or only proposed; and how many proposals by others need
/// their decision.
public struct OpenMatters: Hashable, Sendable {
    /// The open conflicts in which something of theirs is a candidate, by path.
    public let contested: [CellPath]
    /// The places where something of theirs is only proposed, oldest first.
    public let proposed: [CellPath]
    /// How many saves of others wait for a decision that they may take.
    public let waiting: Int

    /// What is open for a member.
    ///
    /// - Parameters:
    ///   - member: the record id of the member.
    ///   - conflicts: the open conflicts.
    ///   - proposed: the saves with undecided proposals.
    ///   - membership: who is in the engagement.
    public init(
        of member: WireText,
        conflicts: [Conflict],
        proposed saves: [ProposedSave],
        membership: Membership
    ) {
        let devices = membership.devices
        contested = conflicts.filter { conflict in
            conflict.candidates.contains { devices[$0.write.author]?.member == member }
        }.map(\.path)
        let own = saves.filter { devices[$0.author]?.member == member }
        proposed = own.flatMap(\.proposals).map(\.account.path)
        let mayDecide = membership.members[member]?.role == .lead
        waiting = mayDecide ? saves.count - own.count : 0
    }
}
