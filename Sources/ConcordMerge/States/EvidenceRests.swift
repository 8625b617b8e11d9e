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

/// Whether something depends on a piece of evidence, as a device had that before its last diff of which it was
/// asked.
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

/// Whether something depends on a piece of evidence, as devices had that before them.
final class RestSightMemory {
    fileprivate var all: [RestSight.Place: RestSight] = [:]

    /// Forgets them.
    func forget() { all.removeAll() }
}

/// What depends on a piece of evidence.
struct EvidenceRests: FoldPart {
    let memory: FoldMemory

    /// Of so many devices and pieces of evidence it is kept whether something depends on them.
    private static let restSightsMax = 64

    /// Whether a finding that was confirmed or issued, or an answer that was accepted, cites a piece of evidence, as far
    /// as the writer had seen, and they may not change it all the same: who decides on all findings may.
    ///
    /// N writes of what N others cite must not look at all of these each time. What was found holds on while the device
    /// has seen nothing new that may decide it: of evidence, what those wrote who knew of all that it knew.
    func isRestedOn(_ record: RecordEntry, by writer: Writer) throws -> Bool {
        guard record.kind == Schema.evidence,
            Rights.right(of: writer.role, to: .decideFinding) != .yes
        else { return false }
        if try restCandidates(of: record).isEmpty { return false }
        let entry = writer.entry
        let place = RestSight.Place(branch: entry.at.branch, evidence: record.number)
        if var sight = memory.restSights.all[place], try holds(sight, of: record, for: entry) {
            sight.seen = entry.seen
            memory.restSights.all[place] = sight
            return sight.isRestedOn
        }
        let isRestedOn = try isRestedOn(record, seenBy: entry)
        if memory.restSights.all.count >= Self.restSightsMax { memory.restSights.forget() }
        memory.restSights.all[place] = RestSight(
            base: entry.seen,
            seen: entry.seen,
            turns: memory.timelines.turns,
            isRestedOn: isRestedOn
        )
        return isRestedOn
    }

    private func holds(
        _ sight: RestSight,
        of evidence: RecordEntry,
        for entry: DiffEntry
    ) throws -> Bool {
        guard sight.turns == memory.timelines.turns, entry.seen.includes(sight.seen) else {
            return false
        }
        if sight.seen == entry.seen { return true }
        guard let written = try merges.written(in: entry.seen, after: sight.seen) else {
            return false
        }
        for (key, diff) in written {
            let record = try record(key.record)
            if record.kind == Schema.evidence {
                guard try self.entry(diff).seen.includes(sight.base) else { return false }
            } else if try mayDecide(key, whatRestsOn: evidence) {
                return false
            }
        }
        return true
    }

    /// Whether a write in a cell may decide what depends on a piece of evidence: it stands in what was
    /// confirmed and ever cited it, or merges a finding, or stands in one into which another is merged.
    private func mayDecide(
        _ key: CellKey,
        whatRestsOn evidence: RecordEntry
    ) throws -> Bool {
        if key.field == KnownField.duplicateOf { return true }
        let candidates = try restCandidates(of: evidence)
        let record = try record(key.record)
        for number in [record.number] + (record.owner.map { [$0] } ?? []) {
            if candidates.contains(
                CellKey(record: number, field: KnownField.evidence, member: evidence.id)
            ) {
                return true
            }
            if try allCells(citing: self.record(number).id).contains(where: {
                $0.field == KnownField.duplicateOf
            }) {
                return true
            }
        }
        return false
    }

