import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// What went with a record that somebody removed, knowing it: candidates of a conflict that nobody decided, and
// what others cite.

extension Inboxes {
    /// The items for `member` about the removals of a record that is no longer there: what of theirs was a
    /// candidate of a conflict in it that its remover was shown and did not decide, what they wrote in it, and
    /// where they cite it.
    func lostWithRemovals(
        of member: WireText,
        at presence: CellKey,
        among writes: [CellWrite]
    ) throws -> [(kind: InboxItem.Kind, mine: WriteAccount, by: WriteAccount)] {
        var told: [(kind: InboxItem.Kind, mine: WriteAccount, by: WriteAccount)] = []
        let removals = writes.filter {
            $0.value == nil && $0.effect == .effective && $0.standing == .surviving
                && !isOf(member, $0)
        }
        guard let last = try removals.max(by: { try precedence.isOlder($0, than: $1) }) else {
            return []
        }
        for removal in removals {
            let by = try accounts.account(of: removal, at: presence)
            for mine in try sidesLost(with: removal, of: member, at: presence) {
                told.append((.resolved, mine, by))
            }
        }
        let by = try accounts.account(of: last, at: presence)
        let remover = try entry(last.diff)
        if !writes.contains(where: { isOf(member, $0) }),
            let mine = try contribution(of: member, to: presence.record, seenBy: remover)
        {
            told.append((.replaced, mine, by))
        }
        let record = try self.record(presence.record)
        for citation in try citations.citations(of: record, from: nil, surviving: true)
        where citation.effect == .effective && isOf(member, citation.write) {
            told.append(
                (.citedRemoved, try accounts.account(of: citation.write, at: citation.key), by)
            )
        }
        return told
    }

    /// What `member` wrote that was a candidate of a conflict in a record, before whom it removed.
    private func sidesLost(
        with removal: CellWrite,
        of member: WireText,
        at presence: CellKey
    ) throws -> [WriteAccount] {
        let remover = try entry(removal.diff)
        var sides: [WriteAccount] = []
        let view = PastView(of: memory)
        let numbers = [presence.record] + (try records(ownedBy: presence.record))
        for number in numbers {
            for key in try allCells(of: number).sorted(by: CellKey.isBefore) where key != presence {
                let sight = try past.sight(of: key, before: remover, through: view)
                guard let conflict = sight.conflict else { continue }
                for candidate in conflict.candidates where isOf(member, candidate.write) {
                    guard
                        let (write, place) = try accounts.located(candidate, of: conflict),
                        numbers.contains(place.record)
                    else { continue }
                    sides.append(try accounts.account(of: write, at: place))
                }
            }
        }
        return sides
    }

    private func isOf(_ member: WireText, _ write: WriteReference) -> Bool {
        membership.devices[write.author]?.member == member
    }
}
