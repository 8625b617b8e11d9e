import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// The writes on a record, and on those that belong to it, that are not void, branch by branch.
///
/// Whether something holds up a step is asked at each further step, so it must not cost a look at all that
/// was ever written there. On one branch each diff has seen all before it: what is concurrent with a step
/// is one stretch of each branch, found by halving.
struct RecordTimeline {
    /// A write at a place where it is said, and the record that it is on.
    private struct Item {
        /// The diff at that place: its own, or the one that admits it.
        let diff: Int
        let at: BranchSeq
        let record: Int
        /// The diff that wrote it, and the one that admits it.
        let written: Int
        let admission: Int?

        init(_ write: LocatedWrite) {
            diff = write.diff
            at = write.at
            record = write.key.record
            written = write.write.diff
            admission = write.write.admission?.by
        }
    }

    /// The writes of one branch, each list in the order of the chain.
    private struct Chain {
        var others: [Item] = []
        /// What merges other findings into this one.
        var merges: [Item] = []
        /// Writes of the record's own state, by their value: the same step holds up none.
        var states: [JSON?: [Item]] = [:]
        /// What changes what a confirmation confirms.
        var confirming: [Item] = []
        /// Of writes on evidence, those that were admitted, at the place of that.
        var admitted: [Item] = []
        /// What says something in a finding: it holds up each ending whose author had not seen it.
        var saying: [Item] = []
    }

    private var chains: [Int: Chain] = [:]
    /// The members of the record's own set of evidence that were ever written.
    fileprivate(set) var pieces: Set<CellKey> = []

    /// Adds a write that is not void.
    ///
    /// - Parameters:
    ///   - said: the write at the place of its admission, if one gave it effect, else as it is.
    ///   - step: the state to which it is a step, or is part of one; nil for any other write.
    mutating func add(
        _ write: LocatedWrite,
        said: LocatedWrite,
        step: JSON??,
        isConfirmed: Bool,
        says: Bool
    ) {
        let item = Item(write)
        let branch = write.at.branch
        if let step {
            Self.insert(item, into: &chains[branch, default: Chain()].states[step, default: []])
        } else {
            Self.insert(item, into: &chains[branch, default: Chain()].others)
        }
        if isConfirmed { Self.insert(item, into: &chains[branch, default: Chain()].confirming) }
        if isConfirmed, said.at != write.at {
            Self.insert(Item(said), into: &chains[said.at.branch, default: Chain()].confirming)
        }
        if says { Self.insert(Item(said), into: &chains[said.at.branch, default: Chain()].saying) }
    }

    /// Adds a write that merges another finding into this one.
    mutating func add(merge write: LocatedWrite) {
        Self.insert(Item(write), into: &chains[write.at.branch, default: Chain()].merges)
    }

    /// Adds a write that took out a piece of evidence or changed what it shows.
    mutating func add(rewrite write: LocatedWrite, said: LocatedWrite) {
        Self.insert(Item(write), into: &chains[write.at.branch, default: Chain()].confirming)
        guard said.at != write.at else { return }
        Self.insert(Item(said), into: &chains[said.at.branch, default: Chain()].confirming)
        Self.insert(Item(said), into: &chains[said.at.branch, default: Chain()].admitted)
    }

    private static func insert(_ item: Item, into list: inout [Item]) {
        guard let last = list.last, last.at.seq > item.at.seq else { return list.append(item) }
        list.insert(item, at: list.partition { $0.at.seq > item.at.seq })
    }

    /// Whether a function accepts the record of any write that holds up a step and that `entry` had seen: of
    /// what is concurrent with it, and for an ending of what was said later.
    func hasAny(
        beside step: DiffEntry,
        against value: JSON?,
        confirming: Bool,
        seenBy entry: DiffEntry?,
        in fold: some FoldPart,
        where accepts: (Int) throws -> Bool
    ) throws -> Bool {
        for (branch, chain) in chains {
            let limit = entry?.seen.newest(of: branch) ?? .max
            let isOwn = branch == step.at.branch
            let newest = isOwn ? step.at.seq : step.seen.newest(of: branch)
            for item in confirming
                ? [] : chain.saying[chain.saying.partition { $0.at.seq > newest }...]
            {
                guard item.at.seq <= limit else { break }
                // What its own diff says an ending has seen, also where both were admitted.
                if item.written == step.number { continue }
                if try accepts(item.record) { return true }
            }
            // What else the step's own branch holds its author had seen, or wrote later.
            if isOwn { continue }
            var lists = [chain.confirming]
            if !confirming {
                lists = [chain.others, chain.merges]
                for (other, list) in chain.states where other != value { lists.append(list) }
            }
            for list in lists {
                for item in list[list.partition { $0.at.seq > newest }...] {
                    guard item.at.seq <= limit,
                        try !fold.entry(item.diff).seen.contains(step.at)
                    else { break }
                    if let entry, let admission = item.admission,
                        try !entry.seen.contains(fold.entry(admission).at)
                    {
                        continue
                    }
                    if try accepts(item.record) { return true }
                }
            }
        }
        return false
    }
}

