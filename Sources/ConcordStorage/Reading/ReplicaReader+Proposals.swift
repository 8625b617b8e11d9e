package import ConcordChanges
import ConcordEncoding

extension ReplicaReader {
    /// The cells that show a proposal: nobody whose word counts there has written, or what they wrote is
    /// replaced. People have to see that such a value waits for a decision.
    package func shownProposals() throws -> [(path: CellPath, write: WriteReference)] {
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
            (
                path: row.path(0),
                write: WriteReference(seq: row.int(5), author: try branches.author(of: row.int(4)))
            )
        }
    }
}
