import ConcordEncoding

/// Findings that may say the same: a hint, since joining two findings is a person's decision.
///
/// Two auditors who walk through one house see the same sheet of paper. Two findings are hinted at where
/// the clauses are the same or related, both rest on one document, and nothing says that it was in
/// different units. Each of the three alone would name half of the findings.
///
/// However many findings rest on one document, each is compared with those few that were first to cite it
/// for a clause: a hundred copies are a hundred hints, not five thousand, and cost as much.
package struct DuplicateHints {
    /// At most so many hints on one finding.
    package static let hintsMax = 3

    /// Warnings on the later of two findings, which name the earlier one.
    let notices: [Notice]

    init(_ audit: Audit, _ catalogues: Catalogues) {
        let findings = audit.countedFindings
        let standards = Set(audit.standards)
        var related: [ClauseReference: [ClauseReference]] = [:]
        var seen = Seen()
        var notices: [Notice] = []
        var named: [WireText: [Document]] = [:]
        for (place, finding) in findings.enumerated() where !finding.criteria.isEmpty {
            let documents = Self.documents(of: finding, audit, &named).sorted()
            let cited = Set(finding.criteria.compactMap(\.reference)).filter {
                catalogues.clause($0) != nil
            }
            for clause in cited where related[clause] == nil {
                related[clause] = catalogues.related(to: clause, among: standards).map(\.reference)
            }
            let near = cited.union(cited.flatMap { related[$0] ?? [] })
            var found: Set<Int> = []
            for document in documents where found.count < Self.hintsMax {
                let earlier = Set(near.flatMap { seen.places(document, $0, finding.unit) })
                for other in earlier.subtracting(found).sorted().prefix(Self.hintsMax - found.count)
                {
                    found.insert(other)
                    notices.append(Self.notice(finding, findings[other], document))
                }
            }
            for document in documents {
                for clause in cited { seen.note(place, document, clause, finding.unit) }
            }
        }
        self.notices = notices
    }

    private static func notice(
        _ finding: FindingRecord,
        _ other: FindingRecord,
        _ document: Document
    ) -> Notice {
        Notice(
            severity: .warning,
            code: .possibleDuplicate,
            record: finding.id,
            message: "\(finding.label) may say the same as \(other.label): related "
                + "clauses, and both cite \(document.name)"
        )
    }

    /// The first findings that rest on a document, for each clause and unit.
    private struct Seen {
        private struct Key: Hashable {
            let document: Document
            let clause: ClauseReference
            /// Nil for all units together.
            let unit: WireText?
            let isAnyUnit: Bool
        }

        private var places: [Key: [Int]] = [:]

        mutating func note(
            _ place: Int,
            _ document: Document,
            _ clause: ClauseReference,
            _ unit: WireText?
        ) {
            for isAnyUnit in [true, false] {
                let key = Key(
                    document: document,
                    clause: clause,
                    unit: isAnyUnit ? nil : unit,
                    isAnyUnit: isAnyUnit
                )
                if places[key, default: []].count < DuplicateHints.hintsMax {
                    places[key, default: []].append(place)
                }
            }
        }

        /// The findings that were in the unit, or whose unit or the asker's is not known.
        func places(_ document: Document, _ clause: ClauseReference, _ unit: WireText?) -> [Int] {
            func among(_ unit: WireText?, any: Bool) -> [Int] {
                places[Key(document: document, clause: clause, unit: unit, isAnyUnit: any)] ?? []
            }
            guard let unit else { return among(nil, any: true) }
            return among(unit, any: false) + among(nil, any: false)
        }
    }

    /// Something that evidence is of.
    fileprivate enum Document: Hashable, Comparable {
        /// What a source calls it, such as "PR-12".
        case named(WireText)
        /// A file, by its hash.
        case file(WireText)
        /// An item of evidence, by its id.
        case item(WireText)

        var name: WireText {
            switch self {
            case .named(let name): name
            case .file: "the same file"
            case .item: "the same evidence"
            }
        }
    }

    /// At most so many documents that the source of one item of evidence names.
    private static let namesMax = 20

    /// - Parameter named: what each item of evidence is of, as far as it is known already: hundreds of
    ///   findings may rest on one whose source is long.
    fileprivate static func documents(
        of finding: FindingRecord,
        _ audit: Audit,
        _ named: inout [WireText: [Document]]
    ) -> Set<Document> {
        var documents: Set<Document> = []
        for id in finding.evidence {
            if named[id] == nil {
                var found: [Document] = [.item(id)]
                if let item = audit.evidence(id) {
                    if let hash = item.sha256 { found.append(.file(hash)) }
                    let names = words(item.source ?? "").lazy.filter(isName).prefix(namesMax)
                    found += names.map { .named($0) }
                }
                named[id] = found
            }
            documents.formUnion(named[id] ?? [])
        }
        return documents
    }

    private static func words(_ text: WireText) -> [WireText] {
        text.string.split { $0.isWhitespace || ",;:()".contains($0) }.map { WireText(String($0)) }
    }

    /// Whether a word names a document, as "PR-12" and "QB-2013-12" do, and "rev" and "2013-12" do not.
    private static func isName(_ word: WireText) -> Bool {
        let word = word.string
        return word.first?.isLetter == true && word.contains("-")
            && word.contains(where: \.isNumber)
    }
}

