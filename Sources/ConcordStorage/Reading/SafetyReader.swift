package import ConcordDiff
package import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordText

/// What a device knows of its own posts.
package struct PostedDiffs: Hashable, Sendable {
    /// Which device.
    package let author: Author
    /// The number of its newest diff that it ever posted; 0 for none.
    package let newest: Int

    package init(author: Author, newest: Int) {
        self.author = author
        self.newest = newest
    }
}

/// How safe things are against the loss of a device.
package struct SafetyReader {
    private let reader: ReplicaReader
    private let posted: PostedDiffs

    /// The safety of what a replica holds, of which its device has posted so much.
    package init(_ reader: ReplicaReader, _ posted: PostedDiffs) {
        self.reader = reader
        self.posted = posted
    }

    private var statements: StatementCache { reader.statements }

    private var scale: SafetyScale {
        get throws { try SafetyScale(statements, posted, fold: reader.fold()) }
    }

    /// How safe the saves are, without those of which there are none.
    ///
    /// It costs what the devices are and what only this one has written that nobody else has seen, not the log.
    package func counts() throws -> [Safety: Int] {
        let scale = try scale
        var counts: [Safety: Int] = [:]
        for place in try scale.pendingPlaces() {
            counts[scale.safety(of: place, position: nil), default: 0] += 1
        }
        let signed = min(scale.signed, scale.logSize)
        counts[.sent, default: 0] += scale.logSize - signed
        let sealed = min(scale.sealed, signed)
        counts[.sealed, default: 0] += sealed
        let alone = try scale.unseenCount(positions: sealed..<signed)
        counts[.durable, default: 0] += alone
        counts[.seen, default: 0] += signed - sealed - alone
        return counts.filter { $0.value > 0 }
    }

    /// How safe a record is with what belongs to it; nil if nobody ever wrote on it.
    package func safety(kind: WireText, id: WireText) throws -> RecordSafety? {
        let scale = try scale
        let query = try statements(
            """
            WITH one AS (SELECT number FROM record WHERE id = ?1 AND kind = ?2),
            taken AS (SELECT number FROM one UNION
                SELECT p.number FROM record p JOIN one ON p.owner = one.number)
            SELECT d.branch, d.seq, d.position FROM diff d WHERE d.number IN (
                SELECT w.diff FROM write w JOIN taken t ON w.record = t.number)
            """
        )
        query.bind(id, at: 1)
        query.bind(kind, at: 2)
        let saves = try query.rows { row in
            scale.safety(
                of: BranchSeq(branch: row.int(0), seq: row.int(1)),
                position: row.optionalInt(2)
            )
        }
        return RecordSafety(CellPath(kind: kind, record: id), saves)
    }

    /// The records on which something was saved that no second device has seen, the least safe first; what belongs to a
    /// record counts with it.
    package func unsafeRecords() throws -> [RecordSafety] {
        let scale = try scale
        var order: [CellPath] = []
        var saves: [CellPath: [Safety]] = [:]
        for (place, position, envelope) in try scale.unseen() {
            let diff = try Self.diff(envelope)
            var records: Set<CellPath> = []
            for operation in diff.body.operations {
                let path = operation.path
                let owner = try owner(of: path)
                if records.insert(owner).inserted, saves[owner] == nil { order.append(owner) }
            }
            for record in records {
                saves[record, default: []].append(scale.safety(of: place, position: position))
            }
        }
        let found = order.compactMap { record in
            RecordSafety(record, saves[record] ?? [])
        }
        // A stable order: of equally safe ones the one that was written first.
        return found.enumerated().sorted { left, right in
            (left.element.safety, left.offset) < (right.element.safety, right.offset)
        }.map(\.element)
    }

    private static func diff(_ envelope: [UInt8]) throws -> UnverifiedDiff {
        do throws(DiffError) {
            return try UnverifiedDiff(envelope: envelope, mayBeErased: true)
        } catch {
            throw DamagedRow("diff (\(error))")
        }
    }

    /// The record to which a path belongs: its own, or the one that owns it.
    private func owner(of path: CellPath) throws -> CellPath {
        let query = try statements(
            """
            SELECT o.kind, o.id FROM record r JOIN record o ON o.number = r.owner
            WHERE r.id = ?1 AND r.kind = ?2
            """
        )
        query.bind(path.record, at: 1)
        query.bind(path.kind, at: 2)
        let own = CellPath(kind: path.kind, record: path.record)
        return try query.first { CellPath(kind: $0.string(0), record: $0.string(1)) } ?? own
    }
}

