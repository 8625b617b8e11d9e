import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// One operation with what is known of it before rights are looked at.
private struct Asked {
    let diff: VerifiedDiff
    let operation: ConcordDiff.Operation
    var over: Set<DiffID> = []
    var hasReason: Bool
    var void: VoidReason?
}

extension ObviousFold {
    mutating func judge(_ diff: VerifiedDiff, isFork: Bool) {
        let isFirst = diff.head.engagement == nil
        if isFirst { people.engagement = diff.id }
        let joins = !isFirst && people.join(diff, isFork: isFork)
        var admissions: [DiffID] = []
        var begun: Set<CellPath> = []
        // Control operations count first: what else stands in the diff is judged with them.
        var asked: [Asked] = []
        for operation in diff.body.operations {
            var next = ask(operation, of: diff)
            if !isFirst, next.void == nil {
                let ban = people.ban(on: diff.head.author, isFork: isFork)
                if isControl(operation.path) {
                    next.void =
                        ban ?? people.refusal(of: operation, by: diff.head.author, joins: joins)
                }
            }
            if isControl(operation.path), next.void == nil { people.carryOut(operation) }
            asked.append(next)
        }
        let voids = judgeSeals(of: diff, voids: asked.map(\.void))
        for index in asked.indices { asked[index].void = voids[index] }
        // What belongs to a step is judged once the step is.
        for var next in asked.filter({ !isPart($0) }) + asked.filter(isPart) {
            if next.void == nil, !isControl(next.operation.path) {
                var value: JSON?
                if case .add(let new) = next.operation.action { value = new }
                if lacksSeal(value, at: next.operation.path, in: diff) { next.void = .withoutSeal }
            }
            if !isFirst, next.void == nil, !isControl(next.operation.path) {
                next.void = people.ban(on: diff.head.author, isFork: isFork)
            }
            if case .splice = next.operation.action {
                if begun.insert(next.operation.path).inserted { write(next, isFirst: isFirst) }
            } else {
                write(next, isFirst: isFirst)
            }
            if next.operation.path.kind == "admission", next.operation.path.field == nil,
                next.void == nil, case .add(let value) = next.operation.action,
                let id = value["diff"]?.stringValue.flatMap({ DiffID(base64url: $0) })
            {
                admissions.append(id)
            }
        }
        for id in admissions where seen[diff.id]?.contains(id) ?? false { admit(id, by: diff) }
        for cell in writes.keys where !admissions.isEmpty { settleOnce(cell) }
    }

    private func isPart(_ asked: Asked) -> Bool {
        asked.operation.path.kind == "finding" && asked.operation.path.field == "duplicateOf"
    }

    private func isControl(_ path: CellPath) -> Bool { Schema.kind(path.kind)?.isControl ?? false }

    private func ask(_ operation: ConcordDiff.Operation, of diff: VerifiedDiff) -> Asked {
        var asked = Asked(
            diff: diff,
            operation: operation,
            hasReason: operation.reason?.isEmpty == false
        )
        var references = operation.over
        if case .splice = operation.action {
            // All splices of one text are one write.
            references = diff.body.operations.filter { $0.path == operation.path }.flatMap(\.over)
        }
        for reference in references {
            let named = named(reference, by: diff)
            if named.isEmpty, !isControl(operation.path) { asked.void = .overUnseen }
            asked.over.formUnion(named)
        }
        if asked.void == nil, !fits(operation) { asked.void = .malformedValue }
        return asked
    }

    /// What an id follows from that has the form of one which follows from something.
    private func sources(of path: CellPath) -> [WireText] {
        let derived: [WireText: [WireText]] = [
            "criterion": ["finding", "standard", "clause"], "conclusion": ["standard"],
            "scope": ["standard"],
        ]
        return isDerived(path.record) ? derived[path.kind] ?? [] : []
    }

    /// Whether an `add` says nothing of what its id follows from, and nobody had said it.
    private func restoresNothing(_ asked: Asked) -> Bool {
        let path = asked.operation.path
        guard path.field == nil, case .add(let fields) = asked.operation.action else {
            return false
        }
        return sources(of: path).contains { name in
            let cell = CellPath(kind: path.kind, record: path.record, field: name)
            return fields[name] == nil
                && !(writes[cell] ?? []).contains { write in
                    write.hasEffect && (write.id == asked.diff.id || has(asked.diff, seen: write))
                }
        }
    }

