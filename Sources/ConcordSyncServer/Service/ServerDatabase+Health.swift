import ConcordSync
import Foundation
internal import GRDB

extension ServerDatabase {
    /// So much must be free for the server to call itself healthy: a few of the longest requests, with
    /// what SQLite writes for them.
    private static let roomMin = 4 * SyncLimits.bodyBytes

    /// Whether a request that brings diffs could be stored now: the file can be written, a write begins,
    /// and there is room for it.
    ///
    /// A small write can still pass on a disk that is too full for a larger one, so that the room is
    /// measured, not tried.
    func checkHealth() async throws(StorageFailure) {
        let path = pool.path
        guard access(path, W_OK) == 0 else {
            let reason = String(cString: strerror(errno))
            throw StorageFailure(.failed, "the database cannot be written: \(reason)")
        }
        try await checkWritable()
        let pages: Int
        do {
            pages = try await pool.writeWithoutTransaction { try Self.pagesLeft($0) }
        } catch {
            throw StorageFailure(error, while: "looking at the database")
        }
        guard min(pages, Self.bytesFree(beside: path)) >= Self.roomMin else {
            throw StorageFailure(.full, "the disk is nearly full; free some space")
        }
    }

    /// How many bytes the database may still grow by its own limit, on the connection that writes.
    private static func pagesLeft(_ db: Database) throws -> Int {
        let most = try Int.fetchOne(db, sql: "PRAGMA max_page_count") ?? 0
        let held = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        let size = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
        return product(max(0, most - held + free), size)
    }

    /// How many bytes are free on the disk; as many as can be where that cannot be asked.
    private static func bytesFree(beside path: String) -> Int {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return .max }
        return product(Int(clamping: facts.f_bavail), Int(clamping: facts.f_frsize))
    }

    private static func product(_ count: Int, _ size: Int) -> Int {
        let (product, overflows) = count.multipliedReportingOverflow(by: size)
        return overflows ? .max : product
    }
}
