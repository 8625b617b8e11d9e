#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What the facade does with files itself.
enum PlainFile {
    /// Removes a file; one that is not there is as good as removed.
    static func remove(_ path: String) { unlink(path) }
}
