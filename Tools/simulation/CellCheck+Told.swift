import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage

// Every overruled act is reported. A write that does not show was overruled by somebody else. Then the
// person who overruled it had seen it; or a conflict is open that names it and what it met; or it is in the
// inbox of the person who wrote it. (What has no effect is listed with its reason, which `problem` checks.)
// This asks one thing of all cells, whatever their rule: it knows who had seen what, what shows, and what
// the commands `conflicts` and `inbox` read, and nothing of why.
//
// Texts show the words of everybody, so that "does not show" is asked of their words: `textProblem`; and of
// decisions about them: `decisionProblem`.

extension CellCheck {
    /// Something that was overruled by somebody who had not seen it, and of which nobody hears.
    func toldProblem() throws -> String? {
        let membership = try reader.membership
        let sides = conflictSides()
        var inboxes: [WireText: Set<Place>] = [:]
        for path in cells.keys.sorted(by: { $0.text < $1.text }) {
            guard let cell = cells[path], !isText(cell), rule(of: path) != nil || path.field == nil
            else { continue }
            for write in cell.writes where write.effect.counts {
                guard let person = membership.devices[write.write.author]?.member,
                    isOvertaken(write, of: person, in: cell, membership)
                else { continue }
                let place = Place(write: write.write, path: path.text)
                if sides.contains(place) { continue }
                if inboxes[person] == nil {
                    inboxes[person] = Set(
                        try reader.inbox(of: person).map {
                            Place(write: $0.mine.write, path: $0.mine.path.text)
                        }
                    )
                }
                if inboxes[person]?.contains(place) == true { continue }
                return
                    "\(path): \(write.write) of \(person) was overtaken, and \(person) is not told"
                    + "\n    \(words(cell))"
            }
        }
        return nil
    }

    /// What somebody wrote, and where.
    private struct Place: Hashable {
        let write: WriteReference
        let path: WireText
    }

    /// What is named by a conflict that names something else too. A proposal asks about what shows; and a merge
    /// stands alone where the finding into which it leads has gone without a write that has effect.
    private func conflictSides() -> Set<Place> {
        var sides: Set<Place> = []
        for conflict in conflicts.values {
            for candidate in conflict.candidates
            where candidate.isProposal || conflict.candidates.count > 1
                || conflict.kind == .mergedEnded
            {
                sides.insert(
                    Place(write: candidate.write, path: candidate.path ?? conflict.path.text)
                )
            }
        }
        return sides
    }

    /// Whether somebody else's word shows instead of what a member wrote, and nobody wrote there who had seen
    /// it: of who did, it is asked in turn.
    private func isOvertaken(
        _ write: HistoryEntry,
        of person: WireText,
        in cell: CheckedCell,
        _ membership: Membership
    ) -> Bool {
        guard !isShown(write, in: cell) else { return false }
        let record = CellPath(kind: cell.path.kind, record: cell.path.record)
        if cell.effective.contains(where: { registry.has($0.diff, seen: write.said) }) {
            return false
        }
        // What a record says goes with the record, also what is written by anyone who removes it.
        let removals = (cells[record]?.effective ?? []).filter { $0.value == nil }
        let isRemoved = removals.contains {
            $0.diff == write.diff || registry.has($0.diff, seen: write.said)
        }
        if isRemoved, !isPresent(record) { return false }
        let shown = cell.effective.filter { $0.value == cell.shown }
        return !shown.contains { membership.devices[$0.write.author]?.member == person }
    }

    private func isShown(_ write: HistoryEntry, in cell: CheckedCell) -> Bool {
        // A step that is only proposed beside one that was taken is in the record's history alone.
        if write.effect == .proposal, case .state = rule(of: cell.path) { return true }
        if cell.path.field == nil { return (write.value != nil) == isPresent(cell.path) }
        if cell.path.member != nil { return (write.value != nil) == (cell.shown != nil) }
        // A set is made of its members.
        if rule(of: cell.path) == .set { return true }
        return write.value == cell.shown
    }
}
