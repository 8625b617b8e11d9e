public import ConcordDiff
public import ConcordEncoding
import ConcordSigning
import Foundation
internal import GRDB

/// What an operator sees of an engagement: counts and times, and nothing of what the audit is about.
public struct LogSummary: Hashable, Sendable {
    /// Which engagement.
    public let engagement: DiffID
    /// How many diffs its log has.
    public let entries: Int
    /// How many bytes they take.
    public let bytes: Int
    /// How many members there are who may write.
    public let members: Int
    /// How many devices there are that may write.
    public let devices: Int
    /// When the first diff came.
    public let founded: Timestamp
    /// When the newest diff came.
    public let newest: Timestamp

    /// The engagements of a server, those with the newest diffs first. A server may be running meanwhile.
    ///
    /// - Throws: why the database cannot be read.
    public static func all(in files: ServerFiles) throws(StorageFailure) -> [LogSummary] {
        let database = try ReadOnlyDatabase(files.database, .logs)
        return try database.read("reading the logs") { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT e.id, e.created_at_ms, count(*), sum(length(n.envelope)), max(n.received_at_ms)
                    FROM engagement e JOIN entry n ON n.engagement = e.key
                    GROUP BY e.key ORDER BY max(n.received_at_ms) DESC, e.key
                    """
            )
            return try rows.map { try LogSummary($0, in: db) }
        }
    }

    private init(_ row: Row, in db: Database) throws {
        let id: Data = row[0]
        guard let engagement = DiffID(bytes: [UInt8](id)) else { throw StorageFailure.damagedEntry }
        var membership = Membership()
        for control in try SQLiteLogStore(db, engagement: engagement).controls() {
            membership.receive(control.diff, isFork: control.isFork, verifier: DiffVerifier())
        }
        let devices = membership.devices.filter { membership.isActive($0.key) }
        self.engagement = engagement
        entries = row[2]
        bytes = row[3]
        founded = Timestamp(milliseconds: row[1])
        newest = Timestamp(milliseconds: row[4])
        members = Set(devices.values.map(\.member)).count
        self.devices = devices.count
    }
}