    /// Whether an operation has a form that its field takes.
    private func fits(_ operation: ConcordDiff.Operation) -> Bool {
        let path = operation.path
        let sources = sources(of: path)
        guard let name = path.field else {
            guard case .add(let value) = operation.action else { return true }
            let found = sources.map { value[$0] }
            if found.allSatisfy({ $0 == nil }) { return true }
            let names = found.compactMap { $0?.stringValue }
            guard names.count == sources.count,
                path.kind != "criterion" || !names[1].string.contains(" ")
            else { return false }
            var parts: [WireText] = [path.kind, "", names[0]]
            if path.kind == "criterion" {
                parts = [path.kind, names[0], WireText("\(names[1]) \(names[2])")]
            }
            return path.record == UniqueID.v8(hashing: parts).text
        }
        if sources.contains(name) { return false }
        let isMember = operation.path.member != nil
        guard let field = Self.field(of: operation.path) else {
            if case .add(let value) = operation.action { return value != .null }
            return true
        }
        switch (field.rule, operation.action) {
        case (.text, .splice): return true
        case (.text, _), (_, .splice): return false
        case (.set, .add(let value)): return isMember && Self.isValue(value, of: field)
        case (.set, .remove): return isMember
        case (.state, .remove), (.once, .remove), (.control, .remove): return false
        case (_, .remove): return !isMember
        case (_, .add(let value)): return !isMember && Self.isValue(value, of: field)
        }
    }

    /// Whether an id has the form of one that follows from names.
    private func isDerived(_ id: WireText) -> Bool {
        let parts = id.string.split(separator: "-", omittingEmptySubsequences: false)
        let hex = Set("0123456789abcdef")
        return parts.map(\.count) == [8, 4, 4, 4, 12]
            && parts.allSatisfy { $0.allSatisfy(hex.contains) }
            && parts[2].first == "8" && "89ab".contains(parts[3].first ?? "0")
    }

    static func isValue(_ value: JSON, of field: Field) -> Bool {
        switch field.type {
        case .string, .text: value.stringValue != nil
        case .word:
            value.stringValue.map { text in
                (1...256).contains(text.utf8.count) && text.utf8.allSatisfy { 0x21...0x7E ~= $0 }
            } ?? false
        case .integer: value.integerValue != nil
        case .bool: value.boolValue != nil
        case .choice(let choices): value.stringValue.map(choices.contains) ?? false
        case .composite: value.arrayValue != nil || value.objectValue != nil
        case .members: value == true
        case .unknown: value != .null
        }
    }

    // MARK: Writes.

    private mutating func write(_ asked: Asked, isFirst: Bool) {
        var asked = asked
        let path = asked.operation.path
        if asked.void != .overUnseen, restoresNothing(asked) { asked.void = .malformedValue }
        guard path.field == nil else {
            writeField(asked, isFirst: isFirst)
            return
        }
        let isNew = !wasAdded(path, before: asked.diff)
        var value: JSON?
        if case .add = asked.operation.action { value = true }
        let write = ObviousWrite(asked.diff, path, value, over: asked.over, splices: [])
        write.void = asked.void
        if write.void == nil, !isControl(path), !isFirst {
            var owner: WireText?
            if case .add(let fields) = asked.operation.action,
                let field = Schema.kind(path.kind)?.owner?.field
            {
                owner = fields[field]?.stringValue
            }
            judgePresence(write, naming: owner)
        }
        writes[path, default: []].append(write)
        guard case .add(.object(let fields)) = asked.operation.action else { return }
        let names = Schema.kind(path.kind)?.fields.map(\.name) ?? []
        let known = names.filter { fields[$0] != nil }
        for name in known + fields.keys.filter({ !names.contains($0) }) {
            guard let value = fields[name] else { continue }
            let cell = CellPath(kind: path.kind, record: path.record, field: name)
            let field = Self.field(of: cell) ?? Schema.unknownField(name)
            var cells = [(cell, value)]
            if field.rule == .set, let members = value.objectValue {
                cells = members.map { member, value in
                    (
                        CellPath(kind: path.kind, record: path.record, field: name, member: member),
                        value
                    )
                }
            }
            for (cell, value) in cells {
                var splices: [TextSplice] = []
                var kept = value
                if let text = value.stringValue, field.rule == .text || field.type == .unknown {
                    // A text of a later version begins with a string too.
                    splices = [TextSplice(at: 0, delete: 0, insert: text.string)]
                    if field.rule == .text { kept = [[0, 0, .string(text)]] }
                }
                let first = ObviousWrite(asked.diff, cell, kept, over: [], splices: splices)
                let fits =
                    Self.isValue(value, of: field) && (field.rule != .set || cell.member != nil)
                    && (field.rule != .text || isNew)
                first.void = fits ? write.void : .malformedValue
                if fits, lacksSeal(value, at: cell, in: asked.diff) { first.void = .withoutSeal }
                if first.void == nil, !isControl(path), !isFirst {
                    judge(first, field, hasReason: false, creates: isNew, addsAgain: !isNew)
                }
                writes[cell, default: []].append(first)
                settleOnce(cell)
            }
        }
    }

