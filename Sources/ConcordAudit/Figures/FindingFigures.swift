package import ConcordEncoding
package import ConcordModel

/// A number of which the figures of an audit are the sum over its findings.
package enum FindingFigure: Hashable, Sendable {
    /// Whether it counts.
    case findings
    /// Whether it counts and is not met.
    case nonconformities
    /// Its grade in a standard.
    case grade(WireText, Grade)
    /// The grade that is only proposed for it in a standard.
    case proposed(WireText, Grade)
    /// Whether it is open in a standard, as a nonconformity.
    case openAll(WireText)
    /// Whether it is open in a standard, as a major one.
    case openMajor(WireText)
    /// Its notices that have to be settled before sign-off.
    case errors
    /// Its other notices, but for hints at findings that may say the same.
    case warnings

    /// Its name where it is kept.
    package var name: WireText {
        switch self {
        case .findings: "findings"
        case .nonconformities: "nonconformities"
        case .grade(let standard, let grade): "grade \(grade.rawValue) \(standard)"
        case .proposed(let standard, let grade): "proposed \(grade.rawValue) \(standard)"
        case .openAll(let standard): "open all \(standard)"
        case .openMajor(let standard): "open major \(standard)"
        case .errors: "errors"
        case .warnings: "warnings"
        }
    }

    /// The number of a name; nil where none has it.
    package init?(_ name: WireText) {
        let words = name.string.split(
            separator: " ",
            maxSplits: 2,
            omittingEmptySubsequences: false
        )
        let standard = words.count == 3 ? WireText(String(words[2])) : ""
        let grade = words.count == 3 ? Grade(WireText(String(words[1]))) : nil
        switch (words[0], grade) {
        case ("findings", _): self = .findings
        case ("nonconformities", _): self = .nonconformities
        case ("errors", _): self = .errors
        case ("warnings", _): self = .warnings
        case ("grade", .some(let grade)): self = .grade(standard, grade)
        case ("proposed", .some(let grade)): self = .proposed(standard, grade)
        case ("open", .some(.major)): self = .openMajor(standard)
        case ("open", nil): self = .openAll(standard)
        default: return nil
        }
    }
}

/// What single findings add to the figures of an audit.
package struct FindingFigures {
    private let totals: AuditTotals
    private let catalogues: Catalogues
    private let excluded: Set<ClauseReference>

    /// Looks at the findings of `totals`: a part of an audit, with the frame and with what the figures of the findings
    /// that are asked for depend on.
    package init(_ totals: AuditTotals, _ catalogues: Catalogues) {
        self.totals = totals
        self.catalogues = catalogues
        excluded = Notices.excludedClauses(of: totals.audit, catalogues)
    }

    /// What a finding adds.
    package func counts(of finding: FindingRecord) -> [FindingFigure: Int] {
        var counts: [FindingFigure: Int] = [:]
        if let decided = totals.decided.finding(finding.id), decided.isCounted {
            counts[.findings] = 1
            if decided.isNonconformity { counts[.nonconformities] = 1 }
            for standard in decided.standards {
                if let grade = decided.headGrade(in: standard) {
                    counts[.grade(standard, grade)] = 1
                }
            }
        }
        guard finding.isCounted else { return counts }
        for standard in finding.standards {
            if let grade = totals.proposedGrade(of: finding, in: standard) {
                counts[.proposed(standard, grade)] = 1
            }
            guard let open = totals.audit.openGrade(of: finding, in: standard) else { continue }
            counts[.openAll(standard)] = 1
            if open == .major { counts[.openMajor(standard)] = 1 }
        }
        for notice in Notices.notices(on: finding, totals.audit, catalogues, excluded) {
            counts[notice.severity == .error ? .errors : .warnings, default: 0] += 1
        }
        return counts
    }

    /// Where it may say the same as others; nil where nothing tells of that.
    package func likeness(of finding: FindingRecord) -> DuplicateTraits? {
        finding.isCounted ? DuplicateTraits(of: finding, in: totals.audit, catalogues) : nil
    }
}
