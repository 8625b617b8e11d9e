import ConcordEncoding

/// How far an audit got with one clause.
public enum CoverageStatus: String, Hashable, Sendable, CaseIterable {
    /// A finding or an answered question gives the result.
    case covered
    /// Someone noted or attached something, and nobody has judged yet.
    case inProgress
    /// It is planned, and nothing has been recorded yet.
    case planned
    /// It is neither planned nor excluded.
    case notPlanned
    /// The audit is over, and nothing was recorded.
    case notReached
    /// The organization leaves it out, and the standard allows that.
    case excluded

    /// What people call it.
    public var title: String {
        switch self {
        case .covered: "Covered"
        case .inProgress: "In progress"
        case .planned: "Planned"
        case .notPlanned: "Not planned"
        case .notReached: "Not reached"
        case .excluded: "Excluded"
        }
    }
}
