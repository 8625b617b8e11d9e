import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// What somebody wrote and another member, who had seen it, replaced, or ended with the record it stands in:
// nobody disagrees, and the first one still hears of it.

extension Inboxes {
    /// The newest of what `member` wrote in a cell, and the newest that another one, who had seen it, wrote or
    /// removed there, where something else shows.
    ///
    /// Of a text it is told when nothing of what the member typed last is there as they typed it; of a state
    /// where somebody takes back what was confirmed, verified or closed.
    func replacements(
        of member: WireText,
        at key: CellKey,
        among writes: [CellWrite],
        evaluation: Evaluation
    ) throws -> [(mine: WriteAccount, by: WriteAccount)] {
        guard try tellsReplacements(key) else { return [] }
        let own = writes.filter { $0.effect == .effective && isOf(member, $0) }
        let isText = try isText(key)
        guard let mine = try own.max(by: { try precedence.isOlder($0, than: $1) }),
            isText
                ? Self.isGone(mine, from: evaluation)
                : mine.value != nil && mine.value != evaluation.shown
                    && (mine.standing != .surviving || key.field.isEmpty)
        else { return [] }
        // The decision about a proposal of the member's names its author.
        let proposed = Set(writes.filter { $0.effect == .proposal && isOf(member, $0) }.map(\.at))
        let others = try writes.filter { write in
            try proposed.isDisjoint(with: write.over) && write.effect == .effective
                && !isOf(member, write)
                && (isText || write.value != mine.value)
                && (!key.field.isEmpty || write.value == nil)
                && Self.takesBack(mine.value, write.value, at: key)
                && entry(write.diff).seen.contains(mine.at)
        }
        guard let by = try others.max(by: { try precedence.isOlder($0, than: $1) }) else {
            return []
        }
        return [(try accounts.account(of: mine, at: key), try accounts.account(of: by, at: key))]
    }

    private func tellsReplacements(_ key: CellKey) throws -> Bool {
        if key.field.isEmpty { return true }
        switch try record(key.record).kind.field(key.field)?.rule {
        case .ask, .mostSevere, .set, .state, .text: return true
        case .newest, .control, .once, nil: return false
        }
    }

    /// Whether nothing of what a write typed is in the text that shows, as it was typed.
    private static func isGone(_ mine: CellWrite, from evaluation: Evaluation) -> Bool {
        guard evaluation.conflict == nil else { return false }
        let typed = mine.textSplices.map(\.insert).filter { !$0.isEmpty }
        let shown = Array((evaluation.shown?.stringValue?.string ?? "").utf8)
        return !typed.isEmpty && !typed.contains { shown.contains(Array($0.utf8)) }
    }

    /// Whether a step takes another one back; true of anything but a step.
    private static func takesBack(_ value: JSON?, _ next: JSON?, at key: CellKey) -> Bool {
        guard key.isState else { return true }
        switch value?.stringValue {
        case "confirmed": return next != "issued"
        case "verified", "closed", "closedOnPlan": return next != "closed"
        default: return false
        }
    }

    // MARK: What went with a record.

    /// The newest of what a member wrote with effect in a record, or in what belongs to it, and another one had seen, if one is
    /// named; nil where nothing of it is left, and of states.
    func contribution(
        of member: WireText,
        to number: Int,
        seenBy entry: DiffEntry?
    ) throws -> WriteAccount? {
        var newest: (write: CellWrite, key: CellKey)?
        for part in [number] + (try records(ownedBy: number)) {
            for key in try allCells(of: part) where !key.isState {
                for write in try cell(key).writes
                where write.effect == .effective && write.value != nil && isOf(member, write)
                    && entry?.seen.contains(write.at) ?? true
                {
                    if let newest, try !precedence.isOlder(newest.write, than: write) { continue }
                    newest = (write, key)
                }
            }
        }
        return try newest.map { try accounts.account(of: $0.write, at: $0.key) }
    }
}
