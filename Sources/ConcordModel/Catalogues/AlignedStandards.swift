import ConcordEncoding

/// A table that lays the clauses of several standards side by side, row by row.
///
/// The newer standards share a common structure, so that one table for all of them is easier to
/// keep right than a set for each two. It is turned into one correspondence for each two
/// standards. Unlike a complete set it states no list of clauses without related clause, and the
/// sets made from it state none either.
enum AlignedStandards {
    static func correspondences(
        json: JSON,
        catalogues: [Catalogue]
    ) throws(CatalogueError) -> [Correspondence] {
        let file = DataReader(json)
        let columns = try columns(file, catalogues)
        let rows = try file.items("rows").map { item throws(CatalogueError) in
            try Row(item, columns)
        }
        var correspondences: [Correspondence] = []
        for (position, left) in columns.enumerated() {
            for right in columns[(position + 1)...] {
                correspondences.append(correspondence(left, right, rows))
            }
        }
        return correspondences
    }

    private struct Column {
        let key: WireText
        let catalogue: Catalogue
    }

    private struct Row {
        let clauses: [WireText: [WireText]]
        let relation: Relation
        let note: WireText
        let provenance: WireText

        init(_ item: DataReader, _ columns: [Column]) throws(CatalogueError) {
            var clauses: [WireText: [WireText]] = [:]
            for column in columns {
                clauses[column.key] = try item.items(column.key).map {
                    item throws(CatalogueError) in
                    try Correspondence.clause(item, in: column.catalogue)
                }
            }
            self.clauses = clauses
            self.relation = try item.word("relation", of: Relation.self)
            self.note = try item.optionalText("note") ?? ""
            self.provenance = try item.text("provenance")
        }
    }

    private static func columns(
        _ file: DataReader,
        _ catalogues: [Catalogue]
    ) throws(CatalogueError) -> [Column] {
        let standards = try file.member("standards")
        var columns: [Column] = []
        for (key, _) in standards.value.objectValue ?? JSONObject() {
            let id = try standards.text(key)
            guard let catalogue = catalogues.first(where: { $0.id == id }) else {
                throw CatalogueError(
                    .unknownReference,
                    "standards.\(key): no catalogue \"\(id)\" is loaded"
                )
            }
            columns.append(Column(key: key, catalogue: catalogue))
        }
        return columns.sorted { $0.key < $1.key }
    }

    /// Where several rows pair the same two clauses, the nearest relation counts and the notes
    /// are joined: the rows look at different sides of the same clauses.
    private static func correspondence(
        _ left: Column,
        _ right: Column,
        _ rows: [Row]
    ) -> Correspondence {
        var pairs: [CorrespondencePair] = []
        var positions: [[WireText]: Int] = [:]
        for row in rows {
            for leftClause in row.clauses[left.key] ?? [] {
                for rightClause in row.clauses[right.key] ?? [] {
                    let pair = CorrespondencePair(
                        left: leftClause,
                        right: rightClause,
                        relation: row.relation,
                        note: row.note,
                        provenance: row.provenance
                    )
                    if let position = positions[[leftClause, rightClause]] {
                        pairs[position] = pairs[position].joined(with: pair)
                    } else {
                        positions[[leftClause, rightClause]] = pairs.count
                        pairs.append(pair)
                    }
                }
            }
        }
        return Correspondence(
            left: left.catalogue.id,
            right: right.catalogue.id,
            pairs: pairs,
            unrelated: ([], []),
            isComplete: false,
            inclusionRoutes: []
        )
    }
}

extension CorrespondencePair {
    fileprivate func joined(with other: CorrespondencePair) -> CorrespondencePair {
        CorrespondencePair(
            left: left,
            right: right,
            relation: max(relation, other.relation),
            note: note == other.note ? note : "\(note) \(other.note)",
            provenance: provenance == other.provenance
                ? provenance : "\(provenance); \(other.provenance)"
        )
    }
}
