import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// Judges seals and reopenings.
struct SealJudge: TakesIn {
    let memory: FoldMemory

    /// Judges the reopenings and seals of a diff, in this order, and notes those that count.
    ///
    /// - Parameter voids: for each operation why it is void so far; changed where a seal is not in force.
    func seal(
        with diff: VerifiedDiff,
        of entry: DiffEntry,
        voids: inout [VoidReason?]
    ) throws {
        let operations = diff.body.operations
        for index in operations.indices where voids[index] == nil {
            guard let fields = operations[index].added(Schema.reopening),
                let record = fields[ReopeningField.seal]?.stringValue
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
        for seal in seals { note(seal) }
    }

    /// Why a seal is not in force, or nil: its author must have seen everything before it that has
    /// effect, and the reopening of every seal before it.
    private func sealVoid(of entry: DiffEntry) throws -> VoidReason? {
        if try hasUnseenEffect(entry) { return .notAllSeen }
        return try seals.newestClosedSeal(for: entry) == nil ? nil : .sealed
    }

    private func reopen(_ record: WireText, by entry: DiffEntry) throws {
        for index in ledger.sealing.places(of: record) {
            guard let seal = try number(of: ledger.sealing.seals[index].diff),
                entry.seen.contains(try self.entry(seal).at)
            else { continue }
            self.reopen(index, by: entry.id)
        }
    }

    /// Whether anything before `entry` in the order has effect that its author had not seen.
    private func hasUnseenEffect(_ entry: DiffEntry) throws -> Bool {
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
    private func hasEffect(_ number: Int) throws -> Bool {
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
}
