import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

extension Fold {
    /// Takes a text edit back: the text merged without it, and without what undid and redid after it.
    mutating func takeBackText(at key: CellKey, in draft: inout UndoDraft) throws {
        let events = try textEvents(of: key)
        let record = try self.record(key.record)
        if let other = try builtUpon(events, draft) {
            let write = try cell(key, complete: true).writes.first { $0.diff == other }
            let by = try write.map { try account(of: $0, at: key) }
            return leave(key, .changedSince, record, &draft, by: by)
        }
        var rest: [TextEvent] = []
        for (diff, event) in events {
            let entry = try entry(diff)
            var event = event
            if entry.author == draft.author, entry.at.seq >= draft.target.at.seq {
                event.hasEffect = false
            }
            rest.append(event)
        }
        let shown = try evaluate(key).shown?.stringValue?.string ?? ""
        let text = mergeText(rest).text
        let path = path(of: key, in: record)
        let splices = wordSplices(from: shown, to: text)
        if splices.isEmpty { return leave(key, .changedSince, record, &draft) }
        draft.changes.append(
            TakingBack.Change(path: path, from: .string(shown), to: .string(text))
        )
        for (index, splice) in splices.enumerated() {
            draft.operations.append(
                Operation(
                    .splice(at: splice.at, delete: splice.delete, insert: WireText(splice.insert)),
                    at: path,
                    reason: index == 0 ? draft.text : nil
                )
            )
        }
    }
    /// The newest edit of somebody else who had the one that is taken back before them, where one of these has
    /// decided about it, or changed within what it had typed: what would be left is a sentence that nobody wrote.
    private mutating func builtUpon(
        _ events: [(diff: Int, event: TextEvent)],
        _ draft: UndoDraft
    ) throws -> Int? {
        guard let own = events.firstIndex(where: { $0.diff == draft.target.number }) else {
            return nil
        }
        var all = events.map(\.event)
        let ancestry = TextAncestry(all, in: 0..<all.count)
        var later: [Int] = []
        for index in all.indices where ancestry.hasSeen(index, own) {
            let isOwn = try entry(events[index].diff).author == draft.author
            if !isOwn, all[index].hasEffect { later.append(index) }
            if isOwn { all[index].hasEffect = false }
        }
        if let decision = later.last(where: { all[$0].over.contains(own) }) {
            return events[decision].diff
        }
        let typed = all[own].splices.map(\.insert.unicodeScalars.count).filter { $0 > 0 }
        guard !typed.isEmpty, let newest = later.last else { return nil }
        let left = textOrigins(all).filter { $0.event == own }
        let length = left.reduce(0) { $0 + $1.text.unicodeScalars.count }
        let isWhole = left.count <= typed.count && length == typed.reduce(0, +)
        return isWhole ? nil : events[newest].diff
    }
}
