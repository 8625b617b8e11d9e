public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel

/// One save of which something is proposed, and nobody has decided about it.
///
/// ```swift
/// let shown = try replica.snapshot()
/// for save in ProposedSave.all(try replica.openProposals(), shown: shown.audit) {
///     print(shown.person(of: save.author)?.name ?? "someone", save.places)
/// }
/// ```
public struct ProposedSave: Hashable, Sendable, Identifiable {
    /// The save.
    public let diff: DiffID
    /// What it proposes, in the order of the open proposals; at least one.
    public let proposals: [OpenProposal]

    /// The save's identity.
    public var id: DiffID { diff }
    /// Its name in `over`.
    public var write: WriteReference { proposals[0].account.write }
    /// The device that signed it.
    public var author: Author { write.author }
    /// Where it proposes something.
    public var places: Set<CellPath> { Set(proposals.map(\.account.path)) }

    /// The conflicts in which it is a candidate, each once.
    public var conflicts: [CellPath] {
        var known: Set<CellPath> = []
        return proposals.compactMap(\.conflict).filter { known.insert($0).inserted }
    }

    /// The saves that propose something that nobody has decided, oldest first.
    ///
    /// What a finding was confirmed with is decided, and so is a grade with which it was merged: these count, and wait
    /// for nobody. What is a candidate in a conflict always waits.
    ///
    /// - Parameters:
    ///   - open: the open proposals, oldest first (`Replica.openProposals`).
    ///   - shown: the findings that are shown.
    public static func all(
        _ open: [OpenProposal],
        shown: some ShownFindings
    ) -> [ProposedSave] {
        var order: [DiffID] = []
        var bySave: [DiffID: [OpenProposal]] = [:]
        for proposal in open where proposal.conflict != nil || !isDecided(proposal, shown) {
            let diff = proposal.account.diff
            if bySave[diff] == nil { order.append(diff) }
            bySave[diff, default: []].append(proposal)
        }
        return order.map { ProposedSave(diff: $0, proposals: bySave[$0] ?? []) }
    }

    /// What of a save's operations proposes something; of a record that is only proposed, all that adds it.
    public func proposing(_ operations: [Operation]) -> [Operation] {
        let places = places
        let records = Set(places.map { CellPath(kind: $0.kind, record: $0.record) })
        return operations.filter { operation in
            operation.path.field == nil
                ? records.contains(operation.path) : places.contains(operation.path)
        }
    }

    /// Whether something of it is about one of some records.
    public func isAbout(_ records: Set<WireText>) -> Bool {
        proposals.contains { records.contains($0.account.path.record) }
    }

    /// Whether a proposal beside which nobody wrote was decided with its finding.
    private static func isDecided(_ proposal: OpenProposal, _ shown: some ShownFindings) -> Bool {
        let path = proposal.account.path
        guard path.isIn(CriterionField.grade),
            let (finding, criterion) = shown.criterion(path.record)
        else { return false }
        if AuditTotals.isConfirmed(path, of: finding) { return true }
        // Decided with the merge: the finding that is kept has the grade, or a more severe one.
        guard finding.state == "merged",
            let proposed = proposal.shown?.stringValue.flatMap({ Grade($0) }),
            let kept = shown.counting(finding),
            let same = kept.criteria.first(where: { $0.reference == criterion.reference })
        else { return false }
        return same.grade.map { $0 >= proposed } ?? false
    }
}

extension ShownFindings {
    /// The clause whose grade is proposed, with the finding in which somebody decides about it: where it counts, if it
    /// was merged. Nil of a proposal of anything else.
    public func gradeToDecide(
        _ proposal: OpenProposal
    ) -> (finding: FindingRecord, clause: ClauseReference, grade: WireText, isMerged: Bool)? {
        let path = proposal.account.path
        guard path.isIn(CriterionField.grade),
            let (finding, criterion) = criterion(path.record),
            let reference = criterion.reference, let grade = proposal.shown?.stringValue
        else { return nil }
        return (counting(finding) ?? finding, reference, grade, finding.state == "merged")
    }
}
