import ConcordEncoding
import ConcordModel
import ConcordText

// States. Of the surviving steps the highest ranked shows, but some *wait*: an ending for what its author
// had not seen of the record, a confirmation for what it did not look at, a merge for a finding into which
// it merges. What waits is set aside: it neither shows nor replaces, so that what it had replaced is back,
// until somebody names it. `Protocol/merge.md`, "States".

/// The steps of a record's state.
struct Steps {
    /// Those that stand; of these one shows.
    var standing: [CellWrite]
    /// What those propose who own the record in part: it shows nowhere, and is asked about.
    var asked: [CellWrite] = []
    /// The endings that are held up.
    private(set) var endings: [CellWrite] = []
    /// The confirmations that are held up.
    private(set) var confirmations: [CellWrite] = []
    /// The merges whose target does not count.
    private(set) var merges: [CellWrite] = []
    /// What is left out of what stands: what waits, and the endings that merges which wait had replaced.
    var leftOut = WriteIndex.LeftOut()

    /// All that wait.
    var waiting: [CellWrite] { endings + confirmations + merges }

    init(_ survivors: [CellWrite]) {
        standing = survivors
        stand(survivors)
    }

    /// Takes what survives as what stands.
    mutating func stand(_ survivors: [CellWrite]) {
        asked = survivors.filter(\.contests)
        standing = asked.isEmpty ? survivors : survivors.filter { !$0.contests }
    }

    /// Sets an ending or a confirmation aside.
    mutating func setAside(_ step: CellWrite) {
        if step.ends { endings.append(step) } else { confirmations.append(step) }
        leftOut.insert(step.at)
    }

    /// Sets merges aside whose target does not count.
    mutating func setMergesAside(_ steps: [CellWrite]) {
        merges += steps
        for step in steps { leftOut.insert(step.at) }
    }

    /// Leaves out the endings that stand again since a merge waits which had replaced them: its author had seen
    /// them, and let the finding count in another one. Whether there is any.
    mutating func leaveOverruledOut(where replaces: (CellWrite, CellWrite) -> Bool) -> Bool {
        guard !merges.isEmpty else { return false }
        let overruled = standing.filter { step in
            step.ends && step.value != "merged" && merges.contains { replaces($0, step) }
        }
        for step in overruled { leftOut.insert(step.at) }
        return !overruled.isEmpty
    }
}

/// Writes concurrent with the steps of a record, which may hold them up.
struct Beside {
    /// What holds up an ending of each value: all but the same step.
    private var endings: [JSON?: ConcurrentWrites] = [:]
    /// What a confirmation looks at.
    private let confirmation: ConcurrentWrites
    /// What was said in the finding, which holds up each ending whose author had not seen it.
    let sayings: ConcurrentWrites
    private let all: [LocatedWrite]
    /// To which state those writes are steps that are, or are part of, one; by cell and diff.
    private let steps: [CellKey: [Int: JSON?]]

    init(
        _ all: [LocatedWrite],
        steps: [CellKey: [Int: JSON?]],
        confirming: [LocatedWrite],
        saying: [LocatedWrite]
    ) {
        self.all = all
        self.steps = steps
        confirmation = ConcurrentWrites(confirming)
        sayings = ConcurrentWrites(saying, countsLater: true)
    }

    /// What holds up endings with this value.
    mutating func writes(against value: JSON?) -> ConcurrentWrites {
        if let known = endings[value] { return known }
        let others = all.filter { steps[$0.key]?[$0.write.diff].map { $0 != value } ?? true }
        let writes = ConcurrentWrites(others)
        endings[value] = writes
        return writes
    }

    /// What holds up confirmations.
    func writesAgainstConfirmation() -> ConcurrentWrites { confirmation }
}

extension CellWrite {
    /// Whether it is a step that confirms a finding, or accepts an answer.
    func confirms(_ kind: RecordKind) -> Bool {
        guard !contests, let value = value?.stringValue else { return false }
        return Schema.confirmations(of: kind).contains(value)
    }
    /// Whether it is a step that merges a finding into another.
    func merges(_ kind: RecordKind) -> Bool { kind == Schema.finding && value == "merged" }
}

/// The states of records: which steps of a life cycle stand, and which wait (`Protocol/merge.md`,
/// "States").
struct RecordStates: FoldPart {
    let memory: FoldMemory

