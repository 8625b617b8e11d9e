import Concord
import ConcordChanges
import ConcordEncoding
import ConcordModel

extension AuditView {
    /// The totals of the audit as JSON; the shape is in `docs/concord.md`.
    func totals() -> JSON {
        let tally = Tally(audit, catalogues: .shipped)
        var byStandard = JSONObject()
        for (standard, grades) in tally.gradesByStandard {
            var counts = JSONObject()
            for (grade, count) in grades { counts[grade.rawValue] = .integer(Int64(count)) }
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

    private func ids(_ ids: [String]) -> JSON { .array(ids.map { .string($0) }) }

    /// The totals in one line per standard.
    func totalsText() -> [String] {
        let tally = Tally(audit, catalogues: .shipped)
        let head =
            Layout.count(tally.findings, "finding") + ", "
            + Layout.count(tally.nonconformities, "nonconformity")
        return [head]
            + tally.gradesByStandard.sorted { $0.key < $1.key }.map { standard, grades in
                let counts = Grade.allCases.reversed().compactMap { grade in
                    grades[grade].map { "\($0) \(grade.rawValue)" }
                }
                return "  \(Self.title(ofStandard: standard)): "
                    + (counts.isEmpty ? "none" : counts.joined(separator: ", "))
            }
    }

    /// The ids of records with an open conflict.
    var contested: Set<String> { Set(snapshot.conflicts.map(\.path.record)) }
}
