import ConcordEncoding
import ConcordModel

// A finding that is merged into another one counts there, by the criteria that the merge wrote into it. Whoever
// takes such a criterion out again would leave what was merged counted nowhere, without being asked about it:
// so that is refused before anything is written. What is meant is to take the finding out of the merge, or to
// grade it otherwise.

extension Fold {
    /// Throws where a record is a criterion by which a merged finding counts.
    mutating func checkCarriesNothing(_ criterion: RecordEntry) throws {
        guard criterion.kind == Schema.criterion, let finding = criterion.owner else { return }
        let clause = try clause(of: criterion)
        for merged in try findings(mergedInto: finding) {
            let state = CellKey(record: merged, field: "state")
            guard try record(merged).isPresent, try evaluate(state).shown == "merged" else {
                continue
            }
            for part in try records(ownedBy: merged) {
                let part = try record(part)
                guard part.kind == Schema.criterion, part.isPresent,
                    try self.clause(of: part) == clause
                else { continue }
                throw EditError(
                    .carriesMerged,
                    at: CellPath(kind: Schema.finding.name, record: try record(merged).id).text
                )
            }
        }
    }

    private mutating func clause(of criterion: RecordEntry) throws -> [JSON?] {
        try ["standard", "clause"].map { field in
            try evaluate(CellKey(record: criterion.number, field: field)).shown
        }
    }
}
