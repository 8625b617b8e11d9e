import ConcordEncoding
import ConcordModel

// Merged findings. A finding that is merged counts in another one, its *target*: what its field
// `duplicateOf` shows. Where the target does not count, the merge waits, and the finding counts itself.
// Each finding has one target at most, so that merges make chains and, where people merge in a circle,
// cycles. `Protocol/merge.md`, "Merges".

/// Which findings are merged into which, as far as it has been looked at.
struct MergeGraph {
    /// For each finding that was looked at, its target; nil where it is not merged.
    var targets: [Int: Int?] = [:]
    /// Whether merges lead from a finding back to it.
    var isOnCycle: [Int: Bool] = [:]
    /// Whether what is merged into a finding counts there.
    var takesIn: [Int: Bool] = [:]
}

extension Fold {
    /// The field that names the finding into which another one is merged.
    static let target: WireText = "duplicateOf"

    /// Whether merges of a finding, one of which would show, wait since its target does not count, or does not
    /// hold what the finding raises.
    mutating func waitsForTarget(
        _ record: RecordEntry,
        from entry: DiffEntry?
    ) throws -> Bool {
        guard let target = try target(of: record, from: entry),
            try takesIn(target, from: entry)
        else { return true }
        if let entry { return try waits(record, for: target, seenBy: entry) }
        guard try whatIsMissing(in: target, of: record, seenBy: nil).isEmpty else { return true }
        var graph = MergeGraph()
        swap(&graph, &mergeGraph)
        let waits = try isOnCycle(record, in: &graph)
        swap(&graph, &mergeGraph)
        return waits
    }

    /// The finding that a finding's field names as the one into which it is merged.
    mutating func target(
        of record: RecordEntry,
        from entry: DiffEntry?
    ) throws -> RecordEntry? {
        let key = CellKey(record: record.number, field: Fold.target)
        let survivors = try entry.map { try view(of: key, from: $0) } ?? cell(key).survivors
        let decided = survivors.filter { $0.effect == .effective }
        let shown = try (decided.isEmpty ? survivors : decided).max {
            try isOlder($0, than: $1)
        }
        guard let id = shown?.value?.stringValue else { return nil }
        return try self.record(named: RecordName(kind: Schema.finding.name, id: id))
    }

    /// Whether what is merged into a finding counts there: it was added and is present, and is not
    /// withdrawn. One that is merged itself counts elsewhere, or its own merge waits.
    private mutating func takesIn(_ record: RecordEntry, from entry: DiffEntry?) throws -> Bool {
        // Asked for each finding that is merged into this one.
        if entry == nil, let known = mergeGraph.takesIn[record.number] { return known }
        var passed: Set<Int> = []
        var next: RecordEntry? = record
        var takesIn: Bool?
        while takesIn == nil, let target = next, passed.insert(target.number).inserted {
            guard try isThere(target, from: entry) else {
                takesIn = false
                break
            }
            let steps = try standingSteps(of: target, from: entry, merges: .stand)
            guard try winner(of: steps)?.merges(target.kind) ?? false else {
                takesIn = try winner(of: steps)?.value != "withdrawn"
                break
            }
            // If its merge waits, what it was before is back; nearly always that counts.
            let before = try standingSteps(of: target, from: entry, merges: .leftOut)
            if try winner(of: before)?.value != "withdrawn" { takesIn = true }
            next = try self.target(of: target, from: entry)
        }
        // What leads to a finding counts where that one does.
        if entry == nil { for number in passed { mergeGraph.takesIn[number] = takesIn ?? false } }
        return takesIn ?? false
    }

    /// Whether a finding is present and was added.
    private mutating func isThere(_ record: RecordEntry, from entry: DiffEntry?) throws -> Bool {
        let first = try firstAdditions(of: record.number).contains { try isSeen($0, by: entry) }
        // Of what was admitted a later one may have been seen as one that counts.
        let adds =
            try first
            || cell(.presence(of: record.number), complete: true).writes.contains { write in
                try write.isAddition && isSeen(write, by: entry)
            }
        return try adds && presence(of: record, from: entry).shown != nil
    }

