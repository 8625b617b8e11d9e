import ConcordDiff
import ConcordEncoding
import ConcordSync
import Foundation
internal import GRDB

/// The log of one engagement in the server's database, for as long as one transaction lasts.
struct SQLiteLogStore: LogStore {
    private let db: Database
    private let engagement: DiffID
    /// The row of the engagement, or nil until its first entry is there.
    private var key: Int64?

    init(_ db: Database, engagement: DiffID) throws {
        self.db = db
        self.engagement = engagement
        let statement = try db.cachedStatement(sql: "SELECT key FROM engagement WHERE id = ?")
        key = try Int64.fetchOne(statement, arguments: [Data(engagement.bytes)])
    }

    /// How many entries there are.
    func size() throws -> Int {
        let statement = try db.cachedStatement(
            sql: "SELECT max(position) FROM entry WHERE engagement = ?"
        )
        let last = try DatabaseValue.fetchOne(statement, arguments: [key]) ?? .null
        return last.isNull ? 0 : try Self.number(last) + 1
    }

    func entry(_ id: DiffID) throws -> LoggedDiff? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT position, author, seq, is_fork FROM entry
                WHERE engagement = ? AND id = ?
                """
        )
        let row = try Row.fetchOne(statement, arguments: [key, Data(id.bytes)])
        guard let row else { return nil }
        let reference = WriteReference(
            seq: try Self.number(row[2]),
            author: try Self.author(row[1])
        )
        return LoggedDiff(
            position: try Self.number(row[0]),
            reference: reference,
            isFork: row[3]
        )
    }

    func hasEntryOnFirstBranch(_ reference: WriteReference) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM entry
                    WHERE engagement = ? AND author = ? AND seq = ? AND is_fork = 0)
                """
        )
        let author = Data(reference.author.publicKey)
        return try Bool.fetchOne(statement, arguments: [key, author, reference.seq]) ?? false
    }

    /// The log as a tree; nil until its first entry is there.
    func tree() throws -> StoredTree? { try key.map { try StoredTree(db, key: $0) } }

    /// Adds entries after all others, and to the tree.
    mutating func append(_ entries: [NewEntry]) throws {
        for entry in entries { try append(entry) }
        guard var tree = try tree() else { return }
        try tree.append(entries.map { MerkleTree.leafHash($0.diff.diff.leaf) })
    }

    mutating func append(_ entry: NewEntry) throws {
        if key == nil {
            try db.execute(
                sql: "INSERT INTO engagement (id, created_at_ms) VALUES (?, ?)",
                arguments: [Data(engagement.bytes), entry.received.milliseconds]
            )
            key = db.lastInsertedRowID
        }
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO entry (engagement, position, id, author, seq, is_fork, is_control,
                    envelope, received_at_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        let diff = entry.diff
        try statement.execute(arguments: [
            key, entry.position, Data(diff.id.bytes), Data(diff.head.author.publicKey),
            diff.head.seq, entry.isFork, entry.isControl, Data(diff.diff.envelope),
            entry.received.milliseconds,
        ])
    }

    func read(from position: Int, own: Author?, _ body: (LogEntry) -> Bool) throws {
        let statement = try db.cachedStatement(
            sql: """
                SELECT seq, id, CASE WHEN author = ? THEN NULL ELSE envelope END FROM entry
                WHERE engagement = ? AND position >= ? ORDER BY position
                """
        )
        let own = own.map { Data($0.publicKey) }
        let rows = try Row.fetchCursor(statement, arguments: [own, key, position])
        while let row = try rows.next() {
            let entry: LogEntry
            if let envelope: Data = row[2] {
                entry = .envelope([UInt8](envelope))
            } else {
                let bytes: Data = row[1]
                guard let id = DiffID(bytes: [UInt8](bytes)) else {
                    throw StorageFailure.damagedEntry
                }
                entry = .held(id)
            }
            guard body(entry) else { return }
        }
    }

    func identity(at position: Int) throws -> DiffID? {
        let statement = try db.cachedStatement(
            sql: "SELECT id FROM entry WHERE engagement = ? AND position = ?"
        )
        guard let bytes = try Data.fetchOne(statement, arguments: [key, position]) else {
            return nil
        }
        guard let id = DiffID(bytes: [UInt8](bytes)) else { throw StorageFailure.damagedEntry }
        return id
    }

    /// What stands in the tree for the entries at these positions.
    func leaves(_ positions: Range<Int>) throws -> [[UInt8]] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT envelope FROM entry
                WHERE engagement = ? AND position >= ? AND position < ? ORDER BY position
                """
        )
        let bounds = (positions.lowerBound, positions.upperBound)
        let rows = try Data.fetchCursor(statement, arguments: [key, bounds.0, bounds.1])
        var leaves: [[UInt8]] = []
        while let envelope = try rows.next() { leaves.append(try StoredTree.leaf(of: envelope)) }
        guard leaves.count == positions.count else { throw StorageFailure.damagedEntry }
        return leaves
    }

    /// The control diffs in order, and whether each is on the second branch of its author's chain.
    func controls() throws -> [(diff: UnverifiedDiff, isFork: Bool)] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT envelope, is_fork FROM entry
                WHERE engagement = ? AND is_control = 1 ORDER BY position
                """
        )
        var controls: [(diff: UnverifiedDiff, isFork: Bool)] = []
        let rows = try Row.fetchCursor(statement, arguments: [key])
        while let row = try rows.next() {
            let envelope: Data = row[0]
            do throws(DiffError) {
                controls.append((try UnverifiedDiff(envelope: [UInt8](envelope)), row[1]))
            } catch {
                throw StorageFailure.damagedEntry
            }
        }
        return controls
    }

    /// A number that can be written into an answer (`Protocol/limits.md`), whatever a damaged row holds.
    private static func number(_ value: DatabaseValue) throws -> Int {
        guard let number = Int.fromDatabaseValue(value), (0..<1 << 53).contains(number) else {
            throw StorageFailure.damagedEntry
        }
        return number
    }

    private static func author(_ bytes: Data) throws -> Author {
        guard let author = Author(publicKey: [UInt8](bytes)) else {
            throw StorageFailure.damagedEntry
        }
        return author
    }
}

extension StorageFailure {
    /// An entry cannot be read.
    static let damagedEntry = StorageFailure(
        .corrupt,
        "the database is damaged: an entry cannot be read; stop the server, keep a copy and "
            + "restore a backup"
    )

    /// The log as a tree cannot be read.
    static let damagedTree = StorageFailure(
        .corrupt,
        "the database is damaged: the log's tree cannot be read; stop the server, keep a copy and "
            + "restore a backup"
    )
}
