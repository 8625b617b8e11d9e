package import ConcordDiff
package import ConcordEncoding
import ConcordMerge
import ConcordModel

/// An entry of the server's log that a proof holds.
package struct ProofEntry: Hashable, Sendable {
    /// Its place.
    package let position: Int
    /// The diff.
    package let diff: UnverifiedDiff
    /// Whether its contents belong to the proof; else only what it says of what its author had seen.
    package let isWhole: Bool
}

/// What cannot be proven yet of a record: its diffs that are not among the entries that the server has signed.
package struct UnprovenDiffs: Error {
    /// Their identities, oldest first.
    package let diffs: [DiffID]
}

/// What proves something of the server's log to somebody who has no replica.
package struct ProofReader {
    private let reader: ReplicaReader

    /// Proofs of what a replica holds.
    package init(_ reader: ReplicaReader) { self.reader = reader }

    private var statements: StatementCache { reader.statements }

    /// The entries of the log that prove what a record and its parts show, in the order of the log.
    ///
    /// These are all diffs that ever wrote on them or gave one of them effect; how each author became a member; the seals
    /// and reopenings, and the orders that erased something in these diffs; and, of authors who wrote beside others,
    /// the heads that say what they had seen.
    ///
    /// - Parameter size: how many entries the server has signed.
    /// - Throws: `UnprovenDiffs` where something stands outside of those.
    package func entries(kind: WireText, id: WireText, in size: Int) throws -> [ProofEntry] {
        var gathering = ProofGathering(statements: statements, membership: try reader.membership)
        let written = try gathering.diffs(writingOn: kind, id)
        let outside = written.filter { !($0.position.map { $0 < size } ?? false) }
        if !outside.isEmpty { throw UnprovenDiffs(diffs: outside.map(\.diff.id)) }
        try gathering.add(written)
        try gathering.addOrders()
        try gathering.addMembership()
        try gathering.addSights(of: written)
        return gathering.entries.sorted { $0.position < $1.position }.filter { $0.position < size }
    }

    /// The diffs that wrote on a record, or gave such a write effect, as they are here.
    package func diffs(writingOn kind: WireText, _ id: WireText) throws -> [UnverifiedDiff] {
        let gathering = ProofGathering(statements: statements, membership: try reader.membership)
        return try gathering.diffs(writingOn: kind, id, withParts: false).map(\.diff)
    }

    /// The proofs that entries stand in the log of `size` entries, by position.
    package func inclusionProofs(of positions: [Int], in size: Int) throws -> [Int: InclusionProof]
    {
        var nodes = LogNodes(statements)
        let prover = MerkleProver { node in try nodes.hash(of: node) }
        var proofs: [Int: InclusionProof] = [:]
        for position in positions {
            proofs[position] = try prover.inclusion(of: position, in: size)
        }
        return proofs
    }

    /// The proof that the log of `size` entries has grown from that of `former`, both of which are here.
    package func consistencyProof(from former: Int, to size: Int) throws -> ConsistencyProof {
        var nodes = LogNodes(statements)
        return try MerkleProver { node in try nodes.hash(of: node) }
            .consistency(from: former, to: size)
    }
}

/// The entries of a proof while they are looked up.
private struct ProofGathering {
    /// A diff as it is stored.
    struct Stored {
        let number: Int
        let position: Int?
        let branch: Int
        let diff: UnverifiedDiff
    }

    let statements: StatementCache
    let membership: Membership
    private var whole: [Int: Stored] = [:]
    private var heads: [Int: Stored] = [:]
    private var knownMembers: Set<WireText> = []

    init(statements: StatementCache, membership: Membership) {
        self.statements = statements
        self.membership = membership
    }

    var entries: [ProofEntry] {
        [(whole, true), (heads.filter { whole[$0.key] == nil }, false)].flatMap { part, isWhole in
            part.values.compactMap { stored in
                stored.position.map {
                    ProofEntry(position: $0, diff: stored.diff, isWhole: isWhole)
                }
            }
        }
    }

    mutating func add(_ diffs: [Stored]) throws {
        for stored in diffs where whole[stored.number] == nil {
            whole[stored.number] = stored
            try addMember(writing: stored)
        }
    }

    // MARK: Looking up.

    private static let columns = "d.number, d.position, d.branch, d.envelope"

    private func stored(_ row: Statement) throws -> Stored {
        do throws(DiffError) {
            let diff = try UnverifiedDiff(envelope: row.bytes(3), mayBeErased: true)
            return Stored(
                number: row.int(0),
                position: row.optionalInt(1),
                branch: row.int(2),
                diff: diff
            )
        } catch {
            throw DamagedRow("diff (\(error))")
        }
    }

