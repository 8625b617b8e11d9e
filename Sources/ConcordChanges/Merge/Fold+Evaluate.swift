package import ConcordEncoding
import ConcordModel

/// What a cell shows, and whether it is disputed.
package struct Evaluation: Hashable, Sendable {
    /// The value; nil if nothing is shown. A member of a set shows `true`, or the value it holds.
    package var shown: JSON?
    /// The conflict over the cell, if there is one.
    package var conflict: Conflict?
    /// The write that is shown, where one alone is.
    package var winner: BranchSeq?

    package init(shown: JSON?, conflict: Conflict? = nil, winner: BranchSeq? = nil) {
        self.shown = shown
        self.conflict = conflict
        self.winner = winner
    }
}

extension Fold {
    /// What a cell shows now.
    package mutating func evaluate(_ key: CellKey) throws -> Evaluation {
        let record = try self.record(key.record)
        if key.field.isEmpty { return try presence(of: record) }
        if try isText(key) { return try text(at: key, in: record) }
        if !key.member.isEmpty { return try member(at: key, in: record) }
        let field = record.kind.field(key.field) ?? Schema.unknownField(key.field)
        let survivors = try cell(key).survivors
        guard !survivors.isEmpty else { return Evaluation(shown: nil) }
        switch field.rule {
        case .newest, .ask, .set, .text: return try register(survivors, field, key, record)
        case .mostSevere(let order):
            return try register(survivors, field, key, record) { value in
                value?.stringValue.flatMap(order.firstIndex(of:)) ?? -1
            }
        case .once: return Evaluation(shown: survivors.first?.value, winner: survivors.first?.at)
        case .control:
            let last = try survivors.max { try isPlaced($0, before: $1) }
            return Evaluation(shown: last?.value, winner: last?.at)
        case .state(let cycle): return try state(of: record, cycle: cycle)
        }
    }

    /// A register: proposals show only where nobody else wrote.
    private mutating func register(
        _ survivors: [CellWrite],
        _ field: Field,
        _ key: CellKey,
        _ record: RecordEntry,
        severity: (JSON?) -> Int = { _ in 0 }
    ) throws -> Evaluation {
        if survivors.count == 1 {
            return Evaluation(shown: survivors[0].value, winner: survivors[0].at)
        }
        let decided = survivors.filter { $0.effect == .effective }
        let shown = try (decided.isEmpty ? survivors : decided).max { left, right in
            let severities = (severity(left.value), severity(right.value))
            if severities.0 != severities.1 { return severities.0 < severities.1 }
            return try isOlder(left, than: right)
        }
        var evaluation = Evaluation(shown: shown?.value, winner: shown?.at)
        let isDisputed = field.asks || survivors.contains { $0.effect == .proposal }
        if isDisputed, survivors.contains(where: { $0.value != shown?.value }) {
            evaluation.conflict = Conflict(
                kind: .values,
                path: path(of: key, in: record),
                candidates: try survivors.map { try candidate($0) },
                shown: shown?.value
            )
        }
        return evaluation
    }

    /// A member of a set: in if any surviving write added it, a proposal only where nobody else wrote.
    private mutating func member(at key: CellKey, in record: RecordEntry) throws -> Evaluation {
        let survivors = try cell(key).survivors
        let decided = survivors.filter { $0.effect == .effective }
        let adds = (decided.isEmpty ? survivors : decided).filter { $0.value != nil }
        let newest = try adds.max { try isOlder($0, than: $1) }
        var evaluation = Evaluation(shown: newest?.value, winner: newest?.at)
        // Also a proposal to put back what is out: it is not shown, and must not be lost.
        if survivors.contains(where: { ($0.value == nil) != (survivors[0].value == nil) }) {
            evaluation.conflict = Conflict(
                kind: .removedEdited,
                path: path(of: key, in: record),
                candidates: try survivors.map { try candidate($0) },
                shown: newest?.value
            )
        }
        return evaluation
    }

    // MARK: Presence.

