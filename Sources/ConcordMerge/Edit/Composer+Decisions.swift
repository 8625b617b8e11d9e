import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// What decides: conflicts, and what is only proposed. One deed is one decision: who accepts the grade of a criterion that
// somebody proposed accepts the criterion, and who declines it declines both. Else one half of the deed would stay open,
// and nobody would be asked about it.

extension Composer {
    /// What ends the conflict at a place, or decides what is proposed there.
    func resolution(
        _ path: CellPath,
        _ value: JSON?,
        candidates: [WriteReference]?,
        reason: WireText?,
        author: Author
    ) throws -> [Operation] {
        guard let key = try accounts.key(of: path) else {
            throw EditError(.noSuchRecord, at: path.text)
        }
        let record = try record(key.record)
        let conflict = try evaluator.evaluate(key).conflict
        guard try conflict != nil || !pictures.openProposals(at: key).isEmpty else {
            throw EditError(.noConflict, at: path.text)
        }
        var over = Set(try references(at: key))
        if let conflict, conflict.kind == .text { over = Set(conflict.candidates.map(\.write)) }
        if let candidates { over.formIntersection(candidates) }
        let deed = try Deed(of: record, in: self)
        if path.field == nil {
            if value == nil {
                try requireUncontested(inside: RecordName(kind: path.kind, id: path.record))
            }
            let action: Operation.Action = value == nil ? .remove : .add([:])
            let decided = Operation(action, at: path, over: Array(over), reason: reason)
            return try [decided]
                + (value == nil ? [] : accepted(deed, but: key, reason: reason, author: author))
        }
        if try isText(key) {
            let merged = value == nil ? try evaluator.evaluate(key).shown : value
            guard let text = merged?.stringValue else {
                throw EditError(.malformedValue, at: path.text)
            }
            return try splices(path, text, reason: reason, over: over.sorted(), author: author)
        }
        let field = record.kind.field(key.field) ?? Schema.unknownField(key.field)
        // A member of a set is in or out.
        let fits = path.member == nil ? value.map(field.accepts) : value.map { $0 == true }
        if fits == false { throw EditError(.malformedValue, at: path.text) }
        let action: Operation.Action = value.map { .add($0) } ?? .remove
        let decided = Operation(action, at: path, over: Array(over), reason: reason)
        guard let deed else { return [decided] }
        let whole = CellPath(kind: path.kind, record: path.record)
        if let value {
            let chosen = try cell(key).survivors.filter { $0.value == value }.map(\.diff)
            let rest = deed.narrowed(to: Set(chosen))
            let there = Operation(.add([:]), at: whole, over: deed.additions, reason: reason)
            return try [decided, there]
                + accepted(rest, but: key, reason: reason, author: author)
        }
        let declined = try cell(key).survivors.map(\.diff)
        guard deed.isAll(of: Set(declined)) else { return [decided] }
        return [decided, Operation(.remove, at: whole, over: deed.additions, reason: reason)]
    }

    /// What accepts or declines one proposal.
    func decision(
        on write: WriteReference,
        at path: CellPath,
        _ accepts: Bool,
        reason: WireText?,
        author: Author
    ) throws -> [Operation] {
        guard let key = try accounts.key(of: path) else {
            throw EditError(.noSuchRecord, at: path.text)
        }
        let proposal = try cell(key).writes.first { candidate in
            try candidate.effect == .proposal && entry(candidate.diff).reference == write
        }
        guard let proposal else { throw EditError(.noConflict, at: path.text) }
        if try isText(key) {
            return try decision(onText: write, at: path, key, accepts, reason, author)
        }
        var value = proposal.value
        if !accepts {
            let others = try cell(key).survivors.filter { $0.effect == .effective }
            let record = try self.record(key.record)
            if key.field.isEmpty {
                // A record that was added otherwise stays; so does one whose removal is declined.
                value = proposal.value == nil || !others.isEmpty ? true : nil
            } else if case .state(let cycle) = record.kind.field(key.field)?.rule {
                value = try evaluator.evaluate(key).shown ?? .string(cycle.initial)
            } else {
                value = try evaluator.evaluate(others, at: key, in: record)?.shown
            }
        }
        return try resolution(path, value, candidates: nil, reason: reason, author: author)
    }

