import ConcordEncoding

/// Findings that may say the same: a hint, since joining two findings is a person's decision.
///
/// Two auditors who walk through one house see the same sheet of paper. A pair is hinted at where the
/// clauses are the same or related, both rest on one document, and nothing says that it was in
/// different units. Each of the three alone would name half of the findings.
struct DuplicateHints {
    /// One warning for each pair, on the second of them.
    let notices: [Notice]

    init(_ audit: Audit, _ catalogues: Catalogues) {
        let findings = audit.countedFindings
        let standards = Set(audit.standards)
        let documents = findings.map { Self.documents(of: $0, audit) }
        var clauses: [Set<ClauseReference>] = []
        var notices: [Notice] = []
        for (index, finding) in findings.enumerated() {
            let cited = Set(finding.criteria.compactMap(\.reference))
            let near = cited.flatMap { reference in
                catalogues.related(to: reference, among: standards).map(\.reference)
            }
            for (earlier, other) in findings[..<index].enumerated() {
                let shared = documents[index].intersection(documents[earlier])
                guard let document = shared.min(),
                    finding.unit == nil || other.unit == nil || finding.unit == other.unit,
                    !clauses[earlier].isDisjoint(with: cited.union(near))
                else { continue }
                notices.append(
                    Notice(
                        severity: .warning,
                        code: .possibleDuplicate,
                        record: finding.id,
                        message: "\(finding.label) may say the same as \(other.label): related "
                            + "clauses, and both rest on \(document.name)"
                    )
                )
            }
            clauses.append(cited)
        }
        self.notices = notices
    }

    /// Something that evidence is of.
    private enum Document: Hashable, Comparable {
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

    private static func documents(of finding: FindingRecord, _ audit: Audit) -> Set<Document> {
        var documents: Set<Document> = []
        for id in finding.evidence {
            documents.insert(.item(id))
            guard let item = audit.evidence(id) else { continue }
            if let hash = item.sha256 { documents.insert(.file(hash)) }
            for word in words(item.source ?? "") where isName(word) {
                documents.insert(.named(word))
            }
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