    /// The diffs that wrote on a record, and the ones that gave them effect; those on its parts too.
    func diffs(writingOn kind: WireText, _ id: WireText, withParts: Bool = true) throws -> [Stored]
    {
        let parts =
            withParts ? "UNION SELECT p.number FROM record p JOIN one ON p.owner = one.number" : ""
        let query = try statements(
            """
            WITH one AS (SELECT number FROM record WHERE id = ?1 AND kind = ?2),
            taken AS (SELECT number FROM one \(parts)),
            named AS (
                SELECT w.diff AS number FROM write w JOIN taken t ON w.record = t.number
                UNION
                SELECT w.admitted_by FROM write w JOIN taken t ON w.record = t.number
                WHERE w.admitted_by IS NOT NULL)
            SELECT \(Self.columns) FROM diff d JOIN named n ON d.number = n.number ORDER BY d.number
            """
        )
        query.bind(id, at: 1)
        query.bind(kind, at: 2)
        return try query.rows(stored)
    }

    /// The diffs that wrote on any record of a kind.
    private func diffs(writingOnAny kind: WireText) throws -> [Stored] {
        let query = try statements(
            """
            SELECT DISTINCT \(Self.columns) FROM record r JOIN write w ON w.record = r.number
            JOIN diff d ON d.number = w.diff WHERE r.kind = ?1
            """
        )
        query.bind(kind, at: 1)
        return try query.rows(stored)
    }

    // MARK: What belongs to it.

    /// The engagement's first diff, the seals, and the orders by which something was erased.
    mutating func addOrders() throws {
        try add(
            try statements("SELECT \(Self.columns) FROM diff d WHERE d.position = 0").rows(stored)
        )
        for kind in [Schema.seal, Schema.reopening] {
            try add(try diffs(writingOnAny: kind.name))
        }
        let erased = whole.values.filter(\.diff.isErased).flatMap { $0.diff.body.erased.map(\.by) }
        for order in Set(erased) {
            try add(try diffs(writingOn: Schema.erasure.name, order, withParts: false))
        }
    }

    private var waiting: [Author] = []

    private mutating func addMember(writing stored: Stored) throws {
        waiting.append(stored.diff.head.author)
    }

    /// How the authors became members, and those who admitted them.
    mutating func addMembership() throws {
        var known: Set<Author> = []
        while let author = waiting.popLast() {
            guard known.insert(author).inserted else { continue }
            let joins = try diffs(writingOn: Schema.device.name, author.text, withParts: false)
            try add(joins)
            for case .add(let fields) in joins.flatMap(\.diff.body.operations)
                .filter({ $0.path == CellPath(kind: Schema.device.name, record: author.text) })
                .map(\.action)
            {
                try addAdmission(fields)
            }
        }
    }

    /// What a join names: the member, and the invitation or the device that admits.
    private mutating func addAdmission(_ fields: JSON) throws {
        if let member = fields[DeviceField.member]?.stringValue,
            knownMembers.insert(member).inserted
        {
            try add(try diffs(writingOn: Schema.member.name, member, withParts: false))
            // Where a join names nobody, the member's first device admits.
            waiting += membership.devices.filter { $0.value.member == member && $0.value.isFirst }
                .map(\.key)
        }
        if let invitation = fields[DeviceField.invitation]?.stringValue {
            try add(try diffs(writingOn: Schema.invitation.name, invitation, withParts: false))
        }
        if let sibling = fields[DeviceField.by]?.stringValue.flatMap({ Author($0) }) {
            waiting.append(sibling)
        }
    }

    /// The newest head of each author that names a checkpoint, as of each of these diffs: what stands below that
    /// size the author had seen. Only needed where several wrote.
    mutating func addSights(of diffs: [Stored]) throws {
        guard Set(diffs.map(\.branch)).count > 1 else { return }
        let query = try statements(
            """
            SELECT \(Self.columns) FROM diff d WHERE d.branch = ?1 AND d.seq <= ?2
            ORDER BY d.seq DESC LIMIT 64
            """
        )
        for one in diffs where one.diff.head.log == nil {
            query.bind(one.branch, at: 1)
            query.bind(one.diff.head.seq, at: 2)
            defer { query.reset() }
            while try query.next() {
                let earlier = try stored(query)
                guard earlier.diff.head.log != nil else { continue }
                heads[earlier.number] = earlier
                break
            }
        }
    }
}
