import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage

// States and presence: what belongs to a record, and what cites it, takes part.

extension CellCheck {
    // MARK: States.

    func stateProblem(_ cell: CheckedCell, _ cycle: LifeCycle) -> String? {
        if cell.survivors.isEmpty, cell.effective.isEmpty { return nil }
        let record = CellPath(kind: cell.path.kind, record: cell.path.record)
        let stands: JSON? = cell.shown ?? .string(cycle.initial)
        for write in cell.survivors {
            guard let value = write.value?.stringValue else { continue }
            // Who only proposes the step that shows anyway asks nobody, whatever they had not seen.
            if write.isProposal, write.value == stands { continue }
            if cycle.ends(value), isHeldUp(write, of: record, at: cell.path), !isListed(write, cell)
            {
                return "an ending that had not seen an edit does not wait"
            }
            if record.kind == "finding", value == "confirmed", cell.shown != "confirmed",
                isUnconfirmed(write, of: record), !isListed(write, cell)
            {
                return "a confirmation that had not seen an edit does not wait"
            }
        }
        if let problem = mergeProblem(record, cell) { return problem }
        let mayWait = cell.effective.contains { write in
            guard let value = write.value?.stringValue else { return false }
            return cycle.ends(value) || record.kind == "finding" && value == "confirmed"
        }
        if mayWait { return nil }
        // Who owns a record in part asks for a step: where that is another state than the one shown.
        let isAsked = cell.survivors.contains { $0.effect == .proposal && $0.value != stands }
        if let conflict = conflicts[cell.path], conflict.kind != .values || !isAsked {
            return "a conflict where there is none"
        }
        let values = decided(cell.survivors).map(\.value)
        let mayBeUnset = cell.shown == nil && cell.survivors.allSatisfy { $0.effect == .proposal }
        return values.contains(cell.shown) || mayBeUnset ? nil : "shows a state that nobody gave"
    }

    private func isListed(_ write: HistoryEntry, _ cell: CheckedCell) -> Bool {
        conflicts[cell.path]?.candidates.contains { $0.write == write.write } ?? false
    }

    private func isHeldUp(_ ending: HistoryEntry, of record: CellPath, at state: CellPath) -> Bool {
        let merges = citations(of: record, surviving: false).filter {
            $0.path.field == "duplicateOf"
        }
        let cells = treeCells(of: record)
        var target = record
        target.field = "duplicateOf"
        let edits = cells.flatMap { cell in
            cell.effective.filter { edit in
                if cell.path == state { return edit.value != ending.value }
                // Which finding a merge leads into is its field's own matter.
                return cell.path != target || ending.value != "merged" || !isOfMerge(edit, record)
            }
        }
        let said =
            record.kind == "finding"
            ? cells.flatMap { cell in cell.effective.filter { says($0, at: cell.path) } } : []
        return (edits + merges.map(\.write)).contains {
            registry.areConcurrent($0.diff, ending.diff)
        }
            || said.contains {
                $0.diff != ending.diff && !registry.has(ending.diff, seen: $0.said)
            }
    }

    /// Whether the diff of a write takes the step that merges a finding, with effect or not.
    private func isOfMerge(_ write: HistoryEntry, _ finding: CellPath) -> Bool {
        guard finding.kind == "finding" else { return false }
        var state = finding
        state.field = "state"
        return registry[write.diff]?.diff.body.operations.contains { operation in
            guard operation.path == state, case .add(let value) = operation.action else {
                return false
            }
            return value == "merged"
        } ?? false
    }

    /// Whether a write says something in a finding: whatever it leaves of statement or title, and what it
    /// puts in of the rest.
    private func says(_ write: HistoryEntry, at path: CellPath) -> Bool {
        switch (path.kind, path.field) {
        case ("finding", "title"), ("finding", "statement"): true
        case ("finding", "evidence"), ("criterion", nil), ("criterion", "grade"):
            write.value != nil
        default: false
        }
    }

    /// Whether statement, title, criteria or grades changed at the same time as a confirmation.
    private func isUnconfirmed(_ step: HistoryEntry, of finding: CellPath) -> Bool {
        treeCells(of: finding).contains { cell in
            let isPart =
                cell.path.kind == "criterion"
                ? cell.path.field == nil || cell.path.field == "grade"
                : cell.path.record == finding.record && cell.path.kind == "finding"
                    && (cell.path.field == "statement" || cell.path.field == "title")
            return isPart
                && cell.effective.contains { edit in
                    edit.effect == .effective
                        && (registry.areConcurrent(edit.diff, step.diff)
                            || registry.areConcurrent(edit.said, step.diff))
                }
        }
    }

