import ConcordDiff
import ConcordEncoding
import ConcordModel
package import ConcordText

extension Texts {
    /// All splices of a text in causal order, each with the number of its diff, as the whole merge takes
    /// them.
    func textEvents(of key: CellKey) throws -> [(diff: Int, event: TextEvent)] {
        let writes = try cell(key, complete: true).writes.sorted { $0.diff < $1.diff }
        let isDecided = writes.contains { $0.effect == .effective }
        let events = try textEvents(writes, of: key, showingProposals: !isDecided)
        return zip(writes, events).map { ($0.diff, $1) }
    }

    /// What writes of a text, in causal order, did to it, with what each author had seen among them.
    ///
    /// Authors and numbers stand for their ranks among these writes, so that the two branches of a
    /// forked chain are distinguished by their identities.
    func textEvents(
        _ writes: [CellWrite],
        of key: CellKey,
        showingProposals: Bool = false
    ) throws -> [TextEvent] {
        var entries: [DiffEntry] = []
        entries.reserveCapacity(writes.count)
        for write in writes { entries.append(try entry(write.diff)) }
        let names = writes.contains { !$0.over.isEmpty || $0.marks.contains(.omits) }
        let places = Dictionary(
            names ? writes.enumerated().map { ($1.at, $0) } : [],
            uniquingKeysWith: { first, _ in first }
        )
        let (agents, numbers) = Self.ranks(of: entries)
        let isKnown = try record(key.record).kind.field(key.field) != nil
        var before = EventsBefore()
        var events: [TextEvent] = []
        events.reserveCapacity(writes.count)
        for (index, write) in writes.enumerated() {
            let entry = entries[index]
            var event = TextEvent(
                parents: before.seen(by: entry, entries),
                agent: agents[index],
                seq: numbers[index],
                splices: isKnown || write.isPartOfText ? write.textSplices : [],
                hasEffect: write.effect == .effective
                    || showingProposals && write.effect == .proposal
            )
            if write.marks.contains(.omits) {
                var without = Set(try withoutPlaces(of: entry).compactMap { places[$0] })
                for other in try leftOut(of: writes[..<index], by: entry) {
                    if let place = places[other.at] { without.insert(place) }
                }
                event.without = without.sorted()
            }
            // Only what an order in the log has left can be erased.
            if ledger.erasures[entry.id] != nil {
                let path = path(of: key, in: try record(key.record))
                event.erasure = try diff(write.diff).body.erasure(at: path).map { Array($0.utf8) }
            }
            if !write.over.isEmpty {
                event.over = Set(write.over.compactMap { places[$0] }).sorted()
                event.names = write.over.map { $0.branch << 32 | $0.seq }
            }
            events.append(event)
            before.append(index, at: write.at)
        }
        return events
    }

    /// The ranks of the authors, and those of the diffs by author, number and identity.
    private static func ranks(of entries: [DiffEntry]) -> (agents: [Int], numbers: [Int]) {
        let order = entries.indices.sorted { left, right in
            let (left, right) = (entries[left], entries[right])
            return (left.author, left.at.seq, left.id) < (right.author, right.at.seq, right.id)
        }
        var agents = [Int](repeating: 0, count: entries.count)
        var numbers = agents
        var (agent, previous) = (-1, Author?.none)
        for (rank, index) in order.enumerated() {
            if entries[index].author != previous { agent += 1 }
            previous = entries[index].author
            agents[index] = agent
            numbers[index] = rank
        }
        return (agents, numbers)
    }

    /// What the author of a diff did not have before them though they had seen it.
    func withoutPlaces(of entry: DiffEntry) throws -> Set<BranchSeq> {
        let without = try diff(entry.number).head.without
        return Set(without.flatMap { branches.places(of: $0, in: entry.seen) })
    }

