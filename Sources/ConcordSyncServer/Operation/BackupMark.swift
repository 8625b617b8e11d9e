import ConcordEncoding
import ConcordFiles
import ConcordSigning
import Foundation
internal import GRDB

/// What a backup says of itself, in a table that no other database has: a server that starts from it knows by this
/// that it was restored.
struct BackupMark {
    /// When the backup was made.
    let made: Timestamp
    /// The seed of the key that signs the logs.
    let key: [UInt8]
    /// The statements of former keys that lead to it (`LogKeys`).
    let statements: [UInt8]
    /// Whether the operator has said that what was signed is lost for good.
    var checkpointsAreLost = false

    /// Writes the mark into a copy.
    func write(to copy: DatabaseCopy) throws(StorageFailure) {
        try copy.write { [self] db in
            try db.execute(sql: "DROP TABLE IF EXISTS backup")
            try db.execute(sql: Self.schema)
            try db.execute(
                sql: """
                    INSERT INTO backup (made_at_ms, log_key, checkpoints_lost, key_statements)
                    VALUES (?, ?, ?, ?)
                    """,
                arguments: [made.milliseconds, Data(key), checkpointsAreLost, Data(statements)]
            )
        }
    }

    /// The mark of a file; nil if it is no backup.
    static func read(_ path: String) throws(StorageFailure) -> BackupMark? {
        let file = try ReadOnlyDatabase(path, .logs)
        return try file.read("reading \(path)") { try read($0) }
    }

    /// The mark of a database; nil if it is no backup.
    static func read(_ db: Database) throws -> BackupMark? {
        guard try db.tableExists("backup"),
            let row = try Row.fetchOne(db, sql: "SELECT * FROM backup")
        else { return nil }
        let key: Data = row["log_key"]
        // Backups of versions before this one have no statements.
        let statements: Data? = row["key_statements"]
        return BackupMark(
            made: Timestamp(milliseconds: row["made_at_ms"]),
            key: [UInt8](key),
            statements: statements.map { [UInt8]($0) } ?? LogKeys.bytes([]),
            checkpointsAreLost: row["checkpoints_lost"]
        )
    }

    /// Notes that the operator has given up what was signed.
    static func forgetCheckpoints(in copy: DatabaseCopy) throws(StorageFailure) {
        try copy.write { try $0.execute(sql: "UPDATE backup SET checkpoints_lost = 1") }
    }

    /// Makes an ordinary database of one that was a backup until now: the key gets its file, if it has none, and so do the
    /// statements that lead to it.
    ///
    /// - Parameter isFirst: whether nothing was ever signed, as far as the file of checkpoints says.
    static func adopt(in pool: DatabasePool, _ files: ServerFiles, isFirst: Bool) throws {
        guard let mark = try pool.read({ try read($0) }) else { return }
        let hasEntries = try pool.read { db in
            try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM entry)") ?? false
        }
        guard !isFirst || !hasEntries || mark.checkpointsAreLost else {
            throw StorageFailure(
                .notOurs,
                "the database is a backup of \(mark.made), and the file of checkpoints, which says what was signed since, "
                    + "is missing or empty. Put the newest one back; if it is lost for good, restore the backup with "
                    + "`concord-server restore --checkpoints-lost`"
            )
        }
        guard let key = SigningKey(seed: mark.key) else { throw StorageFailure.damagedEntry }
        let path = files.logKey
        if try !OwnFile.exists(path) {
            guard let statements = LogKeys.statements(mark.statements) else {
                throw StorageFailure.damagedEntry
            }
            if try !OwnFile.exists(files.keyStatements), !statements.isEmpty {
                try LogKeys.write(statements, to: files)
            }
            try key.write(to: path)
        }
        guard try LogKeys(files).follows(key.author) else {
            throw StorageFailure(
                .notOurs,
                "the key in \(path) is not the one of the server that the backup is of, nor does it follow that one: clients accept no other key. "
                    + "Move the file away, and the backup's own key takes its place"
            )
        }
        try pool.write { try $0.execute(sql: "DROP TABLE backup") }
    }

    private static let schema = """
        CREATE TABLE backup (
            made_at_ms INTEGER NOT NULL,
            log_key BLOB NOT NULL CHECK (length(log_key) = 32),
            checkpoints_lost INTEGER NOT NULL CHECK (checkpoints_lost IN (0, 1)),
            key_statements BLOB NOT NULL
        ) STRICT;
        """
}
