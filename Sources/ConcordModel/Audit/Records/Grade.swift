import ConcordEncoding

/// What a finding says about one criterion, from least to most severe.
public enum Grade: String, Hashable, Sendable, CaseIterable {
    /// Better than asked, worth copying.
    case goodPractice
    /// The requirement is met.
    case conformity
    /// The requirement is met and could be met better.
    case opportunity = "ofi"
    /// The requirement is met and may not be for long.
    case observation
    /// The requirement is not met, and the system can still reach its results.
    case minor
    /// The requirement is not met, and the system's results are in doubt.
    case major

    /// Whether a requirement is not met.
    public var isNonconformity: Bool { self >= .minor }

    /// What people call it.
    public var title: String {
        switch self {
        case .goodPractice: "Good practice"
        case .conformity: "Conformity"
        case .opportunity: "Opportunity for improvement"
        case .observation: "Observation"
        case .minor: "Minor nonconformity"
        case .major: "Major nonconformity"
        }
    }
}

extension Grade: Comparable {
    /// By severity.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.severity < rhs.severity }

    private var severity: Int {
        switch self {
        case .goodPractice: 0
        case .conformity: 1
        case .opportunity: 2
        case .observation: 3
        case .minor: 4
        case .major: 5
        }
    }
}
