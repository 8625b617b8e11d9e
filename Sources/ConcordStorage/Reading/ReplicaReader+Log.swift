public import ConcordDiff
public import ConcordEncoding

/// A diff without its contents.
public struct DiffSummary: Hashable, Sendable {
    /// Its identity.
    public let id: DiffID
    /// Its name in `over`.
    public let reference: WriteReference
    /// The time of saving by its author's clock (RFC 3339).
    public let time: String
    /// Its position in the server's log; nil while it has none.
    public let position: Int?
    /// How long its envelope is.
    package let bytes: Int
    /// How it was proven.
    package let proof: VerifiedDiff.Proof
}

/// A line of the change log.
public struct LogLine: Hashable, Sendable {
    /// The position in the server's log; nil while it has none.
    public let position: Int?
    /// The exact bytes of the envelope.
    public let envelope: [UInt8]
    /// How it was proven.
    package let proof: VerifiedDiff.Proof

    /// The line of an exported log: canonical JSON that contains the envelope's bytes unchanged.
    public var exported: [UInt8] {
        ExportedLine(position: position, envelope: envelope).bytes
    }
}

extension ReplicaReader {
    private static let diffColumns =
        "d.id, b.author, d.seq, d.time, d.position, length(d.envelope), d.proof"

    /// The diff with this identity, nil if it is not here.
    package func diff(_ id: DiffID) throws -> DiffSummary? {
        let query = try statements(
            """
            SELECT \(Self.diffColumns) FROM diff d JOIN branch b ON b.number = d.branch
            WHERE d.id = ?1
            """
        )
        query.bind(id, at: 1)
        return try query.first { try DiffSummary(row: $0) }
    }

    /// The diffs that a reference can mean: one, unless the author's chain has forked; what is not
    /// void comes first.
    package func diffs(_ reference: WriteReference) throws -> [DiffSummary] {
        let query = try statements(
            """
            SELECT \(Self.diffColumns) FROM branch b JOIN diff d ON d.branch = b.number
            WHERE b.author = ?1 AND d.seq = ?2
            ORDER BY b.void_from IS NOT NULL AND b.void_from <= d.seq, d.number
            """
        )
        query.bind(reference.author.text, at: 1)
        query.bind(reference.seq, at: 2)
        return try query.rows { try DiffSummary(row: $0) }
    }

    /// Whether a diff has no effect since its author's chain has forked, and the other branch comes first.
    package func isOnVoidBranch(_ id: DiffID) throws -> Bool {
        let query = try statements(
            """
            SELECT b.void_from IS NOT NULL AND b.void_from <= d.seq
            FROM diff d JOIN branch b ON b.number = d.branch WHERE d.id = ?1
            """
        )
        query.bind(id, at: 1)
        return try query.first { $0.int(0) == 1 } ?? false
    }

    /// The exact bytes of a diff, nil if it is not here.
    package func envelope(of id: DiffID) throws -> [UInt8]? {
        let query = try statements("SELECT envelope FROM diff WHERE id = ?1")
        query.bind(id, at: 1)
        return try query.first { $0.bytes(0) }
    }

    /// The diffs that have no place in the server's log, in causal order.
    package func pending() throws -> [DiffSummary] {
        try statements(
            """
            SELECT \(Self.diffColumns) FROM diff d JOIN branch b ON b.number = d.branch
            WHERE d.position IS NULL ORDER BY d.number
            """
        ).rows { try DiffSummary(row: $0) }
    }

    /// The author's newest diff here, nil if there is none.
    package func tip(of author: Author) throws -> DiffSummary? {
        let query = try statements(
            """
            SELECT \(Self.diffColumns) FROM branch b JOIN diff d ON d.branch = b.number
            WHERE b.author = ?1
            ORDER BY b.void_from IS NOT NULL AND b.void_from <= d.seq, d.seq DESC LIMIT 1
            """
        )
        query.bind(author.text, at: 1)
        return try query.first { try DiffSummary(row: $0) }
    }

    /// Every diff: the server's log in its order, then what has no place in it, in causal order.
    package func log(_ body: (LogLine) throws -> Void) throws {
        for filter in ["IS NOT NULL ORDER BY position", "IS NULL ORDER BY number"] {
            let query = try statements(
                "SELECT position, envelope, proof FROM diff WHERE position \(filter)"
            )
            defer { query.reset() }
            while try query.next() {
                guard let proof = VerifiedDiff.Proof(rawValue: query.int(2)) else {
                    throw DamagedRow("proof")
                }
                try body(
                    LogLine(
                        position: query.optionalInt(0),
                        envelope: query.bytes(1),
                        proof: proof
                    )
                )
            }
        }
    }

    /// The identities of the log's entries at these positions; those that are not here are left out.
    package func identities(at positions: [Int]) throws -> [Int: DiffID] {
        let query = try statements("SELECT id FROM diff WHERE position = ?1")
        var identities: [Int: DiffID] = [:]
        for position in positions {
            query.bind(position, at: 1)
            identities[position] = try query.first { try $0.digest(0) }
        }
        return identities
    }
}

extension ReplicaReader {
    /// The server's log as a tree, as far as it is here.
    package var logRange: CompactRange {
        get throws { try FoldStart.logRange(statements) }
    }

    /// The roots over the first entries of the server's log, for sizes that are here.
    package func logRoots(of sizes: Set<Int>) throws -> [Int: SHA256Digest] {
        var tree = LogTree(statements)
        var roots: [Int: SHA256Digest] = [:]
        for size in sizes.sorted() { roots[size] = try tree.range(of: size).root }
        return roots
    }

    /// What is known of the server's log beside its entries; nil if nothing is.
    /// Whether anything that a diff writes has effect.
    package func hasEffect(_ diff: DiffID) throws -> Bool {
        let query = try statements(
            """
            SELECT 1 FROM diff d JOIN write w ON w.diff = d.number
            WHERE d.id = ?1 AND w.standing <> 1 LIMIT 1
            """
        )
        query.bind(diff, at: 1)
        return try query.first { _ in true } ?? false
    }

    package func serverLog() throws -> ServerLog? { try ServerLogTables(statements).read() }

    /// What was found to contradict what the server signed, the oldest first.
    package func contradictions() throws -> [LogContradiction] {
        try ServerLogTables(statements).contradictions()
    }
}

extension DiffSummary {
    fileprivate init(row: Statement) throws {
        guard let author = Author(row.string(1)),
            let proof = VerifiedDiff.Proof(rawValue: row.int(6))
        else { throw DamagedRow("diff") }
        self.init(
            id: try row.digest(0),
            reference: WriteReference(seq: row.int(2), author: author),
            time: row.string(3).string,
            position: row.optionalInt(4),
            bytes: row.int(5),
            proof: proof
        )
    }
}
