import ConcordDiff
import ConcordEncoding
import ConcordModel

/// A seal that was in force at its place, told by its diff and record.
struct ObviousSeal {
    let diff: VerifiedDiff
    let record: WireText
    /// The diffs that reopened it.
    var reopenings: Set<DiffID> = []
}

extension ObviousFold {
    /// Notes the seals and reopenings of a diff; answers for each operation why it is void.
    mutating func judgeSeals(of diff: VerifiedDiff, voids: [VoidReason?]) -> [VoidReason?] {
        var voids = voids
        let operations = Array(diff.body.operations.enumerated())
        let others = operations.filter { $0.element.path.kind != "seal" }
        // A reopening counts for the seals of its own diff, wherever it stands in it.
        for (index, operation) in others + operations.filter({ $0.element.path.kind == "seal" }) {
            guard voids[index] == nil, operation.path.field == nil,
                case .add(let value) = operation.action
            else { continue }
            if operation.path.kind == "seal" {
                if hasMissed(diff) {
                    voids[index] = .notAllSeen
                } else if seals.contains(where: { $0.diff.id != diff.id && !isOpen($0, for: diff) })
                {
                    voids[index] = .sealed
                } else {
                    seals.append(ObviousSeal(diff: diff, record: operation.path.record))
                }
            }
            if operation.path.kind == "reopening" {
                for seal in seals.indices
                where .string(seals[seal].record) == value["seal"]
                    && self.seen[diff.id]?.contains(seals[seal].diff.id) == true
                {
                    seals[seal].reopenings.insert(diff.id)
                }
            }
        }
        return voids
    }

    /// Whether some diff before it in the order, which its author had not seen, has effect.
    private func hasMissed(_ diff: VerifiedDiff) -> Bool {
        let missed = order.prefix { $0.id != diff.id }.filter {
            seen[diff.id]?.contains($0.id) == false
        }
        let ids = Set(missed.map(\.id))
        return writes.values.joined().contains { $0.hasEffect && ids.contains($0.id) }
    }

    /// Whether the author of a diff had seen that a seal was reopened.
    private func isOpen(_ seal: ObviousSeal, for diff: VerifiedDiff) -> Bool {
        seal.reopenings.contains { $0 == diff.id || seen[diff.id]?.contains($0) == true }
    }

    /// Whether a seal has frozen the record of a cell for the author of a diff.
    func isFrozen(_ cell: CellPath, for diff: VerifiedDiff) -> Bool {
        let shut = seals.filter { $0.diff.id != diff.id && !isOpen($0, for: diff) }
        switch Schema.kind(cell.kind)?.cover ?? .nothing {
        case .nothing: return false
        case .everything: return !shut.isEmpty
        case .existing:
            return shut.contains { seal in
                writes(cell.kind, cell.record).contains { write in
                    let wasAdmittedLater = write.admittedBy.map {
                        place(of: $0) > place(of: seal.diff.id)
                    }
                    return write.hasEffect && write.value != nil && wasAdmittedLater != true
                        && has(seal.diff, seen: write)
                }
            }
        }
    }

    /// Whether a seal alone gives a field a value, and the diff holds none in force.
    func lacksSeal(_ value: JSON?, at cell: CellPath, in diff: VerifiedDiff) -> Bool {
        if diff.head.engagement == nil || seals.contains(where: { $0.diff.id == diff.id }) {
            return false
        }
        switch (cell.kind, cell.field, value?.stringValue) {
        case ("finding", "number", _), ("finding", "ncNumber", _): return true
        case ("finding", "state", "issued"), ("conclusion", "state", "signed"): return true
        case ("engagement", "state", "signed"): return true
        default: return false
        }
    }
}
