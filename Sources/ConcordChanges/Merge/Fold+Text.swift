import ConcordEncoding
import ConcordModel

extension Fold {
    /// The text that a cell shows.
    mutating func text(at key: CellKey, in record: RecordEntry) throws -> Evaluation {
        let held = try cell(key)
        guard !held.writes.isEmpty else { return Evaluation(shown: nil) }
        if let text = try appended(to: key, held) { return shown(text, at: key) }
        let events = try textEvents(of: key)
        let merged = mergeText(events.map(\.event))
        var evaluation = shown(merged.text, at: key)
        let isWritten = events.contains(where: \.event.hasEffect)
        if !isWritten { return Evaluation(shown: nil) }
        guard !merged.openPairs.isEmpty else { return evaluation }
        let sides = Set(merged.openPairs.flatMap { [$0.first, $0.second] }).sorted()
        evaluation.conflict = Conflict(
            kind: .text, path: path(of: key, in: record),
            candidates: try sides.map { side in
                Conflict.Candidate(
                    write: try entry(events[side].diff).reference,
                    value: .string(textAfter(side, in: events.map(\.event))))
            },
            shown: .string(merged.text))
        return evaluation
    }

    private mutating func shown(_ text: String, at key: CellKey) -> Evaluation {
        shownTexts[key] = text
        return Evaluation(shown: .string(text))
    }

    /// The text after new splices whose authors had seen everything before, which is nearly always:
    /// then nothing has to be merged.
    private mutating func appended(to key: CellKey, _ held: Cell) throws -> String? {
        guard !held.isComplete, held.removed.isEmpty,
            held.writes.allSatisfy({ $0.standing != .void }), held.survivors.count == 1
        else { return nil }
        var new = held.writes.filter { held.changed.contains($0.diff) && isNew($0.diff) }
        new.sort { $0.depth < $1.depth }
        guard let last = new.last else { return try storedText(of: key) }
        for (earlier, later) in zip(new, new.dropFirst()) {
            guard try entry(later.diff).seen.contains(earlier.at) else { return nil }
        }
        // Everything older must have been seen by the first of the new ones.
        let old = held.writes.filter { !isNew($0.diff) }
        guard let first = new.first, last.standing == .surviving else { return nil }
        let seen = try entry(first.diff).seen
        guard old.allSatisfy({ seen.contains($0.at) }) else { return nil }
        var buffer = Array(try storedText(of: key).unicodeScalars)
        for write in new {
            for splice in write.textSplices {
                guard splice.at + splice.delete <= buffer.count else { return nil }
                buffer.replaceSubrange(
                    splice.at..<splice.at + splice.delete, with: splice.insert.unicodeScalars)
            }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: buffer)
        return String(text)
    }

    /// Whether the diff came in since the changes were last taken.
    private func isNew(_ number: Int) -> Bool {
        guard let first = changes.newDiffs.first else { return false }
        return number >= first
    }

    private mutating func storedText(of key: CellKey) throws -> String {
        if let text = shownTexts[key] { return text }
        return try source.text(of: key)
    }

    /// All splices of a text in causal order, with what each author had seen of it.
    private mutating func textEvents(of key: CellKey) throws -> [(diff: Int, event: TextEvent)] {
        let writes = try cell(key, complete: true).writes
        var entries: [(write: CellWrite, entry: DiffEntry)] = []
        for write in writes { entries.append((write, try entry(write.diff))) }
        entries.sort { Self.isBefore($0.entry, $1.entry) }
        let ranks = Dictionary(
            uniqueKeysWithValues: Set(entries.map(\.entry.author)).sorted().enumerated().map {
                ($1, $0)
            })
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
                parents: parents, agent: ranks[entry.author] ?? 0, seq: entry.at.seq,
                splices: write.textSplices, hasEffect: write.effect.counts,
                without: seen.filter { without.contains(entries[$0].write.at) },
                over: seen.filter { write.over.contains(entries[$0].write.at) })
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
    package var textSplices: [TextSplice] {
        (value?.arrayValue ?? []).compactMap { splice in
            guard let parts = splice.arrayValue, parts.count == 3,
                let at = parts[0].integerValue, let delete = parts[1].integerValue,
                let insert = parts[2].stringValue
            else { return nil }
            return TextSplice(at: Int(at), delete: Int(delete), insert: insert)
        }
    }
}
