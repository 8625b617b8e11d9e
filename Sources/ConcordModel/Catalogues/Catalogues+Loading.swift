import CCatalogues
public import ConcordEncoding

extension Catalogues {
    /// The data files that come with the program.
    ///
    /// They are checked whenever they are loaded, like everybody's: a mistake in them is ours and
    /// stops the program at the first use.
    public static let shipped: Catalogues = {
        do {
            return try Catalogues(files: shippedFiles())
        } catch {
            preconditionFailure("a shipped data file is wrong: \(error)")
        }
    }()

    /// Reads a set of data files that together make up a whole.
    ///
    /// What a file is follows from its members (`clauses`, `pairs`, `rows`, `terms`, `qms`,
    /// `sets`), not from its name, so that a further standard is just one more file.
    public init(files: [JSON]) throws(CatalogueError) {
        var sorted = SortedFiles()
        for file in files { try sorted.add(file) }
        guard let glossary = sorted.glossary, let auditTime = sorted.auditTime else {
            throw CatalogueError(.shape, "the terms or the audit times are missing")
        }
        try self.init(
            catalogues: sorted.catalogues,
            correspondences: sorted.correspondences,
            published: sorted.published,
            glossary: glossary,
            auditTime: auditTime
        )
    }

    /// A copy with one more data file, which replaces the one of the same standard or standards.
    ///
    /// - Throws: why the file is refused; also if another file no longer fits the new one, such as
    ///   a correspondence that names a clause which the new catalogue does not have.
    public func replacing(_ file: JSON) throws(CatalogueError) -> Catalogues {
        var sorted = SortedFiles()
        try sorted.add(file)
        let replaced = Set(sorted.catalogues.map(\.id))
        let catalogues = catalogues.filter { !replaced.contains($0.id) } + sorted.catalogues
        let published = sorted.published.isEmpty ? published : sorted.published
        let loaded = try Self.load(sorted.correspondences, catalogues, published)
        let kept = correspondences.filter { old in
            !loaded.contains { $0.concerns(old.left) && $0.concerns(old.right) }
        }
        for correspondence in kept where !replaced.isDisjoint(with: correspondence.standards) {
            try correspondence.check(catalogues)
        }
        return Catalogues(
            catalogues: catalogues,
            correspondences: kept + loaded,
            published: published,
            glossary: sorted.glossary ?? glossary,
            auditTime: sorted.auditTime ?? auditTime
        )
    }

    private init(
        catalogues: [Catalogue],
        correspondences files: [JSON],
        published: [PublishedUnrelatedClauses],
        glossary: Glossary,
        auditTime: AuditTimeTable
    ) throws(CatalogueError) {
        self.init(
            catalogues: catalogues,
            correspondences: try Self.load(files, catalogues, published),
            published: published,
            glossary: glossary,
            auditTime: auditTime
        )
    }

    private static func load(
        _ files: [JSON],
        _ catalogues: [Catalogue],
        _ published: [PublishedUnrelatedClauses]
    ) throws(CatalogueError) -> [Correspondence] {
        var correspondences: [Correspondence] = []
        for file in files {
            if DataReader(file).has("pairs") {
                correspondences.append(
                    try Correspondence(json: file, catalogues: catalogues, published: published)
                )
            } else {
                correspondences += try AlignedStandards.correspondences(
                    json: file,
                    catalogues: catalogues
                )
            }
        }
        return correspondences
    }

    private static func shippedFiles() throws(CatalogueError) -> [JSON] {
        var files: [JSON] = []
        for index in 0..<ccatalogues_count() {
            guard let bytes = ccatalogues_bytes(index), let name = ccatalogues_name(index) else {
                throw CatalogueError(.notJSON, "file \(index) is missing")
            }
            let buffer = UnsafeBufferPointer(start: bytes, count: ccatalogues_length(index))
            files.append(try JSON(dataFile: Array(buffer), named: WireText(String(cString: name))))
        }
        return files
    }
}

extension JSON {
    /// Parses a data file.
    public init(dataFile bytes: [UInt8], named name: WireText) throws(CatalogueError) {
        do {
            self = try JSON(parsing: bytes, limits: .document)
        } catch {
            throw CatalogueError(.notJSON, "\(name): \(error)")
        }
    }
}

/// Data files sorted by what they are, before those that refer to others are read.
private struct SortedFiles {
    var catalogues: [Catalogue] = []
    var correspondences: [JSON] = []
    var published: [PublishedUnrelatedClauses] = []
    var glossary: Glossary?
    var auditTime: AuditTimeTable?

    mutating func add(_ json: JSON) throws(CatalogueError) {
        let file = DataReader(json)
        if file.has("clauses") {
            let catalogue = try Catalogue(json: json)
            guard !catalogues.contains(where: { $0.id == catalogue.id }) else {
                throw CatalogueError(.duplicate, "two files are the catalogue \(catalogue.id)")
            }
            catalogues.append(catalogue)
        } else if file.has("pairs") || file.has("rows") {
            correspondences.append(json)
        } else if file.has("sets") {
            published += try PublishedUnrelatedClauses.lists(json: json)
        } else if file.has("terms") {
            glossary = try Glossary(json: json)
        } else if file.has("qms") {
            auditTime = try AuditTimeTable(json: json)
        } else {
            throw CatalogueError(
                .shape,
                "the file is not a catalogue (clauses), correspondence (pairs, rows), list of terms "
                    + "(terms), table of audit times (qms) or of published lists (sets)"
            )
        }
    }
}

extension Correspondence {
    fileprivate var standards: Set<WireText> { [left, right] }
}