    /// The writes that the author of a diff did not have in a text by rule, since they were in the part of
    /// the log that was held there: what was void, unless an admission of it had been seen, and proposals.
    ///
    /// A rule and not a list: a member can make any number of such writes, and nobody else's diff is to
    /// grow by them.
    func leftOut(
        of writes: some Sequence<CellWrite>,
        by entry: DiffEntry
    ) throws -> [CellWrite] {
        guard let held = try diff(entry.number).head.held else { return [] }
        var leftOut: [CellWrite] = []
        for write in writes where write.effect != .effective || write.admission != nil {
            guard entry.seen.contains(write.at),
                let position = try self.entry(write.diff).position, position < held
            else { continue }
            if write.effect == .effective, let admission = write.admission {
                let admitting = try self.entry(admission.by).at
                if entry.seen.contains(admitting) { continue }
            }
            leftOut.append(write)
        }
        return leftOut
    }

    // MARK: Conflicts.

    /// The conflict between edits that touch, by the numbers of their diffs: what they made of the text
    /// is made when somebody looks (`texts(of:at:)`).
    func conflict(
        between sides: Set<Int>,
        at key: CellKey,
        in record: RecordEntry
    ) throws -> Conflict? {
        guard !sides.isEmpty else { return nil }
        var candidates: Set<Conflict.Candidate> = []
        let proposals = Set(try cell(key).writes.lazy.filter { $0.effect == .proposal }.map(\.diff))
        for side in sides {
            let entry = try entry(side)
            candidates.insert(
                Conflict.Candidate(
                    write: entry.reference,
                    value: nil,
                    isProposal: proposals.contains(side),
                    isText: true
                )
            )
        }
        return Conflict(
            kind: .text,
            path: path(of: key, in: record),
            candidates: Array(candidates),
            shown: nil
        )
    }

    /// The events of a text with the candidates of a conflict over it, and where each of these stands among
    /// them.
    func contested(
        _ conflict: Conflict,
        at key: CellKey
    ) throws -> (events: ContestedEvents, places: [WriteReference: Int]) {
        let events = try textEvents(of: key)
        let sides = Set(conflict.candidates.map(\.write))
        var places: [WriteReference: Int] = [:]
        for (index, item) in events.enumerated() {
            let write = try entry(item.diff).reference
            if sides.contains(write) { places[write] = index }
        }
        let contested = ContestedEvents(
            events.map(\.event),
            sides: Set(places.values),
            takingBack: try undo.undos(of: Set(places.values), among: events.map(\.diff))
        )
        return (contested, places)
    }
}

/// The events of a text so far, by the branches they stand on, ascending.
private struct EventsBefore {
    /// So many branches are looked at one by one.
    private static let few = 8

    private var events: [Int: [(seq: Int, index: Int)]] = [:]
    private var newest: (index: Int, at: BranchSeq)?

    mutating func append(_ index: Int, at place: BranchSeq) {
        events[place.branch, default: []].append((place.seq, index))
        newest = (index, place)
    }

    /// The newest of them that an author had seen: of each branch at most one, and none that another had seen.
    func seen(by entry: DiffEntry, _ entries: [DiffEntry]) -> [Int] {
        var newest: [Int] = []
        for branch in branches(of: entry, entries) {
            guard let list = events[branch] else { continue }
            let limit = entry.seen.newest(of: branch)
            let end = list.partition { $0.seq > limit }
            if end > 0 { newest.append(list[end - 1].index) }
        }
        guard newest.count > 1 else { return newest }
        let seen = SeenVector.union(of: newest.map { entries[$0].seen })
        return newest.filter { !seen.contains(entries[$0].at) }.sorted()
    }

    /// The branches to look at: of what an event had seen, which the author had seen too, there is no need.
    private func branches(of entry: DiffEntry, _ entries: [DiffEntry]) -> [Int] {
        if events.count <= Self.few { return Array(events.keys) }
        var before = SeenVector()
        if let own = events[entry.at.branch]?.last {
            before = entries[own.index].seen
        } else if let newest, entry.seen.contains(newest.at) {
            before = entries[newest.index].seen
        }
        return entry.seen.branches(seenFurtherThan: before)
    }
}

/// How far back a merge has to reach: writes that are walked, and what all of them had seen.
struct TextReach {
    private let new: [CellWrite]
    private let key: CellKey
    /// The writes among those merged already, the newest here first.
    private(set) var part: [CellWrite] = []
    /// What the authors of all walked writes had seen.
    private(set) var common: SeenVector
    /// The void writes beneath, ascending.
    var voids: [CellWrite] = []
    private var omits: Bool
    /// What has effect by an admission, once somebody asks.
    private var admitted: [CellWrite]?

