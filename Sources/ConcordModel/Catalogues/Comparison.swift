/// Two standards compared with one of them as the base: the view of Annex A with the left
/// standard of a set as its base, the view of Annex B with the right one.
///
/// Computed from the catalogues and the correspondence; nothing in it is a criterion of an audit.
public struct Comparison: Hashable, Sendable {
    /// One auditable clause of the base, with what the other standard has for it.
    public struct Row: Hashable, Sendable {
        /// The clause of the base.
        public let clause: Clause
        /// The clauses of the other standard, the nearest first.
        public let related: [RelatedClause]
        /// Whether the set states that there is no related clause.
        public let isUnrelated: Bool

        /// The nearest relation of the clause; nil where nothing is related.
        public var nearest: Relation? { related.first?.relation }
    }

    /// How much of a top clause of the base the other standard has too.
    public struct Group: Hashable, Sendable {
        /// The top clause of the base.
        public let clause: Clause
        /// How many of its leaves have which nearest relation; nil counts those with none.
        public let counts: [Relation?: Int]

        /// The mean nearness of its leaves in thousandths: 1000 if all are equivalent, 0 if none
        /// is related.
        public var similarity: Int {
            let leaves = counts.values.reduce(0, +)
            guard leaves > 0 else { return 0 }
            let nearness = counts.reduce(0) { sum, entry in
                sum + (entry.key?.nearness ?? 0) * entry.value
            }
            return nearness * 1000 / (leaves * Relation.equivalent.nearness)
        }
    }

    /// The catalogue of the base.
    public let base: Catalogue
    /// The catalogue it is compared with.
    public let other: Catalogue
    /// The auditable leaves of the base, in its order.
    public let rows: [Row]
    /// The top clauses of the base that have auditable leaves, in its order.
    public let groups: [Group]

    /// Compares two catalogues; nil if the set is not about these two.
    public init?(base: Catalogue, other: Catalogue, correspondence: Correspondence) {
        guard base.id != other.id, correspondence.concerns(base.id),
            correspondence.concerns(other.id)
        else { return nil }
        self.base = base
        self.other = other
        let rows = base.auditableLeaves.map { leaf in
            let reference = ClauseReference(standard: base.id, clause: leaf.number)
            return Row(
                clause: leaf,
                related: correspondence.related(to: reference),
                isUnrelated: correspondence.isUnrelated(reference)
            )
        }
        self.rows = rows
        self.groups = base.topClauses.compactMap { top in
            let within = rows.filter { base.isWithin($0.clause.number, top.number) }
            guard !within.isEmpty else { return nil }
            return Group(
                clause: top,
                counts: within.reduce(into: [:]) { $0[$1.nearest, default: 0] += 1 }
            )
        }
    }

    /// The top clauses in which the two standards are most alike; several if they are equal.
    public var greatestSimilarity: [Group] {
        let greatest = groups.map(\.similarity).max()
        return groups.filter { $0.similarity == greatest }
    }

    /// The top clauses in which the two standards differ most; several if they are equal.
    public var greatestDifference: [Group] {
        let least = groups.map(\.similarity).min()
        return groups.filter { $0.similarity == least }
    }

    /// The leaves whose nearest relation is a certain one; nil asks for those with none.
    public func clauses(nearest relation: Relation?) -> [Clause] {
        rows.filter { $0.nearest == relation }.map(\.clause)
    }
}
