import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// Taking a save back is a new save that puts back what its author had on their screen before it, cell by
// cell, wherever nobody else has written since. The log keeps both.

/// A save that is being undone.
struct UndoDraft {
    let target: DiffEntry
    /// The save that is to be: its author has seen everything.
    let now: DiffEntry
    /// The author of the save.
    let author: Author
    /// Whether the save is an undo.
    let isRedo: Bool
    /// Why, in the author's own words.
    let reason: WireText?
    /// Why, as every operation says it.
    let text: WireText?
    /// What is undone with it, and does not prevent the undo.
    var others: Set<Int> = []
    /// The records that the save wrote to.
    var records: Set<Int> = []
    /// The records that the save raised and that stay, since others have worked in them: what was raised with them
    /// stays too.
    var kept: [Int: Keeping] = [:]
    /// The cells that have been looked at.
    var done: Set<CellKey> = []
    var operations: [Operation] = []
    var changes: [TakingBack.Change] = []
    var leftAlone: [TakingBack.LeftAlone] = []
}

/// Takes saves back: it only looks, and answers the operations that a save would have to hold.
package struct Undoing: FoldPart {
    package let memory: FoldMemory

    /// Takes a save back, as its author: what comes of it, and the operations.
    ///
    /// - Parameter isRedo: whether the save is an undo.
    /// - Throws: `UndoError` if nothing of it can be undone.
    func takeBack(
        _ number: Int,
        isRedo: Bool,
        reason: WireText?
    ) throws -> (result: TakingBack, operations: [Operation]) {
        let target = try entry(number)
        let diff = try diff(number)
        if target.depth == 1 { throw UndoError(.nothing) }
        if let control = diff.body.operations.first(where: \.isControl) {
            throw UndoError(.control, at: control.path)
        }
        let mark = UndoMark(isRedo: isRedo, seq: target.at.seq)
        var draft = UndoDraft(
            target: target,
            now: next(after: target, by: target.author),
            author: target.author,
            isRedo: isRedo,
            reason: reason,
            text: mark.text(of: target.author, reason: reason)
        )
        if !isRedo, let decided = try settledCell(of: diff, number) {
            throw UndoError(.resolvedConflict, at: decided)
        }
        try keepWhatOthersWorkedIn(diff, in: &draft)
        for operation in diff.body.operations { try takeBack(operation, in: &draft) }
        try hideWhatCameBack(in: &draft)
        try leaveParts(in: &draft)
        try keepHidden(in: &draft)
        let result = TakingBack(
            target: target.reference,
            time: diff.head.time.description,
            isRedo: isRedo,
            changes: draft.changes,
            leftAlone: draft.leftAlone
        )
        return (result, draft.operations)
    }

    /// A diff of somebody who has seen all that is here.
    func next(after entry: DiffEntry, by author: Author) -> DiffEntry {
        var next = entry
        next.author = author
        next.number = memory.nextDiff
        next.position = nil
        for (number, branch) in branches.all.enumerated() {
            next.seen.insert(BranchSeq(branch: number, seq: branch.tip))
        }
        return next
    }

    /// The cell whose conflict a save has ended, if it has: the other candidates are gone, so nothing of
    /// the save is undone, neither the decision nor what goes with it. (An undo decides nothing between
    /// others, so it can be undone itself.)
    private func settledCell(of diff: VerifiedDiff, _ number: Int) throws -> CellPath? {
        for operation in diff.body.operations {
            guard let key = try accounts.key(of: operation.path) else { continue }
            guard let own = try write(of: number, at: key), try accounts.settles(own, at: key)
            else {
                continue
            }
            return operation.path
        }
        return nil
    }

    func takeBack(_ operation: Operation, in draft: inout UndoDraft) throws {
        guard let key = try accounts.key(of: operation.path) else { return }
        let record = try self.record(key.record)
        draft.records.insert(key.record)
        if let keeping = keeping(of: record, draft), !keeping.isOf(key) {
            if draft.done.insert(key).inserted {
                leave(key, keeping.why, record, &draft, by: keeping.by)
            }
            return
        }
        if key.field.isEmpty, case .add = operation.action,
            try past.sight(of: key, before: draft.target).shown != nil
        {
            // It was there already, so only the fields that came with it are undone.
            for field in keys(of: operation, record: record) where !field.field.isEmpty {
                try takeBack(at: field, in: &draft)
            }
            return
        }
        try takeBack(at: key, in: &draft)
    }

    private func takeBack(at key: CellKey, in draft: inout UndoDraft) throws {
        guard draft.done.insert(key).inserted else { return }
        let record = try self.record(key.record)
        guard let own = try write(of: draft.target.number, at: key) else { return }
        guard own.effect.counts else { return leave(key, .noEffect, record, &draft) }
        if try seals.isFrozen(record, for: draft.now) {
            throw UndoError(.sealed, at: path(of: key, in: record))
        }
        if try restatesVoid(own, at: key) { return leave(key, .restated, record, &draft) }
        if key.field.isEmpty { return try takeBackPresence(own, at: key, in: &draft) }
        if let removal = try removalByAnother(of: record, draft) {
            return leave(key, .changedSince, record, &draft, by: removal)
        }
        if try isText(key) { return try takeBackText(at: key, in: &draft) }
        let field = record.kind.field(key.field) ?? Schema.unknownField(key.field)
        switch field.rule {
        case .once, .control: leave(key, .writtenOnce, record, &draft)
        case .state(let cycle): try takeBackStep(own, at: key, cycle, in: &draft)
        case .newest, .ask, .mostSevere, .set, .text:
            guard let standing = try standing(own, at: key, in: &draft) else { return }
            let before = try past.sight(of: key, before: draft.target).shown
            guard before != own.value else { return leave(key, .restated, record, &draft) }
            try write(before, over: standing, at: key, in: &draft)
        }
    }

    // MARK: What stands in the way.

    /// Whether a write says again what its author had written before in the same chain, which does not count yet:
    /// who admits that is to find it there, and an author's later removal would stand against it.
    private func restatesVoid(_ own: CellWrite, at key: CellKey) throws -> Bool {
        let seen = try entry(own.diff).seen
        let waiting = memory.cells.waiting(
            of: branches[own.at.branch].author,
            at: key,
            branches
        )
        return waiting.contains { write in
            write.value == own.value && write.at.seq < own.at.seq && seen.contains(write.at)
        }
    }

    /// The write that says today what the save said, if nobody else has written since; else notes why
    /// the cell stays as it is.
    private func standing(
        _ own: CellWrite,
        at key: CellKey,
        in draft: inout UndoDraft
    ) throws -> CellWrite? {
        var survivors = try cell(key).survivors
        // A proposal exists next to what others wrote, and replaces only its author's own writes.
        if own.effect == .proposal { survivors = survivors.filter { isOwn($0, draft) } }
        let record = try self.record(key.record)
        if survivors.count > 1 {
            let other = survivors.first { !isOwn($0, draft) }
            // Others may have written the same: then nothing is disputed.
            let isContested = try evaluator.evaluate(key).conflict != nil
            leave(
                key,
                isContested ? .contested : .changedSince,
                record,
                &draft,
                by: try other.map { try accounts.account(of: $0, at: key) }
            )
            return nil
        }
        guard let standing = survivors.first, isOwn(standing, draft),
            standing.at.seq >= draft.target.at.seq, standing.value == own.value
        else {
            let by = try survivors.first.map { try accounts.account(of: $0, at: key) }
            leave(key, .changedSince, record, &draft, by: by)
            return nil
        }
        return standing
    }

    func isOwn(_ write: CellWrite, _ draft: UndoDraft) -> Bool {
        branches[write.at.branch].author == draft.author
    }

    func leave(
        _ key: CellKey,
        _ why: TakingBack.Why,
        _ record: RecordEntry,
        _ draft: inout UndoDraft,
        by: WriteAccount? = nil
    ) {
        let path = path(of: key, in: record)
        draft.leftAlone.append(TakingBack.LeftAlone(path: path, why: why, by: by))
    }

    /// The removal, by somebody else, of a record that is hidden or of one to which it belongs: what is written
    /// there would bring it back.
    func removalByAnother(
        of record: RecordEntry,
        _ draft: UndoDraft
    ) throws -> WriteAccount? {
        let key = CellKey.presence(of: record.number)
        let removals = try cell(key).survivors.filter { $0.value == nil && $0.effect == .effective }
        if let removal = removals.first(where: { !isOwn($0, draft) }),
            try evaluator.evaluate(key).shown == nil
        {
            return try accounts.account(of: removal, at: key)
        }
        guard let owner = record.owner else { return nil }
        return try removalByAnother(of: try self.record(owner), draft)
    }

    // MARK: Values.

    private func write(
        _ value: JSON?,
        over standing: CellWrite,
        at key: CellKey,
        in draft: inout UndoDraft
    ) throws {
        let path = path(of: key, in: try record(key.record))
        let shown = try evaluator.evaluate(key).shown
        draft.changes.append(TakingBack.Change(path: path, from: shown, to: value))
        draft.operations.append(
            Operation(
                value.map { .add($0) } ?? .remove,
                at: path,
                over: [try entry(standing.diff).reference],
                reason: draft.text
            )
        )
    }

    /// Takes a step back, where the life cycle has one that leads back.
    private func takeBackStep(
        _ own: CellWrite,
        at key: CellKey,
        _ cycle: LifeCycle,
        in draft: inout UndoDraft
    ) throws {
        let record = try self.record(key.record)
        let path = path(of: key, in: record)
        guard let standing = try standing(own, at: key, in: &draft) else {
            // Else the finding into which it merges would lose what the merge has brought there.
            if own.merges(record.kind), own.standing == .surviving {
                throw UndoError(.mergeStands, at: path)
            }
            return
        }
        let current = own.value?.stringValue ?? cycle.initial
        let before =
            try past.sight(of: key, before: draft.target).shown?.stringValue ?? cycle.initial
        if before == current { return leave(key, .restated, record, &draft) }
        let states = [current, before]
        guard let step = cycle.step(from: current, to: before) else {
            throw UndoError(.noStepBack, at: path, states: states)
        }
        guard try mayTake(step.activity, on: record, draft) else {
            throw UndoError(.noRight, at: path, states: states)
        }
        if step.needsReason, (draft.reason ?? "").isEmpty {
            throw UndoError(.reasonMissing, at: path, states: states)
        }
        try write(.string(before), over: standing, at: key, in: &draft)
    }

    /// Whether the author's role allows something on a record now.
    func mayTake(
        _ activity: Activity,
        on record: RecordEntry,
        _ draft: UndoDraft
    ) throws -> Bool {
        guard let member = membership.member(of: draft.now.author) else { return false }
        switch Rights.right(of: member.role, to: activity) {
        case .yes, .proposal: return true
        case .no: return false
        case .own:
            let writer = judge.writer(of: draft.now, isFork: false, seals: false)
            guard case .success(let writer) = writer else { return false }
            return try owners.isOwn(record, of: writer) != .not
        }
    }
}