    /// Looks again whether a record is present, and notes the answer on the record.
    package mutating func settlePresence(of number: Int) throws -> Evaluation {
        var record = try self.record(number)
        let evaluation = try presence(of: record)
        if record.isPresent != (evaluation.shown != nil) {
            record.isPresent = evaluation.shown != nil
            store(record)
        }
        return evaluation
    }

    /// Whether a record is present, and whether that is disputed.
    private mutating func presence(of record: RecordEntry) throws -> Evaluation {
        let key = CellKey.presence(of: record.number)
        let survivors = try cell(key).survivors
        guard record.hasRemoval else {
            if !survivors.isEmpty { return Evaluation(shown: true) }
            let isWritten = try treeWrites(of: record.number).contains { $0.effect.counts }
            return Evaluation(shown: isWritten ? true : nil)
        }
        let removals = try cell(key, complete: true).writes.filter {
            $0.effect.counts && $0.value == nil
        }
        var removedBy: [DiffEntry] = []
        for removal in removals { removedBy.append(try entry(removal.diff)) }
        // No removal brings anything back, nor does one of a record that belongs to this one.
        let alive = try treeWrites(of: record.number).filter { write in
            write.effect.counts && !write.isRemovalOfRecord
                && !removals.contains { $0.at == write.at }
                && !removedBy.contains { $0.seen.contains(write.at) }
        }
        guard !alive.isEmpty else { return Evaluation(shown: nil) }
        var evaluation = Evaluation(shown: true)
        let open = survivors.filter { $0.value == nil }
        guard !open.isEmpty else { return evaluation }
        var candidates = try open.map { try candidate($0) }
        for removal in open {
            let entry = try entry(removal.diff)
            for write in alive where !entry.seen.contains(write.at) {
                let edit = try editCandidate(write)
                if !candidates.contains(edit) { candidates.append(edit) }
            }
        }
        evaluation.conflict = Conflict(
            kind: .removedEdited,
            path: path(of: key, in: record),
            candidates: candidates,
            shown: true
        )
        return evaluation
    }

    /// Every write on a record or on one that it owns.
    mutating func treeWrites(of record: Int) throws -> [LocatedWrite] {
        var writes = try writes(of: record)
        for number in try records(ownedBy: record) { writes += try self.writes(of: number) }
        return writes
    }

    /// Every write on a record.
    mutating func writes(of record: Int) throws -> [LocatedWrite] {
        var writes: [LocatedWrite] = []
        for key in try allCells(of: record).sorted(by: CellKey.isBefore) {
            writes += try cell(key, complete: true).writes.map { LocatedWrite($0, at: key) }
        }
        return writes
    }

    // MARK: States.

    /// A record's state: of concurrent steps the highest ranked; an ending one waits for what its
    /// author had not seen.
    private mutating func state(of record: RecordEntry, cycle: LifeCycle) throws -> Evaluation {
        let key = CellKey(record: record.number, field: "state")
        let survivors = try cell(key).survivors
        guard survivors.contains(where: \.ends) else {
            let winner = try winner(of: survivors)
            return Evaluation(shown: winner?.value ?? .string(cycle.initial), winner: winner?.at)
        }
        let all = try cell(key, complete: true).writes.filter { $0.effect.counts }
        let others = try treeWrites(of: record.number).filter { $0.effect.counts }
        let (standing, waiting) = try standing(ofAll: all, beside: others, at: key)
        let winner = try winner(of: standing)
        let shown = winner?.value ?? .string(cycle.initial)
        var evaluation = Evaluation(shown: shown, winner: winner?.at)
        guard !waiting.isEmpty else { return evaluation }
        var candidates: [Conflict.Candidate] = []
        for ending in waiting {
            let step = try candidate(ending)
            if !candidates.contains(step) { candidates.append(step) }
            for other in others where try holdsUp(other, ending, at: key) {
                let edit = try other.key == key ? candidate(other.write) : editCandidate(other)
                if !candidates.contains(edit) { candidates.append(edit) }
            }
        }
        evaluation.conflict = Conflict(
            kind: .endedEdited,
            path: path(of: key, in: record),
            candidates: candidates,
            shown: shown
        )
        return evaluation
    }

