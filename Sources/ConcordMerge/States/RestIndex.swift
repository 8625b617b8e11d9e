import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// What is kept in memory of evidence on which something rests, so that neither a confirmation looks at all evidence of
// its finding, nor a write on evidence at all that cites it.

/// The pieces of evidence of a record, by the newest write on each chain that took them out or changed what they show.
///
/// It may name more than there is: it says where to look, and never misses a write.
struct RestIndex {
    /// A piece, and where on a chain it was last rewritten.
    private struct Place {
        let seq: Int
        let piece: WireText
    }

    /// The members of the record's set, by the evidence that they name.
    private(set) var cells: [WireText: CellKey] = [:]
    /// By chain, in its order; each piece once.
    private var places: [Int: [Place]] = [:]
    private var newest: [Int: [WireText: Int]] = [:]

    /// Whether steps had pieces cited, as far as it was asked.
    private var cited: [Int: [WireText: Bool]] = [:]

    func isCited(_ piece: WireText, in step: Int) -> Bool? { cited[step]?[piece] }

    mutating func note(_ isCited: Bool, _ piece: WireText, in step: Int) {
        if cited.count >= Self.stepsMax { cited.removeAll() }
        cited[step, default: [:]][piece] = isCited
    }

    /// Of so many steps it is kept which pieces they had cited.
    private static let stepsMax = 64

    /// The chains on which any was rewritten.
    var chains: Dictionary<Int, [WireText: Int]>.Keys { newest.keys }

    mutating func insert(_ cell: CellKey) { cells[cell.member] = cell }

    /// Notes that a piece was rewritten at a place.
    mutating func insert(_ piece: WireText, rewrittenAt at: BranchSeq) {
        let former = newest[at.branch]?[piece]
        guard former.map({ $0 < at.seq }) ?? true else { return }
        newest[at.branch, default: [:]][piece] = at.seq
        var places = places.removeValue(forKey: at.branch) ?? []
        if let former {
            let first = places.partition { $0.seq >= former }
            if let old = places[first...].firstIndex(where: { $0.piece == piece }) {
                places.remove(at: old)
            }
        }
        places.insert(
            Place(seq: at.seq, piece: piece),
            at: places.partition { $0.seq > at.seq }
        )
        self.places[at.branch] = places
    }

    /// The pieces that were rewritten on a chain after a place, the newest first.
    func pieces(rewrittenOn chain: Int, behind seq: Int) -> some Sequence<WireText> {
        let places = places[chain] ?? []
        return places[places.partition { $0.seq > seq }...].reversed().lazy.map(\.piece)
    }
}

/// The steps of one chain that confirm a record, in its order, and which of them had a piece of evidence cited.
struct ConfirmingChain {
    let branch: Int
    let steps: [DiffEntry]
    /// By their places in `steps`.
    var citing: [Range<Int>] = []

    /// The chains of some steps.
    static func all(of steps: [DiffEntry]) -> [ConfirmingChain] {
        Dictionary(grouping: steps, by: \.at.branch).map { branch, steps in
            ConfirmingChain(branch: branch, steps: steps.sorted { $0.at.seq < $1.at.seq })
        }
    }

    /// The place of the first step whose author had seen another place, or stands there.
    func first(havingSeen at: BranchSeq) -> Int {
        steps.partition { $0.at == at || $0.seen.contains(at) }
    }

    /// Whether any step that had the evidence cited is concurrent with a write that stands at a place and whose
    /// author had seen so much.
    func isAny(besideWriteAt at: BranchSeq, seen: SeenVector) -> Bool {
        guard at.branch != branch else { return false }
        let first = steps.partition { $0.at.seq > seen.newest(of: branch) }
        let end = steps.partition { $0.seen.newest(of: at.branch) >= at.seq }
        guard first < end else { return false }
        let next = citing.partition { $0.upperBound > first }
        return next < citing.endIndex && citing[next].lowerBound < end
    }

    /// The same chain without what stands before a place.
    func from(_ first: Int) -> ConfirmingChain {
        var chain = self
        chain.citing = citing.compactMap { range in
            range.upperBound > first ? max(range.lowerBound, first)..<range.upperBound : nil
        }
        return chain
    }
}