    /// Whether merges lead from a finding, which is merged, back to it.
    private mutating func isOnCycle(
        _ record: RecordEntry,
        in graph: inout MergeGraph
    ) throws -> Bool {
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
    mutating func edge(from record: RecordEntry, seenBy entry: DiffEntry?) throws -> Int? {
        guard try isThere(record, from: entry),
            try winner(of: standingSteps(of: record, from: entry, merges: .stand))?
                .merges(record.kind) ?? false
        else { return nil }
        return try target(of: record, from: entry)?.number
    }

    /// What ended the finding into which a merge that waits merges: its endings, its removals, what is missing
    /// in it, or, where merges lead round, its own merges.
    mutating func whatEndedTarget(of record: RecordEntry) throws -> [LocatedWrite] {
        guard let target = try target(of: record, from: nil) else { return [] }
        let presence = CellKey.presence(of: target.number)
        guard try self.presence(of: target, from: nil).shown != nil else {
            return try cell(presence).survivors.filter { $0.value == nil }.map {
                LocatedWrite($0, at: presence)
            }
        }
        let key = CellKey(record: target.number, field: "state")
        let endings = try standingSteps(of: target, from: nil, merges: .stand).filter(\.ends)
        return try endings.map { LocatedWrite($0, at: key) }
            + whatIsMissing(in: target, of: record, seenBy: nil).flatMap { $0 }
    }
}

// MARK: What must be looked at again.

extension Fold {
    /// Notes which findings must be looked at again because of what has changed elsewhere: those that
    /// are merged into one that counts no longer, or again, and those on a circle that was closed or
    /// opened, or on which something was written. What was written back last is remembered on each record.
    package mutating func settleMerges() throws {
        try settleResting()
        var written = changes.presences
        for key in changes.cells
        where key.field.isEmpty || key.field == "state" || key.field == Fold.target {
            written.insert(key.record)
        }
        var formerEdges: [Int: Int?] = [:]
        var rest = Array(written.union(changes.states))
        while let number = rest.popLast() {
            let record = try self.record(number)
            guard record.kind == Schema.finding else { continue }
            try settleEdge(of: record, former: &formerEdges)
            rest += try settleTarget(number)
        }
        written.formUnion(formerEdges.keys)
        let former = try circles(from: written) { fold, number in
            try formerEdges[number] ?? fold.record(number).mergedInto
        }
        let now = try circles(from: written) { try $0.record($1).mergedInto }
        changes.states.formUnion(former.union(now))
        try settleContents()
    }

    /// Notes that findings which name a new one as their target must be looked at: until now it was not there to
    /// remember that they are merged into it.
    mutating func touchMerges(into finding: RecordEntry) throws {
        guard finding.kind == Schema.finding else { return }
        for key in try allCells(citing: finding.id)
        where try key.field == Fold.target && record(key.record).kind == Schema.finding {
            changes.states.insert(key.record)
        }
    }

    /// Notes into which finding a finding is merged now, and into which it was before, if that is another.
    private mutating func settleEdge(
        of record: RecordEntry,
        former: inout [Int: Int?]
    ) throws {
        guard record.mayWait || record.mergedInto != nil else { return }
        // Also where it is not there itself: its state rests on its target all the same.
        let steps = try standingSteps(of: record, from: nil, merges: .stand)
        let merges = try winner(of: steps)?.merges(record.kind) ?? false
        let edge = merges ? try target(of: record, from: nil)?.number : nil
        guard edge != record.mergedInto else { return }
        if former[record.number] == nil {
            former.updateValue(record.mergedInto, forKey: record.number)
        }
        var record = record
        record.mergedInto = edge
        store(record)
        guard let edge else { return }
        merged[edge, default: []].insert(record.number)
        var target = try self.record(edge)
        if target.takesIn == nil {
            target.takesIn = try takesIn(target, from: nil)
            store(target)
        }
    }

    /// The findings on the circles to which merges lead from any of `findings`. Each finding has one target at
    /// most and is passed once: as much work as there are findings on the ways.
    private mutating func circles(
        from findings: Set<Int>,
        along edge: (inout Fold, Int) throws -> Int?
    ) throws -> Set<Int> {
        var found: Set<Int> = []
        var passed: Set<Int> = []
        for start in findings {
            var path: [Int] = []
            var places: [Int: Int] = [:]
            var next: Int? = start
            while let number = next, !passed.contains(number), places[number] == nil {
                places[number] = path.count
                path.append(number)
                next = try edge(&self, number)
            }
            if let next, let place = places[next] { found.formUnion(path[place...]) }
            passed.formUnion(path)
        }
        return found
    }

    /// Notes whether what is merged into a finding counts there now; if that has changed, answers
    /// which findings those are.
    private mutating func settleTarget(_ number: Int) throws -> [Int] {
        var target = try record(number)
        guard let former = target.takesIn else { return [] }
        let takesIn = try takesIn(target, from: nil)
        guard takesIn != former else {
            if try takesIn && !mayBeEnded(target) { return [] }
            // What ended it may be something else now: the conflicts of what is merged into it name that, also
            // of those that wait for what was taken from a target that takes them in.
            changes.states.formUnion(try findings(mergedInto: number))
            return []
        }
        target.takesIn = takesIn
        store(target)
        let mergedIn = try findings(mergedInto: number)
        changes.states.formUnion(mergedIn)
        return mergedIn
    }

    /// Whether a finding holds a step that ends it, or its steps have changed. Without, those that are merged into it
    /// need not be looked at: each edit of a target would cost as much as there are.
    private mutating func mayBeEnded(_ finding: RecordEntry) throws -> Bool {
        let key = CellKey(record: finding.number, field: "state")
        if changes.cells.contains(key) { return true }
        return try cell(key, complete: true).writes.contains(where: \.ends)
    }

    /// The findings that are merged into one, as it was noted last.
    mutating func findings(mergedInto number: Int) throws -> [Int] {
        var all = Set(try source.findings(mergedInto: number))
        all.formUnion(merged[number] ?? [])
        // What memory holds is newer than what is stored.
        return all.filter { records[$0].map { $0.mergedInto == number } ?? true }.sorted()
    }
}
