import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// Why a record that a save raised stays, with all that was raised with it.
struct Keeping {
    /// The record's own cell of presence.
    let key: CellKey
    let why: TakingBack.Why
    /// The write of somebody else in it.
    let by: WriteAccount?

    /// Whether the cell is the one that says so itself.
    func isOf(_ key: CellKey) -> Bool { self.key == key }
}

extension Undoing {
    /// Notes the records which the save raised and others have worked in: they stay as they are.
    func keepWhatOthersWorkedIn(
        _ diff: VerifiedDiff,
        in draft: inout UndoDraft
    ) throws {
        for operation in diff.body.operations {
            guard case .add = operation.action, let key = try accounts.key(of: operation.path),
                key.field.isEmpty
            else { continue }
            let record = try self.record(key.record)
            guard let own = try write(of: draft.target.number, at: key),
                own.effect.counts, try past.sight(of: key, before: draft.target).shown == nil
            else { continue }
            if try evaluator.evaluate(key).conflict != nil {
                draft.kept[key.record] = Keeping(key: key, why: .contested, by: nil)
            } else if let other = try laterWrite(on: record, draft) {
                let by = try accounts.account(of: other.write, at: other.key)
                draft.kept[key.record] = Keeping(key: key, why: .changedSince, by: by)
            }
        }
        try keepWhatIsCited(diff, in: &draft)
    }

    /// Notes the evidence that was recorded with what stays and is cited there: it is a part of it.
    private func keepWhatIsCited(
        _ diff: VerifiedDiff,
        in draft: inout UndoDraft
    ) throws {
        guard !draft.kept.isEmpty else { return }
        let added = Set(
            try diff.body.operations.compactMap { operation -> Int? in
                guard case .add = operation.action, let key = try accounts.key(of: operation.path),
                    key.field.isEmpty
                else { return nil }
                return key.record
            }
        )
        for operation in diff.body.operations {
            guard case .add = operation.action, let key = try accounts.key(of: operation.path)
            else {
                continue
            }
            let record = try self.record(key.record)
            guard let keeping = draft.kept[key.record] else { continue }
            for key in keys(of: operation, record: record) where !key.member.isEmpty {
                guard let kind = record.kind.field(key.field)?.cites,
                    let cited = try self.record(named: RecordName(kind: kind, id: key.member)),
                    added.contains(cited.number), draft.kept[cited.number] == nil
                else { continue }
                draft.kept[cited.number] = keeping
            }
        }
    }

    /// Why what a save wrote to a record stays, if the record or the one that it belongs to does.
    func keeping(of record: RecordEntry, _ draft: UndoDraft) -> Keeping? {
        draft.kept[record.number] ?? record.owner.flatMap { draft.kept[$0] }
    }

    // MARK: Presence.

    func takeBackPresence(
        _ own: CellWrite,
        at key: CellKey,
        in draft: inout UndoDraft
    ) throws {
        let record = try self.record(key.record)
        let before = try past.sight(of: key, before: draft.target).shown
        let now = try evaluator.evaluate(key)
        // An undo hides again what was hidden: that says nothing of its own.
        if before == nil, own.value == nil, draft.isRedo { return }
        if before == own.value { return leave(key, .restated, record, &draft) }
        if now.conflict != nil { return leave(key, .contested, record, &draft) }
        // Hiding would take along what somebody else has made of the record meanwhile.
        if let other = try laterWrite(on: record, draft) {
            let by = try accounts.account(of: other.write, at: other.key)
            return leave(key, .changedSince, record, &draft, by: by)
        }
        if own.value == nil, let owner = record.owner,
            let removal = try removalByAnother(of: try self.record(owner), draft)
        {
            return leave(key, .changedSince, record, &draft, by: removal)
        }
        guard (now.shown != nil) == (own.value != nil) else {
            return leave(key, .changedSince, record, &draft)
        }
        try writePresence(own.value == nil, of: record, in: &draft)
    }

