import ConcordEncoding
import ConcordModel

// Loops of merges. Whether merges lead from a finding back to it is asked of what somebody had seen, at each of
// their diffs; to follow a long chain each time would cost the square. So it is remembered which findings
// are on a loop of all merges that were ever written: of nearly every finding that says that it is on none.

/// Whether a finding, by its id, is on a loop of all merges that ever had effect, as far as it was looked at.
final class MergeLoopMemory {
    fileprivate var all: [WireText: Bool] = [:]
}

extension FindingMerges {
    /// Whether a finding is on a loop of all merges that ever had effect: only then it can be on one of those that
    /// show, or of those that somebody had seen.
    func mayBeOnCycle(_ finding: RecordEntry) throws -> Bool {
        if let known = memory.mergeLoops.all[finding.id] { return known }
        // Tarjan's algorithm: the strongly connected components of what merges lead to from here.
        var search = LoopSearch()
        search.enter(finding.id, to: try everTargets(of: finding.id))
        while let (from, target) = search.next() {
            guard let target else {
                for id in search.leave(from) {
                    memory.mergeLoops.all[id] = search.loops.contains(id)
                }
                continue
            }
            if memory.mergeLoops.all[target] != nil || search.knows(from, target) { continue }
            search.enter(target, to: try everTargets(of: target))
        }
        return memory.mergeLoops.all[finding.id] ?? false
    }

    /// Forgets what is known of loops where a write may close one: where something is merged into the finding, and
    /// its target is merged too.
    func noteMerge(_ write: CellWrite, at key: CellKey) throws {
        guard key.field == KnownField.duplicateOf, !memory.mergeLoops.all.isEmpty,
            write.effect.counts,
            let id = write.value?.stringValue
        else { return }
        let finding = try record(key.record).id
        // One that merges a finding into itself is the whole loop; among what cites the finding it is not noted yet.
        let closes =
            try id == finding
            || !everTargets(of: id).isEmpty
                && allCells(citing: finding).contains { $0.field == KnownField.duplicateOf }
        if closes { memory.mergeLoops.all.removeAll() }
    }

    /// The ids of the findings into which one was ever merged.
    private func everTargets(of id: WireText) throws -> [WireText] {
        let name = RecordName(kind: Schema.finding.name, id: id)
        guard let record = try record(named: name) else { return [] }
        let key = CellKey(record: record.number, field: KnownField.duplicateOf)
        return try cell(key, complete: true).writes.compactMap { write in
            write.effect.counts ? write.value?.stringValue : nil
        }
    }
}

/// The state of Tarjan's algorithm, without recursion: chains of merges may be long.
private struct LoopSearch {
    private struct Visit {
        let order: Int
        var lowest: Int
        var isOpen = true

        mutating func lower(to other: Int) { lowest = min(lowest, other) }
    }

    private var visits: [WireText: Visit] = [:]
    private var open: [WireText] = []
    private var path: [(id: WireText, rest: ArraySlice<WireText>)] = []
    /// What was found to be on a loop.
    private(set) var loops: Set<WireText> = []

    mutating func enter(_ id: WireText, to targets: [WireText]) {
        visits[id] = Visit(order: visits.count, lowest: visits.count)
        open.append(id)
        path.append((id, targets[...]))
    }

    /// The next target of what was entered last, or nil where it has no further ones.
    mutating func next() -> (from: WireText, target: WireText?)? {
        guard let last = path.indices.last else { return nil }
        return (path[last].id, path[last].rest.popFirst())
    }

    /// Whether a target was visited already; notes the way back to it.
    mutating func knows(_ from: WireText, _ target: WireText) -> Bool {
        guard let visit = visits[target] else { return false }
        if from == target { loops.insert(from) }
        if visit.isOpen { visits[from]?.lower(to: visit.order) }
        return true
    }

    /// Ends a visit; answers what it decides.
    mutating func leave(_ id: WireText) -> [WireText] {
        path.removeLast()
        guard let visit = visits[id] else { return [] }
        if let above = path.last?.id { visits[above]?.lower(to: visit.lowest) }
        guard visit.lowest == visit.order, let start = open.lastIndex(of: id) else { return [] }
        let component = Array(open[start...])
        open.removeSubrange(start...)
        for other in component { visits[other]?.isOpen = false }
        if component.count > 1 { loops.formUnion(component) }
        return component
    }
}
