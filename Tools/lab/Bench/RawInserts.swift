import ConcordEncoding
import Foundation
import GRDBSQLite

/// The bare minimum that a durable log costs: the same bytes through SQLite's C interface, in the same
/// journal mode and with the same `synchronous`, in a table with one unique index.
final class RawInserts {
    private let database: OpaquePointer
    private let insert: OpaquePointer

    /// A failure of SQLite.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    init(path: String) throws {
        var database: OpaquePointer?
        guard sqlite3_open(path, &database) == SQLITE_OK, let database else {
            throw Failure(description: "cannot open \(path)")
        }
        self.database = database
        let setUp = """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
            CREATE TABLE raw (number INTEGER PRIMARY KEY, id BLOB UNIQUE, envelope BLOB);
            """
        guard sqlite3_exec(database, setUp, nil, nil, nil) == SQLITE_OK else {
            throw Failure(description: String(cString: sqlite3_errmsg(database)))
        }
        var statement: OpaquePointer?
        let sql = "INSERT INTO raw (id, envelope) VALUES (?1, ?2)"
        guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK, let statement
        else { throw Failure(description: String(cString: sqlite3_errmsg(database))) }
        insert = statement
    }

    deinit {
        sqlite3_finalize(insert)
        sqlite3_close(database)
    }

    /// Inserts the rows in one transaction.
    func run(_ rows: [(id: [UInt8], envelope: [UInt8])]) throws {
        try execute("BEGIN IMMEDIATE")
        for row in rows {
            sqlite3_bind_blob(insert, 1, row.id, Int32(row.id.count), Self.copied)
            sqlite3_bind_blob(insert, 2, row.envelope, Int32(row.envelope.count), Self.copied)
            guard sqlite3_step(insert) == SQLITE_DONE else {
                throw Failure(description: String(cString: sqlite3_errmsg(database)))
            }
            sqlite3_reset(insert)
        }
        try execute("COMMIT")
    }

    private func execute(_ sql: String) throws {
        guard sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else {
            throw Failure(description: String(cString: sqlite3_errmsg(database)))
        }
    }

    /// SQLite's mark for "copy the bytes".
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
