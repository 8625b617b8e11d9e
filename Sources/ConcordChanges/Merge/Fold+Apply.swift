import ConcordEncoding
import ConcordModel

/// What one operation writes to one cell, before it is judged.
private struct Draft {
    let field: Field
    let key: CellKey
    let value: JSON?
}

extension Fold {
    /// Judges a diff at this place of the order and applies what has effect.
    mutating func apply(_ number: Int) throws {
        let entry = try entry(number)
        let diff = try diff(number)
        let isFork = branches.judge(entry.at)
        let control: [VoidReason?]
        if entry.isControl || diff.head.engagement == nil {
            control = membership.receive(diff.diff, isFork: isFork, verifier: verifier)
        } else {
            control = []
        }
        let writer = writer(of: entry)
        var texts = diff.body.splices
        for (index, operation) in diff.body.operations.enumerated() {
            var splices: [JSON] = []
            if case .splice = operation.action {
                // All splices of a text are one write, which stands where the first one does.
                guard let all = texts.removeValue(forKey: operation.path) else { continue }
                splices = all
            }
            var voided: VoidReason?
            if isFork {
                voided = .fork
            } else if diff.head.engagement != nil {
                if operation.isControl {
                    voided = control[index]
                } else if case .failure(let failure) = writer {
                    voided = failure.reason
                }
            }
            try apply(operation, splices: splices, of: entry, writer: writer, voided: voided)
        }
        if entry.isControl { try carryOutAdmissions(in: diff, voids: control) }
    }

    /// Applies one operation: its verdict, then its writes.
    private mutating func apply(
        _ operation: Operation, splices: [JSON], of entry: DiffEntry,
        writer: Result<Writer, Voided>, voided: VoidReason?
    ) throws {
        let path = operation.path
        var record = try makeRecord(named: RecordName(kind: path.kind, id: path.record))
        var over: [BranchSeq] = []
        var voided = voided
        for reference in operation.over {
            let places = branches.places(of: reference, in: entry.seen)
            if places.isEmpty { voided = voided ?? .overUnseen }
            over += places
        }
        guard path.field == nil else {
            try applyField(
                operation, splices: splices, record: record, entry: entry, writer: writer,
                over: over, voided: voided)
            return
        }
        let effect = try presenceEffect(
            operation, record: record, entry: entry, writer: writer, voided: voided)
        var value: JSON?
        if case .add = operation.action { value = true }
        if effect.counts {
            if value == nil { record.hasRemoval = true }
            if value != nil, record.firstAdd == nil { record.firstAdd = entry.number }
            store(record)
        }
        try insert(
            CellWrite(
                diff: entry.number, at: entry.at, depth: entry.depth, effect: effect, value: value,
                over: over),
            into: .presence(of: record.number))
        guard case .add(.object(let fields)) = operation.action else { return }
        try applyFirstFields(
            fields, record: record, entry: entry, writer: writer, voided: effect.voidReason)
    }

    /// Whether a record may be added, restored or hidden.
    private mutating func presenceEffect(
        _ operation: Operation, record: RecordEntry, entry: DiffEntry,
        writer: Result<Writer, Voided>, voided: VoidReason?
    ) throws -> Effect {
        if let voided { return .void(voided) }
        guard !record.kind.isControl, case .success(let writer) = writer else { return .effective }
        if entry.depth == 1 { return .effective }
        let adds: Bool
        if case .add = operation.action { adds = true } else { adds = false }
        let activity = adds ? record.kind.addActivity : record.kind.removeActivity
        switch Rights.right(of: writer.role, to: activity) {
        case .yes: return .effective
        case .proposal: return adds ? .proposal : .void(.proposal)
        case .own: return try isOwn(record, of: writer) ? .effective : .void(.noRight)
        case .no: return .void(.noRight)
        }
    }

    /// Writes the fields that a record is added with.
    private mutating func applyFirstFields(
        _ fields: JSONObject, record: RecordEntry, entry: DiffEntry,
        writer: Result<Writer, Voided>, voided: VoidReason?
    ) throws {
        var record = record
        if let owner = record.kind.owner, let id = fields[owner.field]?.stringValue, voided == nil {
            let owner = try makeRecord(named: RecordName(kind: owner.kind, id: id))
            if record.owner == nil {
                record.owner = owner.number
                owned[owner.number, default: []].append(record.number)
                store(record)
            }
        }
        // Identifying fields come first: whose training a grade falls under depends on the standard.
        let ordered = fields.sorted { left, right in
            let known = (record.kind.index(of: left.key), record.kind.index(of: right.key))
            return (known.0 ?? .max, left.key) < (known.1 ?? .max, right.key)
        }
        for (name, value) in ordered {
            let field = record.kind.field(name) ?? Schema.unknownField(name)
            if field.rule == .set, let members = value.objectValue {
                for (member, value) in members {
                    let key = CellKey(record: record.number, field: name, member: member)
                    try applyWrite(
                        field: field, key: key, value: value, over: [], isNew: true, hasReason: false,
                        record: record, entry: entry, writer: writer, voided: voided)
                }
                continue
            }
            let fits = field.rule != .set && field.accepts(value)
            let key = CellKey(record: record.number, field: name)
            var written = value
            if field.rule == .text, let text = value.stringValue { written = [[0, 0, .string(text)]] }
            try applyWrite(
                field: field, key: key, value: written, over: [], isNew: true, hasReason: false,
                record: record, entry: entry, writer: writer,
                voided: voided ?? (fits ? nil : .malformedValue))
        }
    }

