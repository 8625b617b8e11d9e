import ConcordEncoding
import ConcordModel

/// The figures of the audit on one page.
struct SummaryView {
    struct Figure {
        let value: String
        let name: String
        let tone: String
    }

    struct GradeRow {
        let grade: GradeView
        let cells: [GradeCell]
    }

    struct GradeCell {
        let count: String
        let share: String
        let tone: String
        let isZero: Bool
    }

    struct NoticeView {
        let severity: String
        let tone: String
        let message: String
    }

    let figures: [Figure]
    let standards: [StandardTag]
    let gradeRows: [GradeRow]
    let totals: [String]
    let scopeRelation: String?
    let included: String?
    let unrelated: String?
    let conflicts: Listing<ConflictView>?
    let notices: Listing<NoticeView>?

    init(_ context: ReportContext) {
        let tally = context.tally
        figures = Self.figures(context)
        standards = context.standards
        gradeRows = Self.gradeRows(context)
        totals = context.standards.map { standard in
            "\((tally.gradesByStandard[standard.id] ?? [:]).values.reduce(0, +))"
        }
        scopeRelation = context.audit.scopeRelation(context.catalogues)?.title
        included = Self.labels(tally.includedRequirementFindings, context)
        unrelated = Self.labels(tally.unrelatedClauseFindings, context)
        conflicts = Listing(context.input.conflicts.map { ConflictView($0, context) })
        notices = Listing(
            Notices(context.audit, catalogues: context.catalogues).all.map { notice in
                NoticeView(
                    severity: notice.severity == .error ? "Before sign-off" : "For information",
                    tone: notice.severity.rawValue,
                    message: notice.message
                )
            }
        )
    }

    private static func figures(_ context: ReportContext) -> [Figure] {
        let open = Set(
            context.standards.flatMap { standard in
                ConclusionFacts(standard: standard.id, in: context.input.counted)
                    .openNonconformities
            }
        )
        let conflicts = context.input.conflicts.count
        let proposed = context.input.proposedFindings.count
        let waiting = Figure(
            value: "\(proposed)",
            name: proposed == 1 ? "grade only proposed" : "grades only proposed",
            tone: "warn"
        )
        let coverage = context.coverages.map { coverage in
            let covered = coverage.clauses(.covered).count
            let due = coverage.leaves.count - coverage.clauses(.excluded).count
            return Figure(
                value: "\(covered)/\(due)",
                name: "\(context.standard(coverage.catalogue.id).system) clauses with a result",
                tone: ""
            )
        }
        return [
            Figure(value: "\(context.tally.findings)", name: "findings", tone: ""),
            Figure(value: "\(context.tally.nonconformities)", name: "nonconformities", tone: ""),
            Figure(
                value: "\(open.count)",
                name: "still open",
                tone: open.isEmpty ? "good" : "warn"
            ),
        ] + (proposed > 0 ? [waiting] : []) + coverage + [
            Figure(
                value: "\(conflicts)",
                name: conflicts == 1 ? "open conflict" : "open conflicts",
                tone: conflicts == 0 ? "good" : "alarm"
            )
        ]
    }

    private static func gradeRows(_ context: ReportContext) -> [GradeRow] {
        let greatest = context.tally.gradesByStandard.values.flatMap(\.values).max() ?? 1
        return Grade.allCases.reversed().map { grade in
            GradeRow(
                grade: GradeView(grade),
                cells: context.standards.map { standard in
                    let count = context.tally.count(grade, in: standard.id)
                    return GradeCell(
                        count: "\(count)",
                        share: "\(count * 100 / max(greatest, 1))",
                        tone: "g-\(grade.rawValue)",
                        isZero: count == 0
                    )
                }
            )
        }
    }

    private static func labels(_ findings: [WireText], _ context: ReportContext) -> String? {
        guard !findings.isEmpty else { return nil }
        return findings.map { context.audit.finding($0)?.label ?? $0 }.joined(separator: ", ")
    }
}
