import ConcordEncoding
import ConcordModel

extension Fold {
    /// Puts a judged write into its cell: what it names in `over` is replaced.
    mutating func insert(_ write: CellWrite, into key: CellKey) throws {
        var cell = try cell(key)
        if write.effect.counts {
            let entry = try entry(write.diff)
            let isText = try isText(key, holding: write)
            for index in cell.writes.indices where cell.writes[index].standing == .surviving {
                let old = cell.writes[index]
                // What a text's author had seen is beneath his splices; elsewhere `over` says it.
                guard isText ? entry.seen.contains(old.at) : write.over.contains(old.at) else {
                    continue
                }
                cell.writes[index].standing = .replaced
                cell.changed.insert(old.diff)
            }
        }
        cell.writes.append(write)
        cell.changed.insert(write.diff)
        cell.removed.remove(write.diff)
        keep(cell, at: key)
        changes.cells.insert(key)
        try touch(key.record, field: key.field)
    }

    /// Notes which presences and states a write on `record` may change.
    private mutating func touch(_ record: Int, field: String) throws {
        let entry = try self.record(record)
        if field.isEmpty || entry.hasRemoval || !entry.isPresent { changes.presences.insert(record) }
        if entry.hasEnding { changes.states.insert(record) }
        guard let owner = entry.owner else { return }
        let above = try self.record(owner)
        if above.hasRemoval || !above.isPresent { changes.presences.insert(owner) }
        if above.hasEnding { changes.states.insert(owner) }
    }

    /// Takes the writes of a diff back, and lets live again what they had replaced.
    mutating func unapply(_ number: Int) throws {
        let entry = try entry(number)
        let diff = try diff(number)
        branches.unjudge(entry.at)
        for operation in diff.body.operations {
            let path = operation.path
            let name = RecordName(kind: path.kind, id: path.record)
            guard let record = try record(named: name) else { continue }
            for key in keys(of: operation, record: record) { try take(number, outOf: key) }
            if record.firstAdd == number { try findFirstAdd(of: record) }
        }
    }

    /// The cells that an operation writes.
    private func keys(of operation: Operation, record: RecordEntry) -> [CellKey] {
        if let field = operation.path.field {
            return [CellKey(record: record.number, field: field, member: operation.path.member ?? "")]
        }
        var keys = [CellKey.presence(of: record.number)]
        guard case .add(.object(let fields)) = operation.action else { return keys }
        for (name, value) in fields {
            if record.kind.field(name)?.rule == .set, let members = value.objectValue {
                for (member, _) in members {
                    keys.append(CellKey(record: record.number, field: name, member: member))
                }
            } else {
                keys.append(CellKey(record: record.number, field: name))
            }
        }
        return keys
    }

    private mutating func take(_ number: Int, outOf key: CellKey) throws {
        var cell = try cell(key, complete: true)
        guard let index = cell.writes.firstIndex(where: { $0.diff == number }) else { return }
        cell.writes.remove(at: index)
        cell.changed.remove(number)
        cell.removed.insert(number)
        keep(cell, at: key)
        try stand(key)
        changes.cells.insert(key)
        try touch(key.record, field: key.field)
    }

    /// Works out anew which writes of a cell survive.
    mutating func stand(_ key: CellKey) throws {
        var cell = try cell(key, complete: true)
        let effective = cell.writes.filter { $0.effect.counts }
        var replaced: Set<BranchSeq> = []
        if try isText(key) {
            for write in effective {
                let seen = try entry(write.diff).seen
                for other in effective where seen.contains(other.at) { replaced.insert(other.at) }
            }
        } else {
            replaced = Set(effective.flatMap(\.over))
        }
        for index in cell.writes.indices {
            let write = cell.writes[index]
            let standing: CellWrite.Standing
            if !write.effect.counts {
                standing = .void
            } else {
                standing = replaced.contains(write.at) ? .replaced : .surviving
            }
            if standing != write.standing {
                cell.writes[index].standing = standing
                cell.changed.insert(write.diff)
            }
        }
        keep(cell, at: key)
    }

    /// Looks for the first effective `add` of a record whose former one was taken back.
    private mutating func findFirstAdd(of record: RecordEntry) throws {
        var record = try self.record(record.number)
        let adds = try cell(.presence(of: record.number), complete: true).writes.filter {
            $0.effect.counts && $0.value != nil
        }
        record.firstAdd = adds.map(\.diff).min()
        store(record)
    }

