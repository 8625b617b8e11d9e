import ConcordDiff
import ConcordEncoding
import ConcordModel

// A person who decides against a merge removes from its target what it brought there, and only that: as its author's
// undo would, cell by cell, wherever nobody else has written since.

extension Undoing {
    /// The operations with which somebody takes out what merges of a finding brought into their targets, as
    /// far as their right goes.
    ///
    /// - Parameters:
    ///   - merges: the merges by their names, of which others are left aside.
    ///   - keeping: cells, and records with all their cells, that stay.
    func takingOut(
        broughtBy merges: [WriteReference],
        of finding: WireText,
        keeping: Set<CellPath>,
        reason: WireText?,
        author: Author
    ) throws -> [Operation] {
        let name = RecordName(kind: Schema.finding.name, id: finding)
        guard let finding = try record(named: name) else { return [] }
        let numbers = try diffs(merges, of: finding)
        var operations: [Operation] = []
        var paths: Set<CellPath> = []
        for number in numbers {
            for operation in try takingOut(number, of: finding, numbers, reason, author)
            where !keeping.contains(operation.path) {
                let record = CellPath(kind: operation.path.kind, record: operation.path.record)
                guard !keeping.contains(record), paths.insert(operation.path).inserted else {
                    continue
                }
                operations.append(operation)
            }
        }
        return operations
    }

    /// The diffs of merges, in the order of arrival.
    private func diffs(
        _ merges: [WriteReference],
        of finding: RecordEntry
    ) throws -> [Int] {
        let wanted = Set(merges)
        var numbers: Set<Int> = []
        for field in [KnownField.state, KnownField.duplicateOf] {
            let key = CellKey(record: finding.number, field: field)
            for write in try cell(key, complete: true).writes where write.effect.counts {
                if wanted.contains(try entry(write.diff).reference) { numbers.insert(write.diff) }
            }
        }
        return numbers.sorted()
    }

    private func takingOut(
        _ number: Int,
        of finding: RecordEntry,
        _ merges: [Int],
        _ reason: WireText?,
        _ author: Author
    ) throws -> [Operation] {
        let merge = try entry(number)
        guard let target = try target(of: finding, in: number) else { return [] }
        var draft = UndoDraft(
            target: merge,
            now: next(after: merge, by: author),
            author: merge.author,
            isRedo: false,
            reason: reason,
            text: reason
        )
        draft.others = Set(merges)
        guard case .success(let writer) = judge.writer(of: draft.now, isFork: false, seals: false)
        else {
            return []
        }
        for operation in try diff(number).body.operations {
            guard try isInside(operation.path, target) else { continue }
            do {
                try takeBack(operation, in: &draft)
            } catch is UndoError {
                // What cannot be undone, for lack of a right or because it is sealed, stays.
                continue
            }
        }
        return try draft.operations.filter { try mayWrite($0, writer) }
    }

    /// The finding into which a diff merges another one.
    private func target(of finding: RecordEntry, in number: Int) throws -> RecordEntry? {
        var id = try evaluator.evaluate(
            CellKey(record: finding.number, field: KnownField.duplicateOf)
        ).shown
        for operation in try diff(number).body.operations {
            guard operation.path.kind == finding.kind.name, operation.path.record == finding.id,
                operation.path.field == KnownField.duplicateOf,
                case .add(let value) = operation.action
            else { continue }
            id = value
        }
        guard let id = id?.stringValue else { return nil }
        return try record(named: RecordName(kind: Schema.finding.name, id: id))
    }

    /// Whether a path is what a merge writes into its target: a member of a set, or a criterion of it.
    private func isInside(_ path: CellPath, _ target: RecordEntry) throws -> Bool {
        if path.kind == target.kind.name { return path.record == target.id && path.member != nil }
        guard path.kind == Schema.criterion.name,
            let part = try record(named: RecordName(kind: path.kind, id: path.record))
        else { return false }
        return part.owner == target.number
    }

    /// Whether an operation has effect, so that the save that it goes with can have.
    private func mayWrite(_ operation: Operation, _ writer: Writer) throws -> Bool {
        let name = RecordName(kind: operation.path.kind, id: operation.path.record)
        guard let record = try record(named: name),
            try !judge.proposesBesideConfirmation(record, by: writer)
        else { return false }
        guard let field = operation.path.field else {
            switch writer.right(to: record.kind.removeActivity) {
            case .yes: return true
            case .own: return try owners.decision(on: record, writer) == .theirs
            case .no, .proposal: return false
            }
        }
        if field == KnownField.grade, try judge.isInTraining(writer, for: record) { return false }
        let activity = (record.kind.field(field) ?? Schema.unknownField(field)).activity
        switch writer.right(to: activity) {
        case .yes: return true
        case .own: return try owners.isOwn(record, of: writer) == .wholly
        case .no, .proposal: return false
        }
    }
}