/// What of a finding tells that it may say the same as another one: where it rests on a document for a clause.
///
/// A finding is hinted at where an earlier one rests on a document for a clause that is near to one of its own,
/// and both are of one unit, or the unit of one is not known. Places are numbers made from names: what
/// keeps them holds none of what the evidence says.
package struct DuplicateTraits: Hashable, Sendable {
    /// Documents and the clauses for which the finding rests on them.
    package let own: Set<Int>
    /// The same documents with those clauses and the related ones of the engagement's standards.
    package let near: Set<Int>
    /// The same with the related clauses of all standards: whatever finding this one may be hinted at with is there.
    package let around: Set<Int>
    /// The unit; nil where it is not known.
    package let unit: Int?

    /// What tells of a finding that counts; nil where nothing does.
    package init?(of finding: FindingRecord, in audit: Audit, _ catalogues: Catalogues) {
        var named: [WireText: [DuplicateHints.Document]] = [:]
        let documents = DuplicateHints.documents(of: finding, audit, &named)
        let cited = Set(finding.criteria.compactMap(\.reference)).filter {
            catalogues.clause($0) != nil
        }
        if documents.isEmpty || cited.isEmpty { return nil }
        func places(among standards: Set<WireText>) -> Set<Int> {
            let clauses = cited.flatMap { clause in
                [clause] + catalogues.related(to: clause, among: standards).map(\.reference)
            }
            return Self.places(documents, Set(clauses))
        }
        own = Self.places(documents, cited)
        near = places(among: Set(audit.standards))
        around = places(among: Set(catalogues.catalogues.map(\.id)))
        unit = finding.unit.map { Self.number(of: ["unit", $0]) }
    }

    private static func places(
        _ documents: Set<DuplicateHints.Document>,
        _ clauses: Set<ClauseReference>
    ) -> Set<Int> {
        Set(
            documents.flatMap { document in
                clauses.map { number(of: document.parts + [$0.standard, $0.clause]) }
            }
        )
    }

    private static func number(of parts: [WireText]) -> Int {
        let text = JSON.array(parts.map { .string($0) }).canonicalBytes
        let first = SHA256Digest(hashing: text).bytes.prefix(8)
        return Int(truncatingIfNeeded: first.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}

extension DuplicateHints.Document {
    fileprivate var parts: [WireText] {
        switch self {
        case .named(let name): ["named", name]
        case .file(let hash): ["file", hash]
        case .item(let id): ["item", id]
        }
    }
}