    /// Gives effect to what leaders admit in `diff`.
    mutating func carryOutAdmissions(in diff: VerifiedDiff, voids: [VoidReason?]) throws {
        for (index, operation) in diff.body.operations.enumerated() {
            guard operation.path.kind == Schema.admission.name, operation.path.field == nil,
                voids.indices.contains(index), voids[index] == nil,
                case .add(.object(let fields)) = operation.action,
                let id = fields["diff"]?.stringValue.flatMap({ DiffID(base64url: $0) }),
                let number = try number(of: id), try isSeen(number, by: diff)
            else { continue }
            try admit(number)
        }
    }

    private mutating func isSeen(_ number: Int, by diff: VerifiedDiff) throws -> Bool {
        guard let admitting = try self.number(of: diff.id) else { return false }
        let place = try entry(number).at
        return try entry(admitting).seen.contains(place)
    }

    /// Gives effect, at their own causal place, to the void writes of a diff that may be admitted.
    private mutating func admit(_ number: Int) throws {
        let diff = try diff(number)
        for operation in diff.body.operations where !operation.isControl {
            let path = operation.path
            let name = RecordName(kind: path.kind, id: path.record)
            guard var record = try record(named: name) else { continue }
            for key in keys(of: operation, record: record) {
                var cell = try cell(key, complete: true)
                guard let index = cell.writes.firstIndex(where: { $0.diff == number }),
                    cell.writes[index].effect.voidReason?.canBeAdmitted ?? false
                else { continue }
                cell.writes[index].effect = .effective
                let isEnding = try isEnding(cell.writes[index], at: key)
                cell.writes[index].ends = isEnding
                cell.changed.insert(number)
                keep(cell, at: key)
                try stand(key)
                changes.cells.insert(key)
                if isEnding { record.hasEnding = true }
                if key.field.isEmpty {
                    if cell.writes[index].value == nil { record.hasRemoval = true }
                    record.firstAdd = record.firstAdd ?? number
                    try adopt(operation, into: &record)
                }
                store(record)
                changes.presences.insert(record.number)
                try touch(record.number, field: key.field)
            }
        }
    }

    /// Notes the owner that an admitted `add` names.
    private mutating func adopt(_ operation: Operation, into record: inout RecordEntry) throws {
        guard record.owner == nil, let owner = record.kind.owner,
            case .add(.object(let fields)) = operation.action,
            let id = fields[owner.field]?.stringValue
        else { return }
        let above = try makeRecord(named: RecordName(kind: owner.kind, id: id))
        record.owner = above.number
        owned[above.number, default: []].append(record.number)
    }

    private mutating func isEnding(_ write: CellWrite, at key: CellKey) throws -> Bool {
        guard let field = try self.record(key.record).kind.field(key.field),
            case .state(let cycle) = field.rule, let state = write.value?.stringValue
        else { return false }
        return cycle.ends(state)
    }

    /// Evaluates a written-once cell again after one of its writers has got a place in the log.
    mutating func reorderOnce(_ number: Int) throws {
        for operation in try diff(number).body.operations {
            let path = operation.path
            let name = RecordName(kind: path.kind, id: path.record)
            guard let record = try record(named: name) else { continue }
            for key in keys(of: operation, record: record)
            where record.kind.field(key.field)?.rule == .once {
                if try cell(key).survivors.count > 1 { changes.cells.insert(key) }
            }
        }
    }

    /// Whether a cell holds a text: by its field, or by the form of its writes.
    mutating func isText(_ key: CellKey, holding write: CellWrite? = nil) throws -> Bool {
        guard key.member.isEmpty, !key.field.isEmpty else { return false }
        let record = try self.record(key.record)
        if let field = record.kind.field(key.field) { return field.rule == .text }
        let writes = (cells[key]?.writes ?? []) + (write.map { [$0] } ?? [])
        return writes.contains { $0.value?.arrayValue?.first?.arrayValue?.count == 3 }
    }
}

extension VoidReason {
    /// Whether a leader can give effect to what is void for this reason.
    package var canBeAdmitted: Bool {
        switch self {
        case .notMember, .surplus, .fork, .revoked, .noRight, .lifeCycle, .reasonMissing, .proposal,
            .sealed:
            true
        case .overUnseen, .malformedValue, .once: false
        }
    }
}
