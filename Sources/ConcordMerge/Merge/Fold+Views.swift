import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// What an author had before him, and the steps that were open to him from there.

extension Fold {
    /// Whether an author had a write before them as one that counts: what an admission gave effect to, if
    /// they had seen the admission. Without an author, everything is seen.
    mutating func isSeen(_ write: CellWrite, by entry: DiffEntry?) throws -> Bool {
        guard let entry else { return true }
        guard entry.seen.contains(write.at) else { return false }
        guard let admission = write.admission else { return true }
        return entry.seen.contains(try self.entry(admission.by).at)
    }

    private mutating func isSeen(_ write: CellWrite, by seen: SeenVector) throws -> Bool {
        guard seen.contains(write.at) else { return false }
        guard let admission = write.admission else { return true }
        return seen.contains(try entry(admission.by).at)
    }

    /// A write at the place from which on it is said: at its own, or at that of its admission.
    mutating func said(_ write: LocatedWrite) throws -> LocatedWrite {
        guard let admission = write.write.admission else { return write }
        return LocatedWrite(write.write, at: write.key, said: try entry(admission.by).at)
    }

    /// The effective writes of a cell that survive in what `entry` had seen.
    mutating func view(of key: CellKey, from entry: DiffEntry) throws -> [CellWrite] {
        // Asked of every write: so the vector alone is looked at, and neither the entry nor the cell copied.
        let vector = entry.seen
        if cells[key]?.isIndexed ?? false { return try surviving(at: key, in: vector) }
        let survivors = try cell(key).survivors
        if try survivors.allSatisfy({ try isSeen($0, by: vector) }) { return survivors }
        return try surviving(at: key, in: vector)
    }

    private mutating func surviving(at key: CellKey, in seen: SeenVector) throws -> [CellWrite] {
        var nothing = WriteIndex.LeftOut()
        return try surviving(at: key, in: seen, but: &nothing)
    }

    /// The effective writes of a cell that survive among those that somebody had seen.
    ///
    /// - Parameters:
    ///   - seen: what they had seen; nil for everything.
    ///   - leftOut: writes that are left out, as if they were void.
    mutating func surviving(
        at key: CellKey,
        in seen: SeenVector?,
        but leftOut: inout WriteIndex.LeftOut
    ) throws -> [CellWrite] {
        if cells[key]?.isComplete != true { _ = try cell(key, complete: true) }
        if cells[key]?.isIndexed == false {
            let said = try (cells[key]?.writes ?? []).map { write in
                try write.admission.map { try entry($0.by).at } ?? write.at
            }
            cells[key]?.makeIndex(said: said)
        }
        return cells[key]?.surviving(in: seen, but: &leftOut, branches) ?? []
    }

    /// The state that `entry`'s author had before him.
    mutating func stateView(
        of record: Int,
        cycle: LifeCycle,
        from entry: DiffEntry
    ) throws -> WireText {
        try shownState(of: self.record(record), from: entry)?.stringValue ?? cycle.initial
    }

    /// What a record's state showed to `entry`'s author; nil where nobody wrote another than the first one.
    mutating func shownState(of record: RecordEntry, from entry: DiffEntry) throws -> JSON? {
        let key = CellKey(record: record.number, field: "state")
        return try winner(of: steps(of: record, at: key, from: entry).standing)?.value
    }

    /// The effective writes on a record, and on those that belong to it, that `entry` had seen.
    ///
    /// What belongs to it: as far as `entry` had seen it said. Else what is pending here and nowhere else
    /// could change the verdict on a diff in the log.
    mutating func treeWrites(of record: Int, seenBy entry: DiffEntry) throws -> [LocatedWrite] {
        let id = try self.record(record).id
        var writes: [LocatedWrite] = []
        for number in [record] + (try records(ownedBy: record)) {
            let part = try self.record(number)
            if number != record, let field = part.kind.owner?.field {
                guard try claims(of: field, in: part, seenBy: entry).contains(id) else { continue }
            }
            writes += try self.writes(of: number).filter {
                try $0.effect.counts && isSeen($0.write, by: entry)
            }
        }
        return writes
    }

