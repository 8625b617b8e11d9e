import CSQLite
import ConcordFiles
import Foundation
internal import GRDB

/// One of the server's SQLite files, opened to be read while a server may be writing to it.
///
/// It commits nothing and carries nothing from the write-ahead log into the file, also when it is closed: with older
/// versions of SQLite only the one connection that writes may do that
/// (`docs/decisions/0015-one-lock-around-commits-and-checkpoints.md`).
struct ReadOnlyDatabase {
    let queue: DatabaseQueue

    /// Opens a file that has to be there.
    ///
    /// - Throws: what cannot be read, or is not what it should be.
    init(_ path: String, _ kind: Kind) throws(StorageFailure) {
        do {
            try RegularFile.require(path, withParts: ServerFiles.parts)
            guard try OwnFile.exists(path) else {
                throw StorageFailure(.cannotOpen, "there is no file \(path); check its name")
            }
            queue = try DatabaseQueue(path: path, configuration: Self.configuration)
            try queue.read { try kind.check($0, path) }
        } catch {
            throw StorageFailure(error, while: "opening \(path)")
        }
    }

    /// Reads as of one moment.
    func read<Value>(
        _ activity: String,
        _ body: (Database) throws -> Value
    ) throws(StorageFailure) -> Value {
        do {
            return try queue.read(body)
        } catch {
            throw StorageFailure(error, while: activity)
        }
    }

    /// Which of the server's files it should be.
    enum Kind {
        /// That of the logs.
        case logs
        /// That of what was signed.
        case checkpoints

        func check(_ db: Database, _ path: String) throws {
            switch self {
            case .logs: try ServerDatabase.requireCurrent(db, path)
            case .checkpoints: try CheckpointFile.requireCurrent(db, path)
            }
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "reader"
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA mmap_size = 0")
            let connection = db.sqliteConnection
            concord_sqlite_no_checkpoint_on_close(connection.map { UnsafeMutableRawPointer($0) })
        }
        return configuration
    }
}
