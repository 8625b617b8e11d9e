import ConcordDiff
import ConcordEncoding
import ConcordSync
import Foundation
internal import GRDB

/// The log of one engagement as a tree, in the server's database, for as long as one transaction lasts.
///
/// What it holds follows from the entries, and is written in the same transaction: the compact range, with which
/// it grows, and the tiles, from which every proof is made. A tile that is not full yet is kept as far as it
/// goes: one of any smaller width is its beginning.
struct StoredTree {
    private let db: Database
    private let key: Int64
    /// What is kept to let the tree grow.
    private(set) var range: CompactRange

    /// The tree of the engagement in row `key`; one over nothing where there is none yet.
    init(_ db: Database, key: Int64) throws {
        self.db = db
        self.key = key
        let statement = try db.cachedStatement(
            sql: "SELECT size, hashes FROM tree WHERE engagement = ?"
        )
        guard let row = try Row.fetchOne(statement, arguments: [key]) else {
            range = CompactRange()
            return
        }
        let hashes: Data = row[1]
        guard let range = CompactRange(size: row[0], bytes: [UInt8](hashes)) else {
            throw StorageFailure.damagedTree
        }
        self.range = range
    }

    /// The number of entries, and the root over them.
    var witness: LogWitness { LogWitness(size: range.size, root: range.root) }

    /// Adds entries, given by their hashes, after all others.
    mutating func append(_ leaves: [SHA256Digest]) throws {
        if leaves.isEmpty { return }
        // Level by level, the hashes that are new to its tiles.
        var new: [(first: Int, hashes: [SHA256Digest])] = []
        for leaf in leaves {
            range.append(leaf) { node, hash in
                guard node.level.isMultiple(of: Tile.height) else { return }
                let level = node.level / Tile.height
                if level == new.count { new.append((node.index, [])) }
                new[level].hashes.append(hash)
            }
        }
        for (level, part) in new.enumerated() {
            try extend(level: level, from: part.first, with: part.hashes)
        }
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO tree (engagement, size, hashes) VALUES (?, ?, ?)"
        ).execute(arguments: [key, range.size, Data(range.bytes)])
    }

    private func extend(level: Int, from first: Int, with hashes: [SHA256Digest]) throws {
        let statement = try db.cachedStatement(
            sql:
                "INSERT OR REPLACE INTO tile (engagement, level, place, hashes) VALUES (?, ?, ?, ?)"
        )
        var rest = hashes[...]
        var place = first / Tile.fullWidth
        var before = try bytes(level: level, place: place, width: first % Tile.fullWidth)
        while !rest.isEmpty {
            let room = Tile.fullWidth - before.count / SHA256Digest.byteCount
            before += rest.prefix(room).flatMap(\.bytes)
            try statement.execute(arguments: [key, level, place, Data(before)])
            rest = rest.dropFirst(room)
            place += 1
            before = []
        }
    }

    /// The first `width` hashes of a tile, one behind the other.
    func bytes(level: Int, place: Int, width: Int) throws -> [UInt8] {
        if width == 0 { return [] }
        let statement = try db.cachedStatement(
            sql: "SELECT hashes FROM tile WHERE engagement = ? AND level = ? AND place = ?"
        )
        let bytes = try Data.fetchOne(statement, arguments: [key, level, place]) ?? Data()
        let wanted = width * SHA256Digest.byteCount
        guard bytes.count >= wanted else { throw StorageFailure.damagedTree }
        return [UInt8](bytes.prefix(wanted))
    }

    /// The hashes of the entries from one position up to, not including, another one.
    func leaves(_ positions: Range<Int>) throws -> [SHA256Digest] {
        var leaves: [SHA256Digest] = []
        leaves.reserveCapacity(positions.count)
        var position = positions.lowerBound
        while position < positions.upperBound {
            let place = position / Tile.fullWidth
            let end = min(positions.upperBound - place * Tile.fullWidth, Tile.fullWidth)
            let bytes = try bytes(level: 0, place: place, width: end)
            leaves += SHA256Digest.list(bytes).dropFirst(position % Tile.fullWidth)
            position = place * Tile.fullWidth + end
        }
        return leaves
    }
}

extension StoredTree {
    /// The tables, as version 2 of the database has them.
    static let schema = """
        CREATE TABLE tree (
            engagement INTEGER PRIMARY KEY REFERENCES engagement (key),
            size INTEGER NOT NULL,
            hashes BLOB NOT NULL
        ) STRICT;
        CREATE TABLE tile (
            engagement INTEGER NOT NULL REFERENCES engagement (key),
            level INTEGER NOT NULL,
            place INTEGER NOT NULL,
            hashes BLOB NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192),
            PRIMARY KEY (engagement, level, place)
        ) STRICT, WITHOUT ROWID;
        """

    /// Makes the tables in a database that has none, from the entries that it has.
    static func create(in db: Database) throws {
        try db.execute(sql: schema)
        for key in try Int64.fetchAll(db, sql: "SELECT key FROM engagement ORDER BY key") {
            var tree = try StoredTree(db, key: key)
            let rows = try Data.fetchCursor(
                db,
                sql: "SELECT envelope FROM entry WHERE engagement = ? ORDER BY position",
                arguments: [key]
            )
            var leaves: [SHA256Digest] = []
            while let envelope = try rows.next() {
                leaves.append(MerkleTree.leafHash(try leaf(of: envelope)))
                guard leaves.count == batch else { continue }
                try tree.append(leaves)
                leaves = []
            }
            try tree.append(leaves)
        }
    }

    /// How many entries are held in memory while the tables are made.
    private static let batch = 4096

    /// What stands for a stored envelope in the tree.
    static func leaf(of envelope: Data) throws -> [UInt8] {
        do throws(DiffError) {
            return try UnverifiedDiff(envelope: [UInt8](envelope), mayBeErased: true).leaf
        } catch {
            throw StorageFailure.damagedEntry
        }
    }
}

extension SHA256Digest {
    /// Reads hashes that stand one behind the other.
    static func list(_ bytes: [UInt8]) -> [SHA256Digest] {
        stride(from: 0, to: bytes.count - byteCount + 1, by: byteCount).compactMap { start in
            SHA256Digest(bytes: Array(bytes[start..<start + byteCount]))
        }
    }
}
