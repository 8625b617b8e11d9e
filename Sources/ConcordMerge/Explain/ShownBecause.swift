import ConcordEncoding
import ConcordModel

/// Why a cell shows what it shows; the raw value is used in JSON. `Protocol/merge.md`, "Rules".
public enum ShownBecause: String, CaseIterable, Hashable, Sendable {
    /// There is no other write with effect.
    case only
    /// Several people wrote the same.
    case agreed
    /// Of the concurrent writes it is the newest, by what its author had seen.
    case newest
    /// Of the concurrent writes it is the most severe.
    case mostSevere = "most-severe"
    /// The other write is a proposal, which is never shown over another person's value.
    case decidedBeforeProposals = "not-a-proposal"
    /// Of the steps taken apart it ranks highest.
    case stepRank = "step-rank"
    /// Nobody took a step: it is the first state.
    case firstState = "first-state"
    /// It is written once, and this was the first in the order of the log.
    case firstInLog = "first-in-log"
    /// The last in the order of the log counts.
    case lastInLog = "last-in-log"
    /// All edits of the text are merged.
    case merged
    /// Someone added the member whose addition no removal had seen.
    case added
    /// It stays, because someone edited what another ended or removed, unseen by them.
    case stays
    /// Nothing is shown.
    case nothing
}

extension Accounts {
    /// Why a cell shows what `evaluation` says.
    func because(_ evaluation: Evaluation, at key: CellKey) throws -> ShownBecause {
        if evaluation.shown == nil { return .nothing }
        switch evaluation.conflict?.kind {
        case .endedEdited, .confirmedEdited, .mergedEnded, .removedEdited: return .stays
        case .values, .text, nil: break
        }
        let record = try self.record(key.record)
        let survivors = try cell(key).survivors
        if key.field.isEmpty { return .only }
        if try isText(key) { return survivors.count > 1 ? .merged : .only }
        if survivors.isEmpty { return .firstState }
        switch (record.kind.field(key.field) ?? unknownField(key)).rule {
        case .once: return .firstInLog
        case .control: return survivors.count > 1 ? .lastInLog : .only
        case .state: return survivors.count > 1 ? .stepRank : .only
        case .set where !key.member.isEmpty: return survivors.count > 1 ? .added : .only
        case .mostSevere: return becauseOfValues(survivors, sees: .mostSevere)
        case .newest, .ask, .set, .text: return becauseOfValues(survivors, sees: .newest)
        }
    }

    private func becauseOfValues(_ survivors: [CellWrite], sees rule: ShownBecause) -> ShownBecause
    {
        if survivors.count == 1 { return .only }
        let decided = survivors.filter { $0.effect == .effective }
        if Set(survivors.map(\.value)).count == 1 { return .agreed }
        if !decided.isEmpty, Set(decided.map(\.value)).count == 1 {
            return .decidedBeforeProposals
        }
        return rule
    }

    private func unknownField(_ key: CellKey) -> Field { Schema.unknownField(key.field) }
}
