import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// One operation, or all splices of one text, with what can be said before rights are looked at.
private struct Draft {
    let operation: Operation
    /// The field that it writes; nil for a whole record.
    let field: Field?
    /// The splices of a text, in order, as its write keeps them.
    var splices: [JSON] = []
    /// The writes that it replaces.
    var over: [BranchSeq] = []
    /// Whether it gives a reason.
    var hasReason = false
    /// Why it is void, if that is known.
    var voided: VoidReason?

    init(_ operation: Operation) {
        self.operation = operation
        field = operation.field
    }

    /// Whether it writes a field that may belong to a step of its diff.
    var isPartOfStep: Bool {
        operation.path.kind == Schema.finding.name
            && operation.path.field.map { Schema.partsOfSteps[$0] != nil } ?? false
    }

    /// Whether only a seal can set what it writes.
    var isGivenBySeal: Bool {
        guard case .add(let value) = operation.action else {
            return field?.isGivenBySeal(nil) ?? false
        }
        return field?.isGivenBySeal(value) ?? false
    }
}

/// Whose diff is applied, and what its verdicts depend on.
private struct Origin {
    let entry: DiffEntry
    let writer: Result<Writer, Voided>
    /// Whether the diff holds a seal that is in force.
    let seals: Bool
    /// The cells whose contents were destroyed: a null there fits its field.
    let erased: Set<CellPath>

    /// Whether it is the engagement's first diff, which founds every right.
    var isFounding: Bool { entry.depth == 1 }
}

/// Applies the operations of one diff at its place of the order.
struct DiffApplication: TakesIn {
    let memory: FoldMemory

    /// Judges a diff at this place of the order and applies what has effect.
    func apply(_ number: Int) throws {
        let entry = try entry(number)
        let diff = try diff(number)
        let isFork = judge(entry.at)
        let drafts = drafts(of: diff, at: entry)
        var control: [VoidReason?] = []
        if entry.isControl || entry.depth == 1 {
            control = receive(diff, isFork: isFork)
            try sealJudge.seal(with: diff, of: entry, voids: &control)
        }
        let seals = ledger.sealing.seals.last?.diff == diff.id
        let origin = Origin(
            entry: entry,
            writer: judge.writer(of: entry, isFork: isFork, seals: seals),
            seals: seals,
            erased: Set(diff.body.erased.map(\.path))
        )
        // What belongs to a step is judged once the step is.
        let isPart = drafts.map { $0?.isPartOfStep ?? false }
        for index in drafts.indices.filter({ !isPart[$0] }) + drafts.indices.filter({ isPart[$0] })
        {
            guard var draft = drafts[index] else { continue }
            if draft.voided == nil, !origin.isFounding {
                if draft.operation.isControl {
                    draft.voided = control[index]
                } else if !seals, draft.isGivenBySeal {
                    draft.voided = .withoutSeal
                } else if case .failure(let failure) = origin.writer {
                    draft.voided = failure.reason
                }
            }
            try apply(draft, from: origin)
        }
        guard entry.isControl else { return }
        try admissions.carryOutAdmissions(in: diff, voids: control)
        if entry.position != nil {
            try erasures.carryOutErasures(in: diff, of: entry, voids: control)
        }
    }

    /// The operations of a diff, at their index; all splices of one text stand where the first one does.
    private func drafts(of diff: VerifiedDiff, at entry: DiffEntry) -> [Draft?] {
        var drafts = [Draft?](repeating: nil, count: diff.body.operations.count)
        var texts: [CellPath: Int] = [:]
        for (index, operation) in diff.body.operations.enumerated() {
            var place = index
            if case .splice = operation.action {
                place = texts[operation.path] ?? index
                texts[operation.path] = place
            }
            var draft = drafts[place] ?? Draft(operation)
            // Else each further splice would copy all before it.
            drafts[place] = nil
            for reference in operation.over {
                let places = branches.places(of: reference, in: entry.seen)
                // A server, which reads no causality, has to judge control operations alike.
                if places.isEmpty, !operation.isControl { draft.voided = .overUnseen }
                draft.over += places
            }
            if case .splice(let at, let delete, let insert) = operation.action {
                draft.splices.append([
                    .integer(Int64(at)), .integer(Int64(delete)), .string(insert),
                ])
            }
            if !operation.isWellFormed(as: draft.field, in: diff.body) {
                draft.voided = draft.voided ?? .malformedValue
            }
            if !(operation.reason ?? "").isEmpty { draft.hasReason = true }
            drafts[place] = draft
        }
        return drafts
    }

