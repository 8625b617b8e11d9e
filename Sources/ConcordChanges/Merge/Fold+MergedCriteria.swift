import ConcordEncoding
import ConcordModel

// What a merged finding raised counts in its target: the same criteria there, as severe or more. Where one of
// them is taken out of the target, or made less severe, by somebody whom the merge had not seen, the merge
// waits. `Protocol/merge.md`, "Merges".

extension Fold {
    /// The writes that took from a target what a finding raised that is merged into it, and that none of its
    /// merges had seen: removals of a criterion, and less severe grades.
    mutating func whatTookAway(
        from target: RecordEntry,
        of finding: RecordEntry,
        merges: [CellWrite],
        seenBy entry: DiffEntry?
    ) throws -> [LocatedWrite] {
        var found: [LocatedWrite] = []
        for number in try records(ownedBy: finding.number) {
            let part = try record(number)
            guard let (twin, severity) = try raised(part, of: finding, in: target, seenBy: entry)
            else { continue }
            let presence = CellKey.presence(of: twin.number)
            let grade = CellKey(record: twin.number, field: "grade")
            if try self.presence(of: twin, from: entry).shown == nil {
                found += try decided(at: presence, seenBy: entry).filter { $0.write.value == nil }
            } else if try self.severity(at: grade, seenBy: entry) < severity {
                found += try decided(at: grade, seenBy: entry)
            }
        }
        guard !found.isEmpty else { return [] }
        let known = try merges.map { try self.entry($0.diff) }
        return found.filter { taken in
            !known.contains { $0.seen.contains(taken.at) || $0.number == taken.diff }
        }
    }

    /// The same criterion in the target, and how severe it is in the finding; nil where the finding does not
    /// raise it, or the target never had it.
    private mutating func raised(
        _ part: RecordEntry,
        of finding: RecordEntry,
        in target: RecordEntry,
        seenBy entry: DiffEntry?
    ) throws -> (twin: RecordEntry, severity: Int)? {
        guard part.kind == Schema.criterion,
            try decided(at: .presence(of: part.number), seenBy: entry).contains(where: {
                $0.write.value != nil
            }),
            try presence(of: part, from: entry).shown != nil,
            try identity("finding", of: part, seenBy: entry) == finding.id,
            let standard = try identity("standard", of: part, seenBy: entry),
            let clause = try identity("clause", of: part, seenBy: entry)
        else { return nil }
        let id = DerivedID.criterion(finding: target.id, standard: standard, clause: clause)
        let name = RecordName(kind: Schema.criterion.name, id: id)
        guard let twin = try record(named: name), twin.number != part.number else { return nil }
        let grade = CellKey(record: part.number, field: "grade")
        return (twin, try severity(at: grade, seenBy: entry))
    }

    /// The writes of a cell that show, proposals aside.
    private mutating func decided(
        at key: CellKey,
        seenBy entry: DiffEntry?
    ) throws -> [LocatedWrite] {
        let survivors = try entry.map { try view(of: key, from: $0) } ?? cell(key).survivors
        return try survivors.filter { $0.effect == .effective }.map {
            try said(LocatedWrite($0, at: key))
        }
    }

    private mutating func severity(at grade: CellKey, seenBy entry: DiffEntry?) throws -> Int {
        try decided(at: grade, seenBy: entry).map { write in
            write.write.value?.stringValue.flatMap(Schema.grades.firstIndex(of:)) ?? -1
        }.max() ?? -1
    }

    /// What a field says that is written once.
    private mutating func identity(
        _ field: WireText,
        of part: RecordEntry,
        seenBy entry: DiffEntry?
    ) throws -> WireText? {
        let writes = try decided(at: CellKey(record: part.number, field: field), seenBy: entry)
        return try writes.min { try isPlaced($0.write, before: $1.write) }?.write.value?.stringValue
    }

    /// Notes the findings that must be looked at again because a criterion has changed: the merged one that
    /// raised it, and those that are merged into the one that it is in.
    mutating func settleCriteria() throws {
        var parts = changes.presences
        for key in changes.cells where key.field.isEmpty || key.field == "grade" {
            parts.insert(key.record)
        }
        for number in parts {
            let part = try record(number)
            guard part.kind == Schema.criterion,
                let id = try identity("finding", of: part, seenBy: nil),
                let finding = try record(named: RecordName(kind: Schema.finding.name, id: id))
            else { continue }
            if finding.mergedInto != nil { changes.states.insert(finding.number) }
            if finding.takesIn != nil {
                changes.states.formUnion(try findings(mergedInto: finding.number))
            }
        }
    }
}
