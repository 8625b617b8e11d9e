public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel

/// What of an audit counts, and what only would count if a proposal were accepted.
///
/// A proposal counts once a leader accepts it, and what somebody only proposes to remove counts until
/// then. Totals, reports and recommendations use this value, so that all of them count the same.
///
/// ```swift
/// let totals = AuditTotals(of: state, conflicts: conflicts, proposals: proposals)
/// print(totals.count().findings)
/// ```
public struct AuditTotals: Sendable {
    /// What is shown.
    public let audit: Audit
    /// What is decided: without the grades, criteria and findings that are only proposed.
    public let decided: Audit

    private let state: JSONObject
    private let unanswered: [WireText: Unanswered]
    /// The proposed grades of a criterion other than the shown one: in an open conflict, or for the same clause
    /// of a finding that counts in this one.
    private let proposedBeside: [WireText: [Grade]]

    /// What counts of what is shown.
    ///
    /// - Parameters:
    ///   - state: the records as lists show them; a part of them is enough where only that part is counted, if
    ///     the findings of all criteria with a proposed grade are in it, with those that they count in.
    ///   - audit: the same as typed values.
    ///   - conflicts: the open conflicts.
    ///   - proposals: where a proposal is shown.
    ///   - unanswered: the criteria that do not count as answered.
    public init(
        of state: JSONObject,
        as audit: Audit? = nil,
        conflicts: [Conflict],
        proposals: [CellPath],
        unanswered: [WireText: Unanswered] = [:]
    ) {
        let shown = audit ?? Audit(state: state, unanswered: unanswered)
        self.audit = shown
        self.state = state
        self.unanswered = unanswered
        // Where nothing is only proposed, what is shown is decided: large replicas are spared a second copy.
        decided =
            Self.decided(state, shown, conflicts, proposals).map {
                Audit(state: $0, unanswered: unanswered)
            } ?? shown
        proposedBeside = Self.proposedBeside(shown, conflicts, Set(proposals))
    }

    /// Whether a proposed grade counts, because its finding was confirmed with it.
    public static func isConfirmed(
        _ path: CellPath,
        of finding: FindingRecord?
    ) -> Bool {
        guard path.kind == Schema.criterion.name, path.field == gradeField, let finding else {
            return false
        }
        return LifeCycle.finding.holdsConfirmation(finding.state)
    }

    // MARK: Totals.

    /// The totals of all findings, or of some.
    ///
    /// - Parameter listed: the ids of the findings to count.
    public func count(of listed: Set<WireText>? = nil) -> CountedFindings {
        let tally = Tally(decided, catalogues: .shipped, of: listed)
        var proposed: [WireText: [Grade: Int]] = [:]
        let shown = audit.findings.filter { finding in
            finding.isCounted && listed?.contains(finding.id) ?? true
        }
        for standard in tally.gradesByStandard.keys {
            let grades = proposedGrades(in: standard, of: shown)
            if !grades.isEmpty { proposed[standard] = grades }
        }
        return CountedFindings(
            tally: tally,
            proposedByStandard: proposed,
            notCounted: (listed?.count ?? tally.findings) - tally.findings
        )
    }

    /// The number of findings by the grade that is only proposed for them, for one standard.
    ///
    /// A finding is counted once: with the most severe of the grades that are proposed for its criteria and
    /// that are not what was decided for the criterion.
    public func proposedGrades(in standard: WireText) -> [Grade: Int] {
        proposedGrades(in: standard, of: audit.countedFindings)
    }

    private func proposedGrades(
        in standard: WireText,
        of findings: [FindingRecord]
    ) -> [Grade: Int] {
        var grades: [Grade: Int] = [:]
        for finding in findings {
            if let grade = proposedGrade(of: finding, in: standard) {
                grades[grade, default: 0] += 1
            }
        }
        return grades
    }

    /// The most severe of the grades that are only proposed for a finding in a standard; nil where there is none.
    func proposedGrade(of finding: FindingRecord, in standard: WireText) -> Grade? {
        finding.criteria.filter { $0.reference?.standard == standard }.flatMap(proposed).max()
    }

    /// The findings that count for which a grade is only proposed.
    public var findingsWithProposedGrades: Set<WireText> {
        Set(
            audit.findings.filter { finding in
                finding.isCounted && finding.criteria.contains { !proposed($0).isEmpty }
            }.map(\.id)
        )
    }

    /// The grades that are proposed for a criterion, without the one that was decided.
    private func proposed(_ criterion: CriterionRecord) -> [Grade] {
        let counted = decided.criterion(criterion.id)?.criterion.grade
        let shown = criterion.grade.map { [$0] } ?? []
        return (shown + (proposedBeside[criterion.id] ?? [])).filter { $0 != counted }
    }