    /// A record's state.
    func state(of record: RecordEntry, cycle: LifeCycle) throws -> Evaluation {
        let key = CellKey.state(of: record.number)
        let steps = try steps(of: record, at: key)
        let winner = try precedence.winner(of: steps.standing)
        // Where nobody wrote another state nothing is shown: it stands for the first one.
        let shown = winner?.value
        var evaluation = Evaluation(shown: shown, winner: winner?.at)
        guard let kind = conflictKind(of: steps, shown: shown, cycle) else { return evaluation }
        var beside = try beside(record)
        var candidates: [Conflict.Candidate] = []
        var found: Set<CandidatePlace> = []
        func add(_ writes: [LocatedWrite], in fold: some FoldPart) throws {
            for write in writes
            where found.insert(CandidatePlace(diff: write.write.diff, key: write.key)).inserted {
                if try fold.states.belongsToStep(write, of: record) { continue }
                candidates.append(
                    try write.key == key
                        ? fold.evaluator.candidate(write.write)
                        : fold.evaluator.editCandidate(write)
                )
            }
        }
        try add((steps.waiting + steps.asked).map { LocatedWrite($0, at: key) }, in: self)
        if kind == .values { try add(steps.standing.map { LocatedWrite($0, at: key) }, in: self) }
        for (value, endings) in Dictionary(grouping: steps.endings, by: \.value) {
            let entries = try endings.map { try entry($0.diff) }
            let writes = beside.writes(against: value)
            try add(writes.all(besideAnyOf: entries, in: self), in: self)
            try add(beside.sayings.all(besideAnyOf: entries, in: self), in: self)
        }
        let entries = try steps.confirmations.map { try entry($0.diff) }
        let edits = beside.writesAgainstConfirmation()
        try add(edits.all(besideAnyOf: entries, in: self), in: self)
        try add(rests.evidenceWrites(besideAnyOf: entries, of: record), in: self)
        // A return at the same time holds nothing up, but shows now: who decides looks at it too.
        let others = ConcurrentWrites(steps.standing.map { LocatedWrite($0, at: key) })
        try add(others.all(besideAnyOf: entries, in: self), in: self)
        if !steps.merges.isEmpty {
            try add(merges.whatEndedTarget(of: record), in: self)
        }
        evaluation.conflict = Conflict(
            kind: kind,
            path: path(of: key, in: record),
            candidates: candidates,
            shown: shown
        )
        return evaluation
    }

    private struct CandidatePlace: Hashable {
        let diff: Int
        let key: CellKey
    }

    /// Of what waits for several reasons the first names the conflict. A confirmation that waits while another
    /// one shows is none: somebody has confirmed what the other had not looked at. So is an acceptance next to
    /// the same one.
    private func conflictKind(
        of steps: Steps,
        shown: JSON?,
        _ cycle: LifeCycle
    ) -> ConflictKind? {
        if !steps.endings.isEmpty { return .endedEdited }
        if steps.confirmations.contains(where: { $0.value != shown }) { return .confirmedEdited }
        if !steps.merges.isEmpty { return .mergedEnded }
        // Who asks for what shows anyway, as who takes such a step back, asks nobody.
        let stands = shown ?? .string(cycle.initial)
        return steps.asked.contains { $0.value != stands } ? .values : nil
    }

    /// What becomes of a merge that would show.
    enum MergeTreatment {
        /// It waits if its target does not count.
        case wait
        /// It counts, whatever its target.
        case stand
        /// It is left out, whatever its target.
        case leftOut
    }

    /// The steps that stand where no target is looked at.
    func standingSteps(
        of record: RecordEntry,
        from entry: DiffEntry?,
        merges: MergeTreatment
    ) throws -> [CellWrite] {
        let key = CellKey.state(of: record.number)
        return try steps(of: record, at: key, from: entry, merges: merges).standing
    }

    /// The steps of a record's state, as they are shown or as an author had them before them.
    func steps(
        of record: RecordEntry,
        at key: CellKey,
        from entry: DiffEntry? = nil,
        merges: MergeTreatment = .wait
    ) throws -> Steps {
        let survivors =
            try entry.map { try seenWrites.view(of: key, from: $0) } ?? cell(key).survivors
        let mayWait = survivors.contains { $0.ends || $0.confirms(record.kind) }
        var steps = Steps(survivors)
        guard mayWait else { return steps }
        while try setAside(from: &steps, of: record, from: entry)
            || setMergesAside(from: &steps, of: record, from: entry, merges)
        {
            let branches = self.branches
            repeat {
                let survivors = try seenWrites.surviving(
                    at: key,
                    in: entry?.seen,
                    but: &steps.leftOut
                )
                steps.stand(survivors)
            } while steps.leaveOverruledOut { $0.replaces($1, .over, branches) }
        }
        return steps
    }

    /// Notes which of the steps that stand are held up; whether any is.
    private func setAside(
        from steps: inout Steps,
        of record: RecordEntry,
        from entry: DiffEntry?
    ) throws -> Bool {
        var isAnyHeld = false
        for step in steps.standing where step.ends || step.confirms(record.kind) {
            guard try timelines.isHeldUp(step, of: record, from: entry) else { continue }
            steps.setAside(step)
            isAnyHeld = true
        }
        return isAnyHeld
    }

