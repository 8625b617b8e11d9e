import ConcordFiles
import Foundation

/// The files of the server's database: made so that their owner alone can read them, and removed again
/// where a start failed that made them.
struct DatabaseFiles: Sendable {
    let path: String
    /// Whether nothing stood there before.
    let isNew: Bool

    /// Makes an empty file where there is none; SQLite gives those next to it the same rights.
    init(_ path: String) throws(StorageFailure) {
        self.path = path
        do {
            isNew = try OwnFile.create(path, [])
        } catch {
            throw StorageFailure(.cannotOpen, error.message, cause: error)
        }
    }

    /// Removes what this start has made, and nothing that was there before.
    func removeIfNew() throws(StorageFailure) {
        guard isNew else { return }
        do {
            for suffix in ["", "-wal", "-shm"] { try OwnFile.remove(path + suffix) }
        } catch {
            throw StorageFailure(.failed, error.message, cause: error)
        }
    }
}