/// Where evidence was rewritten and what may depend on it, as far as it was asked.
final class RestMemory {
    /// Where the evidence of records was rewritten.
    fileprivate var indexes: [Int: RestIndex] = [:]
    /// What may depend on a piece of evidence, by its id.
    fileprivate var candidates: [WireText: Set<CellKey>] = [:]

    /// Whether it is known of any piece of evidence what may depend on it.
    var knowsCandidates: Bool { !candidates.isEmpty }

    /// Whether the author of a step cited a piece of evidence with it; nil where that is not known.
    func isCited(at key: CellKey, in step: Int) -> Bool? {
        indexes[key.record]?.isCited(key.member, in: step)
    }

    /// Notes whether the author of a step cited a piece of evidence with it.
    func note(_ isCited: Bool, at key: CellKey, in step: Int) {
        indexes[key.record]?.note(isCited, key.member, in: step)
    }

    /// Forgets all of it.
    func forget() {
        indexes.removeAll()
        candidates.removeAll()
    }
}

extension EvidenceRests {
    /// Of so many records it is kept where their evidence was rewritten.
    private static let restIndexesMax = 32

    // MARK: Where the evidence of a record was rewritten.

    /// Where the evidence of a record was rewritten.
    func restIndex(of record: RecordEntry) throws -> RestIndex {
        if let known = memory.rests.indexes[record.number] { return known }
        var index = RestIndex()
        for key in try timelines.pieces(of: record) { try insert(key, into: &index) }
        if memory.rests.indexes.count >= Self.restIndexesMax { memory.rests.indexes.removeAll() }
        memory.rests.indexes[record.number] = index
        return index
    }

    private func insert(_ key: CellKey, into index: inout RestIndex) throws {
        index.insert(key)
        guard let evidence = try evidence(at: key) else { return }
        for timeline in try timelines.rewrites(of: evidence).all.values {
            for place in timeline.newestRewrites { index.insert(key.member, rewrittenAt: place) }
        }
    }

    /// Notes a write in what is kept of evidence: it rewrites a piece, or adds one to a record.
    func noteInRestIndexes(_ write: LocatedWrite) throws {
        guard !memory.rests.indexes.isEmpty else { return }
        if write.key.isPieceOfEvidence,
            var index = memory.rests.indexes.removeValue(forKey: write.key.record)
        {
            if index.cells[write.key.member] == nil { try insert(write.key, into: &index) }
            memory.rests.indexes[write.key.record] = index
        }
        guard rewrites(write) else { return }
        let evidence = try record(write.key.record)
        guard evidence.kind == Schema.evidence else { return }
        let places = [write.at, try seenWrites.said(write).at]
        for number in memory.rests.indexes.keys
        where memory.rests.indexes[number]?.cells[evidence.id] != nil {
            for place in places {
                memory.rests.indexes[number]?.insert(evidence.id, rewrittenAt: place)
            }
        }
    }

    /// Forgets where the evidence of a record was rewritten, or where a piece of evidence was: a verdict has changed.
    func forgetRestIndexes(touchedBy key: CellKey) throws {
        guard !memory.rests.indexes.isEmpty else { return }
        memory.rests.indexes[key.record] = nil
        let record = try record(key.record)
        guard record.kind == Schema.evidence else { return }
        memory.rests.indexes = memory.rests.indexes.filter { $0.value.cells[record.id] == nil }
    }

    // MARK: What may depend on a piece of evidence.

    /// The cells that ever cited a piece of evidence of records that were ever confirmed, accepted or ended:
    /// nothing else depends on it.
    func restCandidates(of evidence: RecordEntry) throws -> Set<CellKey> {
        if let known = memory.rests.candidates[evidence.id] { return known }
        let cells = try allCells(citing: evidence.id).filter { key in
            try key.isPieceOfEvidence && record(key.record).mayWait
        }
        memory.rests.candidates[evidence.id] = cells
        return cells
    }

    /// Notes that a record cites a piece of evidence.
    func noteRestCandidate(_ key: CellKey, of record: RecordEntry) {
        guard key.isPieceOfEvidence, record.mayWait else { return }
        memory.rests.candidates[key.member]?.insert(key)
    }
}
