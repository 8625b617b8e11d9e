public import ConcordDiff
public import ConcordEncoding
import ConcordText

/// Edits of one record that members made at the same time in different places. They are not a
/// conflict, but worth a look, since nobody had seen them together.
public struct ParallelEdits: Hashable, Sendable {
    /// One member's diff.
    public struct Edit: Hashable, Sendable {
        /// The diff.
        public let write: WriteReference
        /// Its identity.
        public let diff: DiffID
        /// The time of saving by its author's clock (RFC 3339).
        public let time: String
        /// The cells that it wrote, in parallel with somebody else's edits of the record.
        public let paths: [CellPath]
    }

    /// The record.
    public let record: CellPath
    /// The diffs, each of them concurrent with another member's among them; by depth, then author.
    public let edits: [Edit]
}

extension Pictures {
    /// The parallel edits of a record; nil if there are none.
    ///
    /// - Parameter all: also what was replaced since.
    package func parallelEdits(of number: Int, all: Bool) throws -> ParallelEdits? {
        var cells: [Int: Set<CellKey>] = [:]
        for key in try allCells(of: number) where !key.field.isEmpty {
            for write in try cell(key, complete: all).writes
            where write.standing == .surviving || all && write.standing == .replaced {
                cells[write.diff, default: []].insert(key)
            }
        }
        guard cells.count > 1 else { return nil }
        let entries = try cells.keys.map { try entry($0) }.sorted(by: Precedence.isBefore)
        var apart = EditsApart(entries.map { ($0, cells[$0.number] ?? []) }) { branch in
            member(of: branch)
        }
        var parallel: [Int: Set<CellKey>] = [:]
        for entry in entries {
            // One place in two hands is a matter of that place's rule.
            let keys = apart.places(
                of: cells[entry.number] ?? [],
                in: entry,
                by: member(of: entry.at.branch)
            )
            if !keys.isEmpty { parallel[entry.number] = keys }
        }
        guard !parallel.isEmpty else { return nil }
        let record = try self.record(number)
        return ParallelEdits(
            record: path(of: .presence(of: number), in: record),
            edits: try entries.compactMap { entry in
                guard let keys = parallel[entry.number] else { return nil }
                return ParallelEdits.Edit(
                    write: entry.reference,
                    diff: entry.id,
                    time: try diff(entry.number).head.time.description,
                    paths: keys.sorted(by: CellKey.isBefore).map { path(of: $0, in: record) }
                )
            }
        )
    }
}