    /// The writes of a state that stand, and the endings that wait for what their authors had not seen:
    /// until somebody decides these neither show nor replace, so that what they replaced is back.
    mutating func standing(
        ofAll all: [CellWrite],
        beside others: [LocatedWrite],
        at key: CellKey
    ) throws -> (standing: [CellWrite], waiting: [CellWrite]) {
        var rest = all
        var waiting: [CellWrite] = []
        while true {
            let replaced = Set(rest.flatMap(\.over))
            let standing = rest.filter { !replaced.contains($0.at) }
            let held = try standing.filter { ending in
                try ending.ends && others.contains { try holdsUp($0, ending, at: key) }
            }
            if held.isEmpty { return (standing, waiting) }
            waiting += held
            rest.removeAll { write in held.contains { $0.at == write.at } }
        }
    }

    /// Whether a write elsewhere on the record makes an ending of its life wait: one that was made at
    /// the same time, unless it takes the same step.
    private mutating func holdsUp(
        _ other: LocatedWrite,
        _ ending: CellWrite,
        at key: CellKey
    ) throws -> Bool {
        if other.key == key, other.write.value == ending.value { return false }
        return try isConcurrent(other.write, with: entry(ending.diff))
    }

    mutating func winner(of survivors: [CellWrite]) throws -> CellWrite? {
        let decided = survivors.filter { $0.effect == .effective }
        return try (decided.isEmpty ? survivors : decided).max { left, right in
            left.rank != right.rank ? left.rank < right.rank : try isOlder(left, than: right)
        }
    }

    // MARK: Order and candidates.

    /// Whether neither the write's diff nor the other had seen each other.
    private mutating func isConcurrent(_ write: CellWrite, with other: DiffEntry) throws -> Bool {
        guard write.diff != other.number, !other.seen.contains(write.at) else { return false }
        return try !entry(write.diff).seen.contains(other.at)
    }

    /// The order of `newest`: causal depth, then author, then identity.
    mutating func isOlder(_ left: CellWrite, than right: CellWrite) throws -> Bool {
        if left.depth != right.depth { return left.depth < right.depth }
        let authors = (branches[left.at.branch].author, branches[right.at.branch].author)
        if authors.0 != authors.1 { return authors.0 < authors.1 }
        return try entry(left.diff).id < entry(right.diff).id
    }

    /// The order of the log, what is pending behind it.
    mutating func isPlaced(_ left: CellWrite, before right: CellWrite) throws -> Bool {
        let (left, right) = (try entry(left.diff), try entry(right.diff))
        switch (left.position, right.position) {
        case (let first?, let second?): return first < second
        case (_?, nil): return true
        case (nil, _?): return false
        case (nil, nil): return Self.isBefore(left, right)
        }
    }

    private mutating func candidate(_ write: CellWrite) throws -> Conflict.Candidate {
        Conflict.Candidate(
            write: try entry(write.diff).reference,
            value: write.value,
            isProposal: write.effect == .proposal
        )
    }

    /// A write elsewhere on the record, as a candidate beside a removal or an ending.
    private mutating func editCandidate(_ write: LocatedWrite) throws -> Conflict.Candidate {
        let record = try self.record(write.key.record)
        let isText = try isText(write.key)
        return Conflict.Candidate(
            write: try entry(write.write.diff).reference,
            value: isText ? nil : write.write.value,
            path: path(of: write.key, in: record).text,
            isProposal: write.effect == .proposal,
            isText: isText
        )
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
}

/// A write and the cell it is in.
struct LocatedWrite {
    let write: CellWrite
    let key: CellKey

    init(_ write: CellWrite, at key: CellKey) {
        self.write = write
        self.key = key
    }

    var at: BranchSeq { write.at }
    var effect: Effect { write.effect }
    var isRemovalOfRecord: Bool { key.field.isEmpty && write.value == nil }
}

extension CellKey {
    /// Any fixed order, cells of one record together.
    package static func isBefore(_ left: CellKey, _ right: CellKey) -> Bool {
        (left.record, left.field, left.member) < (right.record, right.field, right.member)
    }
}
