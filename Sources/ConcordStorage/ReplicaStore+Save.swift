package import ConcordDiff
import ConcordEncoding
import ConcordMerge

extension ReplicaStore {
    /// Makes, signs and stores what `edit` changes, in one durable transaction.
    ///
    /// That is one diff. If there are more newest diffs than it can name, or it replaces more writes,
    /// others come before it (`SaveChain`).
    ///
    /// - Parameters:
    ///   - environment: the device's clock, and its random numbers for bodies that hold what may be erased.
    ///   - keepsVoid: whether the save is kept even if some of it has no effect, so that a leader can admit it.
    ///   - isOfDevice: whether the device's own key signs it: only then the note of its newest diff is written.
    ///   - keepsAll: whether the save is kept in any case: for tests of what hostile members do.
    ///   - edit: looks at the state and answers what is to be changed; nothing for no diff.
    /// - Returns: nil if there was nothing to change.
    /// - Throws: `SaveRefusal` if the save would not do what its author asked for, what `edit` or the
    ///   signer throws, or `StorageFailure`; nothing is changed then.
    package func save(
        signer: some Signer,
        _ environment: ReplicaEnvironment,
        keepingVoid keepsVoid: Bool = false,
        isOfDevice: Bool = true,
        testingOnlyKeepingAll keepsAll: Bool = false,
        edit: (inout SaveContext) throws -> [Operation]
    ) throws -> SaveReceipt? {
        let result = try transaction("saving in") { session -> SaveReceipt? in
            var context = SaveContext(
                author: signer.author,
                reader: ReplicaReader(session.statements, verifier: verifier),
                fold: session.fold,
                source: session.source
            )
            let operations = try edit(&context)
            if operations.isEmpty { return nil }
            let typed = try context.texts(after: operations)
            var chain = try SaveChain(signer, environment, in: &session)
            try chain.joinHeads(in: &session)
            let (number, diff) = try Self.write(operations, to: &chain, &context, in: &session)
            let result = try Self.result(of: number, diff, in: &session)
            let garbled = try Self.garbled(typed, writtenBy: number, in: &session)
            let isRefused = !result.voided.isEmpty && !keepsVoid
            if isRefused || !garbled.isEmpty, !keepsAll {
                throw SaveRefusal(voided: result.voided, texts: garbled)
            }
            return result
        }
        if let result, isOfDevice { try afterSave?(result.reference.seq, result.id) }
        return result
    }

    /// Appends the save's own diff, and before it those that name what does not fit into it.
    private static func write<S: Signer>(
        _ operations: [Operation],
        to chain: inout SaveChain<S>,
        _ context: inout SaveContext,
        in session: inout FoldSession
    ) throws -> (number: Int, diff: UnverifiedDiff) {
        var texts: Set<CellPath> = []
        for operation in operations {
            if case .splice = operation.action { texts.insert(operation.path) }
        }
        let hidden = try context.hidden(in: texts)
        let parts = operations.map { $0.withinLimit() }
        let first = chain.seq
        for index in 0..<(parts.map(\.before.count).max() ?? 0) {
            let before = parts.compactMap { $0.before.dropFirst(index).first }
            _ = try chain.append(before, in: &session)
        }
        let rest = parts.flatMap { part in
            part.rest.map { operation in
                // What the diffs before it wrote there, this one replaces in turn.
                let own = part.before.indices.map {
                    WriteReference(seq: first + $0, author: context.author)
                }
                return Operation(
                    operation.action,
                    at: operation.path,
                    over: operation.over + own,
                    reason: operation.reason
                )
            }
        }
        return try chain.append(rest, hiding: hidden, in: &session)
    }

    /// The texts that do not read as they were typed, though what was written there has effect.
    private static func garbled(
        _ typed: [CellPath: WireText?],
        writtenBy number: Int,
        in session: inout FoldSession
    ) throws -> [CellPath] {
        var garbled: [CellPath] = []
        for (path, text) in typed {
            let name = RecordName(kind: path.kind, id: path.record)
            guard let record = try session.fold.record(named: name) else { continue }
            let key = CellKey(record: record.number, field: path.field ?? "")
            let write = try session.fold.cell(key).writes.first { $0.diff == number }
            guard write?.effect == .effective else { continue }
            let shown = try session.fold.evaluator.evaluate(key).shown?.stringValue ?? ""
            if text != shown { garbled.append(path) }
        }
        return garbled.sorted { $0.text < $1.text }
    }

    /// The results of the operations of a diff that was just applied.
    private static func result(
        of number: Int,
        _ diff: UnverifiedDiff,
        in session: inout FoldSession
    ) throws -> SaveReceipt {
        var result = SaveReceipt(reference: diff.reference, id: diff.id)
        for key in session.fold.changes.cells.sorted(by: CellKey.precedes) {
            let cell = try session.fold.cell(key)
            guard let write = cell.writes.first(where: { $0.diff == number }) else { continue }
            let path = session.fold.path(of: key, in: try session.fold.record(key.record))
            switch write.effect {
            case .effective: break
            case .proposal: result.proposals.append(path)
            case .void(let reason):
                result.voided.append(IneffectiveWrite(path: path, reason: reason))
            }
        }
        return result
    }
}

extension Branches {
    /// The branch that an author continues: the longest valid one.
    func standing(of author: Author) -> Int? {
        numbers(of: author).filter { self[$0].voidFrom == nil }.max {
            self[$0].tip < self[$1].tip
        }
    }
}

extension CellKey {
    /// A fixed order.
    static func precedes(_ left: CellKey, _ right: CellKey) -> Bool {
        (left.record, left.field, left.member) < (right.record, right.field, right.member)
    }
}