    init(_ new: [CellWrite], of key: CellKey, in fold: some FoldPart) throws {
        self.new = new
        self.key = key
        omits = new.contains { $0.marks.contains(.omits) }
        common = SeenVector()
        for (index, write) in new.enumerated() {
            let seen = try fold.entry(write.diff).seen
            if index == 0 { common = seen } else { common.formIntersection(seen) }
        }
    }

    mutating func extend(to write: CellWrite, in fold: some FoldPart) throws {
        part.append(write)
        if voids.last?.diff == write.diff { voids.removeLast() }
        if write.marks.contains(.omits) { omits = true }
        common.formIntersection(try fold.entry(write.diff).seen)
    }

    /// Whether all authors lacked just what has no effect, of all that is beneath.
    mutating func isPlain(in fold: some FoldPart) throws -> Bool {
        if voids.isEmpty, !omits { return true }
        let walked = Set((new + part).map(\.at))
        let beneath = Set(voids.map(\.at))
        // What has effect by an admission that an author had not seen they did not have either.
        let admitted =
            try self.admitted
            ?? fold.cell(key, complete: true).writes.filter {
                $0.admission != nil
            }
        self.admitted = admitted
        for write in new + part {
            var lacked: Set<BranchSeq> = []
            if write.marks.contains(.omits) {
                let entry = try fold.entry(write.diff)
                lacked = try fold.texts.withoutPlaces(of: entry).subtracting(walked)
                let leftOut = try fold.texts.leftOut(of: voids + admitted, by: entry).map(\.at)
                lacked.formUnion(Set(leftOut).subtracting(walked))
            }
            if lacked != beneath { return false }
        }
        return true
    }
}

/// The writes of a text that were merged already, the newest here first; those that were replaced are
/// loaded as they are asked for.
struct TextBackwards {
    /// The one before is nearly always enough.
    private var chunk = 2
    private static let chunkMax = 64

    private let source: any FoldSource
    private let key: CellKey
    private let numbers: Set<Int>
    private var held: [CellWrite]
    private var replaced: [CellWrite] = []
    private var before = Int.max
    private var isAtEnd: Bool

    /// Begins with what is held, ascending.
    init(_ held: [CellWrite], isComplete: Bool, _ source: any FoldSource, _ key: CellKey) {
        self.held = held
        self.source = source
        self.key = key
        numbers = Set(held.map(\.diff))
        isAtEnd = isComplete
    }

    mutating func next() throws -> CellWrite? {
        while replaced.isEmpty, !isAtEnd {
            let rows = try source.replacedWrites(of: key, before: before, limit: chunk)
            isAtEnd = rows.count < chunk
            chunk = min(2 * chunk, Self.chunkMax)
            before = rows.last?.diff ?? before
            replaced = rows.filter { !numbers.contains($0.diff) }.reversed()
        }
        if let last = replaced.last, last.diff > held.last?.diff ?? 0 {
            return replaced.removeLast()
        }
        return held.popLast()
    }
}

extension CellWrite {
    /// Whether it has a part in a text that this version does not know: it is made of splices, or one
    /// string. What else was written there as a whole only looks like splices.
    fileprivate var isPartOfText: Bool {
        marks.contains(.spliced) || value?.stringValue != nil
    }

    /// The splices that a text's write holds.
    ///
    /// A later version's text begins with a string, which this version keeps as it came.
    package var textSplices: [TextSplice] {
        if let text = value?.stringValue {
            return [TextSplice(at: 0, delete: 0, insert: text.string)]
        }
        return (value?.arrayValue ?? []).compactMap { splice in
            guard let parts = splice.arrayValue, parts.count == 3,
                let at = parts[0].integerValue, let delete = parts[1].integerValue,
                let insert = parts[2].stringValue
            else { return nil }
            return TextSplice(at: Int(at), delete: Int(delete), insert: insert.string)
        }
    }
}