    private func decision(
        onText write: WriteReference,
        at path: CellPath,
        _ key: CellKey,
        _ accepts: Bool,
        _ reason: WireText?,
        _ author: Author
    ) throws -> [Operation] {
        let evaluation = try evaluator.evaluate(key)
        var text = evaluation.shown?.stringValue ?? ""
        if try takesUpProposals(at: key, by: author) {
            if !accepts { text = "" }
            let over = try references(at: key)
            return try splices(path, text, reason: reason, over: over, author: author)
        }
        if accepts {
            guard let conflict = evaluation.conflict, conflict.kind == .text else {
                throw EditError(.noConflict, at: path.text)
            }
            // What people who may write it disagree about is decided first, and by somebody who reads it.
            guard conflict.candidates.allSatisfy(\.isProposal) else {
                throw EditError(.inConflict, at: path.text)
            }
            let contested = try texts.contested(conflict, at: key)
            guard let side = contested.places[write] else {
                throw EditError(.noConflict, at: path.text)
            }
            text = WireText(contested.events.text(taking: side))
        }
        return try splices(path, text, reason: reason, over: [write], author: author)
    }

    // MARK: One deed.

    /// What accepts the criteria that are only proposed and in which somebody who decides on all findings writes.
    func acceptances(
        beside operations: [Operation],
        reason: WireText?,
        author: Author
    ) throws -> [Operation] {
        guard let role = membership.member(of: author)?.role,
            Rights.right(of: role, to: .decideFinding) == .yes
        else { return [] }
        var decided = Set(operations.filter { $0.path.field == nil }.map(\.path))
        var accepted: [Operation] = []
        for operation in operations
        where operation.path.kind == Schema.criterion.name && operation.action != .remove {
            let whole = CellPath(kind: operation.path.kind, record: operation.path.record)
            guard !decided.contains(whole), let key = try accounts.key(of: whole),
                let deed = try Deed(of: record(key.record), in: self)
            else { continue }
            decided.insert(whole)
            accepted.append(
                Operation(.add([:]), at: whole, over: deed.additions, reason: reason)
            )
        }
        return accepted
    }

    /// Whether nobody added a record but by proposal, and it is shown.
    func isOnlyProposed(_ record: RecordEntry) throws -> Bool {
        guard record.isPresent else { return false }
        let adds = try cell(.presence(of: record.number)).survivors.filter { $0.value != nil }
        return !adds.isEmpty && adds.allSatisfy { $0.effect == .proposal }
    }

    /// What accepts the rest of a deed: each field of the record in which it alone stands.
    private func accepted(
        _ deed: Deed?,
        but decided: CellKey,
        reason: WireText?,
        author: Author
    ) throws -> [Operation] {
        guard let deed else { return [] }
        var operations: [Operation] = []
        for (key, writes) in deed.parts where key != decided {
            let path = path(of: key, in: try record(key.record))
            let over = try writes.map { try entry($0.diff).reference }
            if try isText(key) {
                // What is disputed within the proposed text is read first.
                let evaluation = try evaluator.evaluate(key)
                guard evaluation.conflict == nil, let text = evaluation.shown?.stringValue else {
                    continue
                }
                operations += try splices(path, text, reason: reason, over: over, author: author)
            } else if Set(writes.map(\.value)).count == 1, let value = writes[0].value {
                operations.append(Operation(.add(value), at: path, over: over, reason: reason))
            }
        }
        return operations
    }
}

/// What is proposed of a record that nobody added but by proposal.
private struct Deed {
    /// The proposals to add it.
    let additions: [WriteReference]
    /// The fields in which proposals alone stand, with these.
    private(set) var parts: [(key: CellKey, writes: [CellWrite])] = []
    /// The diffs of all that stands in the record.
    private var diffs: Set<Int> = []

    /// Nil where the record was added.
    init?(of record: RecordEntry, in composer: Composer) throws {
        guard try composer.isOnlyProposed(record) else { return nil }
        additions = try composer.references(at: .presence(of: record.number))
        for key in try composer.allCells(of: record.number).sorted(by: CellKey.isBefore) {
            let survivors = try composer.cell(key).survivors
            diffs.formUnion(survivors.map(\.diff))
            // What identifies it is written once, and stands.
            guard !key.field.isEmpty, !survivors.isEmpty,
                survivors.allSatisfy({ $0.effect == .proposal })
            else { continue }
            parts.append((key, survivors))
        }
    }

    /// Whether all that stands in the record was written by these diffs.
    func isAll(of diffs: Set<Int>) -> Bool { self.diffs.isSubset(of: diffs) }

    /// What of it these diffs alone proposed.
    func narrowed(to diffs: Set<Int>) -> Deed {
        var deed = self
        deed.parts = parts.filter { $0.writes.allSatisfy { diffs.contains($0.diff) } }
        return deed
    }
}
