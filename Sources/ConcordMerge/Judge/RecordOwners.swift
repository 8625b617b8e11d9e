import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

/// Whose a record is, as far as an author had seen.
struct RecordOwners: FoldPart {
    let memory: FoldMemory

    // MARK: Whose a record is.

    /// How far a record is a member's own.
    enum Ownership {
        case not
        /// The member added it without knowing that others did too, or it belongs to somebody else's record.
        /// They own their own writes in it, and nothing that others wrote.
        case inPart
        case wholly
    }

    /// How far a record is the writer's own: whether their member added it, or one it belongs to, as far
    /// as the writer had seen and with what they write themselves.
    func isOwn(_ record: RecordEntry, of writer: Writer) throws -> Ownership {
        let added = try adding(of: record, by: writer)
        guard let owner = record.kind.owner,
            try !claims(of: owner.field, in: record, seenBy: writer.entry).isEmpty
        else { return added }
        let above = try owners(of: record, seenBy: writer.entry).map {
            try adding(of: $0, by: writer)
        }
        if above.contains(.wholly) { return .wholly }
        return added != .not || above.contains(.inPart) ? .inPart : .not
    }

    /// Whether the writer may write in a record, as far as it is their own, what names `over`.
    func mayWrite(
        _ over: [BranchSeq],
        in record: RecordEntry,
        _ writer: Writer
    ) throws -> Bool {
        switch try isOwn(record, of: writer) {
        case .wholly: true
        case .inPart: !judge.namesOthers(over, than: writer)
        case .not: false
        }
    }

    /// Who decides on a record as a whole: takes its steps, hides it.
    enum Decision {
        /// The writer: it is their own.
        case theirs
        /// The writer asks: it is their own in part, and others wrote in it.
        case asked
        /// Not the writer.
        case others
    }

    /// Who decides on a record that is decided on by those whose own it is.
    func decision(on record: RecordEntry, _ writer: Writer) throws -> Decision {
        switch try isOwn(record, of: writer) {
        case .wholly: .theirs
        case .inPart: try timelines.holdsOnlyOwn(record, of: writer) ? .theirs : .asked
        case .not: .others
        }
    }

    /// Whether the writer's member added the record: theirs is the `add` that is the first in the order and
    /// has effect, among those that the writer had seen and their own. A later one gives nothing, or anyone would take
    /// a record over by adding it again; and who came first without the other's knowing it owns nothing of the other.
    private func adding(of record: RecordEntry, by writer: Writer) throws -> Ownership {
        guard record.firstAdd != nil else { return .not }
        let additions = try additions(of: record)
        guard let first = additions.first(for: writer.entry),
            member(of: first.at.branch) == writer.member
        else { return .not }
        let isKnown = try additions.all.allSatisfy { add in
            guard add.isSeen(by: writer.entry), member(of: add.at.branch) != writer.member else {
                return true
            }
            return try entry(add.diff).seen.contains(first.at)
        }
        return isKnown ? .wholly : .inPart
    }

    /// The records that a record belongs to, as far as `entry` had seen.
    func owners(
        of record: RecordEntry,
        seenBy entry: DiffEntry
    ) throws -> [RecordEntry] {
        guard let owner = record.kind.owner else { return [] }
        var passed: Set<WireText> = []
        return try claims(of: owner.field, in: record, seenBy: entry).compactMap { id in
            guard passed.insert(id).inserted else { return nil }
            return try self.record(named: RecordName(kind: owner.kind, id: id))
        }
    }

    /// The value that has effect of a field that is written once, if `entry` had seen it or writes it.
    ///
    /// Which of two claims that is may change while they have no place in the log: then everything that
    /// may depend on it is judged again (`onceHasTurned`).
    func claims(
        of field: WireText,
        in record: RecordEntry,
        seenBy entry: DiffEntry
    ) throws -> [WireText] {
        try cell(CellKey(record: record.number, field: field)).writes.compactMap { write in
            guard write.effect.counts, isSeen(write, by: entry) else { return nil }
            return write.value?.stringValue
        }
    }

    private func isSeen(_ write: CellWrite, by entry: DiffEntry) -> Bool {
        write.diff == entry.number || entry.seen.contains(write.at)
    }

    /// Whether an effective `add` of the record was among what `entry` had seen.
    ///
    /// - Parameter orWith: whether one in `entry` itself counts too.
    func wasAdded(
        _ record: RecordEntry,
        before entry: DiffEntry,
        orWith: Bool = false
    ) throws -> Bool {
        guard let first = record.firstAdd else { return false }
        if orWith, first == entry.number { return true }
        if entry.seen.contains(try self.entry(first).at) { return true }
        return try firstAdditions(of: record.number).contains { write in
            entry.seen.contains(write.at) || orWith && write.diff == entry.number
        }
    }

    /// The first addition of a record on each branch that is not void.
    func firstAdditions(of record: Int) throws -> [CellWrite] {
        let key = CellKey.presence(of: record)
        if memory.cells[key]?.isComplete != true { _ = try cell(key, complete: true) }
        return memory.cells.firstAdditions(at: key)
    }
}
