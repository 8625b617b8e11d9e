import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

extension Upkeep {
    /// Notes the findings that must be looked at again because of a criterion or a piece of evidence that has
    /// changed: the merged one that raised it, and those that are merged into the one that it is in.
    func settleContents() throws {
        var parts = changes.presences
        var evidence: [CellKey] = []
        for key in changes.cells {
            switch key.field {
            case "", KnownField.grade, KnownField.finding, KnownField.standard, KnownField.clause:
                parts.insert(key.record)
            default: if key.isPieceOfEvidence { evidence.append(key) }
            }
        }
        for number in parts {
            let part = try record(number)
            guard part.kind == Schema.criterion,
                let id = try merges.identity(KnownField.finding, of: part, seenBy: nil),
                let finding = try record(named: RecordName(kind: Schema.finding.name, id: id))
            else { continue }
            if finding.mergedInto != nil { noteState(of: finding.number) }
            if finding.takesIn != nil {
                noteStates(of: try merges.findings(mergedInto: finding.number))
            }
        }
        try settleEvidence(evidence)
    }

    private func settleEvidence(_ keys: [CellKey]) throws {
        var mergedIn: [Int: Set<Int>] = [:]
        for key in keys {
            let finding = try record(key.record)
            guard finding.kind == Schema.finding else { continue }
            if finding.mergedInto != nil { noteState(of: finding.number) }
            guard finding.takesIn != nil else { continue }
            let those = try mergedIn[key.record] ?? Set(merges.findings(mergedInto: key.record))
            mergedIn[key.record] = those
            if those.isEmpty { continue }
            // Of what is merged into it only those that cite this piece: else many of both cost their product.
            for cell in try allCells(citing: key.member)
            where cell.isPieceOfEvidence && those.contains(cell.record) {
                noteState(of: cell.record)
            }
        }
    }

    /// Notes which findings must be looked at again because of what has changed elsewhere: those that
    /// are merged into one that counts no longer, or again, and those on a circle that was closed or
    /// opened, or on which something was written. What was written back last is remembered on each record.
    package func settleMerges() throws {
        try settleResting()
        var written = changes.presences
        for key in changes.cells
        where key.field.isEmpty || key.isState || key.field == KnownField.duplicateOf {
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
        let former = try circles(from: written) { number in
            try formerEdges[number] ?? self.record(number).mergedInto
        }
        let now = try circles(from: written) { try self.record($0).mergedInto }
        noteStates(of: former.union(now))
        try settleContents()
    }

    /// Notes that findings which name a new one as their target must be looked at: until now it was not there to
    /// remember that they are merged into it.
    func touchMerges(into finding: RecordEntry) throws {
        guard finding.kind == Schema.finding else { return }
        for key in try allCells(citing: finding.id)
        where try key.field == KnownField.duplicateOf && record(key.record).kind == Schema.finding {
            noteState(of: key.record)
        }
    }

    /// Notes into which finding a finding is merged now, and into which it was before, if that is another.
    private func settleEdge(
        of record: RecordEntry,
        former: inout [Int: Int?]
    ) throws {
        guard record.mayWait || record.mergedInto != nil else { return }
        // Also where it is not there itself: its state depends on its target all the same.
        let steps = try states.standingSteps(of: record, from: nil, merges: .stand)
        let merges = try precedence.winner(of: steps)?.merges(record.kind) ?? false
        let edge = merges ? try self.merges.target(of: record, from: nil)?.number : nil
        guard edge != record.mergedInto else { return }
        if former[record.number] == nil {
            former.updateValue(record.mergedInto, forKey: record.number)
        }
        var record = record
        record.mergedInto = edge
        store(record)
        guard let edge else { return }
        note(record.number, mergedInto: edge)
        var target = try self.record(edge)
        if target.takesIn == nil {
            target.takesIn = try self.merges.takesIn(target, from: nil)
            store(target)
        }
    }

    /// The findings on the circles to which merges lead from any of `findings`. Each finding has one target at
    /// most and is passed once: as much work as there are findings on the ways.
    private func circles(
        from findings: Set<Int>,
        along edge: (Int) throws -> Int?
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
                next = try edge(number)
            }
            if let next, let place = places[next] { found.formUnion(path[place...]) }
            passed.formUnion(path)
        }
        return found
    }

    /// Notes whether what is merged into a finding counts there now; if that has changed, answers
    /// which findings those are.
    private func settleTarget(_ number: Int) throws -> [Int] {
        var target = try record(number)
        guard let former = target.takesIn else { return [] }
        let takesIn = try merges.takesIn(target, from: nil)
        guard takesIn != former else {
            if try takesIn && !mayBeEnded(target) { return [] }
            // What ended it may be something else now: the conflicts of what is merged into it name that, also
            // of those that wait for what was taken from a target that takes them in.
            noteStates(of: try merges.findings(mergedInto: number))
            return []
        }
        target.takesIn = takesIn
        store(target)
        let mergedIn = try merges.findings(mergedInto: number)
        noteStates(of: mergedIn)
        return mergedIn
    }

    /// Whether a finding holds a step that ends it, or its steps have changed. Without, those that are merged into it
    /// need not be looked at: each edit of a target would cost as much as there are.
    private func mayBeEnded(_ finding: RecordEntry) throws -> Bool {
        let key = CellKey.state(of: finding.number)
        if changes.cells.contains(key) { return true }
        return try cell(key, complete: true).writes.contains(where: \.ends)
    }
}
