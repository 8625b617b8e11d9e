/// The files that stand beside a database or a replica and belong to it: each has its name with an
/// ending of its own.
///
/// The one place that names them, so that what protects them (`OutputFile`) knows them all.
public enum FileBeside: String, CaseIterable, Sendable {
    /// SQLite's write-ahead log.
    case writeAheadLog = "-wal"
    /// SQLite's index of that log.
    case sharedMemory = "-shm"
    /// SQLite's rollback journal.
    case journal = "-journal"
    /// The lock that keeps processes apart.
    case lock = ".lock"
    /// The key with which the device signs.
    case key = ".key"
    /// The note of the newest diff that the device has written.
    case newestDiff = ".guard"
    /// The note of what was read in the inbox.
    case inbox = ".inbox"
    /// What each finding adds to the figures that the status tells.
    case figures = ".figures"
    /// The address of the server that the device syncs with.
    case server = ".server"

    /// The file beside the one at `path`.
    public func of(_ path: String) -> String { path + rawValue }
}
