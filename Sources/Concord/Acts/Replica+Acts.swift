public import ConcordAudit
import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
import ConcordModel
public import ConcordStorage

/// A finding that was raised.
public struct RaisedFinding: Hashable, Sendable, Identifiable {
    /// The record's id.
    public let id: WireText
    /// The number that the device gave it, such as `B-07`.
    public let draftNumber: WireText
    /// The save.
    public let receipt: SaveReceipt
}

// What a person does with findings, one save each. Every act is checked against what is shown, inside the
// transaction that saves it. `ActRefusal` says why the audit's rules forbid it, `SaveRefusal` why the
// member's role does.

extension Replica {
    // MARK: Raising.

    /// Raises a finding, with the next draft number of this member.
    ///
    ///     let raised = try await replica.raise(FindingDraft(title: "No rollback plan"))
    ///     print(raised.draftNumber)
    ///
    /// - Throws: `ActRefusal`, for example `unknown-unit`; `SaveRefusal`, `ReplicaFailure`.
    @discardableResult
    public func raise(_ finding: FindingDraft) async throws -> RaisedFinding {
        try await perform { replica in
            let id = replica.environment.newID()
            var number: WireText = ""
            let receipt = try replica.saveOperations { context in
                let shown = try RaiseContext(&context)
                number = shown.number
                return try context.operations(for: try finding.edit(raising: id, on: shown))
            }
            guard let receipt else { preconditionFailure("a new finding is a change") }
            return RaisedFinding(id: id, draftNumber: number, receipt: receipt)
        }
    }

    // MARK: Steps of the life cycle.

    /// Submits drafts to the audit team leader.
    ///
    ///     try await replica.submit([raised.id])
    ///
    /// - Throws: `ActRefusal`, for example `life-cycle`; `SaveRefusal`, `ReplicaFailure`.
    @discardableResult
    public func submit(_ findings: [WireText]) async throws -> SaveReceipt? {
        try await act(on: findings) { try $0.findingActs.submit($0.findings(findings)) }
    }

    /// Confirms submitted findings, and records who confirms.
    ///
    /// - Throws: as `submit`.
    @discardableResult
    public func confirm(_ findings: [WireText]) async throws -> SaveReceipt? {
        try await act(on: findings) { try $0.findingActs.confirm($0.findings(findings)) }
    }

    /// Returns submitted findings to their author; confirmed ones become submitted again.
    ///
    /// - Throws: as `submit`.
    @discardableResult
    public func giveBack(
        _ findings: [WireText],
        reason: WireText
    ) async throws -> SaveReceipt? {
        try await act(on: findings) {
            try $0.findingActs.giveBack($0.findings(findings), reason: reason)
        }
    }

    /// Withdraws findings: they stay readable and no longer count.
    ///
    /// - Throws: as `submit`.
    @discardableResult
    public func withdraw(
        _ findings: [WireText],
        reason: WireText
    ) async throws -> SaveReceipt? {
        try await act(on: findings) {
            try $0.findingActs.withdraw($0.findings(findings), reason: reason)
        }
    }

    /// Undoes a withdrawal: the findings are drafts again.
    ///
    /// - Throws: as `submit`.
    @discardableResult
    public func reopen(
        _ findings: [WireText],
        reason: WireText? = nil
    ) async throws -> SaveReceipt? {
        try await act(on: findings) {
            try $0.findingActs.reopen($0.findings(findings), reason: reason)
        }
    }

    /// Merges findings into one that is kept, which receives their criteria and evidence.
    ///
    /// - Throws: as `submit`; also `ActRefusal` with `grades-differ` or `target-does-not-count`.
    @discardableResult
    public func merge(
        _ duplicates: [WireText],
        into kept: WireText,
        reason: WireText? = nil
    ) async throws -> SaveReceipt? {
        try await act(on: duplicates + [kept]) { shown in
            try shown.findingActs.merge(
                shown.findings(duplicates),
                into: shown.finding(kept),
                reason: reason
            )
        }
    }

    // MARK: Evidence.

    /// Records an item of evidence, and cites it in findings.
    ///
    ///     let id = try await replica.recordEvidence(photo, for: [raised.id])
    ///
    /// - Returns: the record's id.
    /// - Throws: `ActRefusal`, for example `finding-ended`; `SaveRefusal`, `ReplicaFailure`.
    @discardableResult
    public func recordEvidence(
        _ evidence: EvidenceDraft,
        for findings: [WireText] = []
    ) async throws -> WireText {
        let id = environment.newID()
        let time = environment.now()
        try await act(on: findings) { shown in
            try shown.evidenceActs.record(
                evidence,
                id: id,
                at: time,
                citedBy: try shown.findings(findings)
            )
        }
        return id
    }

    // MARK: The auditee's answer.

    /// Writes the auditee's answer to a nonconformity: into the answer that is being worked on, or as
    /// a new one. `submitAnswer` submits it.
    ///
    /// - Throws: `ActRefusal` with `unknown-finding`; `SaveRefusal`, `ReplicaFailure`.
    @discardableResult
    public func answer(
        _ finding: WireText,
        with answer: AnswerDraft
    ) async throws -> SaveReceipt? {
        let id = environment.newID()
        return try await act(on: [finding]) { shown in
            shown.answerActs.answer(try shown.finding(finding), with: answer, id: id)
        }
    }

    /// Submits the answer to a nonconformity, so that an auditor can accept it.
    ///
    /// - Returns: nil if there is no answer to submit.
    /// - Throws: as `answer`.
    @discardableResult
    public func submitAnswer(to finding: WireText) async throws -> SaveReceipt? {
        try await act { $0.answerActs.submit(for: try $0.finding(finding)) }
    }

    // MARK: Conflicts.

    /// Resolves a conflict for everybody, in favour of one of its candidates or of another value.
    ///
    ///     let comparison = try replica.conflictComparison(at: path)
    ///     if let conflict = comparison?.conflict {
    ///         try await replica.resolve(conflict, to: "No tested rollback plan", reason: "agreed")
    ///     }
    ///
    /// To take a side, use `resolve(_:taking:reason:)`, which knows what each kind of side means.
    ///
    /// A candidate that came after `conflict` was read was not seen: it stays a candidate, and the
    /// conflict stays open.
    ///
    /// - Parameters:
    ///   - conflict: the conflict as it was shown.
    ///   - decision: the chosen value. For presence and members of sets, `true` keeps and nil removes;
    ///     of a text, nil accepts the merged text.
    ///   - reason: the reason, which becomes part of the record.
    /// - Throws: `ActRefusal`, `EditError` if there is no such conflict any more, `SaveRefusal`,
    ///   `ReplicaFailure`.
    @discardableResult
    public func resolve(
        _ conflict: Conflict,
        to decision: JSON?,
        reason: WireText
    ) async throws -> SaveReceipt? {
        let findings = try await perform { try $0.findings(of: conflict.path) }
        return try await act(on: findings) {
            try $0.findingActs.resolve(conflict, to: decision, reason: reason)
        }
    }

    /// The finding that a place belongs to, if it is one of a finding or a criterion.
    private func findings(of path: CellPath) throws -> [WireText] {
        switch path.kind {
        case Schema.finding.name: return [path.record]
        case Schema.criterion.name:
            let fields = try store.read { try $0.fields(kind: path.kind, id: path.record) }
            return [fields?[CriterionField.finding]?.stringValue].compactMap(\.self)
        default: return []
        }
    }
}
