import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

extension Undoing {
    /// Takes a text edit back: the text merged without it, and without what undid and redid it or a later one.
    func takeBackText(at key: CellKey, in draft: inout UndoDraft) throws {
        let events = try texts.textEvents(of: key)
        let record = try self.record(key.record)
        let dead = try deadEvents(events.map(\.diff), draft)
        guard let own = events.firstIndex(where: { $0.diff == draft.target.number }) else { return }
        if let other = try builtUpon(own, events, dead, draft) {
            let by = try write(of: other, at: key).map { try accounts.account(of: $0, at: key) }
            return leave(key, .changedSince, record, &draft, by: by)
        }
        let path = path(of: key, in: record)
        let (splices, shown, text) = splices(takingOut: own, with: dead, of: events.map(\.event))
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

    /// The edits of a text that are left out where one is undone, by their places: it, what undid and redid it,
    /// what undid and redid another one for nothing, and later ones that are undone.
    private func deadEvents(_ diffs: [Int], _ draft: UndoDraft) throws -> Set<Int> {
        let target = draft.target.at.seq
        var bases: [Int: Int] = [:]
        // By the saves that were undone and redone: whether they are undone, and whether an earlier one was before.
        var isUndone: [Int: Bool] = [:]
        var wasUndone: [Int: Bool] = [:]
        var own: [(index: Int, base: Int, isMark: Bool)] = []
        for (index, diff) in diffs.enumerated() {
            let at = try entry(diff).at
            guard at.branch == draft.target.at.branch, at.seq >= target else { continue }
            let mark = UndoMark(try self.diff(diff))
            let base = try mark.map { try bases[$0.seq] ?? self.base(of: $0, on: at.branch) }
            bases[at.seq] = base ?? at.seq
            if let mark, let base {
                wasUndone[base] = wasUndone[base] ?? mark.isRedo
                isUndone[base] = !mark.isRedo
            }
            own.append((index, base ?? at.seq, mark != nil))
        }
        let dead = own.filter { event in
            if event.base == bases[target] { return true }
            if event.base > target { return event.isMark || isUndone[event.base] ?? false }
            // What undid and redid an earlier one no longer has an effect.
            return wasUndone[event.base] == isUndone[event.base]
        }
        return Set(dead.map(\.index))
    }

    /// The save that is undone, or redone, in the end.
    private func base(of mark: UndoMark, on branch: Int) throws -> Int {
        var mark = mark
        while mark.isRedo {
            let place = BranchSeq(branch: branch, seq: mark.seq)
            guard let undo = UndoMark(try diff(diffNumber(at: place))) else { break }
            mark = undo
        }
        return mark.seq
    }

    /// Which edits of a text take some of them back, or an undo of these, by their places.
    func undos(of places: Set<Int>, among diffs: [Int]) throws -> [Int: Int] {
        var found: [Int: Int] = [:]
        var own: [Author: [Int]] = [:]
        for (index, diff) in diffs.enumerated() {
            own[try entry(diff).author, default: []].append(index)
        }
        for place in places {
            let side = try entry(diffs[place])
            let all = own[side.author] ?? []
            var undos: Set<Int> = [side.at.seq]
            for index in all[all.partition { $0 > place }...].prefix(Self.undosMax) {
                guard let mark = UndoMark(try diff(diffs[index])), undos.contains(mark.seq) else {
                    continue
                }
                undos.insert(try entry(diffs[index]).at.seq)
                found[index] = place
            }
        }
        return found
    }

    /// How many later edits by the same author are looked at for an undo: people undo a candidate soon.
    private static let undosMax = 16

    /// The newest edit of somebody else who had the one that is undone before them, where one of these has
    /// decided about it, or changed within what it had typed: what would be left is a sentence that nobody
    /// wrote.
    ///
    /// A later edit by the same author that still counts is treated like somebody else's.
    private func builtUpon(
        _ own: Int,
        _ events: [(diff: Int, event: TextEvent)],
        _ dead: Set<Int>,
        _ draft: UndoDraft
    ) throws -> Int? {
        var all = events.map(\.event)
        let ancestry = TextAncestry(all, in: 0..<all.count)
        var later: [Int] = []
        for index in all.indices where ancestry.hasSeen(index, own) {
            if dead.contains(index) {
                all[index].hasEffect = false
            } else if all[index].hasEffect {
                later.append(index)
            }
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
