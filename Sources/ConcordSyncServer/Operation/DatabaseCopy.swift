import ConcordFiles
import Foundation
internal import GRDB

/// A copy of a database, made page by page as of one moment while others write, by SQLite's own means: a copy of the
/// file would be torn.
struct DatabaseCopy {
    /// Where it is until it gets its name.
    let path: String

    /// Copies a database, lets `body` finish the copy, and gives it its name, durably.
    ///
    /// - Throws: what `body` throws, or why there is no copy; then there is no file of that name.
    static func make<Value>(
        of source: ReadOnlyDatabase,
        at path: String,
        _ body: (DatabaseCopy) throws(StorageFailure) -> Value
    ) throws(StorageFailure) -> Value {
        let copy = DatabaseCopy(path: path + ".part")
        do {
            try OwnFile.remove(copy.path)
            guard try !OwnFile.exists(path), try OwnFile.create(copy.path, []) else {
                throw StorageFailure(
                    .cannotOpen,
                    "there is a file \(path) already; nothing is overwritten, so name another one"
                )
            }
        } catch {
            throw StorageFailure(error, while: "making \(path)")
        }
        let value: Value
        do throws(StorageFailure) {
            try copy.fill(from: source)
            value = try body(copy)
            try copy.finish(as: path)
        } catch {
            try copy.remove()
            throw error
        }
        return value
    }

    /// Changes the copy in one transaction.
    func write(_ body: @escaping (Database) throws -> Void) throws(StorageFailure) {
        do {
            let queue = try DatabaseQueue(path: path)
            try queue.write(body)
            try queue.close()
        } catch {
            throw StorageFailure(error, while: "writing \(path)")
        }
    }

    private func fill(from source: ReadOnlyDatabase) throws(StorageFailure) {
        do {
            let queue = try DatabaseQueue(path: path)
            try source.queue.backup(to: queue)
            // One file, without a write-ahead log beside it.
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA journal_mode = DELETE")
            }
            try queue.close()
        } catch {
            throw StorageFailure(error, while: "copying the database")
        }
    }

    private func finish(as path: String) throws(StorageFailure) {
        let file = open(self.path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw StorageFailure(.failed, "\(self.path) cannot be opened") }
        defer { close(file) }
        guard fsync(file) == 0 else {
            throw StorageFailure(.failed, "\(self.path) cannot be made durable")
        }
        do throws(FileFailure) {
            guard try OwnFile.move(self.path, to: path) else {
                throw FileFailure(.protected, "there is a file \(path) by now; name another one")
            }
            try OwnFile.makeDurable(folderOf: path)
        } catch {
            throw StorageFailure(.cannotOpen, error.message, cause: error)
        }
    }

    private func remove() throws(StorageFailure) {
        do throws(FileFailure) {
            for part in ["", "-wal", "-shm", "-journal"] { try OwnFile.remove(path + part) }
        } catch {
            throw StorageFailure(.failed, error.message, cause: error)
        }
    }
}
