public import ConcordEncoding

/// What the team leader should look at before sign-off, computed from the records.
public struct Notices: Hashable, Sendable {
    /// The notices: those on the plan, then scopes, findings, conclusions, open conflicts.
    public let all: [Notice]

    /// Looks through an audit.
    ///
    /// - Parameter contested: the ids of the records with an open conflict.
    public init(_ audit: Audit, catalogues: Catalogues, contested: Set<WireText> = []) {
        all =
            Self.frame(audit, catalogues)
            + Self.findingNotices(audit, catalogues)
            + DuplicateHints(audit, catalogues).notices
            + Self.conclusionNotices(audit)
            + Self.conflictNotices(audit, contested, catalogues)
    }

    /// The notices that must be cleared before sign-off.
    public var errors: [Notice] { all.filter { $0.severity == .error } }

    /// Those on the plan and the scopes, which do not follow from findings.
    package static func frame(_ audit: Audit, _ catalogues: Catalogues) -> [Notice] {
        PlanNotices(audit, catalogues).notices + scopeNotices(audit, catalogues)
    }

    private static func scopeNotices(_ audit: Audit, _ catalogues: Catalogues) -> [Notice] {
        var notices: [Notice] = []
        if audit.scopeRelation(catalogues) == .disjoint {
            notices.append(
                Notice(
                    severity: .warning,
                    code: .scopesDisjoint,
                    record: nil,
                    message: "The scopes do not overlap, so an integrated audit makes little sense"
                )
            )
        }
        for exclusion in audit.exclusions {
            guard let reference = exclusion.reference,
                let catalogue = catalogues[reference.standard],
                !catalogue.exclusionRule.allows(reference.clause)
            else { continue }
            notices.append(
                Notice(
                    severity: .error,
                    code: .exclusionNotAllowed,
                    record: exclusion.id,
                    message:
                        "\(catalogue.shortTitle) does not allow clause \(reference.clause) to be "
                        + "excluded"
                )
            )
        }
        return notices
    }

    private static func findingNotices(_ audit: Audit, _ catalogues: Catalogues) -> [Notice] {
        let excluded = excludedClauses(of: audit, catalogues)
        return audit.countedFindings.flatMap { finding in
            notices(on: finding, audit, catalogues, excluded)
        }
    }

    /// The clauses that the organization leaves out and may.
    package static func excludedClauses(
        of audit: Audit,
        _ catalogues: Catalogues
    ) -> Set<ClauseReference> {
        audit.coverage(catalogues).reduce(into: []) { result, coverage in
            for clause in coverage.clauses(.excluded) {
                result.insert(ClauseReference(standard: coverage.catalogue.id, clause: clause))
            }
        }
    }

    /// Those on one finding that counts, but for hints at others that may say the same.
    ///
    /// - Parameter excluded: the clauses that are left out.
    package static func notices(
        on finding: FindingRecord,
        _ audit: Audit,
        _ catalogues: Catalogues,
        _ excluded: Set<ClauseReference>
    ) -> [Notice] {
        var notices: [Notice] = []
        func add(_ code: Notice.Code, _ severity: Notice.Severity, _ message: String) {
            notices.append(
                Notice(severity: severity, code: code, record: finding.id, message: message)
            )
        }
        let evidence = finding.evidence.filter { audit.evidence($0) != nil }
        if finding.isNonconformity, evidence.isEmpty {
            add(.nonconformityWithoutEvidence, .error, "\(finding.label) has no evidence")
        }
        if evidence.count < finding.evidence.count {
            add(
                .citedEvidenceRemoved,
                .warning,
                "\(finding.label) cites evidence that was removed"
            )
        }
        for left in audit.unansweredCriteria(of: finding) {
            add(
                .criterionUnanswered,
                .warning,
                "\(finding.label): \(left.message): \(UnansweredCriterion.remedy)"
            )
        }
        for reference in finding.criteria.compactMap(\.reference) where excluded.contains(reference)
        {
            add(
                .findingOnExcludedClause,
                .warning,
                "\(finding.label) cites clause \(reference.clause), which is excluded"
            )
        }
        for standard in finding.standards {
            guard let unit = finding.unit, let scope = audit.scope(of: standard),
                !scope.units.isEmpty, !scope.covers(unit: unit)
            else { continue }
            add(
                .findingOutsideScope,
                .error,
                "\(finding.label) cites \(catalogues[standard]?.shortTitle ?? standard) in unit "
                    + "\(unit), which is outside its scope"
            )
        }
        return notices
    }

    private static func conclusionNotices(_ audit: Audit) -> [Notice] {
        audit.conclusions.compactMap { conclusion in
            guard let standard = conclusion.standard,
                let recommendation = conclusion.recommendation,
                !ConclusionFacts(standard: standard, in: audit).allows(recommendation)
            else { return nil }
            return Notice(
                severity: .error,
                code: .recommendationNotAllowed,
                record: conclusion.id,
                message: "\"\(recommendation.title)\" is not possible with the open "
                    + "nonconformities of \(standard)"
            )
        }
    }

    /// One notice for each finding or question, one for each other record.
    private static func conflictNotices(
        _ audit: Audit,
        _ contested: Set<WireText>,
        _ catalogues: Catalogues
    ) -> [Notice] {
        var left = contested
        func notice(_ id: WireText, _ name: WireText) -> Notice {
            Notice(
                severity: .error,
                code: .openConflict,
                record: id,
                message: "\(name) has an open conflict"
            )
        }
        var notices: [Notice] = []
        for finding in audit.findings {
            let own = [finding.id] + finding.criteria.map(\.id)
            guard own.contains(where: contested.contains) else { continue }
            left.subtract(own)
            notices.append(notice(finding.id, finding.label))
        }
        for (index, item) in audit.checklistItems.enumerated() where left.remove(item.id) != nil {
            notices.append(notice(item.id, "Question \(index + 1)"))
        }
        for conclusion in audit.conclusions where left.remove(conclusion.id) != nil {
            let standard = conclusion.standard.map { catalogues[$0]?.shortTitle ?? $0 }
            notices.append(notice(conclusion.id, "The conclusion for \(standard ?? conclusion.id)"))
        }
        for item in audit.evidence where left.remove(item.id) != nil {
            notices.append(notice(item.id, "Evidence \(item.title ?? item.id)"))
        }
        for member in audit.members where left.remove(member.id) != nil {
            notices.append(notice(member.id, "Member \(member.name ?? member.id)"))
        }
        for slot in audit.planSlots where left.remove(slot.id) != nil {
            notices.append(notice(slot.id, "The plan slot \(slot.title ?? slot.id)"))
        }
        return notices + left.sorted().map { notice($0, "The record \($0)") }
    }
}

extension ScopeRecord {
    /// Whether it covers a unit, wholly or in part.
    func covers(unit: WireText) -> Bool {
        units.contains { $0 == unit || $0.hasPrefix("\(unit) (") }
    }
}
