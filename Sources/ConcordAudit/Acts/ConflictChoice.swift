public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
import ConcordModel

/// What somebody chooses in a conflict, as they see it: its candidates by number, what is shown, or something else.
public enum ConflictChoice: Hashable, Sendable {
    /// The candidate of this number, from 1; after the last one of a conflict in which somebody only proposes to remove
    /// something, to keep it.
    case candidate(Int)
    /// What is shown now; where somebody removed something, it stays.
    case keep
    /// To remove it, where somebody removed something or proposes to; else to decline what is only proposed.
    case remove
    /// A value of one's own.
    case value(JSON)
}

extension ActRefusal {
    /// Why a conflict cannot be resolved by a choice.
    public enum ChoiceRefusal: Hashable, Sendable {
        /// It has no candidate of this number.
        case noCandidate(number: Int, count: Int, CellPath)
        /// It is about whether something stays, so it takes no value.
        case takesNoValue
        /// There is neither a removal nor a proposal in it.
        case nothingToRemove
        /// People decided differently in it, so it is not enough to decline a proposal.
        case severalDecided(CellPath)

        var code: Code {
            switch self {
            case .noCandidate: .candidate
            case .takesNoValue: .takesNoValue
            case .nothingToRemove, .severalDecided: .remove
            }
        }

        var message: String {
            switch self {
            case .noCandidate(let number, let count, _):
                "there is no candidate \(number); there \(count == 1 ? "is 1" : "are \(count)")"
            case .takesNoValue:
                "this conflict is about whether something stays, so it takes no value"
            case .nothingToRemove: "there is no removal and no proposal in this conflict"
            case .severalDecided: "this conflict is not only between proposals"
            }
        }

        var next: String {
            switch self {
            case .noCandidate: "Look at the conflict again: its candidates are numbered from 1."
            case .takesNoValue: "Keep it, remove it, or take a candidate."
            case .nothingToRemove: "Take a candidate, write a value, or keep what is shown."
            case .severalDecided: "Take the candidate that you choose."
            }
        }
    }
}

extension Conflict {
    /// What `FindingActs.resolve` writes for a choice.
    ///
    /// - Parameters:
    ///   - choice: what somebody chose.
    ///   - told: the candidates as they were told.
    ///   - commonText: of a text, what it says without the changes in conflict; read only where it is needed.
    /// - Throws: `ActRefusal` where the conflict cannot be resolved like that, and what `commonText` throws.
    public func decision(
        for choice: ConflictChoice,
        told: ToldCandidates,
        commonText: () throws -> WireText?
    ) throws -> JSON? {
        switch choice {
        case .keep: return keeping
        case .value(let value):
            try requireTakesValue()
            return value
        case .candidate(let number): return try candidate(number, told)
        case .remove: return try removal(commonText)
        }
    }

    /// Asks whether a value can be written at all.
    ///
    /// - Throws: `ActRefusal` where the conflict is about whether something stays.
    public func requireTakesValue() throws(ActRefusal) {
        if kind == .removedEdited || path.field == nil { throw .choice(.takesNoValue) }
    }

    private func candidate(_ number: Int, _ told: ToldCandidates) throws(ActRefusal) -> JSON? {
        let told = told.told
        if number == told.count + 1, isProposedRemoval { return true }
        guard told.indices.contains(number - 1) else {
            let count = told.count + (isProposedRemoval ? 1 : 0)
            throw .choice(.noCandidate(number: number, count: count, path))
        }
        return decision(taking: candidates[told[number - 1].first])
    }

    /// What is to be where a removal stands or what is only proposed is declined: of a removal nothing, of proposals what
    /// was decided beside them.
    private func removal(_ commonText: () throws -> WireText?) throws -> JSON? {
        if kind == .removedEdited { return nil }
        let decided = candidates.filter { !$0.isProposal }
        let values = Set(decided.map(\.value))
        guard decided.count < candidates.count else { throw ActRefusal.choice(.nothingToRemove) }
        guard [.values, .text].contains(kind), values.count < 2 else {
            throw ActRefusal.choice(.severalDecided(path))
        }
        if let only = values.first { return only }
        return kind == .text ? try commonText().map { .string($0) } : nil
    }
}
