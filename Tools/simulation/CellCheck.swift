import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage

// What a replica shows is compared, cell by cell, with what the rules say about the history that it
// keeps: a second reading of Protocol/merge.md, over stored rows and over causality that is worked out
// from the heads alone. Every write must be shown, a candidate, outranked by its field's rule, void with
// a reason, or replaced by a write whose author was shown it.

/// A cell with its history.
struct CheckedCell {
    let path: CellPath
    let writes: [HistoryEntry]
    /// What the document shows at this place.
    var shown: JSON?

    var effective: [HistoryEntry] { writes.filter(\.effect.counts) }
    var survivors: [HistoryEntry] { writes.filter { $0.standing == .surviving } }
}

/// A comparison of everything that one replica holds with the rules.
struct CellCheck {
    let registry: DiffRegistry
    let reader: ReplicaReader
    var cells: [CellPath: CheckedCell] = [:]
    private(set) var conflicts: [CellPath: Conflict] = [:]
    private let document: JSONObject
    /// The records that belong to another, by that one.
    var owned: [CellPath: [CellPath]] = [:]
    private(set) var records: [CellPath] = []

    init(_ reader: ReplicaReader, registry: DiffRegistry) throws {
        self.reader = reader
        self.registry = registry
        document = try reader.document()
        for conflict in try reader.conflicts() { conflicts[conflict.path] = conflict }
        for record in registry.records {
            let paths = try reader.paths(kind: record.kind, id: record.record)
            if paths.isEmpty { continue }
            records.append(record)
            for path in paths {
                let shown = shownValue(at: path)
                cells[path] = CheckedCell(
                    path: path,
                    writes: try reader.history(of: path),
                    shown: shown
                )
            }
        }
        for record in records {
            guard let owner = Schema.kind(record.kind)?.owner else { continue }
            var path = record
            path.field = owner.field
            guard let id = cells[path]?.survivors.first?.value?.stringValue else { continue }
            owned[CellPath(kind: owner.kind, record: id), default: []].append(record)
        }
    }

    private func shownValue(at path: CellPath) -> JSON? {
        guard let record = document[path.kind]?[path.record] else { return nil }
        guard let field = path.field else { return true }
        guard let value = record[field] else { return nil }
        return path.member.map { value[$0] } ?? value
    }

    func isPresent(_ path: CellPath) -> Bool { document[path.kind]?[path.record] != nil }

    func rule(of path: CellPath) -> MergeRule? {
        path.field.flatMap { Schema.kind(path.kind)?.field($0)?.rule }
    }

    /// The first thing that is wrong, in words.
    func problem() throws -> String? {
        for record in records {
            if let problem = presenceProblem(record) { return problem }
        }
        for path in cells.keys.sorted(by: { $0.text < $1.text }) {
            guard let cell = cells[path] else { continue }
            if let problem = standingProblem(cell) ?? shownProblem(cell) {
                return "\(path): \(problem)\n    \(words(cell))"
            }
        }
        return try lostProblem() ?? voidsProblem() ?? admissionProblem() ?? sealProblem()
    }

    func words(_ cell: CheckedCell) -> String {
        let writes = cell.writes.map { write in
            "\(write.write) \(write.effect) \(write.standing)"
                + " \(write.value?.canonicalText ?? "removed") over \(write.over)"
        }
        let conflict = conflicts[cell.path]?.json.canonicalText ?? "no conflict"
        return (writes + ["shown \(cell.shown?.canonicalText ?? "nothing")", conflict]).joined(
            separator: "\n    "
        )
    }

    // MARK: Nothing lost.

    /// A diff that is here must have written each of its cells.
    private func lostProblem() throws -> String? {
        for known in registry.all where try reader.diff(known.diff.id) != nil {
            for operation in known.diff.body.operations {
                for path in paths(of: operation) {
                    let isThere = cells[path]?.writes.contains { $0.diff == known.diff.id }
                    if isThere != true {
                        return "\(path): the write of \(known.diff.reference) is lost"
                    }
                }
                if let problem = overProblem(operation, known) { return problem }
            }
        }
        return nil
    }

    /// What names the unseen in `over` is void.
    private func overProblem(_ operation: Operation, _ known: DiffRegistry.Known) -> String? {
        let namesUnseen = operation.over.contains { registry.named($0, by: known.diff.id).isEmpty }
        guard namesUnseen, known.depth > 1 else { return nil }
        let write = cells[operation.path]?.writes.first { $0.diff == known.diff.id }
        if write?.effect.counts == true {
            return "\(operation.path): names the unseen, with effect"
        }
        return nil
    }

    private func paths(of operation: Operation) -> [CellPath] {
        var paths = [operation.path]
        guard operation.path.field == nil, case .add(.object(let fields)) = operation.action else {
            return paths
        }
        for (name, value) in fields {
            var path = operation.path
            path.field = name
            guard rule(of: path) == .set, let members = value.objectValue else {
                paths.append(path)
                continue
            }
            for (member, _) in members {
                path.member = member
                paths.append(path)
            }
        }
        return paths
    }

    /// Whatever is void is listed, with its reason.
    private func voidsProblem() throws -> String? {
        let listed = Set(
            try reader.voids().map { "\($0.path) \($0.reason.rawValue) \($0.diff)" as WireText }
        )
        var there: Set<WireText> = []
        for (path, cell) in cells {
            for write in cell.writes {
                guard case .void(let reason) = write.effect else { continue }
                there.insert("\(path) \(reason.rawValue) \(write.diff)")
            }
        }
        return listed.symmetricDifference(there).sorted().first.map {
            "void, listed wrongly: \($0)"
        }
    }

    /// What a leader has admitted is not void for a reason that can be admitted, unless a seal had frozen
    /// it for him.
    private func admissionProblem() throws -> String? {
        for id in admittedDiffs() {
            for (path, cell) in cells where Schema.kind(path.kind)?.isControl != true {
                for write in cell.writes where write.diff == id {
                    guard case .void(let reason) = write.effect, reason.canBeAdmitted,
                        Schema.kind(path.kind)?.cover == .nothing || !hasSeal
                    else { continue }
                    return "\(path): \(write.write) was admitted, and is void (\(reason))"
                }
            }
        }
        return nil
    }

    /// Whether anything was ever sealed.
    private var hasSeal: Bool {
        cells.contains {
            $0.key.kind == "seal" && $0.key.field == nil && !$0.value.effective.isEmpty
        }
    }

    /// The diffs that an effective admission names, whose author had seen them.
    func admittedDiffs() -> Set<DiffID> {
        var ids: Set<DiffID> = []
        for (path, cell) in cells where path.kind == "admission" && path.field == nil {
            for write in cell.effective where write.value != nil {
                guard let admitting = registry[write.diff],
                    let id = admittedID(by: admitting.diff, at: path),
                    registry.has(write.diff, seen: id)
                else { continue }
                ids.insert(id)
            }
        }
        return ids
    }

    private func admittedID(by diff: UnverifiedDiff, at path: CellPath) -> DiffID? {
        for operation in diff.body.operations where operation.path == path {
            guard case .add(.object(let fields)) = operation.action else { continue }
            return fields["diff"]?.stringValue.flatMap { DiffID(base64url: $0) }
        }
        return nil
    }
}
