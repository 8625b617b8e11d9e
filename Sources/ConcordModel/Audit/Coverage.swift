public import ConcordEncoding

/// How far the audit of one standard got, clause by clause.
///
/// Counted per standard and never per pair of related clauses: one piece of evidence may serve both
/// standards, but each standard is covered separately. Computed only from the records.
public struct Coverage: Hashable, Sendable {
    /// One auditable leaf and everything that was recorded about it.
    public struct Leaf: Hashable, Sendable {
        /// The clause.
        public let clause: Clause
        /// How far the audit got with it.
        public let status: CoverageStatus
        /// The slots of the plan, in their order.
        public let planSlots: [WireText]
        /// The findings that cite it and count, in their order.
        public let findings: [WireText]
        /// The questions asked for it, in their order.
        public let checklistItems: [WireText]
        /// Whether a conflict about one of these records is still open.
        public let isContested: Bool
    }

    /// The catalogue.
    public let catalogue: Catalogue
    /// The auditable leaves, in the standard's order.
    public let leaves: [Leaf]

    /// The coverage of one standard.
    ///
    /// - Parameters:
    ///   - catalogue: the standard.
    ///   - audit: the records.
    ///   - contested: the ids of records with an open conflict.
    public init(of catalogue: Catalogue, in audit: Audit, contested: Set<WireText> = []) {
        self.catalogue = catalogue
        let index = CoverageIndex(catalogue, audit, contested)
        leaves = catalogue.auditableLeaves.map { index.leaf($0) }
    }

    /// The numbers of the leaves in the plan.
    public var planned: [WireText] {
        leaves.filter { !$0.planSlots.isEmpty }.map(\.clause.number)
    }

    /// The numbers of the leaves that are not in the plan; an excluded one says so.
    public var notPlanned: [WireText] {
        leaves.filter { $0.planSlots.isEmpty }.map { leaf in
            leaf.status == .excluded ? "\(leaf.clause.number) (excluded)" : leaf.clause.number
        }
    }

    /// The numbers of the leaves that a finding cites.
    public var clausesWithFinding: [WireText] {
        leaves.filter { !$0.findings.isEmpty }.map(\.clause.number)
    }

    /// How many leaves have which status; a status without any is left out.
    public var counts: [CoverageStatus: Int] {
        leaves.reduce(into: [:]) { $0[$1.status, default: 0] += 1 }
    }

    /// The numbers of the leaves with one status.
    public func clauses(_ status: CoverageStatus) -> [WireText] {
        leaves.filter { $0.status == status }.map(\.clause.number)
    }
}

extension Audit {
    /// The coverage of every standard of the engagement that a catalogue is loaded for, in the
    /// standards' order.
    public func coverage(_ catalogues: Catalogues, contested: Set<WireText> = []) -> [Coverage] {
        standards.compactMap { catalogues[$0] }
            .map { Coverage(of: $0, in: self, contested: contested) }
    }
}
