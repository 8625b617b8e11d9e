import ConcordEncoding
import ConcordModel
import ConcordText

// What went with a record that somebody removed, knowing it: sides of a conflict that nobody decided, and what
// others cite.

extension Fold {
    /// What `member` is told of the removals of a record that is not there any more: what of theirs was a side of a
    /// conflict in it that its remover was shown and did not decide, and where they cite it.
    mutating func lostWithRemovals(
        of member: WireText,
        at presence: CellKey,
        among writes: [CellWrite]
    ) throws -> [(kind: InboxItem.Kind, mine: WriteAccount, by: WriteAccount)] {
        var told: [(kind: InboxItem.Kind, mine: WriteAccount, by: WriteAccount)] = []
        let removals = writes.filter {
            $0.value == nil && $0.effect == .effective && $0.standing == .surviving
                && !isOf(member, $0)
        }
        guard let last = try removals.max(by: { try isOlder($0, than: $1) }) else { return [] }
        let by = try account(of: last, at: presence)
        for mine in try sidesLost(with: last, of: member, at: presence) {
            told.append((.resolved, mine, by))
        }
        let record = try self.record(presence.record)
        for citation in try citations(of: record, from: nil, surviving: true)
        where citation.effect == .effective && isOf(member, citation.write) {
            told.append((.citedRemoved, try account(of: citation.write, at: citation.key), by))
        }
        return told
    }

    /// What `member` wrote that was a side of a conflict in a record, before whom it removed.
    private mutating func sidesLost(
        with removal: CellWrite,
        of member: WireText,
        at presence: CellKey
    ) throws -> [WriteAccount] {
        let remover = try entry(removal.diff)
        var sides: [WriteAccount] = []
        for number in [presence.record] + (try records(ownedBy: presence.record)) {
            for key in try allCells(of: number).sorted(by: CellKey.isBefore)
            where !key.field.isEmpty {
                let own = try cell(key, complete: true).writes.filter {
                    $0.effect.counts && isOf(member, $0) && remover.seen.contains($0.at)
                }
                if own.isEmpty { continue }
                let candidates = try sight(of: key, before: remover).conflict?.candidates ?? []
                let contested = Set(candidates.filter { $0.path == nil }.map(\.write))
                for write in own where try contested.contains(entry(write.diff).reference) {
                    sides.append(try account(of: write, at: key))
                }
            }
        }
        return sides
    }
}