    /// Whether what cites a piece of evidence is confirmed, issued or accepted, in what `entry` had seen.
    func isRestedOn(_ record: RecordEntry, seenBy entry: DiffEntry) throws -> Bool {
        for key in try restCandidates(of: record) {
            let citing = try self.record(key.record)
            if citing.kind == Schema.finding, try !judge.mayBeConfirmed(citing) { continue }
            let isCited = try seenWrites.view(of: key, from: entry).contains {
                $0.effect == .effective && $0.value != nil
            }
            guard isCited else { continue }
            switch citing.kind {
            case Schema.finding:
                let state = try seenWrites.stateView(
                    of: citing.number,
                    cycle: .finding,
                    from: entry
                )
                if state == "confirmed" || state == "issued" { return true }
            case Schema.action:
                let state = try seenWrites.stateView(of: citing.number, cycle: .action, from: entry)
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
    func isSaidWithAddition(_ write: LocatedWrite) throws -> Bool {
        let presence = CellKey.presence(of: write.key.record)
        guard try self.write(of: write.write.diff, at: presence)?.isAddition ?? false else {
            return false
        }
        return try !owners.wasAdded(record(write.key.record), before: entry(write.write.diff))
    }

    /// Whether evidence that a record cites, as far as the author of a confirmation or acceptance of it had seen, was
    /// rewritten or hidden at the same time, of what is here or of what an author had seen.
    func isHeldUpByEvidence(
        _ step: DiffEntry,
        of record: RecordEntry,
        from entry: DiffEntry?
    ) throws -> Bool {
        // Who had seen nothing of others but what the step's author had seen had nothing concurrent with it: so
        // N steps of one chain do not look at N pieces each.
        if let entry {
            let further = entry.seen.branches(seenFurtherThan: step.seen)
            guard further.contains(where: { $0 != step.at.branch }) else { return false }
        }
        let index = try restIndex(of: record)
        var asked: Set<WireText> = []
        for chain in index.chains where chain != step.at.branch {
            let seen = step.seen.newest(of: chain)
            if let entry, entry.seen.newest(of: chain) <= seen { continue }
            for piece in index.pieces(rewrittenOn: chain, behind: seen) {
                guard asked.insert(piece).inserted, let key = index.cells[piece],
                    try isHeldUp(step, byEvidenceAt: key, from: entry)
                else { continue }
                return true
            }
        }
        return false
    }

    private func isHeldUp(
        _ step: DiffEntry,
        byEvidenceAt key: CellKey,
        from entry: DiffEntry?
    ) throws -> Bool {
        guard try isCited(key, in: step), let evidence = try evidence(at: key) else { return false }
        let known = try timelines.rewrites(of: evidence)
        let all =
            try owners.wasAdded(evidence, before: step, orWith: true) ? known.all : known.later
        return try all.values.contains { rewrites in
            try rewrites.hasAny(
                beside: step,
                against: nil,
                confirming: true,
                seenBy: entry,
                in: self
            ) { _ in true }
        }
    }

    /// The same as `cites`, kept for many questions about one step: what its author had seen stays what it is.
    private func isCited(_ key: CellKey, in step: DiffEntry) throws -> Bool {
        if let known = memory.rests.isCited(at: key, in: step.number) { return known }
        let isCited = try cites(key, in: step)
        memory.rests.note(isCited, at: key, in: step.number)
        return isCited
    }

    /// The writes on evidence that hold up confirmations of a record: of each cell, and of each chain, the newest.
    func evidenceWrites(
        besideAnyOf steps: [DiffEntry],
        of record: RecordEntry
    ) throws -> [LocatedWrite] {
        guard !steps.isEmpty else { return [] }
        var found: [LocatedWrite] = []
        let chains = ConfirmingChain.all(of: steps)
        for key in try timelines.pieces(of: record) {
            guard let evidence = try evidence(at: key) else { continue }
            let rewrites = try self.timelines.rewrites(of: evidence)
            guard !rewrites.all.isEmpty else { continue }
            let citing = try chains.map { try self.citing(key, $0) }
            let knowing = try citing.map { chain in
                chain.from(
                    try chain.steps.partition {
                        try owners.wasAdded(evidence, before: $0, orWith: true)
                    }
                )
            }
            for (cell, all) in rewrites.all {
                var diffs = try all.newest(besideAnyOf: knowing, in: self)
                if let later = rewrites.later[cell] {
                    diffs.formUnion(try later.newest(besideAnyOf: citing, in: self))
                }
                let writes = diffs.compactMap { memory.cells.write(of: $0, at: cell) }
                found += writes.filter { write in
                    !writes.contains { branches.isInChain(write.at, before: $0.at) }
                }.map { LocatedWrite($0, at: cell) }
            }
        }
        return found
    }

    /// Which steps of a chain had a piece of evidence cited: that changes only where they come to see another write of
    /// the member, or its admission.
    private func citing(
        _ key: CellKey,
        _ chain: ConfirmingChain
    ) throws -> ConfirmingChain {
        var turns: Set<Int> = [0]
        for write in try cell(key, complete: true).writes {
            let own = chain.steps.partition { $0.at.seq >= write.at.seq }
            if write.at.branch == chain.branch { turns.formUnion([own, own + 1]) }
            turns.insert(chain.first(havingSeen: write.at))
            if let admission = write.admission {
                turns.insert(chain.first(havingSeen: try entry(admission.by).at))
            }
        }
        var chain = chain
        let starts = turns.filter { $0 < chain.steps.count }.sorted()
        for (start, end) in zip(starts, starts.dropFirst() + [chain.steps.count])
        where try cites(key, in: chain.steps[start]) {
            chain.citing.append(start..<end)
        }
        return chain
    }

    /// The piece of evidence that a member of a set names.
    func evidence(at key: CellKey) throws -> RecordEntry? {
        try record(named: RecordName(kind: Schema.evidence.name, id: key.member))
    }

    /// Whether a member of a set of evidence was in, as far as the author of a diff had seen or wrote in it.
    private func cites(_ key: CellKey, in entry: DiffEntry) throws -> Bool {
        if let own = try write(of: entry.number, at: key), own.effect == .effective {
            return own.value != nil
        }
        return try seenWrites.view(of: key, from: entry).contains {
            $0.effect == .effective && $0.value != nil
        }
    }
}
