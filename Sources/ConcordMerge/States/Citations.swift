package import ConcordEncoding
import ConcordModel

// Citations: fields and sets that name other records (a finding's evidence, the finding into which
// another one was merged). What is cited stays: who hides it without having seen the citation comes into
// conflict with it. `Protocol/merge.md`, "Presence"; which fields cite: `Protocol/schema.md`.

/// A cell, and the id of a record that a write to it names.
package struct Citation: Hashable, Sendable {
    /// The id that it names.
    package let id: WireText
    /// The cell.
    package let cell: CellKey
}

/// What cites a record.
struct Citations: FoldPart {
    let memory: FoldMemory

    /// The id of the record that a write names, if its cell is one that cites.
    func citedID(by value: JSON?, at key: CellKey, of record: RecordEntry) -> WireText? {
        guard record.kind.cites(in: key.field) != nil, let value else { return nil }
        return key.member.isEmpty ? value.stringValue : key.member
    }

    /// The writes that name a record and are not void, as they stand or among what an author had seen.
    ///
    /// - Parameter surviving: only those that nothing replaced.
    func citations(
        of record: RecordEntry,
        from entry: DiffEntry?,
        surviving: Bool = false
    ) throws -> [LocatedWrite] {
        var writes: [LocatedWrite] = []
        for key in try allCells(citing: record.id).sorted(by: CellKey.isBefore) {
            let citing = try self.record(key.record)
            guard citing.kind.cites(in: key.field) == record.kind.name else { continue }
            let those: [CellWrite]
            if surviving {
                those =
                    try entry.map { try seenWrites.view(of: key, from: $0) } ?? cell(key).survivors
            } else {
                those = try cell(key, complete: true).writes.filter { write in
                    try write.effect.counts && seenWrites.isSeen(write, by: entry)
                }
            }
            for write in those {
                guard let id = citedID(by: write.value, at: key, of: citing),
                    id == record.id
                else { continue }
                writes.append(LocatedWrite(write, at: key))
            }
        }
        return writes
    }
}
