import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// Admission: a leader's order that gives effect to void writes, at their own causal place. It counts from
// its own place in the log, so it is removed and given again with the diff that orders it.

/// Gives effect to what leaders admit, and takes it back.
struct Admissions: TakesIn {
    let memory: FoldMemory

    /// Gives effect to what leaders admit in `diff`.
    func carryOutAdmissions(in diff: VerifiedDiff, voids: [VoidReason?]) throws {
        guard let admitting = try number(of: diff.id) else { return }
        for (index, operation) in diff.body.operations.enumerated() {
            guard voids.indices.contains(index), voids[index] == nil,
                let number = try admitted(by: operation)
            else { continue }
            let place = try entry(number).at
            guard try entry(admitting).seen.contains(place) else { continue }
            try changeWrites(of: number, asOf: admitting) { write, isEnding, isFrozen in
                guard case .void(let reason) = write.effect, reason.canBeAdmitted, !isFrozen
                else { return false }
                write.effect = .effective
                write.standing = .surviving
                write.ends = isEnding
                write.admission = CellWrite.Admission(by: admitting, from: reason)
                return true
            }
        }
    }

    /// Takes the admissions of a diff back: what they gave effect to is void again, as before.
    func takeBackAdmissions(in diff: VerifiedDiff, number admitting: Int) throws {
        for operation in diff.body.operations {
            guard let number = try admitted(by: operation) else { continue }
            try changeWrites(of: number) { write, _, _ in
                guard let admission = write.admission, admission.by == admitting else {
                    return false
                }
                write.effect = .void(admission.from)
                write.standing = .void
                write.ends = false
                write.admission = nil
                return true
            }
        }
    }

    /// The diff that an operation admits, if it is here.
    private func admitted(by operation: Operation) throws -> Int? {
        guard operation.path.kind == Schema.admission.name, operation.path.field == nil,
            case .add(.object(let fields)) = operation.action,
            let id = fields[AdmissionField.diff]?.stringValue.flatMap({ DiffID(base64url: $0) })
        else { return nil }
        return try number(of: id)
    }

    /// Changes the verdicts of a diff's writes, control operations aside.
    ///
    /// - Parameters:
    ///   - admitting: the diff for which a seal may have frozen a record.
    ///   - change: changes a write, given whether its value ends the record's life and whether its record
    ///     is frozen, and answers whether it did.
    private func changeWrites(
        of number: Int,
        asOf admitting: Int? = nil,
        _ change: (inout CellWrite, _ isEnding: Bool, _ isFrozen: Bool) -> Bool
    ) throws {
        for operation in try diff(number).body.operations where !operation.isControl {
            let path = operation.path
            let name = RecordName(kind: path.kind, id: path.record)
            guard let record = try record(named: name) else { continue }
            let isFrozen =
                try admitting.map { try self.seals.isFrozen(record, for: entry($0)) } ?? false
            for key in keys(of: operation, record: record) {
                _ = try cell(key, complete: true)
                guard let place = memory.cells.place(of: number, at: key),
                    let before = memory.cells[key]?.writes[place]
                else { continue }
                var write = before
                let isEnding = isEnding(write, at: key, in: record)
                guard change(&write, isEnding, isFrozen) else { continue }
                try turn(before, at: place, to: write, in: key)
                noteChange(of: key)
                try upkeep.touch(key.record, field: key.field, loses: true)
                try upkeep.touchResting(on: write, at: key, turns: true)
            }
        }
    }

    /// Puts a write with another verdict in its place, and works out again what survives.
    private func turn(
        _ before: CellWrite,
        at place: Int,
        to write: CellWrite,
        in key: CellKey
    ) throws {
        memory.texts.unsettle(key)
        try timelines.forgetTimelines(touchedBy: write, at: key)
        if key.field.isEmpty { owners.forgetAdditions(of: key.record) }
        try merges.noteMerge(write, at: key)
        // What it cites is kept by it from the admission on, and no longer once that is removed.
        try upkeep.touchCited(by: before, at: key)
        if !before.effect.counts, try admit(write, at: place, in: key) {
            return try note(write, at: key)
        }
        var cell = try cell(key, complete: true)
        cell.writes[place] = write
        cell.changed.insert(write.diff)
        keep(cell, at: key)
        // What it means for the record is told from the cell as it is now.
        try note(write, at: key)
        try cellWriter.stand(key)
    }

    /// Gives effect to a write that was void at the cost of what changes by it; false where all of the cell
    /// has to be looked at.
    ///
    /// Otherwise each of N admissions of one cell's writes would look at N of them.
    private func admit(
        _ write: CellWrite,
        at place: Int,
        in key: CellKey
    ) throws -> Bool {
        guard let rule = try cellStanding.ruleOfKnown(key), write.effect == .effective else {
            return false
        }
        let seen = rule.isText ? try entry(write.diff).seen : nil
        if let cell = memory.cells[key], !cell.knowsWhatIsBeneath {
            var beneath = Cell.Beneath()
            for other in cell.writes {
                guard other.effect == .effective || rule.isText && other.effect.counts else {
                    continue
                }
                let seen = rule.isText ? try entry(other.diff).seen : nil
                beneath.insert(other, seen: seen, branches)
            }
            _ = change(key) { $0.note(beneath) }
        }
        let said = try write.admission.map { try entry($0.by).at } ?? write.at
        let branches = self.branches
        let turned = change(key) { cell in
            cell.admit(write, at: place, seen: seen, said: said, branches) { old in
                seen?.contains(old.at) ?? write.replaces(old, rule, branches)
            }
        }
        guard let turned else { return false }
        for write in turned { try upkeep.touchCited(by: write, at: key) }
        return true
    }

    /// Keeps in the record what a changed verdict means for it.
    private func note(_ write: CellWrite, at key: CellKey) throws {
        if try write.ends || key.isState && write.confirms(record(key.record).kind) {
            try upkeep.noteThatItMayWait(key.record)
        }
        var record = try record(key.record)
        if key.field.isEmpty, write.effect.counts {
            if write.value == nil { record.hasRemoval = true }
            if write.value != nil { record.firstAdd = record.firstAdd ?? write.diff }
        }
        store(record)
        if key.field.isEmpty, !write.effect.counts, record.firstAdd == write.diff {
            try cellWriter.findFirstAdd(of: record)
        }
    }

    private func isEnding(_ write: CellWrite, at key: CellKey, in record: RecordEntry) -> Bool {
        guard case .state(let cycle) = record.kind.field(key.field)?.rule,
            let state = write.value?.stringValue
        else { return false }
        return cycle.ends(state)
    }
}