    /// What is merged counts somewhere: merges lead to a finding that is there and not withdrawn.
    private func mergeProblem(_ finding: CellPath, _ cell: CheckedCell) -> String? {
        guard finding.kind == "finding", cell.shown == "merged", isPresent(finding) else {
            return nil
        }
        var passed: Set<CellPath> = []
        var next = finding
        while passed.insert(next).inserted {
            guard isPresent(next) else { return "merged into \(next), which is not there" }
            switch shown("state", of: next) {
            case "merged": break
            case "withdrawn": return "merged into \(next), which is withdrawn"
            default: return nil
            }
            guard let target = shown("duplicateOf", of: next)?.stringValue else {
                return "\(next) is merged into nothing"
            }
            next = CellPath(kind: "finding", record: target)
        }
        return "merges lead in a circle"
    }

    private func shown(_ field: WireText, of record: CellPath) -> JSON? {
        cells[CellPath(kind: record.kind, record: record.record, field: field)]?.shown
    }

    // MARK: Presence.

    private func treeCells(of record: CellPath) -> [CheckedCell] {
        let family = [record] + (owned[record] ?? [])
        return cells.values.filter { cell in
            family.contains { $0.kind == cell.path.kind && $0.record == cell.path.record }
        }
    }

    /// What names a record where records of its kind are cited.
    private func citations(
        of record: CellPath,
        surviving: Bool
    ) -> [(path: CellPath, write: HistoryEntry)] {
        cells.values.flatMap { cell -> [(path: CellPath, write: HistoryEntry)] in
            guard let field = cell.path.field,
                Schema.kind(cell.path.kind)?.field(field)?.cites == record.kind
            else { return [] }
            let writes = surviving ? cell.survivors : cell.effective
            return writes.compactMap { write in
                guard let value = write.value else { return nil }
                let named = cell.path.member ?? value.stringValue
                return named == record.record ? (cell.path, write) : nil
            }
        }
    }

    /// A record is there while an effective write on it, on one that belongs to it, or that cites it, is
    /// unseen by every effective removal of it.
    func presenceProblem(_ record: CellPath) -> String? {
        let cell = cells[record] ?? CheckedCell(path: record, writes: [], shown: nil)
        let removals = cell.effective.filter { $0.value == nil }
        let tree = treeCells(of: record).flatMap { other in
            other.effective.filter { other.path.field != nil || $0.value != nil }
                .map { (path: other.path, write: $0) }
        }
        var alive = tree.filter { !isHidden($0, by: removals) }
        if !tree.isEmpty, !removals.isEmpty {
            alive += citations(of: record, surviving: true).filter { !isHidden($0, by: removals) }
        }
        if alive.isEmpty == isPresent(record) {
            return
                "\(record): \(alive.isEmpty ? "present, though removed" : "hidden, though edited")"
        }
        let open = removals.filter { $0.standing == .surviving }
        if alive.isEmpty || open.isEmpty {
            let isProposed = !alive.isEmpty && isProposedRecord(record) && owner(of: record) != nil
            return conflicts[record] == nil || isProposed
                ? nil : "\(record): a conflict where there is none"
        }
        guard let conflict = conflicts[record] else { return "\(record): a conflict is not told" }
        var expected = Set(open.map(\.write))
        for (_, write) in alive {
            let isUnseen = open.contains { !registry.has($0.diff, seen: write.said) }
            if isUnseen { expected.insert(write.write) }
        }
        return Set(conflict.candidates.map(\.write)) == expected
            ? nil : "\(record): not every candidate is listed"
    }

    private func owner(of record: CellPath) -> RecordKind.Owner? { Schema.kind(record.kind)?.owner }

    /// A removal hides what its author had seen; a proposal only what is proposed.
    private func isHidden(
        _ place: (path: CellPath, write: HistoryEntry),
        by removals: [HistoryEntry]
    ) -> Bool {
        let isProposed =
            place.write.effect == .proposal
            || rule(of: place.path) == .once
                && isProposedRecord(CellPath(kind: place.path.kind, record: place.path.record))
        return removals.contains { removal in
            (removal.effect == .effective || isProposed)
                && (removal.diff == place.write.diff
                    || registry.has(removal.diff, seen: place.write.said))
        }
    }

    /// Whether a record was added by proposals alone.
    private func isProposedRecord(_ record: CellPath) -> Bool {
        let adds = (cells[record]?.effective ?? []).filter { $0.value != nil }
        return !adds.isEmpty && adds.allSatisfy { $0.effect == .proposal }
    }
}
