/// How near two related clauses of two standards are, from far to near.
///
/// A clause without a related clause has no relation at all; that is not a fourth word here,
/// because nothing can be paired by it. A relation is a hint and never a criterion: a finding
/// cites a clause of a standard.
public enum Relation: String, Hashable, Sendable, CaseIterable {
    /// One clause covers only a part of the other: ask both.
    case partial
    /// Same intent, other wording, object or depth: ask once, judge twice.
    case similar
    /// Near in wording and intent: ask once.
    case equivalent
}

extension Relation: Comparable {
    /// By nearness: partial, similar, equivalent.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.nearness < rhs.nearness }

    /// 1 for partial, 2 for similar, 3 for equivalent.
    public var nearness: Int {
        switch self {
        case .partial: 1
        case .similar: 2
        case .equivalent: 3
        }
    }
}
