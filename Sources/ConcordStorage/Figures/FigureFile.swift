package import ConcordEncoding
import Foundation
import GRDBSQLite

/// What each finding adds to the figures of an audit, kept in a file beside the replica.
///
/// The sum of the entries is what the status says. Who changes a replica changes nothing here: whoever asks for the
/// figures brings those entries up to date whose findings changed since. Losing the file costs the time
/// to make them all again. It holds numbers made from names where names are not needed to find anything.
package final class FigureFile {
    let statements: StatementCache

    /// "ConF" in ASCII.
    private static let applicationID = 0x436F_6E46
    /// Raise it with every change of these tables.
    private static let version = 1
    /// How long another process that updates the same file is waited for.
    private static let waitMilliseconds: Int32 = 500

    private init(_ connection: OpaquePointer) {
        statements = StatementCache(connection)
    }

    // MARK: Opening.

    /// Runs `body` with the file at `path`; with an empty one in memory where that cannot be used: then `body` has
    /// more to do, and nothing of it is kept.
    ///
    /// - Throws: what `body` throws.
    package static func using<Result>(
        _ path: String?,
        _ body: (FigureFile) throws -> Result
    ) throws -> Result {
        if let path {
            do {
                return try opening(path, body)
            } catch let error as SQLiteError {
                // Somebody else holds it, or the folder cannot be written. A damaged one is made again next time.
                if error.code & 0xFF == SQLITE_CORRUPT { unlink(path) }
            } catch is DamagedRow {
                unlink(path)
            }
        }
        return try opening(nil, body)
    }

    private static func opening<Result>(
        _ path: String?,
        _ body: (FigureFile) throws -> Result
    ) throws -> Result {
        if let path { try makeFile(at: path) }
        var connection: OpaquePointer?
        let code = sqlite3_open_v2(path ?? ":memory:", &connection, SQLITE_OPEN_READWRITE, nil)
        // Its statements may be let go later than it is.
        defer { sqlite3_close_v2(connection) }
        guard code == SQLITE_OK, let connection else {
            throw SQLiteError(connection, code: code)
        }
        sqlite3_busy_timeout(connection, waitMilliseconds)
        let file = FigureFile(connection)
        try file.makeTables()
        return try body(file)
    }

    /// Makes an empty file that only its owner can read, where none is; refuses what is not a file.
    private static func makeFile(at path: String) throws {
        let made = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if made >= 0 { close(made) }
        var facts = stat()
        guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw SQLiteError(nil, code: SQLITE_CANTOPEN)
        }
    }

    private func makeTables() throws {
        let id = try statements("PRAGMA application_id").first { $0.int(0) } ?? 0
        let version = try statements("PRAGMA user_version").first { $0.int(0) } ?? 0
        try statements.execute("PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON")
        if id == Self.applicationID, version == Self.version { return }
        let isEmpty = try statements("SELECT count(*) FROM sqlite_schema").first { $0.int(0) } == 0
        // Another program's database stays as it is.
        guard isEmpty || id == Self.applicationID else {
            throw SQLiteError(nil, code: SQLITE_CANTOPEN)
        }
        try statements.transaction {
            try statements.execute(Self.tables)
            try statements.execute(
                "PRAGMA application_id = \(Self.applicationID); PRAGMA user_version = \(Self.version)"
            )
        }
    }

    private static let tables = """
        DROP TABLE IF EXISTS state;
        DROP TABLE IF EXISTS total;
        DROP TABLE IF EXISTS finding;
        DROP TABLE IF EXISTS place;
        CREATE TABLE state (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
        CREATE TABLE total (name TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE finding (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            counts TEXT NOT NULL, -- JSON
            label TEXT,
            reaches TEXT NOT NULL, -- JSON
            rank BLOB,
            unit INTEGER,
            own TEXT NOT NULL, -- numbers with commas
            near TEXT NOT NULL,
            around TEXT NOT NULL,
            hints INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE place (
            place INTEGER NOT NULL,
            unit INTEGER NOT NULL, -- 0 where it is not known
            rank BLOB NOT NULL,
            finding INTEGER NOT NULL,
            PRIMARY KEY (place, unit, rank)
        ) STRICT, WITHOUT ROWID;

        """

    // MARK: What it is of.

    /// The state of the replica that it is of, and what else it follows from.
    package struct Basis: Hashable, Sendable {
        /// The state of the file.
        package var point: ChangePoint
        /// What tells the frame of the audit and the rules by which it is counted from any other.
        package var frame: WireText

        /// What a file is of.
        package init(point: ChangePoint, frame: WireText) {
            self.point = point
            self.frame = frame
        }
    }

    /// What it is of; nil for a new one.
    package func basis() throws -> Basis? {
        let query = try statements(
            """
            SELECT a.value, b.value, c.value FROM state a, state b, state c
            WHERE a.key = 'number' AND b.key = 'name' AND c.key = 'frame'
            """
        )
        return try query.first {
            Basis(point: ChangePoint(number: $0.int(0), name: $0.int(1)), frame: $0.string(2))
        }
    }

    private func note(_ basis: Basis) throws {
        let insert = try statements("INSERT OR REPLACE INTO state (key, value) VALUES (?1, ?2)")
        for (key, value) in [("number", basis.point.number), ("name", basis.point.name)] {
            insert.bind(key, at: 1)
            insert.bind(value, at: 2)
            try insert.run()
        }
        insert.bind("frame", at: 1)
        insert.bind(basis.frame, at: 2)
        try insert.run()
    }

    /// The sum of all entries, by name.
    package func totals() throws -> [WireText: Int] {
        let rows = try statements("SELECT name, count FROM total").rows {
            ($0.string(0), $0.int(1))
        }
        return Dictionary(rows) { first, _ in first }
    }

    /// The name under which hints at findings that may say the same are counted.
    package static let hints: WireText = "hints"

    // MARK: Bringing up to date.

    /// Brings the file to another state, in one transaction.
    ///
    /// - Parameter update: replaces entries; what it throws leaves the file as it was.
    package func update(to basis: Basis, _ update: () throws -> Void) throws {
        try statements.transaction {
            try update()
            try note(basis)
        }
    }

    /// Forgets all entries.
    package func clear() throws {
        try statements.execute(
            "DELETE FROM state; DELETE FROM total; DELETE FROM finding; DELETE FROM place"
        )
    }

    /// What is kept of a finding; nil where there is nothing.
    package func entry(_ id: WireText) throws -> FigureEntry? { try row(id)?.entry }
}
