public import ConcordDiff
public import ConcordEncoding
import ConcordText

/// A conflict with everything that a person needs to resolve it.
public struct ConflictAccount: Hashable, Sendable {
    /// One candidate.
    public struct Side: Hashable, Sendable {
        /// The candidate, as in the conflict.
        public let candidate: Conflict.Candidate
        /// Who wrote it, when and why.
        public let account: WriteAccount
        /// What its author had on their screen, in the cell that they wrote, just before.
        public let before: Sight
        /// Of a text: the text that results from taking this candidate.
        public let changes: [TextChange]
    }

    /// The conflict; over a text with what its candidates and the merged text read.
    public let conflict: Conflict
    /// Its candidates, in the conflict's order.
    public let sides: [Side]
    /// Why the shown value is shown meanwhile.
    public let because: ShownBecause
    /// The write that is shown meanwhile, if it is a single one.
    public let winner: WriteReference?
    /// Of a text: the text without the edits in conflict.
    public let commonText: WireText?
}

/// A text in conflict, as lists and reports show it, so that nobody reads a merged sentence as if
/// somebody had written it.
public struct ContestedText: Hashable, Sendable {
    /// Where it is.
    public let path: CellPath
    /// The text without the edits in conflict: what all candidates' authors had seen, with other
    /// people's edits elsewhere. An ordinary edit starts from it.
    public let common: WireText
    /// How many versions of it there are.
    public let versions: Int
}

extension Accounts {
    /// The text without the edits in conflict; nil if there are none.
    package func contestedText(at path: CellPath) throws -> ContestedText? {
        guard let key = try key(of: path), let conflict = try evaluator.evaluate(key).conflict,
            conflict.kind == .text
        else { return nil }
        return ContestedText(
            path: path,
            common: WireText(try texts.contested(conflict, at: key).events.textMeanwhile),
            versions: conflict.candidates.count
        )
    }

    /// The account of a conflict; nil if there is none at this place.
    package func conflictAccount(at path: CellPath) throws -> ConflictAccount? {
        guard let key = try key(of: path) else { return nil }
        let evaluation = try evaluator.evaluate(key)
        guard var conflict = evaluation.conflict else { return nil }
        let looked = Self.lookedAt(conflict.candidates)
        var common: WireText?
        if conflict.kind == .text {
            let contested = try texts.contested(conflict, at: key)
            common = WireText(contested.events.textMeanwhile)
            conflict.shown = evaluation.shown
            for number in looked {
                guard let side = contested.places[conflict.candidates[number].write] else {
                    continue
                }
                let text = contested.events.text(taking: side)
                conflict.candidates[number].value = .string(WireText(text))
            }
        }
        var sides: [ConflictAccount.Side] = []
        let view = PastView(of: memory)
        for (index, candidate) in conflict.candidates.enumerated() {
            guard let (write, place) = try located(candidate, of: conflict) else {
                continue
            }
            let isLookedAt = looked.contains(index)
            var changes: [TextChange] = []
            if let common, isLookedAt {
                changes = TextChange.between(common, candidate.value?.stringValue ?? "")
            }
            sides.append(
                ConflictAccount.Side(
                    candidate: candidate,
                    account: try account(of: write, at: place),
                    before: isLookedAt
                        ? try past.sight(of: place, before: entry(write.diff), through: view)
                        : .nothing,
                    changes: changes
                )
            )
        }
        return ConflictAccount(
            conflict: conflict,
            sides: sides,
            because: try because(evaluation, at: key),
            winner: evaluation.winner.map {
                branches.reference(to: $0)
            },
            commonText: common
        )
    }

    /// With more candidates, only the newest of each author's in each cell is looked at closely.
    private static let lookedAtMax = 64

    /// The places of the candidates of which it is made what their authors saw and what they made of a text:
    /// that takes a look at all that was written before, so of very many it is made of each author's
    /// newest, which holds what they wrote before.
    private static func lookedAt(_ candidates: [Conflict.Candidate]) -> Set<Int> {
        guard candidates.count > lookedAtMax else { return Set(candidates.indices) }
        struct Run: Hashable {
            let author: Author
            let path: WireText?
        }
        var newest: [Run: Int] = [:]
        for (index, candidate) in candidates.enumerated() {
            let run = Run(author: candidate.write.author, path: candidate.path)
            if let known = newest[run], candidates[known].write.seq > candidate.write.seq {
                continue
            }
            newest[run] = index
        }
        return Set(newest.values)
    }

    /// The write that a candidate stands for, and its cell.
    func located(
        _ candidate: Conflict.Candidate,
        of conflict: Conflict
    ) throws -> (CellWrite, CellKey)? {
        let path = candidate.path.flatMap { CellPath($0) } ?? conflict.path
        guard let key = try key(of: path) else { return nil }
        let named = try writes(namedBy: candidate.write, at: key)
        // Both branches of a forked chain bear the number; then the value tells them apart.
        let write = named.first { $0.value == candidate.value } ?? named.first { $0.effect.counts }
        return (write ?? named.first).map { ($0, key) }
    }

    /// The writes of a cell whose diffs have an author and a number.
    func writes(
        namedBy reference: WriteReference,
        at key: CellKey
    ) throws -> [CellWrite] {
        if memory.cells[key]?.isComplete != true { _ = try cell(key, complete: true) }
        return memory.cells.writes(namedBy: reference, at: key, branches)
    }
}
