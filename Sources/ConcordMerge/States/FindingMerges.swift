import ConcordEncoding
import ConcordModel

// Merged findings. A finding that is merged counts in another one, its *target*: what its field
// `duplicateOf` shows. Where the target does not count, the merge waits, and the finding counts itself.
// Each finding has one target at most, so that merges make chains and, where people merge in a circle,
// cycles. `Protocol/merge.md`, "Merges".

/// Which findings are merged into which, as far as it was looked at since anything changed.
final class MergeGraphMemory {
    /// For each finding that was looked at, its target; nil where it is not merged.
    fileprivate var targets: [Int: Int?] = [:]
    /// Whether merges lead from a finding back to it.
    fileprivate var isOnCycle: [Int: Bool] = [:]
    /// Whether what is merged into a finding counts there.
    fileprivate var takesIn: [Int: Bool] = [:]

    /// Forgets them: something has changed.
    func forget() {
        targets.removeAll(keepingCapacity: true)
        isOnCycle.removeAll(keepingCapacity: true)
        takesIn.removeAll(keepingCapacity: true)
    }
}

/// Findings that are merged into others: into which, and whether they count there.
struct FindingMerges: FoldPart {
    let memory: FoldMemory

    /// Whether merges of a finding, one of which would show, wait since its target does not count, or does not
    /// hold what the finding raises.
    func waitsForTarget(
        _ record: RecordEntry,
        from entry: DiffEntry?
    ) throws -> Bool {
        guard let target = try target(of: record, from: entry),
            try takesIn(target, from: entry)
        else { return true }
        if let entry { return try waits(record, for: target, seenBy: entry) }
        guard try whatIsMissing(in: target, of: record, seenBy: nil).isEmpty else { return true }
        return try isOnCycle(record)
    }

    /// The finding that a finding's field names as the one into which it is merged.
    func target(
        of record: RecordEntry,
        from entry: DiffEntry?
    ) throws -> RecordEntry? {
        let key = CellKey(record: record.number, field: KnownField.duplicateOf)
        let survivors =
            try entry.map { try seenWrites.view(of: key, from: $0) } ?? cell(key).survivors
        let decided = survivors.filter { $0.effect == .effective }
        let shown = try (decided.isEmpty ? survivors : decided).max {
            try precedence.isOlder($0, than: $1)
        }
        guard let id = shown?.value?.stringValue else { return nil }
        return try self.record(named: RecordName(kind: Schema.finding.name, id: id))
    }

    /// Whether what is merged into a finding counts there: it was added and is present, and is not
    /// withdrawn. One that is merged itself counts elsewhere, or its own merge waits.
    func takesIn(_ record: RecordEntry, from entry: DiffEntry?) throws -> Bool {
        // Asked for each finding that is merged into this one.
        if entry == nil, let known = memory.mergeGraph.takesIn[record.number] { return known }
        var passed: Set<Int> = []
        var next: RecordEntry? = record
        var takesIn: Bool?
        while takesIn == nil, let target = next, passed.insert(target.number).inserted {
            guard try isThere(target, from: entry) else {
                takesIn = false
                break
            }
            let steps = try states.standingSteps(of: target, from: entry, merges: .stand)
            guard try precedence.winner(of: steps)?.merges(target.kind) ?? false else {
                takesIn = try precedence.winner(of: steps)?.value != "withdrawn"
                break
            }
            // If its merge waits, what it was before is back; nearly always that counts.
            let before = try states.standingSteps(of: target, from: entry, merges: .leftOut)
            if try precedence.winner(of: before)?.value != "withdrawn" { takesIn = true }
            next = try self.target(of: target, from: entry)
        }
        // What leads to a finding counts where that one does.
        if entry == nil {
            for number in passed { memory.mergeGraph.takesIn[number] = takesIn ?? false }
        }
        return takesIn ?? false
    }

    /// Whether a finding is present and was added.
    private func isThere(_ record: RecordEntry, from entry: DiffEntry?) throws -> Bool {
        let first = try owners.firstAdditions(of: record.number).contains {
            try seenWrites.isSeen($0, by: entry)
        }
        // Of what was admitted a later one may have been seen as one that counts.
        let adds =
            try first
            || cell(.presence(of: record.number), complete: true).writes.contains { write in
                try write.isAddition && seenWrites.isSeen(write, by: entry)
            }
        return try adds && evaluator.presence(of: record, from: entry).shown != nil
    }

    /// Whether merges lead from a finding, which is merged, back to it.
    private func isOnCycle(_ record: RecordEntry) throws -> Bool {
        let graph = memory.mergeGraph
        if let known = graph.isOnCycle[record.number] { return known }
        guard try mayBeOnCycle(record) else { return false }
        var path: [Int] = []
        var places: [Int: Int] = [:]
        var next: Int? = record.number
        while let number = next, graph.isOnCycle[number] == nil, places[number] == nil {
            places[number] = path.count
            path.append(number)
            if let known = graph.targets[number] {
                next = known
            } else {
                next = try edge(from: self.record(number), seenBy: nil)
                graph.targets.updateValue(next, forKey: number)
            }
        }
        // What leads to a known finding, or to one that is not merged, is on no cycle.
        let start = next.flatMap { graph.isOnCycle[$0] == nil ? places[$0] : nil } ?? path.count
        for (place, number) in path.enumerated() { graph.isOnCycle[number] = place >= start }
        return graph.isOnCycle[record.number] ?? false
    }

    /// The target of a finding that is present and merged, its target aside.
    func edge(from record: RecordEntry, seenBy entry: DiffEntry?) throws -> Int? {
        guard try isThere(record, from: entry),
            try precedence.winner(
                of: states.standingSteps(of: record, from: entry, merges: .stand)
            )?
            .merges(record.kind) ?? false
        else { return nil }
        return try target(of: record, from: entry)?.number
    }

    /// What ended the finding into which a merge that waits merges: its endings, its removals, what is missing
    /// in it, or, where merges lead round, its own merges.
    func whatEndedTarget(of record: RecordEntry) throws -> [LocatedWrite] {
        guard let target = try target(of: record, from: nil) else { return [] }
        let presence = CellKey.presence(of: target.number)
        guard try self.evaluator.presence(of: target, from: nil).shown != nil else {
            return try cell(presence).survivors.filter { $0.value == nil }.map {
                LocatedWrite($0, at: presence)
            }
        }
        let key = CellKey.state(of: target.number)
        let endings = try states.standingSteps(of: target, from: nil, merges: .stand).filter(\.ends)
        return try endings.map { LocatedWrite($0, at: key) }
            + whatIsMissing(in: target, of: record, seenBy: nil).flatMap { $0 }
    }
}

// MARK: What must be looked at again.

extension FindingMerges {
}