    /// The records with the most severe grade that is decided or proposed for each criterion: the basis for
    /// checking a recommendation.
    public func weighed() -> Audit {
        var state = state
        var criteria = state[Schema.criterion.name]?.objectValue ?? [:]
        for (id, grades) in proposedBeside {
            guard var fields = criteria[id]?.objectValue else { continue }
            let shown = fields[Self.gradeField]?.stringValue.flatMap { Grade($0) }
            guard let grade = ([shown].compactMap { $0 } + grades).max() else { continue }
            fields[Self.gradeField] = .string(WireText(grade.rawValue))
            criteria[id] = .object(fields)
        }
        state[Schema.criterion.name] = .object(criteria)
        return Audit(state: state, unanswered: unanswered)
    }
}

/// How many findings there are, of which grade, and what is only proposed of them.
public struct CountedFindings: Hashable, Sendable {
    /// What is decided.
    public let tally: Tally
    /// The number of findings by standard and by the grade that is only proposed for them; standards without
    /// any are left out.
    public let proposedByStandard: [WireText: [Grade: Int]]
    /// How many of those listed do not count.
    public let notCounted: Int
}

// MARK: What is decided.

extension AuditTotals {
    fileprivate static let gradeField: WireText = "grade"

    /// The state document without what of findings is only proposed; nil where that is all of it.
    private static func decided(
        _ state: JSONObject,
        _ audit: Audit,
        _ conflicts: [Conflict],
        _ proposals: [CellPath]
    ) -> JSONObject? {
        let between = conflicts.filter { conflict in
            conflict.candidates.allSatisfy { $0.isProposal && $0.path == nil }
        }
        let removals = Set(
            between.filter { conflict in
                conflict.path.field == nil && conflict.candidates.allSatisfy { $0.value == nil }
            }.map(\.path)
        )
        let kinds = [Schema.finding.name, Schema.criterion.name]
        let paths = (proposals + between.map(\.path)).filter {
            kinds.contains($0.kind) && !removals.contains($0)
        }
        if paths.isEmpty { return nil }
        var records = kinds.reduce(into: [WireText: JSONObject]()) { records, kind in
            records[kind] = state[kind]?.objectValue
        }
        for path in paths {
            if path.field == nil {
                records[path.kind]?[path.record] = nil
            } else if path.kind == Schema.criterion.name, path.field == gradeField,
                !isConfirmed(path, of: audit.criterion(path.record)?.finding),
                var fields = records[path.kind]?[path.record]?.objectValue
            {
                fields[gradeField] = nil
                records[path.kind]?[path.record] = .object(fields)
            }
        }
        var state = state
        for (kind, records) in records { state[kind] = .object(records) }
        return state
    }

    // MARK: What is proposed beside it.

    private static func proposedBeside(
        _ audit: Audit,
        _ conflicts: [Conflict],
        _ proposals: Set<CellPath>
    ) -> [WireText: [Grade]] {
        var grades = gradesInConflict(conflicts)
        let merged = audit.findings.filter { finding in
            finding.state == "merged"
                && finding.criteria.contains {
                    grades[$0.id] != nil || proposals.contains($0.gradePath)
                }
        }
        let counting = FindingActs(on: audit, by: "").counting(merged)
        for finding in merged {
            guard let kept = counting[finding.id] else { continue }
            for criterion in finding.criteria {
                var proposed = grades[criterion.id] ?? []
                if proposals.contains(criterion.gradePath) {
                    proposed += [criterion.grade].compactMap(\.self)
                }
                let same = kept.criteria.first { $0.reference == criterion.reference }
                guard let same, !proposed.isEmpty else { continue }
                grades[same.id, default: []] += proposed.filter { grade in
                    same.grade.map { $0 < grade } ?? true
                }
            }
        }
        return grades
    }

    /// The grades that are proposed for a criterion in an open conflict, by the criterion.
    private static func gradesInConflict(_ conflicts: [Conflict]) -> [WireText: [Grade]] {
        var grades: [WireText: [Grade]] = [:]
        for conflict in conflicts {
            for candidate in conflict.candidates where candidate.isProposal {
                let path = candidate.path.flatMap { CellPath($0) } ?? conflict.path
                guard path.kind == Schema.criterion.name, path.field == gradeField,
                    let grade = candidate.value?.stringValue.flatMap({ Grade($0) })
                else { continue }
                grades[path.record, default: []].append(grade)
            }
        }
        return grades
    }
}

extension LifeCycle {
    /// Whether what a finding in this state was confirmed with is decided.
    fileprivate func holdsConfirmation(_ state: WireText) -> Bool {
        ["confirmed", "issued"].contains(state)
    }
}
