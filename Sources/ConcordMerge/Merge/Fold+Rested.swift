import ConcordEncoding
import ConcordModel
import ConcordText

// Evidence on which something rests: what a confirmed finding or an accepted answer cites. Who knows of that asks for a
// change of it; who does not holds the confirmation up. `Protocol/merge.md`, "Records", "Fields" and "States".

/// The writes that took out a piece of evidence or changed what it shows, by their cells.
struct Rewrites {
    /// Without those that were said with an `add` whose author knew of no other one.
    var later: [CellKey: RecordTimeline] = [:]
    var all: [CellKey: RecordTimeline] = [:]
}

/// Whether something rests on a piece of evidence, as a device had that before its last diff of which it was asked.
struct RestSight {
    /// What that device had seen when all that cites the evidence was looked at.
    let base: SeenVector
    /// What it had seen last.
    var seen: SeenVector
    /// How often verdicts had turned by then.
    let turns: Int
    let isRestedOn: Bool

    /// Of which device, and of which piece of evidence.
    struct Place: Hashable {
        let branch: Int
        let evidence: Int
    }
}

extension Fold {
    /// Of so many devices and pieces of evidence it is kept whether something rests on them.
    private static let restSightsMax = 64

    /// Whether a finding that was confirmed or issued, or an answer that was accepted, cites a piece of evidence, as far
    /// as the writer had seen, and they may not change it all the same: who decides on all findings may.
    ///
    /// N writes of what N others cite must not look at all of these each time. What was found holds on while the device
    /// has seen nothing new but evidence, written by those who knew of all that it knew.
    mutating func isRestedOn(_ record: RecordEntry, by writer: Writer) throws -> Bool {
        guard record.kind == Schema.evidence,
            Rights.right(of: writer.role, to: .decideFinding) != .yes
        else { return false }
        let entry = writer.entry
        let place = RestSight.Place(branch: entry.at.branch, evidence: record.number)
        if var sight = restSights[place], try holds(sight, for: entry) {
            sight.seen = entry.seen
            restSights[place] = sight
            return sight.isRestedOn
        }
        let isRestedOn = try isRestedOn(record, seenBy: entry)
        if restSights.count >= Self.restSightsMax { restSights.removeAll() }
        restSights[place] = RestSight(
            base: entry.seen,
            seen: entry.seen,
            turns: verdictTurns,
            isRestedOn: isRestedOn
        )
        return isRestedOn
    }

    private mutating func holds(_ sight: RestSight, for entry: DiffEntry) throws -> Bool {
        guard sight.turns == verdictTurns, entry.seen.includes(sight.seen) else { return false }
        if sight.seen == entry.seen { return true }
        guard let written = try written(in: entry.seen, after: sight.seen) else { return false }
        return try written.allSatisfy { key, diff in
            try record(key.record).kind == Schema.evidence
                && self.entry(diff).seen.includes(sight.base)
        }
    }

    /// Whether what cites a piece of evidence is confirmed, issued or accepted, in what `entry` had seen.
    mutating func isRestedOn(_ record: RecordEntry, seenBy entry: DiffEntry) throws -> Bool {
        for citation in try citations(of: record, from: entry, surviving: true)
        where citation.effect == .effective {
            let citing = try self.record(citation.key.record)
            switch citing.kind {
            case Schema.finding:
                guard try mayBeConfirmed(citing) else { continue }
                let state = try stateView(of: citing.number, cycle: .finding, from: entry)
                if state == "confirmed" || state == "issued" { return true }
            case Schema.action:
                let state = try stateView(of: citing.number, cycle: .action, from: entry)
                if Schema.isAccepted(state) { return true }
            default: continue
            }
        }
        return false
    }

    // MARK: What holds a confirmation up.

    /// Whether a write takes out a piece of evidence or changes what it shows.
    func rewrites(_ write: LocatedWrite) -> Bool {
        guard write.effect == .effective else { return false }
        if write.key.field.isEmpty { return write.write.value == nil }
        return Schema.fieldsRestedOn.contains(write.key.field)
    }

    /// Whether it is said of a piece of evidence by who adds it and knew of no other `add`: who confirms without
    /// having seen any has read nothing else.
    mutating func isSaidWithAddition(_ write: LocatedWrite) throws -> Bool {
        let presence = CellKey.presence(of: write.key.record)
        _ = try cell(presence, complete: true)
        guard let place = cells[presence]?.find(write.write.diff),
            cells[presence]?.writes[place].isAddition ?? false
        else { return false }
        return try !wasAdded(record(write.key.record), before: entry(write.write.diff))
    }