extension RecordTimeline {
    /// The diffs of the newest writes on each branch that hold up any of some confirmations, and of all admitted ones.
    func newest(besideAnyOf steps: [ConfirmingChain], in fold: some FoldPart) throws -> Set<Int> {
        func isBesideAny(_ item: Item) throws -> Bool {
            let seen = try fold.entry(item.diff).seen
            return steps.contains { $0.isAny(besideWriteAt: item.at, seen: seen) }
        }
        var diffs: Set<Int> = []
        for chain in chains.values {
            let last = try chain.confirming.last {
                try $0.diff == $0.written && isBesideAny($0)
            }
            if let last { diffs.insert(last.written) }
            diffs.formUnion(try chain.admitted.filter(isBesideAny).map(\.written))
        }
        return diffs
    }

    /// The newest places on each branch from which on a rewrite of evidence is said.
    var newestRewrites: [BranchSeq] { chains.values.compactMap { $0.confirming.last?.at } }

    /// Whether a function accepts any write, given its record and the diff that admitted it, of those that
    /// `entry` had seen and that others wrote than a function says.
    func hasAny(
        seenBy entry: DiffEntry,
        except isOwn: (_ branch: Int) -> Bool,
        where accepts: (_ record: Int, _ admission: Int?) throws -> Bool
    ) throws -> Bool {
        for (branch, chain) in chains where !isOwn(branch) {
            let newest = entry.seen.newest(of: branch)
            for list in [chain.others] + chain.states.values {
                for item in list {
                    guard item.at.seq <= newest else { break }
                    if try accepts(item.record, item.admission) { return true }
                }
            }
        }
        return false
    }
}

/// Timelines of records and of evidence, as far as they were asked for.
final class TimelineMemory {
    /// How often a verdict that was there already has turned, or a write has gone.
    private(set) var turns = 0
    /// The writes on records whose states were asked for.
    fileprivate var all: [Int: RecordTimeline] = [:]
    /// The writes that took out a piece of evidence or changed what it shows, by their cells.
    fileprivate var rewrites: [Int: Rewrites] = [:]

    /// Notes that a verdict which was there already has turned, or a write has gone.
    func noteTurn() { turns += 1 }

    /// Forgets what is known of the writes on a record.
    func forget(_ record: Int) { all[record] = nil }

    /// Forgets all of it.
    func forget() {
        all.removeAll(keepingCapacity: true)
        rewrites.removeAll(keepingCapacity: true)
    }
}

/// The writes on a record and on what belongs to it, branch by branch.
struct Timelines: FoldPart {
    let memory: FoldMemory

    /// Whether all that the writer had seen of a record is their own member's.
    func holdsOnlyOwn(_ record: RecordEntry, of writer: Writer) throws -> Bool {
        let entry = writer.entry
        let (branches, devices) = (self.branches, membership.devices)
        let isOwn = { devices[branches[$0].author]?.member == writer.member }
        return try !timeline(of: record).hasAny(
            seenBy: entry,
            except: isOwn
        ) { part, admission in
            if let admission, try !entry.seen.contains(self.entry(admission).at) { return false }
            guard part != record.number else { return true }
            // What belongs to the record: as far as the author had seen it said.
            let part = try self.record(part)
            guard let field = part.kind.owner?.field else { return true }
            return try owners.claims(of: field, in: part, seenBy: entry).contains(record.id)
        }
    }

    /// Whether something holds up an ending or a confirmation, of what is here or of what an author had seen.
    func isHeldUp(
        _ step: CellWrite,
        of record: RecordEntry,
        from entry: DiffEntry?
    ) throws -> Bool {
        let stepEntry = try self.entry(step.diff)
        let isHeldUp = try timeline(of: record).hasAny(
            beside: stepEntry,
            against: step.value,
            confirming: !step.ends,
            seenBy: entry,
            in: self
        ) { part in
            guard part != record.number, let entry else { return true }
            // What belongs to the record: as far as the author had seen it said.
            let part = try self.record(part)
            guard let field = part.kind.owner?.field else { return true }
            return try owners.claims(of: field, in: part, seenBy: entry).contains(record.id)
        }
        if isHeldUp || !step.confirms(record.kind) { return isHeldUp }
        return try rests.isHeldUpByEvidence(stepEntry, of: record, from: entry)
    }

    /// The members of a record's set of evidence that were ever written.
    func pieces(of record: RecordEntry) throws -> Set<CellKey> {
        try timeline(of: record).pieces
    }

