import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel

/// The totals of an audit, as lists and the status show them.
struct TotalsView {
    let findings: Int
    let nonconformities: Int
    /// The number of findings by standard and grade; standards without any too.
    let byStandard: [WireText: [Grade: Int]]
    /// The same of grades that are only proposed.
    let proposed: [WireText: [Grade: Int]]
    /// How many of those listed do not count.
    let notCounted: Int
    private let includedRequirementFindings: [WireText]
    private let unrelatedClauseFindings: [WireText]

    init(_ counted: CountedFindings) {
        findings = counted.tally.findings
        nonconformities = counted.tally.nonconformities
        byStandard = counted.tally.gradesByStandard
        proposed = counted.proposedByStandard
        notCounted = counted.notCounted
        includedRequirementFindings = counted.tally.includedRequirementFindings
        unrelatedClauseFindings = counted.tally.unrelatedClauseFindings
    }

    /// Reads what `json` says of all findings.
    init?(_ json: JSON) {
        guard let findings = json["findings"]?.integerValue,
            let nonconformities = json["nonconformities"]?.integerValue
        else { return nil }
        self.findings = Int(findings)
        self.nonconformities = Int(nonconformities)
        byStandard = Self.standards(json["countsByStandard"])
        proposed = Self.standards(json["proposedByStandard"])
        notCounted = 0
        includedRequirementFindings = Self.texts(json["includedRequirementFindings"])
        unrelatedClauseFindings = Self.texts(json["unrelatedClauseFindings"])
    }

    /// As JSON; the shape is in `docs/concord.md`.
    var json: JSON {
        [
            "findings": .integer(Int64(findings)),
            "nonconformities": .integer(Int64(nonconformities)),
            "countsByStandard": Self.json(byStandard),
            "proposedByStandard": Self.json(proposed),
            "includedRequirementFindings": Self.json(includedRequirementFindings),
            "unrelatedClauseFindings": Self.json(unrelatedClauseFindings),
        ]
    }

    /// In one line for all, and one for each standard.
    var lines: [Shown] {
        let head =
            Layout.count(findings, "finding") + ", "
            + Layout.count(nonconformities, "nonconformity")
        return [notCounted == 0 ? "\(head)" : "\(head); \(notCounted) of those listed do not count"]
            + byStandard.sorted { $0.key < $1.key }.map { standard, grades in
                let counts = Self.words(of: grades)
                let found = counts.isEmpty ? "none" : counts
                let waiting = Self.words(of: proposed[standard] ?? [:])
                let proposed = waiting.isEmpty ? "" : "; proposed: \(waiting)"
                return "  \(AuditView.title(ofStandard: standard)): \(found)\(proposed)"
            }
    }

    /// Grades with their numbers, the most severe first: "1 major, 2 minor"; empty where there are none.
    static func words(of grades: [Grade: Int]) -> String {
        Grade.allCases.reversed().compactMap { grade in
            grades[grade].map { "\($0) \(grade.rawValue)" }
        }.joined(separator: ", ")
    }

    static func json(_ grades: [Grade: Int]) -> JSON {
        .object(
            JSONObject(
                uniqueKeysWithValues: grades.map {
                    (WireText($0.key.rawValue), .integer(Int64($0.value)))
                }
            )
        )
    }

    private static func json(_ standards: [WireText: [Grade: Int]]) -> JSON {
        .object(JSONObject(uniqueKeysWithValues: standards.map { ($0.key, json($0.value)) }))
    }

    private static func json(_ ids: [WireText]) -> JSON { .array(ids.map { .string($0) }) }

    private static func standards(_ json: JSON?) -> [WireText: [Grade: Int]] {
        (json?.objectValue ?? [:]).reduce(into: [:]) { standards, member in
            var grades: [Grade: Int] = [:]
            for (name, count) in member.value.objectValue ?? [:] {
                if let grade = Grade(name) { grades[grade] = count.integerValue.map { Int($0) } }
            }
            standards[member.key] = grades
        }
    }

    private static func texts(_ json: JSON?) -> [WireText] {
        json?.arrayValue?.compactMap(\.stringValue) ?? []
    }
}

extension AuditView {
    /// The ids of records with an open conflict.
    var contested: Set<WireText> { index.contested }

    /// Whether a proposed grade counts, because its finding was confirmed with it.
    func isConfirmed(_ path: CellPath) -> Bool {
        guard path.kind == Schema.criterion.name else { return false }
        return AuditTotals.isConfirmed(path, of: criterion(id: path.record)?.finding)
    }
}
