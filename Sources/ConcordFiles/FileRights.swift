#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Who may do what with a file, and how long it is.
public enum FileRights {
    /// Whether others than the owner may do anything with a file; false where there is none.
    ///
    /// - Throws: `FileFailure` if it cannot be examined.
    public static func areShared(_ path: String) throws(FileFailure) -> Bool {
        try FileFacts(path).map { $0.mode & 0o077 != 0 } ?? false
    }

    /// Takes away from others what they may do with a file.
    ///
    /// - Throws: `FileFailure`, for example because the file is another user's.
    public static func narrow(_ path: String) throws(FileFailure) {
        guard let facts = try FileFacts(path), facts.isRegular, facts.mode & 0o077 != 0 else {
            return
        }
        guard chmod(path, mode_t(facts.mode & 0o700)) == 0 else {
            throw FileFailure(
                system: "\(path) can be used by others, and that could not be changed."
            )
        }
    }

    /// How many bytes a file has; 0 where there is none.
    ///
    /// - Throws: `FileFailure` if it cannot be examined.
    public static func length(of path: String) throws(FileFailure) -> Int {
        try FileFacts(path).map { Int($0.size) } ?? 0
    }
}
