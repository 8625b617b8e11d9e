import ConcordFiles
import GRDB
import GRDBSQLite

/// What SQLite refused to do, with its extended result code.
struct SQLiteError: Error, CustomStringConvertible {
    /// The extended result code.
    let code: Int32
    /// SQLite's own words.
    let message: String

    /// The last error of a connection.
    init(_ connection: OpaquePointer?, code: Int32) {
        self.code = code
        message = sqlite3_errmsg(connection).map { String(cString: $0) } ?? "unknown error"
    }

    var description: String { "SQLite error \(code): \(message)" }
}

extension StorageFailure.Code {
    /// The code for a result code of SQLite.
    init(resultCode: Int32) {
        if resultCode == DatabaseFile.movedError {
            self = .replaced
            return
        }
        switch resultCode & 0xFF {
        case SQLITE_FULL: self = .diskFull
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH, SQLITE_CANTOPEN: self = .readOnly
        // The protocol of locks: the process that opens a file first waits so for the holder of our lock.
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: self = .busy
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT: self = .corrupted
        default: self = .io
        }
    }
}

extension StorageFailure.Code {
    /// The code for a failure of a file next to the database.
    init(_ code: FileFailure.Code) {
        switch code {
        case .notFound: self = .notFound
        case .notRegular, .protected, .notOurs, .notAllowed: self = .readOnly
        case .busy: self = .busy
        case .diskFull: self = .diskFull
        case .io: self = .io
        }
    }
}

/// Does something with a replica's file; errors of SQLite come out as `StorageFailure`, all others as
/// they are.
func mappingFailures<Result>(
    _ action: String,
    _ path: String,
    _ body: () throws -> Result
) throws -> Result {
    do {
        return try body()
    } catch let error as SQLiteError {
        throw StorageFailure(.init(resultCode: error.code), while: action, path, cause: error)
    } catch let error as FileFailure {
        throw StorageFailure(.init(error.code), while: action, path, cause: error)
    } catch let error as DamagedRow {
        throw StorageFailure(.corrupted, while: action, path, cause: error)
    } catch let error as DatabaseError {
        let code = StorageFailure.Code(resultCode: error.extendedResultCode.rawValue)
        throw StorageFailure(code, while: action, path, cause: error)
    }
}

extension DatabaseError {
    /// Whether somebody else has the file.
    var isBusy: Bool { StorageFailure.Code(resultCode: extendedResultCode.rawValue) == .busy }
}
