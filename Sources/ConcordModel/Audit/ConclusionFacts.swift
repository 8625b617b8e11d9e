public import ConcordEncoding

/// What the records say about one standard, as the basis of its conclusion.
///
/// Each standard is concluded from its own findings: an open nonconformity of the other one does
/// not prevent its certificate.
public struct ConclusionFacts: Hashable, Sendable {
    /// The id of the catalogue.
    public let standard: WireText
    /// The number of findings by head grade in this standard.
    public let grades: [Grade: Int]
    /// The ids of its nonconformities that no answer has closed, in the findings' order. They include those
    /// with a criterion that no closing had seen in its current form.
    public let openNonconformities: [WireText]
    /// Those of them that are major in this standard, as far as they are open.
    public let openMajors: [WireText]
    /// What of them is open though all their answers are closed.
    public let unanswered: [UnansweredCriterion]

    /// Gathers the facts for one standard.
    public init(standard: WireText, in audit: Audit) {
        self.standard = standard
        var grades: [Grade: Int] = [:]
        var open: [WireText] = []
        var majors: [WireText] = []
        var unanswered: [UnansweredCriterion] = []
        for finding in audit.countedFindings {
            guard let grade = finding.headGrade(in: standard) else { continue }
            grades[grade, default: 0] += 1
            unanswered += audit.unansweredCriteria(of: finding, in: standard)
            guard let openGrade = audit.openGrade(of: finding, in: standard) else { continue }
            open.append(finding.id)
            if openGrade == .major { majors.append(finding.id) }
        }
        self.unanswered = unanswered
        self.grades = grades
        openNonconformities = open
        openMajors = majors
    }

    /// Whether a recommendation can be given: `certify` not with an open nonconformity,
    /// `certifyAfterPlans` not with an open major one.
    public func allows(_ recommendation: Recommendation) -> Bool {
        recommendation.isPossible(open: openNonconformities.count, majors: openMajors.count)
    }
}

extension Recommendation {
    /// Whether it can be given with so many open nonconformities, and so many major ones among them.
    package func isPossible(open: Int, majors: Int) -> Bool {
        switch self {
        case .certify: open == 0
        case .certifyAfterPlans: majors == 0
        default: true
        }
    }
}

extension Audit {
    /// The most severe grade of a finding in a standard as far as no answer has closed it; nil where that is not a
    /// nonconformity.
    package func openGrade(of finding: FindingRecord, in standard: WireText) -> Grade? {
        guard let grade = finding.headGrade(in: standard) else { return nil }
        let answers = answers(countingFor: finding.id)
        let isClosed = !answers.isEmpty && answers.allSatisfy(\.isClosed)
        let left = unansweredCriteria(of: finding, in: standard)
        let open = isClosed ? left.compactMap(\.criterion.grade).max() : grade
        return open.flatMap { $0.isNonconformity ? $0 : nil }
    }
}
