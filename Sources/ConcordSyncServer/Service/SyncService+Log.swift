import ConcordDiff
import ConcordEncoding
import ConcordSync
import Foundation
internal import GRDB
import Logging

/// The log as public tools of transparency logs read it (C2SP, "tlog-tiles"), as far as it is signed.
extension SyncService {
    /// How the log stands with what was signed of it; what can be signed is signed.
    func signing(
        of engagement: DiffID
    ) async throws(RequestRefusal) -> LogNotary.Standing? {
        let standing: LogNotary.Standing?
        do {
            standing = try await database.notary.standing(of: engagement, in: database.pool)
        } catch {
            throw RequestRefusal(error, while: "signing the log")
        }
        switch standing {
        case .behind(_, let promised):
            logger.error(
                "log-behind",
                metadata: [
                    "engagement": "\(engagement.base64url.prefix(8))",
                    "signed": .stringConvertible(promised.size),
                ]
            )
        case .contradicted:
            logger.critical(
                "log-contradicts-checkpoint",
                metadata: ["engagement": "\(engagement.base64url.prefix(8))"]
            )
            throw .sync(.logBehind)
        case .signed, nil: break
        }
        return standing
    }

    /// The newest checkpoint of a log, as a signed note.
    func checkpoint(of engagement: DiffID) async throws(RequestRefusal) -> [UInt8] {
        try await signed(engagement).note
    }

    /// A tile; a path of one that the checkpoint does not cover is none.
    func tile(_ tile: Tile, of engagement: DiffID) async throws(RequestRefusal) -> [UInt8] {
        let size = try await signed(engagement).size
        let level = if case .hashes(let level) = tile.content { level } else { 0 }
        let first = tile.index * Tile.fullWidth
        guard first + tile.width <= size >> (level * Tile.height) else { throw .http(.notFound) }
        do {
            return try await database.pool.read { db in
                let store = try SQLiteLogStore(db, engagement: engagement)
                switch tile.content {
                case .hashes(let level):
                    guard let tree = try store.tree() else { throw RequestRefusal.http(.notFound) }
                    return try tree.bytes(level: level, place: tile.index, width: tile.width)
                case .entries:
                    return try store.leaves(first..<first + tile.width).flatMap { entry in
                        [UInt8(entry.count >> 8), UInt8(entry.count & 0xFF)] + entry
                    }
                }
            }
        } catch {
            throw RequestRefusal(error, while: "reading the log")
        }
    }

    /// How many entries of a log are signed.
    func signedSize(of engagement: DiffID) async throws(RequestRefusal) -> Int {
        try await signed(engagement).size
    }

    /// What is signed of a log: the note, and how many entries it covers.
    private func signed(
        _ engagement: DiffID
    ) async throws(RequestRefusal) -> (note: [UInt8], size: Int) {
        switch try await signing(of: engagement) {
        case .signed(let checkpoint, let tree): return (checkpoint.note, tree.size)
        case .behind, .contradicted: throw .sync(.logBehind)
        case nil: throw .sync(.unknownEngagement)
        }
    }
}
