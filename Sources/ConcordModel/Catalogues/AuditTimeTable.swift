public import ConcordEncoding

/// How many auditor-days an initial audit takes, by the number of effective personnel.
///
/// The figures are those of the accreditation bodies' mandatory documents; for a standard without
/// a public table the certification body enters the days with a reason.
public struct AuditTimeTable: Hashable, Sendable {
    /// One band of the table.
    public struct Band: Hashable, Sendable {
        /// The numbers of people it is for.
        public let people: ClosedRange<Int>
        /// The days for stage 1 and stage 2 together.
        public let days: AuditDays
    }

    /// A rule on what may be done with the days.
    public struct Rule: Hashable, Sendable, Identifiable {
        /// The name of the rule, such as "md11-max-reduction".
        public let id: WireText
        /// The figure of the rule as the file has it ("0.2", "1/3"); nil where it has none.
        public let value: WireText?
        /// The rule in our own words.
        public let text: WireText
        /// Who says so.
        public let provenance: WireText
    }

    /// The bands for a quality management system, without gaps, from few people to many.
    public let qualityBands: [Band]
    /// Where the bands come from.
    public let source: WireText
    /// The rules.
    public let rules: [Rule]

    /// The days for a quality management system, or nil above the last band, where a person has to
    /// judge the progression.
    public func qualityDays(people: Int) -> AuditDays? {
        qualityBands.first { $0.people.contains(people) }?.days
    }

    /// How far a team can audit several standards, in tenths of a percent.
    ///
    /// - Parameters:
    ///   - standardsByAuditor: how many of the audit's standards each auditor can audit.
    ///   - standards: how many standards the audit has.
    /// - Returns: 1000 if every auditor can audit every standard, 0 if each can audit one; nil if
    ///   the audit has a single standard or no auditor.
    public static func teamAbility(standardsByAuditor: [Int], standards: Int) -> Int? {
        guard standards > 1, !standardsByAuditor.isEmpty else { return nil }
        let shared = standardsByAuditor.reduce(0) { $0 + max($1 - 1, 0) }
        let possible = standardsByAuditor.count * (standards - 1)
        return (shared * 2000 + possible) / (2 * possible)
    }
}

extension AuditTimeTable {
    /// Reads the table from a data file.
    ///
    /// - Throws: what is wrong and where; bands with gaps or overlaps are refused.
    public init(json: JSON) throws(CatalogueError) {
        let file = DataReader(json)
        let quality = try file.member("qms")
        var bands: [Band] = []
        for item in try quality.items("rows") {
            let band = try Band(item)
            if let last = bands.last, band.people.lowerBound != last.people.upperBound + 1 {
                throw CatalogueError(
                    .shape,
                    "\(item.path).from must be \(last.people.upperBound + 1): bands have no gaps"
                )
            }
            bands.append(band)
        }
        self.init(
            qualityBands: bands,
            source: try quality.text("source"),
            rules: try file.items("rules").map { item throws(CatalogueError) in
                Rule(
                    id: try item.text("id"),
                    value: try item.optionalText("value"),
                    text: try item.text("text"),
                    provenance: try item.text("provenance")
                )
            }
        )
    }
}

extension AuditTimeTable.Band {
    fileprivate init(_ item: DataReader) throws(CatalogueError) {
        let from = try item.integer("from")
        let through = try item.integer("to")
        guard from <= through, through < Int.max else {
            throw CatalogueError(.shape, "\(item.path): \"from\" must not be above \"to\"")
        }
        guard let days = AuditDays(try item.text("days")) else {
            throw CatalogueError(.shape, "\(item.path).days must be a decimal such as \"6.5\"")
        }
        self.init(people: from...through, days: days)
    }
}
