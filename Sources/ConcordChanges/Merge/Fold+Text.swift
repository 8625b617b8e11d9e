import ConcordEncoding
import ConcordModel

/// A text as it was worked out last.
struct ShownText {
    let text: String
    /// The greatest number of a diff that has a part in it.
    let newest: Int
    /// Whether it is disputed.
    let isDisputed: Bool
}

extension Fold {
    /// The text that a cell shows.
    mutating func text(at key: CellKey, in record: RecordEntry) throws -> Evaluation {
        let held = try cell(key)
        guard !held.writes.isEmpty else { return Evaluation(shown: nil) }
        if let text = try appended(to: key, held) {
            note(text, at: key, held, isDisputed: false)
            return Evaluation(shown: .string(text))
        }
        let events = try textEvents(of: key)
        guard events.contains(where: \.event.hasEffect) else { return Evaluation(shown: nil) }
        let merged = mergeText(events.map(\.event))
        var evaluation = Evaluation(shown: .string(merged.text))
        var sides = Set(merged.openPairs.flatMap { [$0.first, $0.second] })
        let proposals = Set(
            try cell(key, complete: true).writes.filter { $0.effect == .proposal }.map(\.diff)
        )
        // A proposal is beneath nobody's text: it waits beside it until somebody names it.
        let named = Set(events.filter(\.event.hasEffect).flatMap(\.event.over))
        for (index, event) in events.enumerated()
        where !event.event.hasEffect && proposals.contains(event.diff) && !named.contains(index) {
            sides.insert(index)
        }
        note(merged.text, at: key, try cell(key), isDisputed: !sides.isEmpty)
        guard !sides.isEmpty else { return evaluation }
        evaluation.conflict = Conflict(
            kind: .text,
            path: path(of: key, in: record),
            candidates: try sides.sorted().map { side in
                Conflict.Candidate(
                    write: try entry(events[side].diff).reference,
                    value: .string(textAfter(side, in: events.map(\.event))),
                    isProposal: proposals.contains(events[side].diff)
                )
            },
            shown: .string(merged.text)
        )
        return evaluation
    }

    private mutating func note(_ text: String, at key: CellKey, _ cell: Cell, isDisputed: Bool) {
        let newest = cell.writes.map(\.diff).max() ?? 0
        shownTexts[key] = ShownText(text: text, newest: newest, isDisputed: isDisputed)
    }

    /// The text after new splices whose authors had seen everything before, which is nearly always:
    /// then nothing has to be merged.
    private mutating func appended(to key: CellKey, _ held: Cell) throws -> String? {
        guard !held.isComplete, held.removed.isEmpty,
            held.writes.allSatisfy({ $0.effect == .effective }), held.survivors.count == 1
        else { return nil }
        let base = shownTexts[key]
        // An edit elsewhere settles nothing.
        if try base?.isDisputed ?? source.isDisputed(key) { return nil }
        let firstNew = base.map { $0.newest + 1 } ?? changes.newDiffs.first ?? .max
        var new = held.writes.filter { $0.diff >= firstNew }
        new.sort { $0.depth < $1.depth }
        guard let first = new.first, let last = new.last else {
            return try base?.text ?? source.text(of: key)
        }
        for (earlier, later) in zip(new, new.dropFirst()) {
            guard try entry(later.diff).seen.contains(earlier.at) else { return nil }
        }
        // Everything older must have been seen by the first of the new ones.
        guard last.standing == .surviving else { return nil }
        let seen = try entry(first.diff).seen
        guard held.writes.allSatisfy({ $0.diff >= firstNew || seen.contains($0.at) }) else {
            return nil
        }
        // Nor may their authors have lacked anything of what they had seen: their positions count
        // without it, though it has effect here.
        for write in new {
            guard try diff(write.diff).head.without.isEmpty else { return nil }
        }
        var buffer = Array(try (base?.text ?? source.text(of: key)).unicodeScalars)
        for write in new {
            for splice in write.textSplices {
                guard splice.at + splice.delete <= buffer.count else { return nil }
                buffer.replaceSubrange(
                    splice.at..<splice.at + splice.delete,
                    with: splice.insert.unicodeScalars
                )
            }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: buffer)
        return String(text)
    }

    /// All splices of a text in causal order, with what each author had seen of it.
    mutating func textEvents(of key: CellKey) throws -> [(diff: Int, event: TextEvent)] {
        let writes = try cell(key, complete: true).writes
        let isDecided = writes.contains { $0.effect == .effective }
        var entries: [(write: CellWrite, entry: DiffEntry)] = []
        for write in writes { entries.append((write, try entry(write.diff))) }
        entries.sort { Self.isBefore($0.entry, $1.entry) }
        let ranks = Dictionary(
            uniqueKeysWithValues: Set(entries.map(\.entry.author)).sorted().enumerated().map {
                ($1, $0)
            }
        )
        var events: [(diff: Int, event: TextEvent)] = []
        for (write, entry) in entries {
            let seen = entries.indices.filter { entry.seen.contains(entries[$0].write.at) }
            let parents = seen.filter { candidate in
                !seen.contains { other in
                    entries[other].entry.seen.contains(entries[candidate].write.at)
                }
            }
            let without = try withoutReferences(of: entry)
            let event = TextEvent(
                parents: parents,
                agent: ranks[entry.author] ?? 0,
                seq: entry.at.seq,
                splices: write.textSplices,
                hasEffect: write.effect == .effective || write.effect == .proposal && !isDecided,
                without: seen.filter { without.contains(entries[$0].write.at) },
                over: seen.filter { write.over.contains(entries[$0].write.at) }
            )
            events.append((write.diff, event))
        }
        return events
    }

    private mutating func withoutReferences(of entry: DiffEntry) throws -> Set<BranchSeq> {
        let without = try diff(entry.number).head.without
        return Set(without.flatMap { branches.places(of: $0, in: entry.seen) })
    }
}

extension CellWrite {
    /// The splices that a text's write holds.
    ///
    /// A later version's text begins with a string, which this version keeps as it came.
    package var textSplices: [TextSplice] {
        if let text = value?.stringValue { return [TextSplice(at: 0, delete: 0, insert: text)] }
        return (value?.arrayValue ?? []).compactMap { splice in
            guard let parts = splice.arrayValue, parts.count == 3,
                let at = parts[0].integerValue, let delete = parts[1].integerValue,
                let insert = parts[2].stringValue
            else { return nil }
            return TextSplice(at: Int(at), delete: Int(delete), insert: insert)
        }
    }
}
