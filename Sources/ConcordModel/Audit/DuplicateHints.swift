import ConcordEncoding

/// Findings that may say the same: a hint, since joining two findings is a person's decision.
///
/// Two auditors who walk through one house see the same sheet of paper. Two findings are hinted at where
/// the clauses are the same or related, both rest on one document, and nothing says that it was in
/// different units. Each of the three alone would name half of the findings.
///
/// However many findings rest on one document, each is compared with those few that were first to cite it
/// for a clause: a hundred copies are a hundred hints, not five thousand, and cost as much.
struct DuplicateHints {
    /// At most so many hints on one finding.
    static let hintsMax = 3

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
    private enum Document: Hashable, Comparable {
        /// Its name in a source, such as "PR-12".
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
    private static func documents(
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
