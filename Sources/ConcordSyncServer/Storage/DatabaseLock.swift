import ConcordFiles

/// Keeps a second server away from a database, for as long as this process lives.
///
/// SQLite would let two servers write by turns, but each keeps what it knows of a log in memory; and every
/// commit and checkpoint holds this lock, as older versions of SQLite need it
/// (`docs/decisions/0015-one-lock-around-commits-and-checkpoints.md`). The kernel lets go of it when the
/// process ends, however it ends.
final class DatabaseLock: Sendable {
    private let lock: FileLock

    init(path: String) throws(StorageFailure) {
        lock = FileLock(path: path + ".lock")
        do {
            if try lock.take() { return }
        } catch {
            throw StorageFailure(.cannotOpen, error.message, cause: error)
        }
        throw StorageFailure(
            .inUse,
            "another concord-server has \(path) open; stop it, or name another database"
        )
    }

    /// Removes the file, while it is still locked: the process that waits for it makes a new one.
    func remove() throws(FileFailure) { try OwnFile.remove(lock.path) }
}
