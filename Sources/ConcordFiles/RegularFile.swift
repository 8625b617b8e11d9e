#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Whether a name leads to an ordinary file, asked before a library opens it.
///
/// Opening a named pipe waits until somebody writes into it, and reading a device may never end. So a
/// pipe that a colleague left in a shared folder, under the name of a replica or of a file to import,
/// would block a program forever. Links are followed, since people use them for replicas.
public enum RegularFile {
    /// Refuses a folder, a pipe, a socket or a device. A missing file is left to the code that opens it.
    ///
    /// - Throws: `FileFailure.Code.notRegular`.
    public static func require(_ path: String) throws(FileFailure) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return }
        let kind =
            switch facts.st_mode & S_IFMT {
            case S_IFREG: ""
            case S_IFDIR: "a folder"
            case S_IFIFO: "a named pipe"
            case S_IFSOCK: "a socket"
            default: "a device"
            }
        if kind.isEmpty { return }
        throw FileFailure(
            .notRegular,
            "\(path) is \(kind) and not a file, so it was not opened. Name a file, or move away what"
                + " is there."
        )
    }

    /// Refuses a replica or database of which a part is not an ordinary file.
    public static func require(_ path: String, withParts parts: [String]) throws(FileFailure) {
        for part in [""] + parts { try require(path + part) }
    }
}