    /// Where a merge would show, and the finding into which it merges does not count, notes that it waits.
    private func setMergesAside(
        from steps: inout Steps,
        of record: RecordEntry,
        from entry: DiffEntry?,
        _ merges: MergeTreatment
    ) throws -> Bool {
        let merging = steps.standing.filter { $0.merges(record.kind) }
        guard merges != .stand,
            try precedence.winner(of: steps.standing)?.merges(record.kind) ?? false,
            try merges == .leftOut || self.merges.waitsForTarget(record, from: entry)
        else { return false }
        steps.setMergesAside(merging)
        return true
    }

    /// What may hold up the steps of a record: what is written on it and on what belongs to it, and the
    /// merges of other findings into it.
    private func beside(_ record: RecordEntry) throws -> Beside {
        var all = try treeWrites(of: record.number).filter(\.effect.counts)
        var confirming = try all.filter { try isConfirmed($0, with: record) }
        // A write that was admitted at the same time as a confirmation changed what it confirms,
        // too.
        confirming += try confirming.filter { $0.write.admission != nil }.map {
            try seenWrites.said($0)
        }
        let saying = try all.filter { try says($0, in: record) }.map { try seenWrites.said($0) }
        all += try citations.citations(of: record, from: nil).filter {
            $0.key.field == KnownField.duplicateOf
        }
        var steps: [CellKey: [Int: JSON?]] = [:]
        for write in all {
            guard let step = try step(write, of: record) else { continue }
            steps[write.key, default: [:]].updateValue(step, forKey: write.write.diff)
        }
        return Beside(all, steps: steps, confirming: confirming, saying: saying)
    }

    /// The state to which a write on a record is a step; the target that a merge names is part of the merge. Nil
    /// for any other write.
    func step(_ write: LocatedWrite, of record: RecordEntry) throws -> JSON?? {
        guard write.key.record == record.number else { return .none }
        if write.key.isState { return .some(write.write.value) }
        guard write.key.field == KnownField.duplicateOf, record.kind == Schema.finding,
            try takesStep(to: "merged", in: write.write.diff, of: record)
        else { return .none }
        return .some("merged")
    }

    /// Whether a write only says what belongs to a step that its diff takes with effect: then the step is the
    /// candidate of a conflict, and this is none.
    func belongsToStep(
        _ write: LocatedWrite,
        of record: RecordEntry
    ) throws -> Bool {
        guard record.kind == Schema.finding, write.key.record == record.number,
            Schema.saidWithSteps.contains(write.key.field)
        else { return false }
        let key = CellKey.state(of: record.number)
        return try self.write(of: write.write.diff, at: key)?.effect.counts ?? false
    }

    /// Whether a diff writes a state of a finding with effect.
    func takesStep(
        to state: JSON,
        in number: Int,
        of finding: RecordEntry
    ) throws -> Bool {
        let key = CellKey.state(of: finding.number)
        guard let write = try write(of: number, at: key) else { return false }
        return write.effect == .effective && write.value == state
    }

    /// Whether a write says something in a finding: its statement or title, a piece of evidence, a criterion
    /// or its grade. What is taken out is not said; but of statement and title every write is, an empty one
    /// too, since nothing may depend on contents that an erasure destroys.
    func says(_ write: LocatedWrite, in finding: RecordEntry) throws -> Bool {
        guard finding.kind == Schema.finding else { return false }
        if write.key.record == finding.number,
            [KnownField.statement, KnownField.title].contains(write.key.field)
        {
            return true
        }
        guard write.write.value != nil else { return false }
        if write.key.record == finding.number { return write.key.field == KnownField.evidence }
        let part = try record(write.key.record)
        return part.kind == Schema.criterion
            && (write.key.field.isEmpty || write.key.field == KnownField.grade)
    }

    /// Whether a write changes what a confirmation confirms: what is said in the finding, which criteria there
    /// are and what they say; or what an acceptance accepts: what the answer says. Of the evidence, what is taken
    /// out: more of it only adds.
    func isConfirmed(
        _ write: LocatedWrite,
        with finding: RecordEntry
    ) throws -> Bool {
        guard write.effect == .effective else { return false }
        if finding.kind == Schema.action {
            if write.key.field == KnownField.evidence { return write.write.value == nil }
            return Schema.acceptedFields.contains(write.key.field)
        }
        guard finding.kind == Schema.finding else { return false }
        if write.key.record == finding.number {
            switch write.key.field {
            case KnownField.evidence: return write.write.value == nil
            default: return Schema.confirmedFields.contains(write.key.field)
            }
        }
        let part = try record(write.key.record)
        return part.kind == Schema.criterion
            && (write.key.field.isEmpty || Schema.confirmedOfCriteria.contains(write.key.field))
    }
}
