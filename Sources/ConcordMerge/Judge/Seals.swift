import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// Seals. A seal freezes the state at its own place; it is in force only if its author had seen all that
// has effect there, so what it froze is what they saw. A person who had not seen a reopening writes without effect on what
// is frozen, wherever and whenever they did it. `Protocol/merge.md`, "Seals".

/// What seals froze, and for whom.
struct Seals: FoldPart {
    let memory: FoldMemory

    /// The newest diff with seals that closed something for `entry`: one before it in the order, of which its
    /// author had seen no reopening.
    ///
    /// Where the newest is open for somebody, so are all before it: its own author had seen a reopening of each
    /// of them, and who reopened it had seen it. So nobody looks at all seals, however many there are.
    func newestClosedSeal(for entry: DiffEntry) throws -> DiffEntry? {
        var newest: DiffEntry?
        for seal in ledger.sealing.seals.reversed() {
            guard let number = try number(of: seal.diff), number != entry.number else { continue }
            // Of one diff with several seals each may be reopened apart.
            if let newest, newest.number != number { return nil }
            if try !isReopened(seal, for: entry) { return try self.entry(number) }
            newest = try self.entry(number)
        }
        return nil
    }

    private func isReopened(_ seal: Sealing.Seal, for entry: DiffEntry) throws -> Bool {
        for reopening in seal.reopenings {
            guard let number = try number(of: reopening) else { continue }
            if number == entry.number { return true }
            if entry.seen.contains(try self.entry(number).at) { return true }
        }
        return false
    }

    /// Whether a seal froze the record for `entry`: one before it in the order, of which its author had
    /// seen no reopening.
    ///
    /// What was there for one seal was there for all later ones, whose authors had seen that seal: so the newest
    /// tells.
    func isFrozen(_ record: RecordEntry, for entry: DiffEntry) throws -> Bool {
        if ledger.sealing.seals.isEmpty || record.kind.cover == .nothing { return false }
        guard let seal = try newestClosedSeal(for: entry) else { return false }
        return try record.kind.cover == .everything || wasThere(record, at: seal)
    }

    /// Whether the record was there for a seal: an `add` that its author had seen had effect at its
    /// place. What was admitted later was not there.
    private func wasThere(_ record: RecordEntry, at seal: DiffEntry) throws -> Bool {
        guard record.firstAdd != nil else { return false }
        return try cell(.presence(of: record.number), complete: true).writes.contains { write in
            guard write.effect.counts, write.value != nil, seal.seen.contains(write.at) else {
                return false
            }
            guard let admission = write.admission else { return true }
            return Precedence.isPlaced(try entry(admission.by), before: seal)
        }
    }
}

extension Operation {
    /// The first fields, if it adds a record of the kind.
    func added(_ kind: RecordKind) -> JSONObject? {
        guard path.kind == kind.name, path.field == nil, case .add(.object(let fields)) = action
        else { return nil }
        return fields
    }
}

extension Field {
    /// Whether only a seal can give the field this value.
    func isGivenBySeal(_ value: JSON?) -> Bool {
        if activity == .seal { return true }
        guard case .state(let cycle) = rule, let state = value?.stringValue else { return false }
        return cycle.isSealed(state)
    }
}
