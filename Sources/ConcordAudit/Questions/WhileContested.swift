import ConcordDiff
import ConcordEncoding
public import ConcordMerge
public import ConcordModel

/// What holds while a conflict is open: what counts, and beside what.
public enum WhileContested: Hashable, Sendable {
    /// A proposal counts once somebody accepts it; nothing counts meanwhile.
    case awaitsAcceptance
    /// A proposal is shown until somebody resolves the conflict.
    case proposalShows
    /// The edits change the same words; somebody has to read them.
    case wordsToRead
    /// It stays as it was.
    case staysAsItWas
    /// It stays.
    case stays
    /// The answer is not accepted.
    case notAccepted
    /// It is not confirmed.
    case notConfirmed
    /// It has ended, and does not count before the conflict about its confirmation is resolved.
    case hasEnded
    /// A merge waits.
    ///
    /// - Parameters:
    ///   - merged: the finding that was merged; nil where it is not shown.
    ///   - target: what it was merged into.
    case mergeWaits(merged: FindingRecord?, target: FindingRecord?)
    /// The most severe value counts.
    case mostSevere
    /// One of the values is shown.
    case oneShows
    /// What was decided counts; a proposal beside it does not.
    ///
    /// - Parameter isMostSevere: whether the most severe of several decided values is meant.
    case decided(isMostSevere: Bool)

    /// What holds while a conflict is open.
    ///
    /// - Parameter shown: the findings that are shown.
    public init(_ conflict: Conflict, shown: some ShownFindings) {
        switch conflict.kind {
        case .values: self = Self.values(conflict)
        case .text:
            self =
                conflict.candidates.allSatisfy(\.isProposal) ? .awaitsAcceptance : .wordsToRead
        case .endedEdited: self = .staysAsItWas
        case .confirmedEdited where conflict.path.kind == Schema.action.name: self = .notAccepted
        case .confirmedEdited: self = conflict.hasEnded ? .hasEnded : .notConfirmed
        case .mergedEnded:
            let merged = shown.finding(conflict.path.record)
            let target = merged?.duplicateOf.flatMap { shown.finding($0) }
            self = .mergeWaits(merged: merged, target: target)
        case .removedEdited: self = .stays
        }
    }

    /// What really counts of several values: where something was only proposed, what was decided beside it.
    private static func values(_ conflict: Conflict) -> WhileContested {
        let field = Schema.kind(conflict.path.kind)?.field(conflict.path.field ?? "")
        var isSeverity = false
        if case .mostSevere = field?.rule { isSeverity = true }
        let decided = conflict.candidates.filter { !$0.isProposal }
        if decided.count == conflict.candidates.count {
            return isSeverity ? .mostSevere : .oneShows
        }
        if decided.isEmpty {
            return conflict.shown == nil ? .awaitsAcceptance : .proposalShows
        }
        return .decided(isMostSevere: isSeverity && Set(decided.map(\.value)).count > 1)
    }
}
