public import ConcordEncoding

/// The clauses of one standard in one edition, as loaded from a data file.
///
/// Invariant: every number occurs once, every parent is in the catalogue and comes before its
/// children, and a clause is a leaf exactly if no clause has it as its parent.
public struct Catalogue: Hashable, Sendable, Identifiable {
    /// The id that records name it by, such as "iso-9001-2008".
    public let id: WireText
    /// The title of the standard.
    public let title: WireText
    /// The edition with its date, such as "ISO 9001:2008 (fourth edition, 2008-11-15)".
    public let edition: WireText
    /// The abbreviation of the management system it describes: QMS, SMS, ISMS.
    public let system: WireText
    /// Which clauses an organization may leave out.
    public let exclusionRule: ExclusionRule
    /// All clauses in the order of the standard.
    public let clauses: [Clause]
    /// Where numbers and titles were taken from.
    public let sources: [WireText]

    private let indexByNumber: [WireText: Int]

    /// The edition without its date, such as "ISO 9001:2008": what people call the standard.
    public var shortTitle: WireText {
        guard let bracket = edition.string.firstIndex(of: "(") else { return edition }
        let words = edition.string[..<bracket].reversed().drop { $0 == " " }.reversed()
        return WireText(String(words))
    }

    /// The clauses that coverage counts: leaves that can be audited, in the standard's order.
    public var auditableLeaves: [Clause] { clauses.filter(\.isAuditableLeaf) }

    /// The clauses that no other one contains.
    public var topClauses: [Clause] { clauses.filter { $0.parent == nil } }

    /// The clause with a number, or nil if the standard has none.
    public subscript(number: WireText) -> Clause? {
        indexByNumber[number].map { clauses[$0] }
    }

    /// The clauses directly below one.
    public func children(of number: WireText) -> [Clause] {
        clauses.filter { $0.parent == number }
    }

    /// The auditable leaves at or below a clause: the clause itself if it is one.
    public func auditableLeaves(under number: WireText) -> [Clause] {
        auditableLeaves.filter { isWithin($0.number, number) }
    }

    /// The top clause that contains a clause; itself if it is one.
    public func topClause(of number: WireText) -> Clause? {
        guard let clause = self[number] else { return nil }
        guard let parent = clause.parent else { return clause }
        return topClause(of: parent)
    }

    /// Whether a clause is, or is below, another one.
    public func isWithin(_ number: WireText, _ ancestor: WireText) -> Bool {
        var current: WireText? = number
        while let candidate = current {
            if candidate == ancestor { return true }
            current = self[candidate]?.parent
        }
        return false
    }
}

extension Catalogue {
    /// Reads a catalogue from a data file.
    ///
    /// - Throws: what is wrong and where, if the file breaks the invariant of this type.
    public init(json: JSON) throws(CatalogueError) {
        let file = DataReader(json)
        var clauses: [Clause] = []
        var index: [WireText: Int] = [:]
        for item in try file.items("clauses") {
            let clause = try Clause(item, order: clauses.count)
            guard index.updateValue(clause.order, forKey: clause.number) == nil else {
                throw CatalogueError(
                    .duplicate,
                    "\(item.path): clause \(clause.number) is in the file twice"
                )
            }
            if let parent = clause.parent, index[parent] == nil || parent == clause.number {
                throw CatalogueError(
                    .unknownReference,
                    "\(item.path): no clause \(parent) comes before its sub-clause"
                )
            }
            clauses.append(clause)
        }
        try Self.checkLeaves(clauses)
        self.init(
            id: try file.text("id"),
            title: try file.text("title"),
            edition: try file.text("edition"),
            system: try file.text("system"),
            exclusionRule: try file.word("exclusionRule", of: ExclusionRule.self),
            clauses: clauses,
            sources: file.has("sources") ? try file.texts("sources") : [],
            indexByNumber: index
        )
        guard !id.string.contains(" ") else {
            throw CatalogueError(.shape, "id must be without spaces: it is part of references")
        }
    }

    private static func checkLeaves(_ clauses: [Clause]) throws(CatalogueError) {
        let parents = Set(clauses.compactMap(\.parent))
        for clause in clauses where clause.isLeaf == parents.contains(clause.number) {
            let fault = clause.isLeaf ? "is called a leaf, but has sub-clauses" : "has none"
            throw CatalogueError(.hierarchy, "clause \(clause.number) \(fault); correct \"leaf\"")
        }
    }
}

extension Clause {
    fileprivate init(_ item: DataReader, order: Int) throws(CatalogueError) {
        self.init(
            number: try item.text("number"),
            title: try item.text("title"),
            parent: try item.optionalText("parent"),
            isAuditable: try item.flag("auditable"),
            isLeaf: try item.flag("leaf"),
            order: order
        )
    }
}
