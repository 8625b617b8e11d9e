/// The files next to a database or a replica that belong to it: each has its name with its own
/// ending.
///
/// The only place that names them, so that `OutputFile`, which protects them, knows them all.
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
    /// The key before that one, if the device goes on under a new key.
    case formerKey = ".key.former"
    /// The note of the newest diff that the device has written.
    case newestDiff = ".guard"
    /// Which inbox items were read.
    case inbox = ".inbox"
    /// What each finding adds to the figures that the status tells.
    case figures = ".figures"
    /// The folder with the files of evidence.
    case files = ".files"
    /// Why the server serves the device nothing more.
    case access = ".access"
    /// The newest diff that the device has posted.
    case sent = ".sent"
    /// Up to where the news was read.
    case news = ".news"
    /// The address of the server that the device syncs with.
    case server = ".server"
    /// What shows the server that this engagement may be opened there.
    case opening = ".opening"

    /// The file next to the one at `path`.
    public func of(_ path: String) -> String { path + rawValue }
}
