public import ConcordEncoding

/// The published lists of clauses with no related clause, for one pair of standards.
///
/// Everything else in a correspondence set is an interpretation and may be replaced by a better
/// one. These lists are published, so a set that contradicts them is wrong.
public struct PublishedUnrelatedClauses: Hashable, Sendable {
    /// The catalogue of the left side.
    public let left: WireText
    /// The catalogue of the right side.
    public let right: WireText
    /// The listed clauses of the left side; a clause includes its subclauses.
    public let unrelatedLeft: [WireText]
    /// The listed clauses of the right side.
    public let unrelatedRight: [WireText]

    /// Reads all lists of a data file.
    public static func lists(json: JSON) throws(CatalogueError) -> [PublishedUnrelatedClauses] {
        try DataReader(json).items("sets").map { item throws(CatalogueError) in
            PublishedUnrelatedClauses(
                left: try item.text("left"),
                right: try item.text("right"),
                unrelatedLeft: try item.texts("unrelatedLeft"),
                unrelatedRight: try item.texts("unrelatedRight")
            )
        }
    }

    /// Refuses a set for the same two standards that lists other clauses, whichever is its left.
    func check(
        _ set: Correspondence,
        left leftCatalogue: Catalogue,
        right rightCatalogue: Catalogue
    ) throws(CatalogueError) {
        if set.left == left, set.right == right {
            try compare(set.unrelatedLeft, with: unrelatedLeft, in: leftCatalogue)
            try compare(set.unrelatedRight, with: unrelatedRight, in: rightCatalogue)
        } else if set.left == right, set.right == left {
            try compare(set.unrelatedLeft, with: unrelatedRight, in: leftCatalogue)
            try compare(set.unrelatedRight, with: unrelatedLeft, in: rightCatalogue)
        }
    }

    private func compare(
        _ listed: [WireText],
        with published: [WireText],
        in catalogue: Catalogue
    ) throws(CatalogueError) {
        let listedLeaves = leaves(listed, in: catalogue)
        let publishedLeaves = leaves(published, in: catalogue)
        guard listedLeaves != publishedLeaves else { return }
        let differing = listedLeaves.symmetricDifference(publishedLeaves)
            .sorted(by: NaturalOrder.precedes)
        throw CatalogueError(
            .unpublished,
            "\(catalogue.id): the published clauses with no related clause are "
                + "\(published.joined(separator: ", ")); the set differs in "
                + differing.joined(separator: ", ")
        )
    }

    private func leaves(_ numbers: [WireText], in catalogue: Catalogue) -> Set<WireText> {
        Set(numbers.flatMap { catalogue.auditableLeaves(under: $0) }.map(\.number))
    }
}
