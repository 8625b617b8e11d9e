import ArgumentParser
import Concord
import ConcordAudit
import ConcordEncoding
import ConcordModel

/// `concord coverage`.
struct CoverageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage",
        abstract: "Show how far the audit of each standard got, clause by clause.",
        discussion: """
            Coverage is counted for each standard, never for a pair of related clauses. A clause \
            is covered when a finding cites it or its question is answered.

            Examples:
              concord coverage
              concord coverage --standard 9001 --open
            """
    )

    @Option(help: "Only this standard.")
    var standard: String?
    @Flag(help: "List only clauses that are not covered, or are in conflict.")
    var open = false
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let only = try standard.map { try view.standards.id($0) }
        let coverages = view.audit.coverage(.shipped, contested: view.contested)
            .filter { only == nil || $0.catalogue.id == only }
        try options.output.show(
            Several(
                name: "standards",
                items: coverages.map { CoverageView(coverage: $0, isOpenOnly: open, view: view) }
            )
        )
    }
}

/// How far the audit of one standard got.
private struct CoverageView: View {
    let coverage: Coverage
    /// Whether people are told only of clauses that are left.
    let isOpenOnly: Bool
    let view: AuditView

    var lines: [Shown] {
        let counts = CoverageStatus.allCases.compactMap { status in
            coverage.counts[status].map { "\($0) \(status.title.lowercased())" }
        }
        let rows = (isOpenOnly ? coverage.openLeaves : coverage.leaves).map { leaf in
            let findings = leaf.findings.compactMap { view.finding(id: $0)?.label }
            return [
                leaf.clause.number.string,
                leaf.status.title.lowercased() + (leaf.isContested ? ", in conflict" : ""),
                findings.joined(separator: " "), leaf.clause.title.string,
            ]
        }
        return [
            Style.output.strong(Shown(coverage.catalogue.shortTitle.string))
                + "  \(coverage.leaves.count) clauses: \(counts.joined(separator: ", "))"
        ] + Layout.table(rows, indent: 2)
    }

    var json: JSON {
        var counts = JSONObject()
        for (status, count) in coverage.counts {
            counts[WireText(status.rawValue)] = .integer(Int64(count))
        }
        return [
            "standard": .string(coverage.catalogue.id),
            "title": .string(coverage.catalogue.shortTitle),
            "leafClauses": .integer(Int64(coverage.leaves.count)),
            "plannedClauses": .integer(Int64(coverage.planned.count)),
            "notPlanned": texts(coverage.notPlanned),
            "clausesWithFinding": texts(coverage.clausesWithFinding),
            "counts": .object(counts),
            "clauses": .array(
                coverage.leaves.map { leaf in
                    [
                        "clause": .string(leaf.clause.number), "title": .string(leaf.clause.title),
                        "status": .string(leaf.status.rawValue),
                        "contested": .bool(leaf.isContested), "findings": texts(leaf.findings),
                        "planSlots": texts(leaf.planSlots),
                        "checklistItems": texts(leaf.checklistItems),
                    ]
                }
            ),
        ]
    }

    private func texts(_ texts: [WireText]) -> JSON { .array(texts.map { .string($0) }) }
}