    /// The writes on a piece of evidence that hold up a confirmation, by their cells.
    private mutating func rewrites(
        of evidence: RecordEntry,
        holdingUp step: DiffEntry
    ) throws -> [CellKey: RecordTimeline] {
        let known = try rewrites(of: evidence)
        return try wasAdded(evidence, before: step, orWith: true) ? known.all : known.later
    }

    /// Whether evidence that a record cites, as far as the author of a confirmation or acceptance of it had seen, was
    /// rewritten or hidden at the same time, of what is here or of what an author had seen.
    mutating func isHeldUpByEvidence(
        _ step: DiffEntry,
        of record: RecordEntry,
        from entry: DiffEntry?
    ) throws -> Bool {
        // Who had seen nothing of others but what the step's author had seen had nothing beside it: so N steps of one chain
        // do not look at N pieces each.
        if let entry {
            let further = entry.seen.branches(seenFurtherThan: step.seen)
            guard further.contains(where: { $0 != step.at.branch }) else { return false }
        }
        for key in try pieces(of: record) {
            guard let evidence = try evidence(at: key) else { continue }
            let isRewritten = try rewrites(of: evidence, holdingUp: step).values.contains {
                rewrites in
                try rewrites.hasAny(
                    beside: step,
                    against: nil,
                    confirming: true,
                    seenBy: entry,
                    in: &self
                ) { _, _ in true }
            }
            if try isRewritten && cites(key, in: step) { return true }
        }
        return false
    }

    /// The writes on evidence that hold up confirmations of a record: of each cell, and of each chain, the newest.
    mutating func evidenceWrites(
        besideAnyOf steps: [DiffEntry],
        of record: RecordEntry
    ) throws -> [LocatedWrite] {
        var found: [LocatedWrite] = []
        for key in try pieces(of: record) {
            guard let evidence = try evidence(at: key) else { continue }
            var diffs: [CellKey: Set<Int>] = [:]
            for step in steps where try cites(key, in: step) {
                for (cell, rewrites) in try rewrites(of: evidence, holdingUp: step) {
                    diffs[cell, default: []].formUnion(try rewrites.newest(beside: step, in: &self))
                }
            }
            for (cell, diffs) in diffs {
                let writes = diffs.compactMap { diff in
                    cells[cell]?.find(diff).flatMap { cells[cell]?.writes[$0] }
                }
                found += writes.filter { write in
                    !writes.contains { branches.isInChain(write.at, before: $0.at) }
                }.map { LocatedWrite($0, at: cell) }
            }
        }
        return found
    }

    /// The piece of evidence that a member of a set names.
    private mutating func evidence(at key: CellKey) throws -> RecordEntry? {
        try record(named: RecordName(kind: Schema.evidence.name, id: key.member))
    }

    /// Whether a member of a set of evidence was in, as far as the author of a diff had seen or wrote in it.
    private mutating func cites(_ key: CellKey, in entry: DiffEntry) throws -> Bool {
        _ = try cell(key, complete: true)
        if let place = cells[key]?.find(entry.number), let own = cells[key]?.writes[place],
            own.effect == .effective
        {
            return own.value != nil
        }
        return try view(of: key, from: entry).contains {
            $0.effect == .effective && $0.value != nil
        }
    }

    // MARK: What must be looked at again.

    /// Notes that what cites a piece of evidence must be looked at again because of a write on it.
    ///
    /// - Parameter turns: whether its verdict has turned, or it has gone. Otherwise one whose author had seen
    ///   everything that is here meets no step.
    mutating func touchResting(on write: CellWrite, at key: CellKey, turns: Bool) throws {
        guard key.field.isEmpty || Schema.fieldsRestedOn.contains(key.field),
            try record(key.record).kind == Schema.evidence
        else { return }
        if try turns || write.effect == .effective && !hasSeenAll(entry(write.diff)) {
            changes.rewritten.insert(key.record)
        }
    }

    /// Whether the author of a diff had seen everything that is here.
    func hasSeenAll(_ entry: DiffEntry) -> Bool {
        branches.all.indices.allSatisfy { number in
            let newest = branches[number].tip - (number == entry.at.branch ? 1 : 0)
            return entry.seen.newest(of: number) >= newest
        }
    }

    /// Notes the findings and answers that must be looked at again because evidence which they cite was rewritten.
    mutating func settleResting() throws {
        for number in changes.rewritten {
            for key in try allCells(citing: record(number).id)
            where try key.isPieceOfEvidence && record(key.record).mayWait {
                changes.states.insert(key.record)
            }
        }
    }
}
