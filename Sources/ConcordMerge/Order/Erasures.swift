package import ConcordDiff
package import ConcordEncoding
import ConcordModel
import ConcordText

// Erasure. An order is carried out once it has its place in the log: what is left of a body replaces it,
// here and in every replica, and what its writes held goes with it. Heads, hashes and signatures stay, and
// no verdict depends on what is destroyed.

/// What a leader orders to be destroyed.
private struct ErasureOrder {
    /// The id of its record.
    let record: WireText
    let paths: Set<CellPath>
    /// The hash of the body that must be left of each diff.
    let bodies: [(diff: DiffID, left: SHA256Digest)]

    /// Nil where the operation is not an order, or not one that can be read.
    init?(_ operation: Operation) {
        guard operation.path.kind == Schema.erasure.name, operation.path.field == nil,
            case .add(.object(let fields)) = operation.action,
            let paths = fields[ErasureField.paths]?.strings,
            let bodies = fields[ErasureField.bodies]?.objectValue
        else { return nil }
        record = operation.path.record
        self.paths = Set(paths.compactMap { CellPath($0) })
        self.bodies = bodies.compactMap { name, value in
            guard let diff = DiffID(base64url: name),
                let left = value.stringValue.flatMap({ SHA256Digest(base64url: $0) })
            else { return nil }
            return (diff, left)
        }
    }
}

/// Contents were left out that no order in the log has erased: nothing was taken in.
package struct UnprovenErasure: Error, Hashable, Sendable {
    /// Which of the entries.
    package let index: Int

    package init(index: Int) { self.index = index }
}

/// Carries out what leaders order erased.
struct Erasures: TakesIn {
    let memory: FoldMemory

    /// Carries out what leaders order in `diff`, which has its place in the log.
    func carryOutErasures(
        in diff: VerifiedDiff,
        of entry: DiffEntry,
        voids: [VoidReason?]
    ) throws {
        for (index, operation) in diff.body.operations.enumerated() {
            guard voids.indices.contains(index), voids[index] == nil,
                let order = ErasureOrder(operation)
            else { continue }
            for (id, left) in order.bodies {
                guard let number = try number(of: id),
                    entry.seen.contains(try self.entry(number).at)
                else { continue }
                let held = try self.diff(number)
                let erased = held.erasing(order.paths, by: order.record)
                // Another order came between: this one is to be made again.
                guard (erased ?? held).body.hash == left else { continue }
                note(left, leftOf: id)
                // What came erased already is looked at again: the order says which twins are alike.
                try replace(number, by: erased ?? held)
            }
        }
    }

    /// Replaces a diff by what is left of it, with all that its writes held.
    private func replace(_ number: Int, by erased: VerifiedDiff) throws {
        replace(number, with: erased)
        memory.timelines.noteTurn()
        for operation in erased.body.operations {
            let name = RecordName(kind: operation.path.kind, id: operation.path.record)
            guard let record = try record(named: name) else { continue }
            for key in keys(of: operation, record: record) {
                let path = path(of: key, in: record)
                guard erased.body.erasure(at: path) != nil else { continue }
                var cell = try cell(key, complete: true)
                guard let index = cell.writes.firstIndex(where: { $0.diff == number }) else {
                    continue
                }
                let isText = record.kind.field(key.field)?.rule == .text
                cell.writes[index].value = erased.body.written(at: path, isText: isText)
                cell.changed.insert(number)
                keep(cell, at: key)
                memory.texts.unsettle(key)
                noteChange(of: key)
                // Conflicts elsewhere may list the write as a candidate.
                try upkeep.touch(key.record, field: key.field, loses: true)
                if record.kind == Schema.evidence { noteRewriting(of: key.record) }
            }
        }
    }

    /// Whether each entry whose contents were left out can be proven so by an order among the entries,
    /// or in the log before them.
    func firstWithoutOrder(_ items: [LogItem]) -> Int? {
        var ordered = loggedLedger.erasures.mapValues { Set([$0]) }
        for case .new(let diff) in items {
            for order in diff.body.operations.compactMap(ErasureOrder.init) {
                for (id, left) in order.bodies { ordered[id, default: []].insert(left) }
            }
        }
        return items.firstIndex { item in
            guard case .new(let diff) = item, diff.diff.isErased else { return false }
            return ordered[diff.id]?.contains(diff.body.hash) != true
        }
    }

    /// Checks that the orders have effect which were looked for before.
    func requireOrders(for items: [LogItem]) throws {
        for (index, item) in items.enumerated() {
            guard case .new(let diff) = item, diff.diff.isErased,
                memory.provenBodies[diff.id]?.contains(diff.body.hash) != true,
                loggedLedger.erasures[diff.id] != diff.body.hash
            else { continue }
            throw UnprovenErasure(index: index)
        }
    }
}

extension VerifiedDiff {
    /// The diff without the contents of some cells; nil if there is nothing to destroy.
    fileprivate func erasing(_ paths: Set<CellPath>, by order: WireText) -> VerifiedDiff? {
        diff.erasing(paths, by: order).map { VerifiedDiff(unchecked: $0, proof: proof) }
    }
}

extension Body {
    /// The SHA-256 of the canonical body.
    package var hash: SHA256Digest { SHA256Digest(hashing: canonicalBytes) }

    /// What the write of a cell holds: nil for a removal, and for a value that was erased.
    fileprivate func written(at path: CellPath, isText: Bool) -> JSON? {
        var splices: [JSON] = []
        for operation in operations {
            switch operation.action {
            case .splice(let at, let delete, let insert) where operation.path == path:
                splices.append([.integer(Int64(at)), .integer(Int64(delete)), .string(insert)])
            case .add(let value) where operation.path == path && path.field != nil:
                return value == .null ? nil : value
            // A removal of the record has no value, also where it was its reason that was erased.
            case .add where operation.path == path && path.field == nil: return true
            case .add(.object(let fields))
            where operation.path.field == nil && operation.path.kind == path.kind
                && operation.path.record == path.record && path.member == nil:
                guard let value = path.field.flatMap({ fields[$0] }) else { continue }
                if isText, let text = value.stringValue { return [[0, 0, .string(text)]] }
                return value == .null ? nil : value
            case .add, .remove, .splice: continue
            }
        }
        return splices.isEmpty ? nil : .array(splices)
    }
}
