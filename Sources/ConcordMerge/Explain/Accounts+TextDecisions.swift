import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordText

// What was decided about texts, for those who had written them: a look at the whole text for each decision.

extension Accounts {
    /// What a member wrote; of the proposals to a text that somebody decided the newest: whether one was taken is read
    /// from the whole text.
    func ownWrites(
        of member: WireText,
        at key: CellKey,
        among writes: [CellWrite],
        decided: (CellWrite) -> Bool
    ) throws -> [CellWrite] {
        let own = writes.filter { inboxes.isOf(member, $0) }
        guard try isText(key) else { return own }
        let proposals = try own.filter { $0.effect == .proposal && decided($0) }.sorted {
            try precedence.isOlder($0, than: $1)
        }
        let older = Set(proposals.dropLast(Self.textDecisionsMax).map(\.at))
        return own.filter { !older.contains($0.at) }
    }

    /// The writes of others that may have decided about what a member wrote; of a text the newest that name it.
    func decidingOverOwn(
        of member: WireText,
        at key: CellKey,
        among writes: [CellWrite]
    ) throws -> [CellWrite] {
        let others = writes.filter { !inboxes.isOf(member, $0) }
        guard try isText(key) else { return others }
        let own = Set(writes.filter { inboxes.isOf(member, $0) }.map(\.at))
        let naming = try others.filter {
            try $0.effect == .effective && !own.isDisjoint(with: $0.over)
                && mayHaveSettled($0, at: key)
        }
        return Array(
            try naming.sorted { try precedence.isOlder($1, than: $0) }.prefix(Self.textDecisionsMax)
        )
    }

    /// Whether a decision takes what somebody proposed; of a text, also with other words around it. One that leaves the
    /// text as it is declines it, unless it reads as it was proposed.
    func takes(
        _ decision: CellWrite,
        what proposal: CellWrite,
        at key: CellKey
    ) throws -> Bool {
        guard try isText(key) else { return proposal.value == decision.value }
        let isEmpty = decision.textSplices.allSatisfy { $0.delete == 0 && $0.insert.isEmpty }
        return try keepsText(decision, what: proposal, at: key, asItReads: isEmpty)
    }

    /// Whether a decision keeps what a candidate wrote: it says the same, or accepts a text as merged; of a
    /// text, also with more around it.
    func keeps(
        _ decision: CellWrite,
        what side: CellWrite,
        at key: CellKey
    ) throws -> Bool {
        guard try isText(key) else { return side.value == decision.value }
        if decision.textSplices.allSatisfy({ $0.delete == 0 && $0.insert.isEmpty }) { return true }
        return try keepsText(decision, what: side, at: key, asItReads: false)
    }

    /// - Parameter asItReads: whether the whole text has to read as its author had it.
    private func keepsText(
        _ decision: CellWrite,
        what side: CellWrite,
        at key: CellKey,
        asItReads: Bool
    ) throws -> Bool {
        let events = try texts.textEvents(of: key)
        guard let own = events.firstIndex(where: { $0.diff == side.diff }),
            let decided = events.firstIndex(where: { $0.diff == decision.diff })
        else { return false }
        let all = events.map(\.event)
        let (mine, said) = (textAfter(own, in: all), textAfter(decided, in: all))
        if mine.utf8.elementsEqual(said.utf8) { return true }
        if asItReads { return false }
        return Self.keepsWords(of: mine, insteadOf: textBefore(own, in: all), in: said)
    }

    /// Whether a text still holds all that somebody typed when they changed another one, and nothing instead of what
    /// they deleted.
    private static func keepsWords(
        of mine: String,
        insteadOf before: String,
        in decided: String
    ) -> Bool {
        let changes = wordSplices(from: before, to: mine)
        let typed = changes.filter { !$0.insert.isEmpty }.map {
            $0.at..<$0.at + $0.insert.unicodeScalars.count
        }
        let deleted = Set(changes.filter { $0.insert.isEmpty }.map(\.at))
        var shift = 0
        for splice in wordSplices(from: mine, to: decided) {
            let start = splice.at - shift
            let gone = start..<start + splice.delete
            if typed.contains(where: { $0.overlaps(gone) }) { return false }
            if !splice.insert.isEmpty, deleted.contains(start) { return false }
            shift += splice.insert.unicodeScalars.count - splice.delete
        }
        return !changes.isEmpty
    }
}