    /// Applies one operation: its verdict, then its writes.
    private func apply(_ draft: Draft, from origin: Origin) throws {
        var draft = draft
        let operation = draft.operation
        let path = operation.path
        var record = try makeRecord(named: RecordName(kind: path.kind, id: path.record))
        if draft.voided != .overUnseen,
            try judge.restoresNothing(operation, in: record, by: origin.entry)
        {
            draft.voided = .malformedValue
        }
        if let field = draft.field {
            try applyField(draft, field, record: record, origin: origin)
            return
        }
        let isNew = try !owners.wasAdded(record, before: origin.entry)
        let effect = try presenceEffect(draft, record: record, origin: origin)
        var value: JSON?
        if case .add = operation.action { value = true }
        if effect.counts {
            if value == nil { record.hasRemoval = true }
            if value != nil, record.firstAdd == nil { record.firstAdd = origin.entry.number }
            store(record)
        }
        let entry = origin.entry
        try cellWriter.insert(
            CellWrite(
                diff: entry.number,
                at: entry.at,
                depth: entry.depth,
                effect: effect,
                value: value,
                over: draft.over
            ),
            into: .presence(of: record.number)
        )
        guard case .add(.object(let fields)) = operation.action else { return }
        try applyFirstFields(
            fields,
            of: record,
            isNew: isNew,
            origin: origin,
            voided: effect.voidReason
        )
    }

    /// Whether a record may be added, restored or hidden.
    private func presenceEffect(
        _ draft: Draft,
        record: RecordEntry,
        origin: Origin
    ) throws -> Effect {
        if let voided = draft.voided { return .void(voided) }
        guard !record.kind.isControl, !origin.isFounding, case .success(let writer) = origin.writer
        else { return .effective }
        let effect = try presenceRight(draft, record: record, writer: writer)
        return try effect.counts && seals.isFrozen(record, for: origin.entry)
            ? .void(.sealed) : effect
    }

    private func presenceRight(
        _ draft: Draft,
        record: RecordEntry,
        writer: Writer
    ) throws -> Effect {
        let adds: Bool
        if case .add = draft.operation.action { adds = true } else { adds = false }
        let activity = adds ? record.kind.addActivity : record.kind.removeActivity
        switch Rights.right(of: writer.role, to: activity) {
        case .yes:
            guard adds || writer.role == .lead || !Rights.isCapture(activity) else {
                guard try timelines.holdsOnlyOwn(record, of: writer) else { return .void(.noRight) }
                return try adds || !rests.isRestedOn(record, by: writer) ? .effective : .proposal
            }
        case .proposal:
            return try adds || timelines.holdsOnlyOwn(record, of: writer)
                ? .proposal : .void(.proposal)
        case .own where adds:
            guard try owners.isOwn(record, of: writer) != .not else { return .void(.noRight) }
        case .own:
            switch try owners.decision(on: record, writer) {
            case .theirs where try !judge.takesOutInTraining(record, by: writer): break
            case .theirs, .asked:
                // What nobody added but by proposal a proposal would hide, also what others proposed.
                let stands = try seenWrites.view(
                    of: .presence(of: record.number),
                    from: writer.entry
                )
                let isAdded = stands.contains { $0.effect == .effective && $0.value != nil }
                return isAdded ? .proposal : .void(.noRight)
            case .others: return .void(.noRight)
            }
        case .no: return .void(.noRight)
        }
        var owner: WireText?
        if case .add(.object(let fields)) = draft.operation.action, let above = record.kind.owner {
            owner = fields[above.field]?.stringValue
        }
        let proposes = try judge.proposesBesideConfirmation(record, naming: owner, by: writer)
        return proposes ? .proposal : .effective
    }

