import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordStorage

// A second reading of Protocol/merge.md, "Seals", over stored rows and the heads' causality.

extension CellCheck {
    /// Of every seal with effect: its author had seen all before it that has effect, and what it froze has
    /// no effect behind it, unless its author had seen a reopening or a leader has admitted it.
    func sealProblem() -> String? {
        let seals = added("seal")
        guard !seals.isEmpty else { return nil }
        let reopenings = added("reopening")
        let admitted = admittedDiffs()
        for seal in seals {
            let opened = reopenings.filter { reopening in
                let fields = firstFields(of: reopening.write, at: reopening.path)
                return fields?["seal"] == .string(seal.path.record)
                    && registry.has(reopening.write.diff, seen: seal.write.diff)
            }.map(\.write.diff)
            for (path, cell) in cells {
                for write in cell.effective where !admitted.contains(write.diff) {
                    if let problem = problem(of: write, at: path, seal.write, opened) {
                        return "\(path): \(write.write) \(problem) \(seal.write.write)"
                    }
                }
            }
        }
        return nil
    }

    private func problem(
        of write: HistoryEntry,
        at path: CellPath,
        _ seal: HistoryEntry,
        _ reopenings: [DiffID]
    ) -> String? {
        guard write.diff != seal.diff else { return nil }
        if isPlaced(write, before: seal) {
            return registry.has(seal.diff, seen: write.diff) ? nil : "was not seen by the seal"
        }
        let isFollowUp =
            path.kind == "engagement" && path.field == "state" && write.value == "closed"
        let hasSeen = reopenings.contains {
            $0 == write.diff || registry.has(write.diff, seen: $0)
        }
        if hasSeen || isFollowUp { return nil }
        switch Schema.kind(path.kind)?.cover ?? .nothing {
        case .nothing: return nil
        case .everything: return "has effect after the seal"
        case .existing:
            let record = CellPath(kind: path.kind, record: path.record)
            let wasThere = cells[record]?.effective.contains { add in
                add.value != nil && registry.has(seal.diff, seen: add.diff)
                    && !admittedDiffs().contains(add.diff)
            }
            return wasThere == true ? "has effect after the seal" : nil
        }
    }

    /// The effective additions of records of a kind.
    private func added(_ kind: WireText) -> [(path: CellPath, write: HistoryEntry)] {
        cells.filter { $0.key.kind == kind && $0.key.field == nil }.flatMap { path, cell in
            cell.effective.filter { $0.value != nil }.map { (path, $0) }
        }
    }

    private func firstFields(of write: HistoryEntry, at path: CellPath) -> JSONObject? {
        for operation in registry[write.diff]?.diff.body.operations ?? []
        where operation.path == path {
            if case .add(.object(let fields)) = operation.action { return fields }
        }
        return nil
    }
}
