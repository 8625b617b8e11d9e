import Concord
import ConcordDiff
import ConcordEncoding
import ConcordModel

extension AuditView {
    /// The totals of the audit as JSON; the shape is in `docs/concord.md`.
    ///
    /// - Parameter listed: only of these findings.
    func totals(of listed: [FindingRecord]? = nil) -> JSON {
        let tally = tally(of: listed)
        var byStandard = JSONObject()
        for (standard, grades) in tally.gradesByStandard {
            var counts = JSONObject()
            for (grade, count) in grades {
                counts[WireText(grade.rawValue)] = .integer(Int64(count))
            }
            byStandard[standard] = .object(counts)
        }
        return [
            "findings": .integer(Int64(tally.findings)),
            "nonconformities": .integer(Int64(tally.nonconformities)),
            "countsByStandard": .object(byStandard),
            "includedRequirementFindings": ids(tally.includedRequirementFindings),
            "unrelatedClauseFindings": ids(tally.unrelatedClauseFindings),
        ]
    }

    private func ids(_ ids: [WireText]) -> JSON { .array(ids.map { .string($0) }) }

    private func tally(of listed: [FindingRecord]?) -> Tally {
        guard let listed else { return Tally(audit, catalogues: .shipped) }
        let ids = Set(listed.map(\.id))
        let findings = (document["finding"]?.objectValue ?? [:]).filter { ids.contains($0.key) }
        var state = document
        state["finding"] = .object(
            JSONObject(uniqueKeysWithValues: findings.map { ($0.key, $0.value) })
        )
        return Tally(Audit(state: state), catalogues: .shipped)
    }

    /// The totals in one line per standard.
    ///
    /// - Parameter listed: only of these findings.
    func totalsText(of listed: [FindingRecord]? = nil) -> [Shown] {
        let tally = tally(of: listed)
        let head =
            Layout.count(tally.findings, "finding") + ", "
            + Layout.count(tally.nonconformities, "nonconformity")
        let left = (listed?.count ?? tally.findings) - tally.findings
        return [left == 0 ? "\(head)" : "\(head); \(left) of those listed do not count"]
            + tally.gradesByStandard.sorted { $0.key < $1.key }.map { standard, grades in
                let counts = Grade.allCases.reversed().compactMap { grade in
                    grades[grade].map { "\($0) \(grade.rawValue)" }
                }
                let found = counts.isEmpty ? "none" : counts.joined(separator: ", ")
                return "  \(Self.title(ofStandard: standard)): \(found)"
            }
    }

    /// The ids of records with an open conflict.
    var contested: Set<WireText> { index.contested }
}
