import ConcordDiff
import ConcordMerge
import ConcordText

/// Whether what is stored of what each diff's author had seen is what its head says: its parents, and all that they had
/// seen. Verdicts rest on it, and branches are numbered as they came here, so that two files cannot be compared.
struct SeenCheck {
    private let statements: StatementCache
    private var vectors: [DiffID: SeenVector] = [:]
    private var places: [DiffID: BranchSeq] = [:]

    init(_ statements: StatementCache) { self.statements = statements }

    /// What is stored otherwise, each with its diff.
    mutating func differences() throws -> [String] {
        var stored = StoredSeen(statements)
        var differences: [String] = []
        let rows = try Statement(
            "SELECT id, branch, seq, seen, envelope, proof FROM diff ORDER BY number",
            on: statements.connection
        )
        defer { rows.reset() }
        while try rows.next() {
            let id = try rows.digest(0)
            let diff = try VerifiedDiff(stored: rows.bytes(4), proof: rows.int(5))
            var wanted = SeenVector.union(of: diff.head.parents.compactMap { vectors[$0] })
            for parent in diff.head.parents {
                if let place = places[parent] { wanted.insert(place) }
            }
            // What rests on a wrong one is looked at by what would be right.
            if try !holds(wanted, as: rows.bytes(3), in: &stored) {
                differences.append("diff: stored, not in the log: what \(id) had seen")
            }
            vectors[id] = wanted
            places[id] = BranchSeq(branch: rows.int(1), seq: rows.int(2))
        }
        return differences
    }

    private func holds(
        _ wanted: SeenVector,
        as bytes: [UInt8],
        in stored: inout StoredSeen
    ) throws -> Bool {
        do {
            return try stored.vector(bytes) == wanted
        } catch is DamagedRow {
            return false
        }
    }
}
