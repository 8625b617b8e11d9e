import ConcordSync
import Foundation

/// How much room there is on the disk of a file.
enum DiskSpace {
    /// So much must be free for the server to call itself healthy: a few of the longest requests, with
    /// what SQLite writes for them.
    static let roomMin = 4 * SyncLimits.bodyBytes
    /// Below this an operator should make room.
    static let roomWanted = 1 << 30

    /// How many bytes are free on the disk; as many as can be where that cannot be asked.
    static func free(beside path: String) -> Int {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return .max }
        return product(Int(clamping: facts.f_bavail), Int(clamping: facts.f_frsize))
    }

    /// A count of blocks or pages in bytes; as many as can be where the product is no number.
    static func product(_ count: Int, _ size: Int) -> Int {
        let (product, overflows) = count.multipliedReportingOverflow(by: size)
        return overflows ? .max : product
    }
}
