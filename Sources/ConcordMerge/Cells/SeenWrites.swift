import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// What an author had before him, and the steps that were open to him from there.

/// What an author had before them of the writes that are here: all, or those that nothing had replaced
/// for them.
struct SeenWrites: FoldPart {
    let memory: FoldMemory

    /// Whether an author had a write before them as one that counts: what an admission gave effect to, if
    /// they had seen the admission. Without an author, everything is seen.
    func isSeen(_ write: CellWrite, by entry: DiffEntry?) throws -> Bool {
        guard let entry else { return true }
        guard entry.seen.contains(write.at) else { return false }
        guard let admission = write.admission else { return true }
        return entry.seen.contains(try self.entry(admission.by).at)
    }

    private func isSeen(_ write: CellWrite, by seen: SeenVector) throws -> Bool {
        guard seen.contains(write.at) else { return false }
        guard let admission = write.admission else { return true }
        return seen.contains(try entry(admission.by).at)
    }

    /// A write at the place from which on it is said: at its own, or at that of its admission.
    func said(_ write: LocatedWrite) throws -> LocatedWrite {
        guard let admission = write.write.admission else { return write }
        return LocatedWrite(write.write, at: write.key, said: try entry(admission.by).at)
    }

    /// The effective writes of a cell that survive in what `entry` had seen.
    func view(of key: CellKey, from entry: DiffEntry) throws -> [CellWrite] {
        // Asked of every write: so the vector alone is looked at, and neither the entry nor the cell copied.
        let vector = entry.seen
        if memory.cells[key]?.isIndexed ?? false { return try surviving(at: key, in: vector) }
        let survivors = try cell(key).survivors
        if try survivors.allSatisfy({ try isSeen($0, by: vector) }) { return survivors }
        return try surviving(at: key, in: vector)
    }

    private func surviving(at key: CellKey, in seen: SeenVector) throws -> [CellWrite] {
        var nothing = WriteIndex.LeftOut()
        return try surviving(at: key, in: seen, but: &nothing)
    }

    /// The effective writes of a cell that survive among those that somebody had seen.
    ///
    /// - Parameters:
    ///   - seen: what they had seen; nil foreverything.
    ///   - leftOut: writes that are left out, as if they were void.
    func surviving(
        at key: CellKey,
        in seen: SeenVector?,
        but leftOut: inout WriteIndex.LeftOut
    ) throws -> [CellWrite] {
        if memory.cells[key]?.isComplete != true { _ = try cell(key, complete: true) }
        if memory.cells[key]?.isIndexed == false {
            let said = try (memory.cells[key]?.writes ?? []).map { write in
                try write.admission.map { try entry($0.by).at } ?? write.at
            }
            memory.cells.makeIndex(of: key, said: said)
        }
        return memory.cells[key]?.surviving(in: seen, but: &leftOut, branches) ?? []
    }

    /// The state that `entry`'s author had before him.
    func stateView(
        of record: Int,
        cycle: LifeCycle,
        from entry: DiffEntry
    ) throws -> WireText {
        try shownState(of: self.record(record), from: entry)?.stringValue ?? cycle.initial
    }

    /// What a record's state showed to `entry`'s author; nil where nobody wrote another than the first one.
    func shownState(of record: RecordEntry, from entry: DiffEntry) throws -> JSON? {
        let key = CellKey.state(of: record.number)
        return try precedence.winner(of: states.steps(of: record, at: key, from: entry).standing)?
            .value
    }

    /// The effective writes on a record, and on those that belong to it, that `entry` had seen.
    ///
    /// What belongs to it: as far as `entry` had seen it said. Else what is pending here and nowhere else
    /// could change the verdict on a diff in the log.
    func treeWrites(of record: Int, seenBy entry: DiffEntry) throws -> [LocatedWrite] {
        let id = try self.record(record).id
        var writes: [LocatedWrite] = []
        for number in [record] + (try records(ownedBy: record)) {
            let part = try self.record(number)
            if number != record, let field = part.kind.owner?.field {
                guard try owners.claims(of: field, in: part, seenBy: entry).contains(id) else {
                    continue
                }
            }
            writes += try self.writes(of: number).filter {
                try $0.effect.counts && isSeen($0.write, by: entry)
            }
        }
        return writes
    }
}
