import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// Seals. A seal freezes the state at its own place; it is in force only if its author had seen all that
// has effect there, so what it froze is what they saw. A person who had not seen a reopening writes without effect on what
// is frozen, wherever and whenever they did it. `Protocol/merge.md`, "Seals".

extension Fold {
    /// Judges the reopenings and seals of a diff, in this order, and notes those that count.
    ///
    /// - Parameter voids: for each operation why it is void so far; changed where a seal is not in force.
    mutating func seal(
        with diff: VerifiedDiff,
        of entry: DiffEntry,
        voids: inout [VoidReason?]
    ) throws {
        let operations = diff.body.operations
        for index in operations.indices where voids[index] == nil {
            guard let fields = operations[index].added(Schema.reopening),
                let record = fields["seal"]?.stringValue
            else { continue }
            try reopen(record, by: entry)
        }
        var seals: [Sealing.Seal] = []
        for index in operations.indices
        where voids[index] == nil && operations[index].added(Schema.seal) != nil {
            voids[index] = try sealVoid(of: entry)
            guard voids[index] == nil else { continue }
            seals.append(.init(record: operations[index].path.record, diff: diff.id))
        }
        for seal in seals { ledger.sealing.append(seal) }
    }

    /// Why a seal is not in force, or nil: its author must have seen everything before it that has
    /// effect, and the reopening of every seal before it.
    private mutating func sealVoid(of entry: DiffEntry) throws -> VoidReason? {
        if try hasUnseenEffect(entry) { return .notAllSeen }
        return try newestClosedSeal(for: entry) == nil ? nil : .sealed
    }

    private mutating func reopen(_ record: WireText, by entry: DiffEntry) throws {
        for index in ledger.sealing.places(of: record) {
            guard let seal = try number(of: ledger.sealing.seals[index].diff),
                entry.seen.contains(try self.entry(seal).at)
            else { continue }
            ledger.sealing.reopen(index, by: entry.id)
        }
    }

    /// The newest diff with seals that closed something for `entry`: one before it in the order, of which its
    /// author had seen no reopening.
    ///
    /// Where the newest is open for somebody, so are all before it: its own author had seen a reopening of each
    /// of them, and who reopened it had seen it. So nobody looks at all seals, however many there are.
    private mutating func newestClosedSeal(for entry: DiffEntry) throws -> DiffEntry? {
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

    /// Whether anything before `entry` in the order has effect that its author had not seen.
    private mutating func hasUnseenEffect(_ entry: DiffEntry) throws -> Bool {
        for (number, branch) in branches.all.enumerated() where number != entry.at.branch {
            let first = max(entry.seen.newest(of: number), branch.baseSeq) + 1
            guard first <= branch.judged else { continue }
            for seq in first...branch.judged {
                let place = BranchSeq(branch: number, seq: seq)
                if try hasEffect(diffNumber(at: place)) { return true }
            }
        }
        return false
    }

    /// Whether any write of a diff has effect.
    private mutating func hasEffect(_ number: Int) throws -> Bool {
        for operation in try diff(number).body.operations {
            let name = RecordName(kind: operation.path.kind, id: operation.path.record)
            guard let record = try record(named: name) else { continue }
            for key in keys(of: operation, record: record) {
                let writes = try cell(key, complete: true).writes
                if writes.contains(where: { $0.diff == number && $0.effect.counts }) { return true }
            }
        }
        return false
    }

    private mutating func isReopened(_ seal: Sealing.Seal, for entry: DiffEntry) throws -> Bool {
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
    mutating func isFrozen(_ record: RecordEntry, for entry: DiffEntry) throws -> Bool {
        if ledger.sealing.seals.isEmpty || record.kind.cover == .nothing { return false }
        guard let seal = try newestClosedSeal(for: entry) else { return false }
        return try record.kind.cover == .everything || wasThere(record, at: seal)
    }

    /// Whether the record was there for a seal: an `add` that its author had seen had effect at its
    /// place. What was admitted later was not there.
    private mutating func wasThere(_ record: RecordEntry, at seal: DiffEntry) throws -> Bool {
        guard record.firstAdd != nil else { return false }
        return try cell(.presence(of: record.number), complete: true).writes.contains { write in
            guard write.effect.counts, write.value != nil, seal.seen.contains(write.at) else {
                return false
            }
            guard let admission = write.admission else { return true }
            return Self.isPlaced(try entry(admission.by), before: seal)
        }
    }
}

extension Operation {
    /// The first fields, if it adds a record of the kind.
    fileprivate func added(_ kind: RecordKind) -> JSONObject? {
        guard path.kind == kind.name, path.field == nil, case .add(.object(let fields)) = action
        else { return nil }
        return fields
    }
}

extension Field {
    /// Whether a seal alone gives the field this value.
    func isGivenBySeal(_ value: JSON?) -> Bool {
        if activity == .seal { return true }
        guard case .state(let cycle) = rule, let state = value?.stringValue else { return false }
        return cycle.isSealed(state)
    }
}
