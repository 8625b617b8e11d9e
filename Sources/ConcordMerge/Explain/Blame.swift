public import ConcordDiff
public import ConcordEncoding
import ConcordModel
import ConcordText

/// Who wrote what one cell shows, and whether the other writes there still count.
public struct Blame: Hashable, Sendable {
    /// The cell; no field for a record's presence.
    public let path: CellPath
    /// What it shows; nil for nothing.
    public let shown: JSON?
    /// The write that is shown, if it is a single one.
    public let write: WriteAccount?
    /// Why it is shown rather than another.
    public let because: ShownBecause
    /// Whether the shown write ended a conflict; then its reason says why.
    public let isResolution: Bool
    /// What the shown write replaced.
    public let replaced: [WriteAccount]
    /// Other writes with effect: candidates, and those that the field's rule outranks.
    public let beside: [WriteAccount]
    /// The writes there without effect.
    public let void: [WriteAccount]
    /// The kind of conflict over the cell, if there is one.
    public let conflict: ConflictKind?
    /// For a text whose conflict was resolved by taking one person's text: that write.
    public let taken: WriteAccount?
    /// Of a text: whose the shown words are. Words of a text that was taken are those of its author.
    public let stretches: [TextStretchAccount]
}

extension Accounts {
    /// Who made a record's cells show what they show: first its presence, then its fields as the schema
    /// has them, then those that this version does not know.
    ///
    /// - Parameter field: only this field, with all its members.
    package func blame(
        kind: WireText,
        id: WireText,
        field: WireText? = nil
    ) throws -> [Blame] {
        guard let record = try record(named: RecordName(kind: kind, id: id)) else { return [] }
        let order = Dictionary(
            uniqueKeysWithValues: record.kind.fields.enumerated().map { ($1.name, $0) }
        )
        func place(_ key: CellKey) -> Int {
            key.field.isEmpty ? -1 : order[key.field] ?? .max
        }
        let keys = try allCells(of: record.number).filter { field == nil || $0.field == field }
        let ordered = keys.sorted {
            (place($0), $0.field, $0.member) < (place($1), $1.field, $1.member)
        }
        return try ordered.compactMap { try blame(at: $0) }
    }

    /// Who made a cell show what it shows; nil if nobody ever wrote to it.
    package func blame(at key: CellKey) throws -> Blame? {
        let writes = try cell(key, complete: true).writes
        guard !writes.isEmpty else { return nil }
        let evaluation = try evaluator.evaluate(key)
        let isText = try isText(key)
        let winner = try shownWrite(of: evaluation, at: key)
        let survivors = writes.filter { $0.standing == .surviving && $0.diff != winner?.diff }
        let replaced = Set(winner?.over ?? [])
        let isResolution = try winner.map { try settles($0, at: key) } ?? false
        let words = isText ? try words(of: key, settledBy: isResolution ? winner : nil) : nil
        return Blame(
            path: path(of: key, in: try record(key.record)),
            shown: evaluation.shown,
            write: try winner.map { try account(of: $0, at: key) },
            because: try because(evaluation, at: key),
            isResolution: isResolution,
            replaced: try accounts(
                of: writes.filter { replaced.contains($0.at) },
                at: key
            ),
            beside: try accounts(of: isText ? contested(evaluation, writes) : survivors, at: key),
            void: try accounts(of: writes.filter { !$0.effect.counts }, at: key),
            conflict: evaluation.conflict?.kind,
            taken: words?.taken,
            stretches: words?.stretches ?? []
        )
    }

    /// The one write that a cell shows: of a text, which is made of many, the newest that resolved
    /// it.
    private func shownWrite(
        of evaluation: Evaluation,
        at key: CellKey
    ) throws -> CellWrite? {
        let writes = try cell(key, complete: true).writes
        if let winner = evaluation.winner { return writes.first { $0.at == winner } }
        let counting = writes.filter { $0.effect.counts }
        if key.field.isEmpty {
            let adds = counting.filter { $0.value != nil && $0.standing == .surviving }
            let removals = counting.filter { $0.value == nil && $0.standing == .surviving }
            let shown = evaluation.shown == nil ? removals : adds
            return try shown.max { try precedence.isOlder($0, than: $1) }
        }
        if try isText(key) {
            // What was shown before each takes a look at all of the text: nearly always the newest resolved
            // it.
            let naming = try counting.filter {
                try $0.effect == .effective && mayHaveSettled($0, at: key)
            }
            let newest = try naming.sorted { try precedence.isOlder($1, than: $0) }
            return try newest.prefix(Self.textDecisionsMax).first {
                try settles($0, at: key)
            }
        }
        // What is cleared is shown as nothing: who cleared it is asked after.
        let survivors = counting.filter { $0.standing == .surviving }
        return survivors.count == 1 ? survivors[0] : nil
    }

    private func contested(
        _ evaluation: Evaluation,
        _ writes: [CellWrite]
    ) throws -> [CellWrite] {
        let sides = Set((evaluation.conflict?.candidates ?? []).map(\.write))
        return try writes.filter {
            try $0.effect.counts && sides.contains(entry($0.diff).reference)
        }
    }

    /// Whose the words of a text are, and the write whose text the newest resolution took.
    private func words(
        of key: CellKey,
        settledBy settler: CellWrite?
    ) throws -> (taken: WriteAccount?, stretches: [TextStretchAccount]) {
        let events = try texts.textEvents(of: key)
        let writes = Dictionary(
            try cell(key, complete: true).writes.map { ($0.diff, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var authors = TextAuthors(events.map(\.event))
        var accounts: [Int: WriteAccount] = [:]
        var stretches: [TextStretchAccount] = []
        for (index, text) in authors.stretches() {
            let diff = events[index].diff
            guard let write = writes[diff] else { continue }
            let by = try accounts[diff] ?? account(of: write, at: key)
            accounts[diff] = by
            stretches.append(TextStretchAccount(text: WireText(text), by: by))
        }
        let place = events.firstIndex { $0.diff == settler?.diff }
        let side = place.flatMap { authors.taken(by: $0) }
        let taken = try side.flatMap { writes[events[$0].diff] }.map {
            try account(of: $0, at: key)
        }
        return (taken, stretches)
    }
}
