import ConcordAudit
public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel
import ConcordStorage

/// A conflict as a screen shows it: what stood before, what each side made of it, and what is shown meanwhile.
///
///     for comparison in try replica.conflictComparisons() {
///         for side in comparison.sides {
///             print(side.author?.name ?? "", side.changes.map(\.text).count)
///         }
///     }
///
/// It is a value: compare it, keep it, make one for a preview.
public struct ConflictComparison: Hashable, Sendable, Identifiable {
    /// One side.
    public struct Side: Hashable, Sendable, Identifiable {
        /// Its number, from 1.
        public let id: Int
        /// Who wrote it; nil for a device that never joined.
        public let author: Snapshot.Person?
        /// Whether it is the member's own, who uses this device.
        public let isMine: Bool
        /// When, by the author's clock (RFC 3339).
        public let time: String
        /// Why, in the author's words.
        public let reason: WireText?
        /// Whether it is a proposal, which is not shown over what was decided.
        public let isProposal: Bool
        /// What it wrote: one write at the conflict's own place, or all that one save wrote elsewhere on the record,
        /// beside a step or a removal.
        public let candidates: [Conflict.Candidate]
        /// The places that it wrote, where they are not the conflict's own.
        public let elsewhere: [CellPath]
        /// What the side makes of a text that stood before, word by word. Of anything that is no text it is empty.
        public let changes: [TextChange]
        /// What `Replica.resolve(_:to:reason:)` takes, if this side is chosen.
        public let decision: JSON?
    }

    /// What stood before the sides were written.
    public enum Base: Hashable, Sendable {
        /// All had this before them; nil for nothing.
        case same(JSON?)
        /// They had different values before them, so that there is no middle column.
        case different
    }

    /// The conflict.
    public let conflict: Conflict
    /// The finding that it is about, or that its criterion belongs to; nil for any other record.
    public let finding: FindingRecord?
    /// What stood before; of a text, what is not in question.
    public let base: Base
    /// What is shown until somebody resolves it; of a text, the merged text.
    public let shown: JSON?
    /// Why that is shown.
    public let because: ShownBecause
    /// The sides.
    public let sides: [Side]

    /// The place.
    public var id: WireText { conflict.path.text }
}

extension Replica {
    /// The open conflicts as a screen shows them, by path.
    ///
    ///     for try await comparisons in replica.observe({ try $0.conflictComparisons() }) {
    ///         show(comparisons)
    ///     }
    ///
    /// - Throws: `ReplicaFailure`.
    public func conflictComparisons() throws -> [ConflictComparison] {
        try ReplicaFailure.mapping {
            try store.read { reader in
                let conflicts = try reader.conflicts()
                if conflicts.isEmpty { return [] }
                let comparing = try Comparing(reader, for: author)
                return try conflicts.compactMap { try comparing.comparison(at: $0.path) }
            }
        }
    }

    /// One conflict as a screen shows it; nil if there is none at this place any more.
    ///
    /// - Throws: `ReplicaFailure`.
    public func conflictComparison(at path: CellPath) throws -> ConflictComparison? {
        try ReplicaFailure.mapping {
            try store.read { try Comparing($0, for: author).comparison(at: path) }
        }
    }

    /// Resolves a conflict in favour of one side.
    ///
    ///     try await replica.resolve(comparison, taking: side, reason: "agreed on site")
    ///
    /// - Throws: as `resolve(_:to:reason:)`.
    @discardableResult
    public func resolve(
        _ comparison: ConflictComparison,
        taking side: ConflictComparison.Side,
        reason: WireText
    ) async throws -> SaveReceipt? {
        try await resolve(comparison.conflict, to: side.decision, reason: reason)
    }
}

/// Compares the sides of conflicts within one reading transaction.
private struct Comparing {
    let reader: ReplicaReader
    let snapshot: Snapshot
    let audit: Audit
    let member: WireText?

    init(_ reader: ReplicaReader, for author: Author) throws {
        self.reader = reader
        snapshot = try Snapshot(reader)
        audit = snapshot.audit
        member = snapshot.membership.devices[author]?.member
    }

    func comparison(at path: CellPath) throws -> ConflictComparison? {
        guard let account = try reader.conflictDetails(at: path) else { return nil }
        let conflict = account.conflict
        let base = base(of: account)
        return ConflictComparison(
            conflict: conflict,
            finding: finding(about: path),
            base: base,
            shown: conflict.shown,
            because: account.because,
            sides: ToldCandidates(of: conflict).told.compactMap { told in
                guard account.sides.indices.contains(told.first) else { return nil }
                return side(told, account.sides[told.first], of: conflict, base)
            }
        )
    }

    private func side(
        _ told: ToldCandidates.Told,
        _ side: ConflictAccount.Side,
        of conflict: Conflict,
        _ base: ConflictComparison.Base
    ) -> ConflictComparison.Side {
        let author = snapshot.person(of: side.account.write.author)
        let isElsewhere = side.candidate.isElsewhere(in: conflict)
        return ConflictComparison.Side(
            id: told.number,
            author: author,
            isMine: author != nil && author?.member == member,
            time: side.account.time,
            reason: side.account.reason,
            isProposal: side.candidate.isProposal,
            candidates: told.candidates,
            elsewhere: isElsewhere
                ? told.candidates.compactMap { $0.path.flatMap { CellPath($0) } } : [],
            changes: isElsewhere ? [] : changes(side, from: base),
            decision: conflict.decision(taking: side.candidate)
        )
    }

    private func changes(
        _ side: ConflictAccount.Side,
        from base: ConflictComparison.Base
    ) -> [TextChange] {
        if !side.changes.isEmpty { return side.changes }
        guard case .string(let words) = side.candidate.value else { return [] }
        guard case .same(let before) = base else { return [TextChange(.inserted, words)] }
        return TextChange.between(before?.stringValue ?? "", words)
    }

    /// What stood before: of a text what is not in question, otherwise what all authors had before them.
    private func base(of account: ConflictAccount) -> ConflictComparison.Base {
        if let common = account.commonText { return .same(.string(common)) }
        let own = account.sides.filter { !$0.candidate.isElsewhere(in: account.conflict) }
        guard own.allSatisfy({ $0.before.candidates.isEmpty }) else { return .different }
        let seen = Set(own.map(\.before.shown))
        guard let only = seen.first, seen.count == 1 else { return .different }
        return .same(only)
    }

    private func finding(about path: CellPath) -> FindingRecord? {
        audit.finding(path.record)
            ?? audit.findings.first { $0.criteria.contains { $0.id == path.record } }
    }
}