    /// Writes the fields that a record is added with.
    ///
    /// - Parameter isNew: whether the author knew of no effective `add` of the record.
    private func applyFirstFields(
        _ fields: JSONObject,
        of record: RecordEntry,
        isNew: Bool,
        origin: Origin,
        voided: VoidReason?
    ) throws {
        // Identifying fields come first: whose training a grade falls under depends on the standard.
        let ordered = fields.sorted { left, right in
            let known = (record.kind.index(of: left.key), record.kind.index(of: right.key))
            return (known.0 ?? .max, left.key) < (known.1 ?? .max, right.key)
        }
        for (name, value) in ordered {
            let field = record.kind.field(name) ?? Schema.unknownField(name)
            var draft = FieldDraft(
                field: field,
                key: CellKey(record: record.number, field: name),
                value: value
            )
            draft.adds = isNew ? .creating : .again
            if field.rule == .set, let members = value.objectValue {
                for (member, value) in members {
                    draft.key.member = member
                    draft.value = value
                    draft.voided = field.accepts(value) ? voided : .malformedValue
                    try write(draft, record: record, origin: origin)
                }
                continue
            }
            let needsSeal = !origin.seals && !origin.isFounding && field.isGivenBySeal(value)
            let isErased =
                value == .null && !origin.erased.isEmpty
                && origin.erased.contains(self.path(of: draft.key, in: record))
            if isErased { draft.value = nil }
            var fits = field.rule != .set && (isErased || field.accepts(value))
            if field.rule == .text, let text = value.stringValue {
                // A text is added at creation alone; later it is spliced.
                fits = fits && isNew
                draft.value = [[0, 0, .string(text)]]
            }
            draft.voided = fits ? (needsSeal ? .withoutSeal : voided) : .malformedValue
            try write(draft, record: record, origin: origin)
        }
    }

    /// Writes a field or a member of a set.
    private func applyField(
        _ draft: Draft,
        _ field: Field,
        record: RecordEntry,
        origin: Origin
    ) throws {
        let path = draft.operation.path
        let key = CellKey(record: record.number, field: field.name, member: path.member ?? "")
        var write = FieldDraft(field: field, key: key, value: nil)
        switch draft.operation.action {
        case .add(.null): break
        case .add(let value): write.value = value
        case .remove: break
        case .splice:
            write.value = .array(draft.splices)
            write.isSpliced = true
        }
        write.over = draft.over
        write.hasReason = draft.hasReason
        write.voided = draft.voided
        if write.voided == nil, !record.kind.isControl, !origin.isFounding,
            case .success(let writer) = origin.writer,
            Rights.right(of: writer.role, to: record.kind.addActivity) == .no,
            try !owners.wasAdded(record, before: origin.entry, orWith: true)
        {
            write.voided = .noRight
        }
        try self.write(write, record: record, origin: origin)
    }

    /// Judges one write and puts it into its cell.
    private func write(_ draft: FieldDraft, record: RecordEntry, origin: Origin) throws {
        let entry = origin.entry
        var write = CellWrite(
            diff: entry.number,
            at: entry.at,
            depth: entry.depth,
            effect: .effective,
            value: draft.value,
            over: draft.over,
            marks: draft.isSpliced ? .spliced : []
        )
        if let voided = draft.voided {
            write.effect = .void(voided)
        } else if !record.kind.isControl, !origin.isFounding,
            case .success(let writer) = origin.writer
        {
            var goesOn = false
            if case .state(let cycle) = draft.field.rule {
                let step = try self.step(draft, cycle: cycle, record: record, writer: writer)
                (write.effect, write.rank, write.ends) = (step.effect, step.rank, step.ends)
                goesOn = step.goesOn
            } else {
                write.effect = try judge.effect(of: draft, in: record, by: writer)
                if write.effect == .proposal {
                    write.rank = try judge.asksForChange(draft, in: record, by: writer) ? 1 : 0
                }
            }
            if write.effect.counts, !goesOn, try seals.isFrozen(record, for: entry) {
                (write.effect, write.rank, write.ends) = (.void(.sealed), 0, false)
            }
        }
        write.standing = write.effect.counts ? .surviving : .void
        if write.effect.counts, write.ends || write.confirms(record.kind) {
            try upkeep.noteThatItMayWait(record.number)
        }
        try cellWriter.insert(write, into: draft.key)
    }

    /// Judges a step of a life cycle.
    private func step(
        _ draft: FieldDraft,
        cycle: LifeCycle,
        record: RecordEntry,
        writer: Writer
    ) throws -> Judge.Step {
        guard let state = draft.value?.stringValue else {
            return Judge.Step(effect: .void(.malformedValue))
        }
        if draft.adds == .creating {
            return Judge.Step(effect: state == cycle.initial ? .effective : .void(.lifeCycle))
        }
        return try judge.step(to: state, draft, cycle: cycle, record: record, by: writer)
    }
}

/// What is written to one field, before it is judged.
struct FieldDraft {
    /// How the operation adds the record at the same time, if it does.
    enum Adds {
        /// It does not.
        case no
        /// It does, and its author knew of no effective `add`.
        case creating
        /// It does so again.
        case again
    }

    let field: Field
    var key: CellKey
    var value: JSON?
    var over: [BranchSeq] = []
    var hasReason = false
    /// Whether the value is made of splices.
    var isSpliced = false
    var adds = Adds.no
    var voided: VoidReason?
}
