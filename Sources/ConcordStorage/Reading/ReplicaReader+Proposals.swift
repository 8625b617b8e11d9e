import ConcordDiff
import ConcordEncoding
package import ConcordMerge

extension ReplicaReader {
    /// The cells that show a proposal. People have to see that such a value waits for a decision.
    package func shownProposals() throws -> [ShownProposal] {
        let branches = try FoldStart.branches(statements)
        return try statements(
            """
            SELECT r.kind, r.id, w.field, w.member, w.branch, w.seq
            FROM write w INDEXED BY write_effect JOIN record r ON r.number = w.record
            WHERE w.effect = 'proposal' AND w.standing = 0 AND r.is_present AND NOT EXISTS (
                SELECT 1 FROM write e WHERE e.record = w.record AND e.field = w.field
                AND e.member = w.member AND e.standing = 0 AND e.effect IS NULL
            )
            ORDER BY w.diff, w.record, w.field, w.member
            """
        ).rows { row in
            ShownProposal(
                path: try row.path(0),
                write: WriteReference(seq: row.int(5), author: try branches.author(of: row.int(4)))
            )
        }
    }

    /// Every proposal that nobody has decided, of whatever kind of record; oldest first.
    package func openProposals() throws -> [OpenProposal] {
        let cells = try statements(
            """
            SELECT DISTINCT w.record, w.field, w.member
            FROM write w INDEXED BY write_effect JOIN record r ON r.number = w.record
            WHERE w.effect = 'proposal' AND r.is_present ORDER BY w.record, w.field, w.member
            """
        ).rows { CellKey(record: $0.int(0), field: $0.string(1), member: $0.string(2)) }
        if cells.isEmpty { return [] }
        let fold = try fold()
        var found: [(arrival: Int, proposal: OpenProposal)] = []
        for cell in cells {
            for proposal in try fold.pictures.openProposals(at: cell) {
                guard let number = try fold.number(of: proposal.account.diff) else { continue }
                found.append((number, proposal))
            }
            fold.forget()
        }
        return found.enumerated().sorted {
            ($0.element.arrival, $0.offset) < ($1.element.arrival, $1.offset)
        }.map(\.element.proposal)
    }
}
