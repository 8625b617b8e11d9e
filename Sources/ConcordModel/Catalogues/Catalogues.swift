public import ConcordEncoding

/// Everything that is known about standards: their clauses, how they correspond, their terms, and
/// how long audits take.
///
/// A value: replacing a file makes a new one, and the records of an engagement never change by it.
public struct Catalogues: Hashable, Sendable {
    /// All catalogues, by id.
    public let catalogues: [Catalogue]
    /// The correspondences between two of them each.
    public let correspondences: [Correspondence]
    /// The lists that correspondences must agree with.
    public let published: [PublishedUnrelatedClauses]
    /// The terms of the vocabularies.
    public let glossary: Glossary
    /// The table of audit times.
    public let auditTime: AuditTimeTable

    /// The catalogue of an id, or nil if none is loaded.
    public subscript(standard: WireText) -> Catalogue? {
        catalogues.first { $0.id == standard }
    }

    /// The clause that a reference names, or nil if there is none.
    public func clause(_ reference: ClauseReference) -> Clause? {
        self[reference.standard]?[reference.clause]
    }

    /// The correspondence of two standards, whichever is its left one.
    public func correspondence(_ first: WireText, _ second: WireText) -> Correspondence? {
        guard first != second else { return nil }
        return correspondences.first { $0.concerns(first) && $0.concerns(second) }
    }

    /// Two standards compared, with the first one as the base.
    public func comparison(base: WireText, with other: WireText) -> Comparison? {
        guard let base = self[base], let other = self[other],
            let correspondence = correspondence(base.id, other.id)
        else { return nil }
        return Comparison(base: base, other: other, correspondence: correspondence)
    }

    /// The clauses of some standards, usually the engagement's, that a clause has to do with, the
    /// nearest first within each standard.
    public func related(
        to reference: ClauseReference,
        among standards: Set<WireText>
    ) -> [RelatedClause] {
        standards.sorted().flatMap { standard in
            correspondence(reference.standard, standard)?.related(to: reference) ?? []
        }
    }

    /// Whether a clause is stated to have no related clause in any other of some standards.
    ///
    /// False where no correspondence says anything, so that a gap in the data never looks like a
    /// statement.
    public func isUnrelated(_ reference: ClauseReference, among standards: Set<WireText>) -> Bool {
        let statements = standards.compactMap { standard in
            correspondence(reference.standard, standard)?.isUnrelated(reference)
        }
        return !statements.isEmpty && statements.allSatisfy { $0 }
    }
}
