package import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// Makes of an edit the operations that say it.
package struct Composer: FoldPart {
    package let memory: FoldMemory

    /// The operations that make of the shown state what `edit` says, as `author` writes them.
    ///
    /// - Throws: `EditError` if the edit does not fit what is shown.
    package func operations(for edit: Edit, by author: Author) throws -> [Operation] {
        var operations: [Operation] = []
        // Splices count in the text that is shown: of a text that is set twice the last word holds.
        var lastText: [CellPath: Int] = [:]
        for (index, change) in edit.changes.enumerated() {
            if case .setText(let path, _) = change { lastText[path] = index }
        }
        var hidden: Set<RecordName> = []
        var replaced: Set<RecordName> = []
        for change in edit.changes {
            switch change {
            case .hide(let kind, let id): hidden.insert(RecordName(kind: kind, id: id))
            case .add(let kind, let id, _):
                let name = RecordName(kind: kind, id: id)
                if hidden.contains(name) { replaced.insert(name) }
            default: break
            }
        }
        for (index, change) in edit.changes.enumerated() {
            if case .setText(let path, _) = change, lastText[path] != index { continue }
            // What is taken out and put in again in one save is there with its new values.
            if case .hide(let kind, let id) = change,
                replaced.contains(RecordName(kind: kind, id: id))
            {
                continue
            }
            operations += try compose(
                change,
                reason: edit.reason,
                author: author,
                replacing: replaced
            )
        }
        return try operations + acceptances(beside: operations, reason: edit.reason, author: author)
    }

    private func compose(
        _ change: Edit.Change,
        reason: WireText?,
        author: Author,
        replacing replaced: Set<RecordName>
    ) throws -> [Operation] {
        switch change {
        case .add(let kind, let id, let fields):
            return try addition(
                RecordName(kind: kind, id: id),
                fields: fields,
                replacing: replaced,
                reason: reason,
                author: author
            )
        case .set(let path, let value):
            return [try setting(path, value, reason: reason, author: author)]
        case .setText(let path, let text):
            return try splices(path, text, reason: reason, over: [], author: author)
        case .insert(let path, let again):
            return try membership(
                at: path,
                isIn: true,
                again: again,
                reason: reason,
                author: author
            )
        case .remove(let path):
            return try membership(at: path, isIn: false, reason: reason, author: author)
        case .hide(let kind, let id):
            try requireUncontested(inside: RecordName(kind: kind, id: id))
            return [try presence(kind: kind, id: id, .remove, reason: reason, author: author)]
        case .restore(let kind, let id):
            return [try presence(kind: kind, id: id, .add([:]), reason: reason, author: author)]
        case .decide(let path, let write, let accepts):
            return try decision(on: write, at: path, accepts, reason: reason, author: author)
        case .resolve(let path, let value, let candidates):
            return try resolution(
                path,
                value,
                candidates: candidates,
                reason: reason,
                author: author
            )
        case .takeOut(let merges, let finding, let keeping):
            return try undo.takingOut(
                broughtBy: merges,
                of: finding,
                keeping: keeping,
                reason: reason,
                author: author
            )
        case .admit(let id): return [try admission(of: id, reason: reason)]
        }
    }

    // MARK: Records.

    private func addition(
        _ name: RecordName,
        fields: JSONObject,
        replacing: Set<RecordName>,
        reason: WireText?,
        author: Author
    ) throws -> [Operation] {
        let path = CellPath(kind: name.kind, record: name.id)
        guard let record = try record(named: name), record.firstAdd != nil else {
            return [Operation(.add(.object(fields)), at: path, reason: reason)]
        }
        guard try !record.isPresent || replacing.contains(name) || isOnlyProposed(record) else {
            throw EditError(.recordExists, at: path.text)
        }
        // It is the same record: what is written once is said again, everything else is written over
        // what it held.
        var once = JSONObject()
        var rest: [Operation] = []
        for (field, value) in fields {
            if record.kind.field(field)?.rule == .once {
                once[field] = value
                continue
            }
            let cell = CellPath(kind: name.kind, record: name.id, field: field)
            rest += try rewriting(cell, of: record, as: value, reason: reason, author: author)
        }
        let over = try references(at: .presence(of: record.number))
        return [Operation(.add(.object(once)), at: path, over: over, reason: reason)] + rest
    }

    /// What gives a field of a record that is added again the value that it is added with.
    private func rewriting(
        _ path: CellPath,
        of record: RecordEntry,
        as value: JSON,
        reason: WireText?,
        author: Author
    ) throws -> [Operation] {
        let name = path.field ?? ""
        switch (record.kind.field(name) ?? Schema.unknownField(name)).rule {
        case .text:
            let text = value.stringValue ?? ""
            return try splices(path, text, reason: reason, over: [], author: author)
        case .set:
            var operations: [Operation] = []
            for (member, _) in value.objectValue ?? [:] {
                var place = path
                place.member = member
                operations += try membership(at: place, isIn: true, reason: reason, author: author)
            }
            return operations
        case .state:
            let key = CellKey(record: record.number, field: name)
            if try evaluator.evaluate(key).shown == value { return [] }
            return [try setting(path, value, reason: reason, author: author)]
        case .newest, .ask, .mostSevere, .once, .control:
            return [try setting(path, value, reason: reason, author: author)]
        }
    }

    func presence(
        kind: WireText,
        id: WireText,
        _ action: Operation.Action,
        reason: WireText?,
        author: Author
    ) throws -> Operation {
        let path = CellPath(kind: kind, record: id)
        let record = try existing(path)
        let over = try replaced(at: .presence(of: record.number), by: author)
        return Operation(action, at: path, over: over, reason: reason)
    }

    private func admission(of id: DiffID, reason: WireText?) throws -> Operation {
        guard try number(of: id) != nil else { throw EditError(.noSuchDiff, at: id.text) }
        var fields: JSONObject = [AdmissionField.diff.name: .string(id.base64url)]
        if let reason { fields[AdmissionField.reason] = .string(reason) }
        // One that came before a reopening gave no effect to what was frozen: a second one may.
        var path = CellPath(
            kind: Schema.admission.name,
            record: DerivedID.admission(of: id.text)
        )
        while try record(named: RecordName(kind: path.kind, id: path.record))?.firstAdd != nil {
            path.record = DerivedID.admission(of: path.record)
        }
        return Operation(.add(.object(fields)), at: path, reason: reason)
    }

    // MARK: Fields.

    private func setting(
        _ path: CellPath,
        _ value: JSON?,
        reason: WireText?,
        author: Author
    ) throws -> Operation {
        if let operation = try settingUnrecorded(path, value, reason: reason) { return operation }
        let record = try existing(path)
        let key = CellKey(record: record.number, field: path.field ?? "")
        let field = record.kind.field(key.field) ?? Schema.unknownField(key.field)
        if let value, field.rule == .text || field.rule == .set || !field.accepts(value) {
            throw EditError(.malformedValue, at: path.text)
        }
        let over = try replaced(
            at: key,
            by: author,
            proposing: writesProposals(author, to: field, of: record),
            beside: writesBeside(author, in: field, of: record)
        )
        let action: Operation.Action = value.map { .add($0) } ?? .remove
        return Operation(action, at: path, over: over, reason: reason)
    }

    /// What an ordinary change of a cell names: what is shown there. In a conflict it decides nothing
    /// between others, and names what its author's own member wrote; a step names besides the state from
    /// which it leads, and what else stands: what waits is what the conflict asks about.
    private func replaced(
        at key: CellKey,
        by author: Author,
        proposing: Bool = false,
        beside: Bool = false
    ) throws -> [WriteReference] {
        let evaluation = try evaluator.evaluate(key)
        var replaced = try cell(key).survivors
        if evaluation.conflict != nil {
            let own = replaced.filter { isOfMember(of: author, $0) }
            replaced = try standingSteps(at: key).filter { !isOfMember(of: author, $0) } + own
        }
        if beside { replaced = replaced.filter { isOfMember(of: author, $0) } }
        if proposing {
            replaced = replaced.filter { $0.effect == .proposal && isOfMember(of: author, $0) }
        }
        return try replaced.map { try entry($0.diff).reference }
    }

    /// The writes of a state of which one is shown while others wait; none for other cells.
    private func standingSteps(at key: CellKey) throws -> [CellWrite] {
        let record = try self.record(key.record)
        guard case .state = record.kind.field(key.field)?.rule else { return [] }
        return try states.steps(of: record, at: key).standing
    }

    /// Whether the author's member wrote it, on whichever device.
    private func isOfMember(of author: Author, _ write: CellWrite) -> Bool {
        let other = branches[write.at.branch].author
        guard other != author else { return true }
        guard let member = membership.devices[author]?.member else { return false }
        return membership.devices[other]?.member == member
    }

    /// The splices that make `text` of what their author has before them; `over` stands on the first.
    func splices(
        _ path: CellPath,
        _ text: WireText,
        reason: WireText?,
        over: [WriteReference],
        author: Author
    ) throws -> [Operation] {
        let record = try existing(path)
        let key = CellKey(record: record.number, field: path.field ?? "")
        if let field = record.kind.field(key.field), field.rule != .text {
            throw EditError(.malformedValue, at: path.text)
        }
        var over = over
        let evaluation = try evaluator.evaluate(key)
        var base = evaluation.shown?.stringValue ?? ""
        var contested: ContestedEvents?
        if over.isEmpty, let conflict = evaluation.conflict, conflict.kind == .text {
            contested = try self.texts.contested(conflict, at: key).events
        }
        if try takesUpProposals(at: key, by: author) {
            base = ""
            contested = nil
            over = Array(Set(over).union(try references(at: key))).sorted()
        }
        let length = text.unicodeScalars.count
        guard length <= TextLimits.scalars || length <= base.unicodeScalars.count else {
            throw EditError(.textTooLong, at: path.text)
        }
        // The author of an edit of a text in conflict reads the text shown meanwhile, and resolves
        // nothing.
        let changes: [TextSplice]
        if let contested {
            let field = record.kind.field(key.field) ?? Schema.unknownField(key.field)
            let isProposal = try writesProposals(author, to: field, of: record, adds: true)
            let found = contested.splices(
                whereMeanwhileBecomes: text.string,
                hasEffect: !isProposal
            )
            guard let splices = found else {
                throw EditError(.inConflict, at: path.text)
            }
            changes = splices
        } else {
            changes = wordSplices(from: base.string, to: text.string)
        }
        var splices = changes.flatMap { $0.withinLimit(DiffLimits.stringBytes) }
        if splices.isEmpty, !over.isEmpty {
            // Accepting the merged text as it is.
            splices = [TextSplice(at: 0, delete: 0, insert: "")]
        }
        return splices.enumerated().map { index, splice in
            Operation(
                .splice(at: splice.at, delete: splice.delete, insert: WireText(splice.insert)),
                at: path,
                over: index == 0 ? over : [],
                reason: index == 0 ? reason : nil
            )
        }
    }

    private func membership(
        at path: CellPath,
        isIn: Bool,
        again: Bool = false,
        reason: WireText?,
        author: Author
    ) throws -> [Operation] {
        let record = try existing(path)
        let key = CellKey(
            record: record.number,
            field: path.field ?? "",
            member: path.member ?? ""
        )
        let shown = try evaluator.evaluate(key)
        if shown.conflict == nil, (shown.shown != nil) == isIn, !again { return [] }
        let field = record.kind.field(key.field) ?? Schema.unknownField(key.field)
        let over = try replaced(
            at: key,
            by: author,
            proposing: writesProposals(author, to: field, of: record, adds: isIn)
        )
        return [Operation(isIn ? .add(true) : .remove, at: path, over: over, reason: reason)]
    }

    // MARK: Lookups.

    func existing(_ path: CellPath) throws -> RecordEntry {
        guard let record = try record(named: RecordName(kind: path.kind, id: path.record)),
            record.isPresent || record.firstAdd != nil
        else { throw EditError(.noSuchRecord, at: path.text) }
        return record
    }

    func references(at key: CellKey) throws -> [WriteReference] {
        try cell(key).survivors.map { try entry($0.diff).reference }
    }
}