    private func writePresence(
        _ isPresent: Bool,
        of record: RecordEntry,
        in draft: inout UndoDraft
    ) throws {
        let key = CellKey.presence(of: record.number)
        let path = path(of: key, in: record)
        let activity = isPresent ? record.kind.addActivity : record.kind.removeActivity
        guard try mayTake(activity, on: record, draft) else { throw UndoError(.noRight, at: path) }
        draft.done.insert(key)
        draft.changes.append(
            TakingBack.Change(
                path: path,
                from: isPresent ? nil : true,
                to: isPresent ? true : nil
            )
        )
        draft.operations.append(
            Operation(
                isPresent ? .add([:]) : .remove,
                at: path,
                over: try cell(key).survivors.map { try entry($0.diff).reference },
                reason: draft.text
            )
        )
    }

    /// Hides again what was hidden, and came back because the save wrote to it or to what belongs to it.
    func hideWhatCameBack(in draft: inout UndoDraft) throws {
        var numbers = draft.records
        for number in draft.records {
            if let owner = try record(number).owner { numbers.insert(owner) }
        }
        for number in numbers.sorted() {
            let key = CellKey.presence(of: number)
            let record = try self.record(number)
            guard !draft.done.contains(key), !record.kind.isControl else { continue }
            guard try evaluator.evaluate(key).shown != nil,
                try past.sight(of: key, before: draft.target).shown == nil,
                try laterWrite(on: record, draft) == nil
            else { continue }
            try writePresence(false, of: record, in: &draft)
        }
    }

    /// Takes the removals of records out whose owner is removed too: they go with it, and stay with it where
    /// somebody has edited the owner at the same time.
    func leaveParts(in draft: inout UndoDraft) throws {
        let removed = Set(
            draft.operations.compactMap { operation -> CellPath? in
                guard operation.path.field == nil, case .remove = operation.action else {
                    return nil
                }
                return operation.path
            }
        )
        var parts: Set<CellPath> = []
        for path in removed {
            guard let record = try record(named: RecordName(kind: path.kind, id: path.record)),
                let owner = record.kind.owner, let number = record.owner
            else { continue }
            let id = try self.record(number).id
            if removed.contains(CellPath(kind: owner.kind, record: id)) { parts.insert(path) }
        }
        draft.operations.removeAll { parts.contains($0.path) }
    }

    /// Hides again, in the same save, what its author had hidden and what is put back inside it would bring back: they
    /// would be in conflict with themselves.
    func keepHidden(in draft: inout UndoDraft) throws {
        let names = draft.operations.compactMap { operation -> RecordName? in
            if operation.path.field == nil, case .remove = operation.action { return nil }
            return RecordName(kind: operation.path.kind, id: operation.path.record)
        }
        var numbers: Set<Int> = []
        for name in names {
            guard let record = try record(named: name) else { continue }
            numbers.insert(record.number)
            if let owner = record.owner { numbers.insert(owner) }
        }
        for number in numbers.sorted() {
            let key = CellKey.presence(of: number)
            let record = try self.record(number)
            let path = path(of: key, in: record)
            guard !record.kind.isControl, record.hasRemoval,
                !draft.operations.contains(where: { $0.path == path }),
                try evaluator.evaluate(key).shown == nil,
                try mayTake(record.kind.removeActivity, on: record, draft)
            else { continue }
            draft.operations.append(
                Operation(
                    .remove,
                    at: path,
                    over: try cell(key).survivors.map { try entry($0.diff).reference },
                    reason: draft.text
                )
            )
        }
    }

    /// The newest write of somebody else, on a record or what belongs to it, that the save had not seen.
    private func laterWrite(
        on record: RecordEntry,
        _ draft: UndoDraft
    ) throws -> LocatedWrite? {
        try treeWrites(of: record.number).filter { located in
            located.effect.counts && !isOwn(located.write, draft)
                && !draft.others.contains(located.write.diff)
                && !draft.target.seen.contains(located.at)
        }.max { try precedence.isOlder($0.write, than: $1.write) }
    }
}
