import ConcordSync
import Foundation
internal import GRDB

extension ServerDatabase {
    /// Whether a request that brings diffs could be stored now: the file can be written, something is committed to the
    /// disk, and there is room for more.
    ///
    /// A small write can still pass on a disk that is too full for a larger one, so that the room is
    /// measured, not tried.
    func checkHealth() async throws(StorageFailure) {
        let path = pool.path
        guard access(path, W_OK) == 0 else {
            let reason = String(cString: strerror(errno))
            throw StorageFailure(.failed, "the database cannot be written: \(reason)")
        }
        let pages: Int
        do {
            pages = try await pool.writeWithoutTransaction { db in
                try Self.commitSomething(db)
                return try Self.pagesLeft(db)
            }
        } catch {
            throw StorageFailure(error, while: "writing to the database")
        }
        guard min(pages, DiskSpace.free(beside: path)) >= DiskSpace.roomMin else {
            throw StorageFailure(.full, "the disk is nearly full; free some space")
        }
    }

    /// Commits a number to the head of the file, durably, where nothing else stands.
    private static func commitSomething(_ db: Database) throws {
        let before = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        try db.execute(sql: "PRAGMA user_version = \((before + 1) % (1 << 31))")
    }

    /// How many bytes the database may still grow by its own limit, on the connection that writes.
    private static func pagesLeft(_ db: Database) throws -> Int {
        let most = try Int.fetchOne(db, sql: "PRAGMA max_page_count") ?? 0
        let held = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        let size = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
        return DiskSpace.product(max(0, most - held + free), size)
    }
}
