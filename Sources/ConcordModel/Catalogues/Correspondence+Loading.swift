public import ConcordEncoding

extension Correspondence {
    /// Reads a complete set, such as the one of ISO/IEC 90006's two standards.
    ///
    /// The file's `base` names the two standards (`annexA` the left one, `annexB` the right one);
    /// each pair has the members `iso9001` and `iso20000`, or `left` and `right`, and `unrelated`
    /// uses the same two words.
    ///
    /// - Parameters:
    ///   - json: the parsed file.
    ///   - catalogues: the catalogues whose clauses it may name.
    ///   - published: the published lists that it must agree with.
    /// - Throws: the first fault, with the clause or the place in the file.
    public init(
        json: JSON,
        catalogues: [Catalogue],
        published: [PublishedUnrelatedClauses]
    ) throws(CatalogueError) {
        let file = DataReader(json)
        let base = try file.member("base")
        let left = try Self.catalogue(base, "annexA", in: catalogues)
        let right = try Self.catalogue(base, "annexB", in: catalogues)
        let unrelated = try file.member("unrelated")
        let words: (WireText, WireText) =
            unrelated.has("left") ? ("left", "right") : ("iso9001", "iso20000")
        self.init(
            left: left.id,
            right: right.id,
            pairs: try Self.pairs(file, words, left, right),
            unrelated: (
                try Self.listed(unrelated, words.0, in: left),
                try Self.listed(unrelated, words.1, in: right)
            ),
            isComplete: true,
            inclusionRoutes: try Self.routes(file)
        )
        try check(catalogues)
        for list in published {
            try list.check(self, left: left, right: right)
        }
    }

    private static func catalogue(
        _ base: DataReader,
        _ key: WireText,
        in catalogues: [Catalogue]
    ) throws(CatalogueError) -> Catalogue {
        let id = try base.text(key)
        guard let catalogue = catalogues.first(where: { $0.id == id }) else {
            throw CatalogueError(.unknownReference, "base.\(key): no catalogue \"\(id)\" is loaded")
        }
        return catalogue
    }

    private static func pairs(
        _ file: DataReader,
        _ words: (left: WireText, right: WireText),
        _ left: Catalogue,
        _ right: Catalogue
    ) throws(CatalogueError) -> [CorrespondencePair] {
        var pairs: [CorrespondencePair] = []
        var seen: Set<[WireText]> = []
        for item in try file.items("pairs") {
            let pair = CorrespondencePair(
                left: try clause(item.member(words.left), in: left),
                right: try clause(item.member(words.right), in: right),
                relation: try item.word("relation", of: Relation.self),
                note: try item.optionalText("note") ?? "",
                provenance: try item.text("provenance")
            )
            guard seen.insert([pair.left, pair.right]).inserted else {
                throw CatalogueError(
                    .duplicate,
                    "\(item.path): \(pair.left) and \(pair.right) are paired twice"
                )
            }
            pairs.append(pair)
        }
        return pairs
    }

    private static func listed(
        _ unrelated: DataReader,
        _ key: WireText,
        in catalogue: Catalogue
    ) throws(CatalogueError) -> [WireText] {
        try unrelated.items(key).map { item throws(CatalogueError) in
            try clause(item.has("clause") ? item.member("clause") : item, in: catalogue)
        }
    }

    static func clause(
        _ item: DataReader,
        in catalogue: Catalogue
    ) throws(CatalogueError) -> WireText {
        let number = try item.text()
        guard catalogue[number] != nil else {
            throw CatalogueError(
                .unknownReference,
                "\(item.path): \(catalogue.id) has no clause \(number)"
            )
        }
        return number
    }

    private static func routes(_ file: DataReader) throws(CatalogueError) -> [InclusionRoute] {
        guard file.has("inclusion") else { return [] }
        let routes = try file.member("inclusion").items("routes")
        return try routes.map { item throws(CatalogueError) in
            InclusionRoute(
                clause: try item.text(item.has("left") ? "left" : "iso9001"),
                how: try item.text("how"),
                namedFor: try item.texts("namedInSource")
            )
        }
    }

    /// Refuses the set if a clause is unknown, or, where it claims to be complete, if an auditable
    /// leaf is neither paired nor listed, or is both.
    func check(_ catalogues: [Catalogue]) throws(CatalogueError) {
        for catalogue in catalogues where concerns(catalogue.id) {
            let isLeft = catalogue.id == left
            let paired = Set(pairs.map { isLeft ? $0.left : $0.right })
            let listed = isLeft ? unrelatedLeft : unrelatedRight
            for number in paired.union(listed).sorted() where catalogue[number] == nil {
                throw CatalogueError(
                    .unknownReference,
                    "a correspondence names \(catalogue.id) \(number), which is not in it"
                )
            }
            guard isComplete else { continue }
            try checkAccounted(catalogue, paired: paired, listed: listed)
        }
    }

    private func checkAccounted(
        _ catalogue: Catalogue,
        paired: Set<WireText>,
        listed: [WireText]
    ) throws(CatalogueError) {
        let listedLeaves = Set(
            listed.flatMap { catalogue.auditableLeaves(under: $0) }.map(\.number)
        )
        for leaf in catalogue.auditableLeaves {
            switch (paired.contains(leaf.number), listedLeaves.contains(leaf.number)) {
            case (true, true):
                throw CatalogueError(
                    .contradictory,
                    "\(catalogue.id) \(leaf.number) is paired and listed as unrelated"
                )
            case (false, false):
                throw CatalogueError(
                    .unaccounted,
                    "\(catalogue.id) \(leaf.number) is neither paired nor listed as unrelated"
                )
            default: continue
            }
        }
        for number in paired.sorted()
        where listed.contains(where: { catalogue.isWithin(number, $0) }) {
            throw CatalogueError(
                .contradictory,
                "\(catalogue.id) \(number) is paired, and it or what contains it is unrelated"
            )
        }
    }
}
