public import ConcordEncoding

/// Which clauses of two standards have to do with each other, and which have no related clause.
///
/// One set serves both directions: the view of ISO/IEC 90006's Annex A has the left standard as
/// its base, the one of Annex B the right.
///
/// Invariant: every clause named is in its catalogue. In a set that claims to be complete, every
/// auditable leaf of either side is either in a pair or listed as unrelated, and never both; so
/// "no related clause" is a statement, not a gap. A set that is not complete (`isComplete` false)
/// makes no such statement, and `isUnrelated` is false for all its clauses.
public struct Correspondence: Hashable, Sendable {
    /// The catalogue of the left side.
    public let left: WireText
    /// The catalogue of the right side.
    public let right: WireText
    /// The pairs, in the file's order.
    public let pairs: [CorrespondencePair]
    /// The clauses of the left standard with no related clause, as listed.
    public let unrelatedLeft: [WireText]
    /// The clauses of the right standard with no related clause, as listed.
    public let unrelatedRight: [WireText]
    /// Whether the set says of every auditable leaf what it is.
    public let isComplete: Bool
    /// How a requirement without related clause can be taken into the left standard's audit.
    public let inclusionRoutes: [InclusionRoute]

    private let relatedByClause: [ClauseReference: [RelatedClause]]
    private let unrelated: Set<ClauseReference>

    init(
        left: WireText,
        right: WireText,
        pairs: [CorrespondencePair],
        unrelated: (left: [WireText], right: [WireText]),
        isComplete: Bool,
        inclusionRoutes: [InclusionRoute]
    ) {
        self.left = left
        self.right = right
        self.pairs = pairs
        self.unrelatedLeft = unrelated.left
        self.unrelatedRight = unrelated.right
        self.isComplete = isComplete
        self.inclusionRoutes = inclusionRoutes
        self.relatedByClause = Self.index(pairs, left: left, right: right)
        self.unrelated = Set(
            unrelated.left.map { ClauseReference(standard: left, clause: $0) }
                + unrelated.right.map { ClauseReference(standard: right, clause: $0) }
        )
    }

    /// The clauses of the other standard that a clause has to do with, the nearest first.
    public func related(to reference: ClauseReference) -> [RelatedClause] {
        relatedByClause[reference] ?? []
    }

    /// Whether the set lists the clause as one with no related clause.
    public func isUnrelated(_ reference: ClauseReference) -> Bool {
        unrelated.contains(reference)
    }

    /// Whether the set is about a standard.
    public func concerns(_ standard: WireText) -> Bool {
        standard == left || standard == right
    }

    private static func index(
        _ pairs: [CorrespondencePair],
        left: WireText,
        right: WireText
    ) -> [ClauseReference: [RelatedClause]] {
        var index: [ClauseReference: [RelatedClause]] = [:]
        for pair in pairs {
            let leftClause = ClauseReference(standard: left, clause: pair.left)
            let rightClause = ClauseReference(standard: right, clause: pair.right)
            index[leftClause, default: []].append(pair.seen(as: rightClause))
            index[rightClause, default: []].append(pair.seen(as: leftClause))
        }
        return index.mapValues { clauses in
            clauses.sorted {
                $0.relation == $1.relation
                    ? $0.reference < $1.reference : $0.relation > $1.relation
            }
        }
    }
}

extension CorrespondencePair {
    fileprivate func seen(as reference: ClauseReference) -> RelatedClause {
        RelatedClause(
            reference: reference,
            relation: relation,
            note: note,
            provenance: provenance
        )
    }
}