    /// The writes that took out a piece of evidence or changed what it shows, by their cells.
    func rewrites(of evidence: RecordEntry) throws -> Rewrites {
        if let known = memory.timelines.rewrites[evidence.number] { return known }
        var found = Rewrites()
        for write in try writes(of: evidence.number) where rests.rewrites(write) {
            try note(write, in: &found)
        }
        memory.timelines.rewrites[evidence.number] = found
        return found
    }

    private func note(_ write: LocatedWrite, in found: inout Rewrites) throws {
        let said = try seenWrites.said(write)
        found.all[write.key, default: RecordTimeline()].add(rewrite: write, said: said)
        if try rests.isSaidWithAddition(write) { return }
        found.later[write.key, default: RecordTimeline()].add(rewrite: write, said: said)
    }

    private func timeline(of record: RecordEntry) throws -> RecordTimeline {
        if let known = memory.timelines.all[record.number] { return known }
        var timeline = RecordTimeline()
        for write in try treeWrites(of: record.number) where write.effect.counts {
            try add(write, to: &timeline, of: record)
        }
        for write in try citations.citations(of: record, from: nil)
        where write.key.field == KnownField.duplicateOf {
            timeline.add(merge: write)
        }
        memory.timelines.all[record.number] = timeline
        return timeline
    }

    private func add(
        _ write: LocatedWrite,
        to timeline: inout RecordTimeline,
        of record: RecordEntry
    ) throws {
        if write.key.isPieceOfEvidence, write.key.record == record.number {
            timeline.pieces.insert(write.key)
        }
        timeline.add(
            write,
            said: try seenWrites.said(write),
            step: try states.step(write, of: record),
            isConfirmed: try states.isConfirmed(write, with: record),
            says: try states.says(write, in: record)
        )
    }

    /// Notes a write that was just put into its cell.
    func noteInTimelines(_ write: CellWrite, at key: CellKey) throws {
        guard write.effect.counts else { return }
        try noteRewrite(LocatedWrite(write, at: key))
        try rests.noteInRestIndexes(LocatedWrite(write, at: key))
        guard !memory.timelines.all.isEmpty else { return }
        let own = try self.record(key.record)
        for number in [key.record] + (own.owner.map { [$0] } ?? []) {
            guard var timeline = memory.timelines.all.removeValue(forKey: number) else { continue }
            try add(LocatedWrite(write, at: key), to: &timeline, of: self.record(number))
            memory.timelines.all[number] = timeline
        }
        guard let target = try target(of: write, at: key) else { return }
        memory.timelines.all[target.number]?.add(merge: LocatedWrite(write, at: key))
    }

    /// Notes what was written on a record that belongs to another one from now on, but the write that says so, which
    /// is noted when it is in its cell.
    func noteInTimeline(
        of owner: Int,
        part: RecordEntry,
        but key: CellKey,
        by diff: Int
    ) throws {
        guard var timeline = memory.timelines.all.removeValue(forKey: owner) else { return }
        let above = try record(owner)
        for write in try writes(of: part.number) where write.effect.counts {
            if write.key == key, write.write.diff == diff { continue }
            try add(write, to: &timeline, of: above)
        }
        memory.timelines.all[owner] = timeline
    }

    /// Notes a write on evidence that was just put into its cell.
    private func noteRewrite(_ write: LocatedWrite) throws {
        let number = write.key.record
        guard memory.timelines.rewrites[number] != nil else { return }
        // Which writes are those of somebody who adds it is another matter with each `add`.
        if write.isAddition {
            memory.timelines.rewrites[number] = nil
            return
        }
        guard rests.rewrites(write),
            var found = memory.timelines.rewrites.removeValue(forKey: number)
        else { return }
        try note(write, in: &found)
        memory.timelines.rewrites[number] = found
    }

    /// The finding into which a write merges another one.
    private func target(of write: CellWrite, at key: CellKey) throws -> RecordEntry? {
        guard key.field == KnownField.duplicateOf, key.member.isEmpty,
            let id = write.value?.stringValue,
            let kind = try self.record(key.record).kind.cites(in: key.field)
        else { return nil }
        return try self.record(named: RecordName(kind: kind, id: id))
    }

    /// Forgets what is known of the writes on a record, on the one that it belongs to, and on the one into which it
    /// is merged: a verdict on a write has changed, or it has gone.
    func forgetTimelines(touchedBy write: CellWrite, at key: CellKey) throws {
        memory.timelines.noteTurn()
        memory.timelines.rewrites[key.record] = nil
        try rests.forgetRestIndexes(touchedBy: key)
        guard !memory.timelines.all.isEmpty else { return }
        memory.timelines.all[key.record] = nil
        if let owner = try record(key.record).owner { memory.timelines.all[owner] = nil }
        if let target = try target(of: write, at: key) { memory.timelines.all[target.number] = nil }
    }
}