/// What makes a diff safe, of one replica at one moment.
private struct SafetyScale {
    let statements: StatementCache
    let posted: PostedDiffs
    /// How many entries of the log are here.
    let logSize: Int
    /// How many entries the server has signed.
    let signed: Int
    /// How many entries a seal covers that is in force.
    let sealed: Int
    /// The branches of this device, and the newest number of each that another device had seen.
    let own: [Int: Int]

    init(_ statements: StatementCache, _ posted: PostedDiffs, fold: Fold) throws {
        self.statements = statements
        self.posted = posted
        logSize = try FoldStart.logSize(statements)
        signed = try ServerLogTables(statements).read()?.newest?.witness.size ?? 0
        let seals = try FoldStart.ledger(statements).sealing.seals.filter(\.reopenings.isEmpty).map(
            \.diff
        )
        sealed =
            try seals.compactMap { seal in
                try fold.number(of: seal).flatMap { try fold.entry($0).position }
            }.max() ?? 0
        let branches = fold.branches
        var own = Dictionary(
            branches.numbers(of: posted.author).map { ($0, 0) },
            uniquingKeysWith: { first, _ in first }
        )
        let query = try statements("SELECT number FROM diff WHERE branch = ?1 AND seq = ?2")
        // What an author had seen only grows: the newest diff of each says all.
        for (number, branch) in branches.all.enumerated() where branch.author != posted.author {
            query.bind(number, at: 1)
            query.bind(branch.tip, at: 2)
            guard let tip = try query.first({ try $0.number(0) }) else { continue }
            let seen = try fold.entry(tip).seen
            for one in own.keys { own[one] = max(own[one] ?? 0, seen.newest(of: one)) }
        }
        self.own = own
    }

    /// How safe the diff at a place is.
    func safety(of place: BranchSeq, position: Int?) -> Safety {
        guard let position else {
            return own[place.branch] != nil && place.seq <= posted.newest ? .sent : .onlyHere
        }
        if position >= signed { return .sent }
        if position < sealed { return .sealed }
        guard let seen = own[place.branch] else { return .seen }
        return place.seq <= seen ? .seen : .durable
    }

    /// Where the diffs stand that have no position in the log.
    func pendingPlaces() throws -> [BranchSeq] {
        try statements("SELECT branch, seq FROM diff WHERE position IS NULL").rows {
            BranchSeq(branch: $0.int(0), seq: $0.int(1))
        }
    }

    /// How many of this device's entries no other device has seen.
    func unseenCount(positions: Range<Int>) throws -> Int {
        let query = try statements(
            """
            SELECT count(*) FROM diff WHERE branch = ?1 AND seq > ?2
            AND position >= ?3 AND position < ?4
            """
        )
        return try own.reduce(0) { count, branch in
            query.bind(branch.key, at: 1)
            query.bind(branch.value, at: 2)
            query.bind(positions.lowerBound, at: 3)
            query.bind(positions.upperBound, at: 4)
            return count + (try query.first { $0.int(0) } ?? 0)
        }
    }

    /// What is less safe than seen elsewhere: what has no position or is not signed for, and what only this device has
    /// seen of its own.
    func unseen() throws -> [(place: BranchSeq, position: Int?, envelope: [UInt8])] {
        let own = try statements(
            "SELECT branch, seq, position, envelope, number FROM diff WHERE branch = ?1 AND seq > ?2"
        )
        let others = try statements(
            """
            SELECT branch, seq, position, envelope, number FROM diff WHERE position IS NULL
            UNION ALL
            SELECT branch, seq, position, envelope, number FROM diff WHERE position >= ?1
            """
        )
        func row(
            _ row: Statement
        ) -> (number: Int, place: BranchSeq, position: Int?, envelope: [UInt8]) {
            let place = BranchSeq(branch: row.int(0), seq: row.int(1))
            return (row.int(4), place, row.optionalInt(2), row.bytes(3))
        }
        var rows: [Int: (place: BranchSeq, position: Int?, envelope: [UInt8])] = [:]
        others.bind(signed, at: 1)
        var found = try others.rows(row)
        for (branch, seen) in self.own {
            own.bind(branch, at: 1)
            own.bind(seen, at: 2)
            found += try own.rows(row)
        }
        for one in found where safety(of: one.place, position: one.position) < .seen {
            rows[one.number] = (one.place, one.position, one.envelope)
        }
        return rows.sorted { $0.key < $1.key }.map(\.value)
    }
}