    private mutating func writeField(_ asked: Asked, isFirst: Bool) {
        let path = asked.operation.path
        let field = Self.field(of: path) ?? Schema.unknownField(path.field ?? "")
        var value: JSON?
        if case .add(let new) = asked.operation.action { value = new }
        let splices = asked.diff.body.operations.compactMap { operation -> TextSplice? in
            guard operation.path == path,
                case .splice(let at, let delete, let insert) = operation.action
            else { return nil }
            return TextSplice(at: at, delete: delete, insert: insert.string)
        }
        if !splices.isEmpty {
            value = .array(
                splices.map {
                    [.integer(Int64($0.at)), .integer(Int64($0.delete)), .string($0.insert)]
                }
            )
        }
        let write = ObviousWrite(asked.diff, path, value, over: asked.over, splices: splices)
        write.void = asked.void
        if write.void == nil, !isControl(path), !isFirst {
            let kind = Schema.kind(path.kind) ?? Schema.unknownKind(path.kind)
            let record = CellPath(kind: path.kind, record: path.record)
            if let me = people.person(asked.diff.head.author),
                Rights.right(of: me.person.role, to: kind.addActivity) == .no,
                !wasAdded(record, before: asked.diff), !isAdded(record, by: asked.diff)
            {
                write.void = .noRight
            } else {
                judge(write, field, hasReason: asked.hasReason, creates: false, addsAgain: false)
            }
        }
        writes[path, default: []].append(write)
        settleOnce(path)
    }

    private func wasAdded(_ record: CellPath, before diff: VerifiedDiff) -> Bool {
        (writes[record] ?? []).contains { $0.hasEffect && $0.value != nil && has(diff, seen: $0) }
    }

    private func isAdded(_ record: CellPath, by diff: VerifiedDiff) -> Bool {
        (writes[record] ?? []).contains { $0.hasEffect && $0.value != nil && $0.id == diff.id }
    }

    // MARK: Afterwards.

    /// Of what is written once, the first in the order that has effect stands, and what says the same.
    private func settleOnce(_ cell: CellPath) {
        guard Self.field(of: cell)?.rule == .once else { return }
        let claims = (writes[cell] ?? []).filter { $0.hasEffect || $0.void == .once }
        let first = claims.min { place(of: $0) < place(of: $1) }
        for claim in claims { claim.void = claim.value == first?.value ? nil : .once }
    }

    /// Gives effect to what of a diff was void and can be cured.
    private func admit(_ id: DiffID, by leader: VerifiedDiff) {
        for write in writes.values.joined() where write.id == id && !write.isControl {
            guard let reason = write.void, !isFrozen(write.cell, for: leader) else { continue }
            if [.overUnseen, .malformedValue, .once, .withoutSeal].contains(reason) { continue }
            write.void = nil
            write.admittedBy = leader.id
            if case .state(let cycle) = Self.field(of: write.cell)?.rule {
                write.ends = write.value?.stringValue.map(cycle.ends) ?? false
            }
        }
    }
}
