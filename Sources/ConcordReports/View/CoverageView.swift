import ConcordEncoding
import ConcordModel

/// The coverage of one standard: a bar, and a grid of clauses by top clause.
struct CoverageView {
    struct Segment {
        let tone: String
        let title: String
        let count: String
        let share: String
    }

    struct Group {
        let number: String
        let title: String
        let count: String
        let cells: [Cell]
    }

    struct Cell {
        let number: String
        let title: String
        let status: String
        let tone: String
        let isContested: Bool
        let findings: Listing<FindingLink>?
    }

    let standard: StandardTag
    let total: String
    let planned: String
    let segments: [Segment]
    let groups: [Group]
    let notPlanned: String?

    init(_ coverage: Coverage, _ context: ReportContext) {
        let catalogue = coverage.catalogue
        standard = context.standard(catalogue.id)
        total = "\(coverage.leaves.count)"
        planned = "\(coverage.planned.count)"
        notPlanned =
            coverage.notPlanned.isEmpty ? nil : coverage.notPlanned.joined(separator: ", ")
        let counts = coverage.counts
        segments = CoverageStatus.allCases.compactMap { status in
            guard let count = counts[status] else { return nil }
            return Segment(
                tone: "s-\(status.rawValue)",
                title: status.title,
                count: "\(count)",
                share: "\(count)"
            )
        }
        let byTopClause = Dictionary(grouping: coverage.leaves) { leaf in
            catalogue.topClause(of: leaf.clause.number)?.number ?? leaf.clause.number
        }
        groups = catalogue.topClauses.compactMap { top in
            guard let leaves = byTopClause[top.number] else { return nil }
            let covered = leaves.count { $0.status == .covered }
            return Group(
                number: top.number.string,
                title: top.title.string,
                count: "\(covered) of \(leaves.count) covered",
                cells: leaves.map { Cell($0, standard: catalogue.id, context) }
            )
        }
    }
}

extension CoverageView.Cell {
    fileprivate init(_ leaf: Coverage.Leaf, standard: WireText, _ context: ReportContext) {
        number = leaf.clause.number.string
        title = leaf.clause.title.string
        status = leaf.status.title
        tone = "s-\(leaf.status.rawValue)"
        isContested = leaf.isContested
        findings = Listing(
            leaf.findings.compactMap { context.audit.finding($0) }.map { finding in
                FindingLink(finding, clause: leaf.clause.number, standard: standard)
            }
        )
    }
}

/// A finding named in passing, in the colour of the grade it has there.
struct FindingLink {
    let anchor: String
    let label: String
    let title: String
    let tone: String

    init(_ finding: FindingRecord, clause: WireText, standard: WireText) {
        let grade = finding.criteria.first {
            $0.reference?.clause == clause && $0.reference?.standard == standard
        }?.grade
        self.init(finding, grade: grade)
    }

    init(_ finding: FindingRecord, grade: Grade?) {
        anchor = FindingView.anchor(finding)
        label = finding.label.string
        title = finding.title?.string ?? ""
        tone = GradeView(grade).tone
    }
}
