import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordSync
import Foundation
internal import GRDB

/// Every checkpoint that the server has signed, in a file of its own.
///
/// The file is never restored together with the database: so a server that was restored from a backup knows what it
/// had promised, and signs no second history. With each checkpoint it keeps the hashes of the entries since the one
/// before, so that a restored log takes the entries that it lost at their old places and nothing else.
final class CheckpointFile: Sendable {
    /// The newest checkpoint of a log.
    struct Kept: Sendable {
        /// The note, as it was signed.
        let note: [UInt8]
        /// What is kept of the tree at that size.
        let range: CompactRange
    }

    private let queue: DatabaseQueue
    private let lock: DatabaseLock
    private let files: DatabaseFiles

    /// Opens the file, and makes it if there is none.
    init(path: String) throws(StorageFailure) {
        do {
            try RegularFile.require(path, withParts: ["-wal", "-shm", "-journal", ".lock"])
        } catch {
            throw StorageFailure(error, while: "opening \(path)")
        }
        lock = try DatabaseLock(path: path)
        files = try DatabaseFiles(path)
        do {
            var configuration = Configuration()
            configuration.label = "checkpoints"
            configuration.journalMode = .wal
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try Self.migrator.migrate(queue)
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
            }
        } catch {
            throw StorageFailure(error, while: "opening \(path)")
        }
    }

    /// Closes the file.
    func close() throws(StorageFailure) {
        do {
            try queue.close()
        } catch {
            throw StorageFailure(error, while: "closing the checkpoints")
        }
    }

    /// Removes the file, once it is closed, if this start has made it.
    func removeIfNew() throws(StorageFailure) {
        guard files.isNew else { return }
        try files.removeIfNew()
        do {
            try lock.remove()
        } catch {
            throw StorageFailure(.failed, error.message, cause: error)
        }
    }

    /// Whether nothing was ever signed.
    func isEmpty() throws(StorageFailure) -> Bool {
        do {
            return try queue.read { db in
                try Bool.fetchOne(db, sql: "SELECT NOT EXISTS (SELECT 1 FROM checkpoint)") ?? true
            }
        } catch {
            throw StorageFailure(error, while: "reading the checkpoints")
        }
    }

    /// The newest checkpoint of a log, nil if there is none.
    func newest(of engagement: DiffID) async throws -> Kept? {
        try await queue.read { try Self.newest(of: engagement, in: $0) }
    }

    private static func newest(of engagement: DiffID, in db: Database) throws -> Kept? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT size, note, hashes FROM checkpoint
                WHERE engagement = ? ORDER BY size DESC LIMIT 1
                """
        )
        guard let row = try Row.fetchOne(statement, arguments: [Data(engagement.bytes)]) else {
            return nil
        }
        let (note, hashes): (Data, Data) = (row[1], row[2])
        guard let range = CompactRange(size: row[0], bytes: [UInt8](hashes)) else {
            throw damaged
        }
        return Kept(note: [UInt8](note), range: range)
    }

    /// The hashes of the entries at these positions, as far as a checkpoint covers them.
    func leaves(of engagement: DiffID, at positions: Range<Int>) async throws -> [SHA256Digest] {
        try await queue.read { db in
            // A row covers the entries up to its size, and as many as it has hashes.
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT size, leaves FROM checkpoint
                    WHERE engagement = ? AND size > ? ORDER BY size
                    """,
                arguments: [Data(engagement.bytes), positions.lowerBound]
            )
            var leaves: [SHA256Digest] = []
            while leaves.count < positions.count, let row = try rows.next() {
                let bytes: Data = row[1]
                let part = SHA256Digest.list([UInt8](bytes))
                let size: Int = row[0]
                let skipped = positions.lowerBound + leaves.count - (size - part.count)
                guard 0...part.count ~= skipped else { throw Self.damaged }
                leaves += part.dropFirst(skipped).prefix(positions.count - leaves.count)
            }
            return leaves
        }
    }

    /// Keeps a further checkpoint, durably, unless one of this size or a greater one is kept by now.
    ///
    /// - Parameter make: gives, for the newest one that is kept, the next one and the hashes of the entries between
    ///   them; nil for none.
    /// - Returns: the newest one then.
    func keep(
        of engagement: DiffID,
        _ make: @escaping @Sendable (Kept?) throws -> (kept: Kept, leaves: [SHA256Digest])?
    ) async throws -> Kept? {
        try await queue.write { db in
            let newest = try Self.newest(of: engagement, in: db)
            guard let (next, leaves) = try make(newest) else { return newest }
            try db.cachedStatement(
                sql: """
                    INSERT INTO checkpoint (engagement, size, note, hashes, leaves)
                    VALUES (?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                Data(engagement.bytes), next.range.size, Data(next.note), Data(next.range.bytes),
                Data(leaves.flatMap(\.bytes)),
            ])
            return next
        }
    }

    /// Signs the newest checkpoint of each log again, all of them durably or none.
    ///
    /// - Parameter sign: gives the note that takes the place of the one that is kept; nil if it stays. What it states must
    ///   be the same.
    func renew(_ sign: (DiffID, Kept) throws -> [UInt8]?) throws(StorageFailure) {
        do {
            try queue.write { db in
                let names = try Data.fetchAll(
                    db,
                    sql: "SELECT DISTINCT engagement FROM checkpoint ORDER BY engagement"
                )
                for name in names {
                    guard let engagement = DiffID(bytes: [UInt8](name)),
                        let kept = try Self.newest(of: engagement, in: db)
                    else { throw Self.damaged }
                    guard let note = try sign(engagement, kept) else { continue }
                    try db.execute(
                        sql: "UPDATE checkpoint SET note = ? WHERE engagement = ? AND size = ?",
                        arguments: [Data(note), name, kept.range.size]
                    )
                }
            }
        } catch {
            throw StorageFailure(error, while: "signing the checkpoints")
        }
    }

    /// "CCCP", so that `file` and other programs can tell what it is.
    private static let applicationID = 0x4343_4350

    /// Every schema there ever was, in order. A released one is never changed.
    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(
                sql: """
                    CREATE TABLE checkpoint (
                        engagement BLOB NOT NULL CHECK (length(engagement) = 32),
                        size INTEGER NOT NULL,
                        note BLOB NOT NULL,
                        hashes BLOB NOT NULL, -- the compact range
                        leaves BLOB NOT NULL, -- those of the entries since the checkpoint before
                        PRIMARY KEY (engagement, size)
                    ) STRICT, WITHOUT ROWID;
                    """
            )
        }
        return migrator
    }

    /// Refuses a file that is another one than checkpoints of this version.
    static func requireCurrent(_ db: Database, _ path: String) throws {
        let id = try Int.fetchOne(db, sql: "PRAGMA application_id")
        guard id == applicationID, try migrator.hasCompletedMigrations(db),
            try !migrator.hasBeenSuperseded(db)
        else {
            throw StorageFailure(.notOurs, "\(path) is not a file of checkpoints of this version")
        }
    }

    static let damaged = StorageFailure(
        .corrupt,
        "the file of checkpoints is damaged; stop the server and put its newest copy back"
    )
}
