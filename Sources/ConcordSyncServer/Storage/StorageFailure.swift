internal import GRDB

/// Why the server's storage could not do something.
public struct StorageFailure: Error, Sendable, CustomStringConvertible {
    /// What callers decide on.
    public enum Code: String, Hashable, Sendable {
        /// The file or its folder cannot be made or opened.
        case cannotOpen = "cannot-open"
        /// Another server has the database.
        case inUse = "in-use"
        /// A newer program has written the database.
        case newerVersion = "newer-version"
        /// The file is another program's database, or none.
        case notOurs = "not-ours"
        /// The stored data contradicts itself.
        case corrupt = "corrupt"
        /// The disk is full.
        case full = "full"
        /// Reading or writing failed.
        case failed = "failed"
    }

    /// What callers decide on.
    public let code: Code
    /// What was being done, what went wrong, and what to do next; for people.
    public let message: String
    /// The error of the library below, if there was one.
    public let cause: (any Error)?

    /// A failure.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message.
    public var description: String { message }
}

extension StorageFailure {
    /// What an error of SQLite means, met while doing what `activity` says.
    init(_ error: any Error, while activity: String) {
        if let failure = error as? StorageFailure {
            self = failure
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.failed, "\(activity) failed: \(error)", cause: error)
            return
        }
        let reason = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(
                .full,
                "\(activity) failed: the disk is full; make room and try again",
                cause: error
            )
        case .SQLITE_NOTADB:
            self.init(
                .notOurs,
                "\(activity) failed: the file is not an SQLite database; name another one",
                cause: error
            )
        case .SQLITE_CORRUPT:
            self.init(
                .corrupt,
                "\(activity) failed: the database is damaged (\(reason)); stop the server, keep "
                    + "a copy and restore a backup",
                cause: error
            )
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY:
            self.init(
                .cannotOpen,
                "\(activity) failed: \(reason); check that the folder exists and that the "
                    + "server may write there",
                cause: error
            )
        default:
            self.init(.failed, "\(activity) failed: \(reason)", cause: error)
        }
    }
}