    /// The step's effect: allowed by life cycle and right, with its rank.
    mutating func step(
        to value: WireText,
        _ draft: FieldDraft,
        cycle: LifeCycle,
        record: RecordEntry,
        by writer: Writer
    ) throws -> Step {
        let steps = try steps(of: record, at: draft.key, from: writer.entry)
        let current = try winner(of: steps.standing)?.value?.stringValue ?? cycle.initial
        if value == current {
            // Who may take a step to this state may say that it stands.
            let activity = cycle.steps.first { $0.to == value }?.activity ?? draft.field.activity
            let goesOn = cycle.steps.contains { $0.to == value && $0.goesOn }
            return try stepEffect(
                Step(effect: .effective, ends: cycle.ends(value), goesOn: goesOn),
                activity,
                draft,
                record: record,
                by: writer
            )
        }
        var step = cycle.step(from: current, to: value)
        var activity: Activity?
        var further: Activity?
        if step == nil, takesAgain(draft, among: steps), !cycle.isSealed(current) {
            step = cycle.steps.first { $0.to == value }
            // Who takes an acceptance again accepts what it waits for, also where the auditee took it.
            if record.kind == Schema.action, Schema.isAccepted(value) { activity = .verifyAction }
            let waits = steps.waiting.contains {
                $0.effect == .effective && $0.value == draft.value
            }
            // What stands beside the step that shows is taken by who might have taken that one.
            if !waits { further = cycle.steps.first { $0.to == current }?.activity }
        }
        guard let step else { return Step(effect: .void(.lifeCycle)) }
        var taken = try stepEffect(
            Step(
                effect: .effective,
                rank: writer.role == step.owner ? step.rank : 0,
                ends: step.ends,
                goesOn: step.goesOn
            ),
            activity ?? step.activity,
            draft,
            record: record,
            by: writer
        )
        if taken.effect.counts, let further {
            let shown = Step(effect: .effective, goesOn: step.goesOn)
            let asked = try stepEffect(shown, further, draft, record: record, by: writer)
            if asked.effect != .effective { taken = asked }
        }
        if taken.effect.counts, step.needsReason, !draft.hasReason {
            return Step(effect: .void(.reasonMissing))
        }
        return taken
    }

    /// Whether a write takes again a step that its author had before them and names: one that waits, or, while
    /// another waits, one that stands beside the step that shows. Else a side of a conflict could not be taken
    /// from where the record is meanwhile.
    private func takesAgain(_ draft: FieldDraft, among steps: Steps) -> Bool {
        guard steps.waiting.contains(where: { $0.effect == .effective }) else { return false }
        return (steps.waiting + steps.standing).contains { step in
            step.effect == .effective && step.value == draft.value && draft.over.contains(step.at)
        }
    }

    /// What a write of a state comes to.
    struct Step {
        var effect: Effect
        var rank = 0
        /// Whether it ends the record's life.
        var ends = false
        /// Whether it may be taken after a seal.
        var goesOn = false
    }

    /// What the writer's right makes of a step.
    private mutating func stepEffect(
        _ step: Step,
        _ activity: Activity,
        _ draft: FieldDraft,
        record: RecordEntry,
        by writer: Writer
    ) throws -> Step {
        var step = step
        switch writer.right(to: activity) {
        case .yes: return step
        case .own:
            switch try decision(on: record, writer) {
            case .theirs where try writer.role != .inTraining || holdsOnlyOwn(record, of: writer):
                return step
            case .theirs, .asked: return Step(effect: .proposal, rank: 1, goesOn: step.goesOn)
            case .others: return Step(effect: .void(.noRight))
            }
        case .proposal:
            step.effect = .proposal
            return namesOthers(draft.over, than: writer) ? Step(effect: .void(.proposal)) : step
        case .no: return Step(effect: .void(.noRight))
        }
    }
}
