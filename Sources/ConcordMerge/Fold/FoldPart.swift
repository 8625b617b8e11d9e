package import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// A part of the fold: it looks things up in memory and answers.
///
/// Each part is a small value over the one memory. It reaches the others by name (`judge`, `evaluator` and so
/// on), and none of them but those that take in can change what is folded.
package protocol FoldPart {
    /// What is looked up.
    var memory: FoldMemory { get }
}

/// A part that only reads, for code outside the fold.
struct FoldReader: FoldPart {
    let memory: FoldMemory
}

extension FoldPart {
    /// What was folded before.
    var source: any FoldSource { memory.source }
    /// Membership, seals and orders as the log has them.
    package var loggedLedger: Ledger { memory.loggedLedger }
    /// The same with what is pending.
    package var ledger: Ledger { memory.ledger }
    /// Who is in the engagement, with what is pending.
    package var membership: Membership { memory.ledger.membership }
    /// The branches of all chains.
    package var branches: Branches { memory.branches }
    /// How many diffs have a place in the log.
    package var logSize: Int { memory.logSize }
    /// Whether a pending diff holds control operations, or stands on a fork.
    package var pendingIsDelicate: Bool { memory.pendingIsDelicate }
    /// What must be evaluated and written back.
    package var changes: FoldChanges { memory.changed.all }

    /// The diff of this number.
    package func entry(_ number: Int) throws -> DiffEntry { try memory.entry(number) }

    /// The number of the diff with this identity, if it is here.
    package func number(of id: DiffID) throws -> Int? { try memory.number(of: id) }

    /// The number of the diff at this place of its chain.
    func diffNumber(at place: BranchSeq) throws -> Int { try memory.diffNumber(at: place) }

    /// The diff itself.
    package func diff(_ number: Int) throws -> VerifiedDiff { try memory.diff(number) }

    /// The record, if there is one.
    package func record(named name: RecordName) throws -> RecordEntry? {
        try memory.record(named: name)
    }

    /// The record of this number.
    package func record(_ number: Int) throws -> RecordEntry { try memory.record(number) }

    /// The records that belong to `number`.
    func records(ownedBy number: Int) throws -> [Int] { try memory.records(ownedBy: number) }

    /// The findings that are merged into one, as it was noted last.
    func findings(mergedInto number: Int) throws -> [Int] {
        try memory.findings(mergedInto: number)
    }

    /// The cell, with all its writes or with those that survive or are void.
    package func cell(_ key: CellKey, complete: Bool = false) throws -> Cell {
        try memory.cell(key, complete: complete)
    }

    /// Sees to it that a cell is in memory, without a copy of it.
    func load(_ key: CellKey) throws {
        if memory.cells[key] == nil { _ = try cell(key) }
    }

    /// What a diff wrote in a cell; nil where that is nothing.
    func write(of diff: Int, at key: CellKey) throws -> CellWrite? {
        _ = try cell(key, complete: true)
        return memory.cells.write(of: diff, at: key)
    }

    /// Every cell of a record that was ever written.
    func allCells(of record: Int) throws -> Set<CellKey> { try memory.cells.allCells(of: record) }

    /// The cells that ever named a record with this id.
    func allCells(citing id: WireText) throws -> Set<CellKey> {
        try memory.cells.allCells(citing: id)
    }

    /// The cells that an operation writes.
    func keys(of operation: Operation, record: RecordEntry) -> [CellKey] {
        if let field = operation.path.field {
            return [
                CellKey(record: record.number, field: field, member: operation.path.member ?? "")
            ]
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

    /// Whether a cell holds a text: by its field, or by the form of its operations that are not void.
    func isText(_ key: CellKey, holding write: CellWrite? = nil) throws -> Bool {
        guard key.member.isEmpty, !key.field.isEmpty else { return false }
        if let field = try record(key.record).kind.field(key.field) { return field.rule == .text }
        if let write, write.effect.counts, write.marks.contains(.spliced) { return true }
        return try cell(key).holdsText
    }

    /// Every write on a record or on one that it owns.
    func treeWrites(of record: Int) throws -> [LocatedWrite] {
        var writes = try writes(of: record)
        for number in try records(ownedBy: record) { writes += try self.writes(of: number) }
        return writes
    }

    /// Every write on a record.
    func writes(of record: Int) throws -> [LocatedWrite] {
        var writes: [LocatedWrite] = []
        for key in try allCells(of: record).sorted(by: CellKey.isBefore) {
            writes += try cell(key, complete: true).writes.map { LocatedWrite($0, at: key) }
        }
        return writes
    }

    /// The path of a cell in the state document.
    package func path(of key: CellKey, in record: RecordEntry) -> CellPath {
        CellPath(
            kind: record.kind.name,
            record: record.id,
            field: key.field.isEmpty ? nil : key.field,
            member: key.member.isEmpty ? nil : key.member
        )
    }

    /// Whose branch it is; nil if the engagement does not know the device.
    func member(of branch: Int) -> WireText? {
        membership.devices[branches[branch].author]?.member
    }
}
