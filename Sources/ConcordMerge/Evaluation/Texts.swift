import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// A text is merged from where all that is new had seen everything before: what was merged up to there
// is plain text, and stays as it is. Only the writes since then are loaded and walked, and what the walk
// answers is done to the text that was shown.
//
// Where that does not do, all of its writes are merged: where a verdict on one that was merged already
// has changed (admissions, what is pending after a longer log), and where somebody proposes, since it
// depends on all other writes whether proposals show.

/// Texts as they were merged last.
final class TextMemory {
    fileprivate var shown: [CellKey: ShownText] = [:]
    /// Texts of which a write that was merged already has gone or has another verdict.
    fileprivate var unsettled: Set<CellKey> = []

    /// Notes that all of a text must be merged again.
    func unsettle(_ key: CellKey) { unsettled.insert(key) }

    /// Forgets what has been written back.
    func forget() {
        shown.removeAll(keepingCapacity: true)
        unsettled.removeAll(keepingCapacity: true)
    }
}

/// The texts of cells, merged.
package struct Texts: FoldPart {
    package let memory: FoldMemory

    /// The text that a cell shows.
    func text(at key: CellKey, in record: RecordEntry) throws -> Evaluation {
        let held = try cell(key)
        guard !held.writes.isEmpty else { return Evaluation(shown: nil) }
        let shown = try goneOn(at: key, held, in: record) ?? mergedWhole(at: key, in: record)
        return Evaluation(shown: shown.text.map { .string($0) }, conflict: shown.conflict)
    }

    /// All that the next merge needs of a text that has been evaluated.
    package func storedText(at key: CellKey) -> StoredText? { memory.texts.shown[key]?.stored }

    /// Merges all writes of a text, whatever is known of it.
    func mergedWhole(at key: CellKey, in record: RecordEntry) throws -> StoredText {
        var writes = try cell(key, complete: true).writes
        writes.sort { $0.diff < $1.diff }
        let isDecided = writes.contains { $0.effect == .effective }
        let events = try textEvents(writes, of: key, showingProposals: !isDecided)
        let merged = mergeText(events)
        try mark(writes, malformed: Set(merged.malformed), at: key)
        var shown = StoredText(text: nil)
        if events.contains(where: \.hasEffect) { shown.text = merged.text }
        shown.openPairs = Set(
            merged.openPairs.map { DiffPair(writes[$0.first].diff, writes[$0.second].diff) }
        )
        shown.holdsProposals = writes.contains { $0.effect == .proposal }
        var sides = Set(shown.openPairs.flatMap { [$0.first, $0.second] })
        if shown.text != nil {
            sides.formUnion(waitingProposals(writes, events, malformed: Set(merged.malformed)))
        }
        shown.conflict = try conflict(between: sides, at: key, in: record)
        memory.texts.unsettled.remove(key)
        memory.texts.shown[key] = ShownText(stored: shown, newest: writes.last?.diff ?? 0)
        return shown
    }

    /// Proposals are beneath nobody's text: they wait next to it until somebody names them. What
    /// reaches beyond its view writes nothing, and resolves nothing either.
    private func waitingProposals(
        _ writes: [CellWrite],
        _ events: [TextEvent],
        malformed: Set<Int>
    ) -> [Int] {
        let deciding = events.indices.filter { events[$0].hasEffect && !malformed.contains($0) }
        let named = Set(deciding.flatMap { events[$0].over })
        return writes.indices.filter { index in
            writes[index].effect == .proposal && !events[index].hasEffect && !named.contains(index)
        }.map { writes[$0].diff }
    }

    // MARK: Going on.

    /// The text after what is new, walking no more than what is concurrent with it; nil where all must
    /// be merged.
    private func goneOn(
        at key: CellKey,
        _ held: Cell,
        in record: RecordEntry
    ) throws -> StoredText? {
        // What a field is that this version does not know may change with each write.
        guard record.kind.field(key.field) != nil, !memory.texts.unsettled.contains(key),
            var shown = try shownBefore(key, in: record)
        else { return nil }
        let new = held.writes.filter { $0.diff > shown.newest }.sorted { $0.diff < $1.diff }
        guard let newest = new.last?.diff else { return shown.stored }
        // What is open among very many takes a look at all of them.
        let isLong = shown.stored.openPairs.contains { $0.first == $0.second }
        if isLong, new.contains(where: { $0.over.count > 1 }) { return nil }
        guard !shown.stored.holdsProposals,
            !held.writes.contains(where: { $0.effect == .proposal }),
            let part = try recentPart(of: key, held, beneath: new),
            // The walk of the part would nearly always have the same result.
            !isLong || part.isEmpty
        else { return nil }
        let writes = part + new
        let known = part.indices.filter { part[$0].marks.contains(.malformed) }
        var buffer = TextBuffer(shown.stored.text ?? "")
        let arrival = mergeArrivals(
            try textEvents(writes, of: key),
            known: part.count,
            malformed: Set(known),
            into: buffer.count
        )
        if arrival.takesAll { return nil }
        try mark(writes, malformed: Set(known + arrival.malformed), at: key)
        for splice in arrival.splices { buffer.apply(splice) }
        if !arrival.splices.isEmpty { shown.stored.text = buffer.text }
        if new.contains(where: \.effect.counts) { shown.stored.text = shown.stored.text ?? "" }
        let malformed = Set(arrival.malformed.map { writes[$0].diff })
        let decided = new.filter { $0.effect.counts && !malformed.contains($0.diff) }
        try settle(&shown.stored.openPairs, by: decided)
        for pair in arrival.openPairs {
            let pair = DiffPair(writes[pair.first].diff, writes[pair.second].diff)
            shown.stored.openPairs.insert(pair)
        }
        let sides = Set(shown.stored.openPairs.flatMap { [$0.first, $0.second] })
        shown.stored.conflict = try conflict(between: sides, at: key, in: record)
        shown.newest = newest
        memory.texts.shown[key] = shown
        return shown.stored
    }

    /// The text as it was merged last, here or as it is stored.
    private func shownBefore(_ key: CellKey, in record: RecordEntry) throws -> ShownText? {
        if let shown = memory.texts.shown[key] { return shown }
        guard let stored = try source.mergedText(of: key, in: record) else { return nil }
        let shown = ShownText(
            stored: stored,
            newest: (changes.newDiffs.first ?? memory.nextDiff) - 1
        )
        memory.texts.shown[key] = shown
        return shown
    }

    /// Strikes the pairs of which a new write with effect names both: an author who names them has seen them.
    private func settle(_ pairs: inout Set<DiffPair>, by new: [CellWrite]) throws {
        var namedBy: [BranchSeq: Set<Int>] = [:]
        for write in new where write.over.count > 1 {
            for place in write.over { namedBy[place, default: []].insert(write.diff) }
        }
        if namedBy.isEmpty { return }
        for pair in pairs {
            let places = (try entry(pair.first).at, try entry(pair.second).at)
            guard let first = namedBy[places.0], let second = namedBy[places.1] else { continue }
            if !first.isDisjoint(with: second) { pairs.remove(pair) }
        }
    }

    /// The writes among those merged already that some new one may be concurrent with, in causal
    /// order; nil if those are all there are.
    ///
    /// What came here before them is plain text to them and to the new ones: all of these had seen it,
    /// and had the same of it before them as is shown.
    private func recentPart(
        of key: CellKey,
        _ held: Cell,
        beneath new: [CellWrite]
    ) throws -> [CellWrite]? {
        var reach = try TextReach(new, of: key, in: self)
        var older = held.writes.filter { $0.diff < new[0].diff }
        older.sort { $0.diff < $1.diff }
        reach.voids = older.filter { !$0.effect.counts }
        // What is loaded has been seen by all new ones: then so has everything that it had replaced.
        if older.allSatisfy({ reach.common.contains($0.at) }), try reach.isPlain(in: self) {
            return []
        }
        var backwards = TextBackwards(older, isComplete: held.isComplete, source, key)
        while let write = try backwards.next() {
            if write.marks.contains(.seesAll), reach.common.contains(write.at),
                try reach.isPlain(in: self)
            {
                return reach.part.reversed()
            }
            try reach.extend(to: write, in: self)
        }
        return nil
    }

    // MARK: What is remembered.

    /// Notes of each write what later merges need to know of it.
    private func mark(
        _ writes: [CellWrite],
        malformed: Set<Int>,
        at key: CellKey
    ) throws {
        var newest = SeenVector()
        var marks: [Int: TextMarks] = [:]
        for (index, write) in writes.enumerated() {
            let seen = try entry(write.diff).seen
            var mark = write.marks.subtracting([.seesAll, .malformed])
            if seen.includes(newest) {
                mark.insert(.seesAll)
                // Nobody has seen this write without all of that; and there is nothing to compare then.
                newest = seen
            }
            if malformed.contains(index) { mark.insert(.malformed) }
            if mark != write.marks { marks[write.diff] = mark }
            newest.insert(write.at)
        }
        if !marks.isEmpty { memory.cells.remember(marks, at: key) }
    }
}
