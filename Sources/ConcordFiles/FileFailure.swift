#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Why a file could not be read, written or locked.
public struct FileFailure: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is; decide on this alone.
    public enum Code: String, CaseIterable, Hashable, Sendable {
        /// There is no such file, or its folder does not exist.
        case notFound = "file-not-found"
        /// There is a folder, a link or a device, not a regular file.
        case notRegular = "file-not-regular"
        /// The file is a replica, another database, or a key: nothing is written over these.
        case protected = "file-protected"
        /// There is a file that Concord did not write.
        case notOurs = "file-not-ours"
        /// The file or its folder may not be read or written.
        case notAllowed = "file-not-allowed"
        /// Another process has held the lock for too long.
        case busy = "busy"
        /// The disk is full.
        case diskFull = "disk-full"
        /// The disk or the system failed.
        case io = "io"
    }

    /// What kind of failure it is.
    public let code: Code
    /// What was being done, what happened, and what to do next; for people.
    public let message: String
    /// What the system said, if anything.
    public let cause: String?

    /// A failure with a message for people.
    public init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message, followed by the cause.
    public var description: String { cause.map { "\(message) (\($0))" } ?? message }

    /// A failure of the system's last call, which set `errno`.
    ///
    /// - Parameter what: what could not be done, as a sentence.
    package init(system what: String) {
        let number = errno
        let (code, advice): (Code, String) =
            switch number {
            case ENOENT, ENOTDIR:
                (.notFound, "The folder or the file does not exist. Check the path.")
            case ELOOP:
                (.notRegular, "There is a symbolic link there. Remove it, or name another file.")
            case EISDIR: (.notRegular, "There is a folder there. Name another file.")
            case EACCES, EPERM, EROFS:
                (
                    .notAllowed,
                    "This user cannot write there. Name another file, or change the permissions."
                )
            case ENOSPC, EDQUOT: (.diskFull, "The disk is full. Free some space and try again.")
            case ENAMETOOLONG: (.notAllowed, "The name is too long. Name another file.")
            default: (.io, "The disk or the system failed. Check the disk and try again.")
            }
        self.init(code, "\(what) \(advice)", cause: String(cString: strerror(number)))
    }
}
