import ConcordDiff
public import ConcordEncoding
import ConcordModel
import ConcordText

// What somebody had on their screen at some time: the same rules over fewer writes. A second fold reads
// through a source that shows only what they had seen, so that no rule is written down twice.

/// A source that shows of another fold what an author had before them.
///
/// Verdicts are those that stand now; which writes survive is worked out again among those that are
/// shown.
final class PastView: FoldSource {
    let showsSome = true
    private let base: FoldReader
    /// The diff before which it was; nil shows everything.
    fileprivate(set) var before: DiffEntry?
    /// The writes of the cells that were asked for, by branch, ascending, with their places among all.
    private var chains: [CellKey: [Int: [(place: Int, write: CellWrite)]]] = [:]

    init(of memory: FoldMemory, before entry: DiffEntry? = nil) {
        base = FoldReader(memory: memory)
        before = entry
    }

    func record(named name: RecordName) throws -> RecordEntry? { try base.record(named: name) }
    func record(_ number: Int) throws -> RecordEntry { try base.record(number) }
    func records(ownedBy number: Int) throws -> [Int] { try base.records(ownedBy: number) }
    func findings(mergedInto number: Int) throws -> [Int] { [] }
    func cells(citing id: WireText) throws -> [CellKey] { Array(try base.allCells(citing: id)) }
    func cells(of record: Int) throws -> [CellKey] { Array(try base.allCells(of: record)) }
    func entry(_ number: Int) throws -> DiffEntry { try base.entry(number) }
    func number(of id: DiffID) throws -> Int? { try base.number(of: id) }
    func number(at place: BranchSeq) throws -> Int { try base.diffNumber(at: place) }
    func diff(_ number: Int) throws -> VerifiedDiff { try base.diff(number) }
    func pending() throws -> [Int] { [] }
    /// Nothing was merged here before: all of a text that is shown is.
    func mergedText(of cell: CellKey, in record: RecordEntry) -> StoredText? { nil }
    func replacedWrites(of text: CellKey, before diff: Int, limit: Int) -> [CellWrite] { [] }

    /// All writes of those that are shown: which of them survive is worked out again where they are loaded.
    func writes(of cell: CellKey, all: Bool) throws -> [CellWrite] {
        guard let before else { return try base.cell(cell, complete: true).writes }
        let chains = try chains(of: cell)
        var seen: [(place: Int, write: CellWrite)] = []
        for branch in branches(of: chains, seenBy: before) {
            guard let chain = chains[branch] else { continue }
            let newest = before.seen.newest(of: branch)
            for item in chain.prefix(chain.partition { $0.write.at.seq > newest })
            where try base.seenWrites.isSeen(item.write, by: before) { seen.append(item) }
        }
        return seen.sorted { $0.place < $1.place }.map(\.write)
    }

    /// The branches to look at: with many, only those of which something was seen.
    private func branches(
        of chains: [Int: [(place: Int, write: CellWrite)]],
        seenBy entry: DiffEntry
    ) -> [Int] {
        chains.count <= SeenVector.width
            ? Array(chains.keys) : entry.seen.branches(seenFurtherThan: SeenVector())
    }

    private func chains(of cell: CellKey) throws -> [Int: [(place: Int, write: CellWrite)]] {
        if let known = chains[cell] { return known }
        var found: [Int: [(place: Int, write: CellWrite)]] = [:]
        for (place, write) in try base.cell(cell, complete: true).writes.enumerated() {
            found[write.at.branch, default: []].append((place, write))
        }
        for branch in found.keys { found[branch]?.sort { $0.write.at.seq < $1.write.at.seq } }
        chains[cell] = found
        return found
    }
}

/// What an author had on their screen in one cell just before they wrote to it.
public struct Sight: Hashable, Sendable {
    /// What was shown; nil for nothing. A record's presence and a member of a set show true.
    public let shown: JSON?
    /// The conflict that was shown, if there was one.
    public let conflict: Conflict?

    /// Nothing: a person who adds a record had none before them.
    public static let nothing = Sight(shown: nil, conflict: nil)

    /// The candidates of the conflict in it.
    public var candidates: [Conflict.Candidate] { conflict?.candidates ?? [] }
}

/// What somebody had on their screen at some time.
package struct PastSights: FoldPart {
    package let memory: FoldMemory

    /// What a cell shows to a person who has seen exactly what `entry`'s author had before them.
    package func sight(of key: CellKey, before entry: DiffEntry) throws -> Sight {
        try sight(of: key, before: entry, through: nil)
    }

    /// What somebody had before them in a cell that what survived there says all of, or in a state that was
    /// disputed by nothing: without a look at all that was ever written there. Nil for any other.
    func plainSight(
        of key: CellKey,
        before entry: DiffEntry
    ) throws -> Sight? {
        guard !key.field.isEmpty, try !isText(key) else { return nil }
        let record = try self.record(key.record)
        if key.member.isEmpty, case .state = record.kind.field(key.field)?.rule {
            let steps = try states.steps(of: record, at: key, from: entry)
            guard steps.waiting.isEmpty, steps.asked.isEmpty else { return nil }
            return Sight(shown: try precedence.winner(of: steps.standing)?.value, conflict: nil)
        }
        let survivors = try seenWrites.view(of: key, from: entry)
        guard let evaluation = try evaluator.evaluate(survivors, at: key, in: record) else {
            return nil
        }
        return Sight(shown: evaluation.shown, conflict: evaluation.conflict)
    }

    /// The conflict that a person saw in a cell who had seen exactly what `entry`'s author had before them.
    func conflict(at key: CellKey, before entry: DiffEntry) throws -> Conflict? {
        if let sight = try plainSight(of: key, before: entry) { return sight.conflict }
        let past = self.past(through: PastView(of: memory, before: entry))
        return try past.evaluator.evaluate(key).conflict
    }

    /// The same through a view that was made for several questions: what one has found out serves the others.
    func sight(
        of key: CellKey,
        before entry: DiffEntry,
        through view: PastView?
    ) throws -> Sight {
        if let sight = try plainSight(of: key, before: entry) { return sight }
        return try pastSight(of: key, before: entry, through: view ?? PastView(of: memory))
    }

    /// The same with a look at all that was ever written there.
    func pastSight(
        of key: CellKey,
        before entry: DiffEntry,
        through view: PastView
    ) throws -> Sight {
        view.before = entry
        let past = self.past(through: view)
        let evaluation = try past.evaluator.evaluate(key)
        guard try isText(key), evaluation.shown != nil else {
            return Sight(shown: evaluation.shown, conflict: evaluation.conflict)
        }
        // Their text is the one that their positions count in: without what was void for them, and with
        // what is void since.
        let events = try texts.textEvents(of: key)
        guard let index = events.firstIndex(where: { $0.diff == entry.number }) else {
            return Sight(shown: evaluation.shown, conflict: evaluation.conflict)
        }
        let text = textBefore(index, in: events.map(\.event))
        return Sight(shown: .string(text), conflict: evaluation.conflict)
    }

    /// A fold that knows only some of the writes.
    private func past(through view: PastView) -> Fold {
        var start = Fold.Start()
        start.branches = branches
        start.ledger = ledger
        start.nextDiff = memory.nextDiff
        start.nextRecord = memory.nextRecord
        return Fold(start, source: view, verifier: memory.verifier)
    }
}
