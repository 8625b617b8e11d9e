import Foundation

/// Keeps a second server away from a database, for as long as this process lives.
///
/// SQLite would let two servers write by turns, but each keeps what it knows of a log in memory. The
/// kernel lets go of the lock when the process ends, however it ends. A file beside the database is
/// locked, since closing any descriptor of the database itself would end SQLite's own locks.
final class DatabaseLock: Sendable {
    private let descriptor: Int32

    init(path: String) throws(StorageFailure) {
        let file = path + ".lock"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StorageFailure(
                .cannotOpen,
                "cannot make \(file): \(Self.reason(errno)); check that the folder exists and "
                    + "that the server may write there"
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            if code == EWOULDBLOCK {
                throw StorageFailure(
                    .inUse,
                    "another concord-server has \(path) open; stop it, or name another database"
                )
            }
            throw StorageFailure(.cannotOpen, "cannot lock \(file): \(Self.reason(code))")
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