    /// Writes a field or a member of a set.
    private mutating func applyField(
        _ operation: Operation, splices: [JSON], record: RecordEntry, entry: DiffEntry,
        writer: Result<Writer, Voided>, over: [BranchSeq], voided: VoidReason?
    ) throws {
        let name = operation.path.field ?? ""
        let field = record.kind.field(name) ?? Self.unknownField(for: operation)
        var voided = voided
        var value: JSON?
        switch operation.action {
        case .add(let new):
            value = new
            let isMember = operation.path.member != nil
            if !field.accepts(new) || field.rule == .text || isMember != (field.rule == .set) {
                voided = voided ?? .malformedValue
            }
        case .remove:
            let isMember = operation.path.member != nil
            if field.rule == .text || isMember != (field.rule == .set) {
                voided = voided ?? .malformedValue
            }
        case .splice:
            if field.rule != .text { voided = voided ?? .malformedValue }
            value = .array(splices)
        }
        if voided == nil, case .success(let writer) = writer, try !wasAdded(record, before: entry),
            Rights.right(of: writer.role, to: record.kind.addActivity) != .yes
        {
            voided = .noRight
        }
        let key = CellKey(record: record.number, field: name, member: operation.path.member ?? "")
        try applyWrite(
            field: field, key: key, value: value, over: over, isNew: false,
            hasReason: !(operation.reason ?? "").isEmpty, record: record, entry: entry,
            writer: writer, voided: voided)
    }

    /// Judges one write and puts it into its cell.
    private mutating func applyWrite(
        field: Field, key: CellKey, value: JSON?, over: [BranchSeq], isNew: Bool, hasReason: Bool,
        record: RecordEntry, entry: DiffEntry, writer: Result<Writer, Voided>, voided: VoidReason?
    ) throws {
        var write = CellWrite(
            diff: entry.number, at: entry.at, depth: entry.depth, effect: .effective, value: value,
            over: over)
        if let voided {
            write.effect = .void(voided)
        } else if record.kind.isControl || entry.depth == 1 {
            write.effect = .effective
        } else if case .success(let writer) = writer {
            if case .state(let cycle) = field.rule {
                try judgeStep(&write, cycle: cycle, isNew: isNew, hasReason: hasReason,
                    record: record, writer: writer)
            } else {
                write.effect = try effect(
                    of: field, in: record, key: key, over: over, isNew: isNew, by: writer)
            }
        }
        write.standing = write.effect.counts ? .surviving : .void
        if write.ends, write.effect.counts {
            var record = try self.record(record.number)
            record.hasEnding = true
            store(record)
        }
        try insert(write, into: key)
    }

    /// Judges a step of a life cycle.
    private mutating func judgeStep(
        _ write: inout CellWrite, cycle: LifeCycle, isNew: Bool, hasReason: Bool,
        record: RecordEntry, writer: Writer
    ) throws {
        guard let state = write.value?.stringValue else {
            write.effect = .void(.malformedValue)
            return
        }
        if isNew, try !wasAdded(record, before: writer.entry) {
            write.effect = state == cycle.initial ? .effective : .void(.lifeCycle)
            return
        }
        let step = try step(
            to: state, cycle: cycle, record: record, hasReason: hasReason, by: writer)
        write.effect = step.effect
        write.rank = step.rank
        write.ends = step.ends
    }

    /// How a field that this version does not know is kept: by the form of the operation.
    static func unknownField(for operation: Operation) -> Field {
        let name = operation.path.field ?? ""
        if case .splice = operation.action { return Field(name, .text, for: .capture) }
        if operation.path.member != nil { return Field(name, .set, .unknown, for: .capture) }
        return Schema.unknownField(name)
    }
}

extension Body {
    /// The splices of each text that the body edits, in order, as a write keeps them.
    fileprivate var splices: [CellPath: [JSON]] {
        var texts: [CellPath: [JSON]] = [:]
        for operation in operations {
            guard case .splice(let at, let delete, let insert) = operation.action else { continue }
            let splice: JSON = [.integer(Int64(at)), .integer(Int64(delete)), .string(insert)]
            texts[operation.path, default: []].append(splice)
        }
        return texts
    }
}

extension Effect {
    /// Why it is void, if it is.
    package var voidReason: VoidReason? {
        if case .void(let reason) = self { return reason }
        return nil
    }
}
