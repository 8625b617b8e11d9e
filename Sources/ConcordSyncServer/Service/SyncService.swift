public import ConcordChanges
public import ConcordEncoding
import ConcordSync
import Foundation
internal import GRDB
import Synchronization

/// Takes sync requests in and answers them: the decisions of `LogAcceptance` over SQLite.
///
/// Envelopes are read and signatures checked before the one writer is asked for, so that requests do
/// so at the same time; what only reads never waits for the writer.
public final class SyncService: Sendable {
    private let database: ServerDatabase
    private let verifier: any SignatureVerifier
    private let acceptsEngagements: Bool
    private let clock: @Sendable () -> Timestamp
    /// What decides on the next request of each engagement, as of the last commit. Written by the
    /// database's writer alone, so it never runs ahead of or behind the log.
    private let acceptances = Mutex<[DiffID: LogAcceptance]>([:])

    /// A service over an open database.
    ///
    /// - Parameter clock: the time, for the expiry of invitations and for the record.
    public init(
        database: ServerDatabase,
        verifier: any SignatureVerifier,
        acceptsEngagements: Bool,
        clock: @escaping @Sendable () -> Timestamp = SyncService.systemClock
    ) {
        self.database = database
        self.verifier = verifier
        self.acceptsEngagements = acceptsEngagements
        self.clock = clock
    }

    /// The machine's clock.
    @Sendable public static func systemClock() -> Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    /// Takes a request in and answers it. What the answer calls accepted is durable.
    func exchange(_ request: SyncRequest) async throws(RequestRefusal) -> SyncResponse {
        let verdicts = request.envelopes.isEmpty ? [] : try await takeIn(request)
        return try await answer(request, verdicts)
    }

    /// Whether the database can be written.
    func checkHealth() async throws(RequestRefusal) {
        do {
            try await database.checkWritable()
        } catch {
            throw .storage(error)
        }
    }

    private func takeIn(
        _ request: SyncRequest
    ) async throws(RequestRefusal) -> [EnvelopeVerdict] {
        var batch = PostedBatch(request, verifier: verifier)
        if let known = acceptances.withLock({ $0[request.engagement] }) {
            batch.prove(knownTo: known.membership)
        }
        let proven = batch
        do {
            return try await database.pool.writeWithoutTransaction { db in
                try self.append(proven, of: request, to: db)
            }
        } catch {
            throw RequestRefusal(error, while: "storing diffs")
        }
    }

    /// One transaction, on the writer. The next one begins only after this returns, so what is
    /// kept of the log in memory is always that of the last commit.
    private func append(
        _ batch: PostedBatch,
        of request: SyncRequest,
        to db: Database
    ) throws -> [EnvelopeVerdict] {
        var batch = batch
        var verdicts: [EnvelopeVerdict] = []
        let cached = acceptances.withLock { $0[request.engagement] }
        var acceptance = cached
        try db.inTransaction(.immediate) {
            var store = try SQLiteLogStore(db, engagement: request.engagement)
            var next = try cached ?? store.acceptance(verifier: verifier)
            let refusal = next.refusal(
                of: request,
                founds: batch.founds,
                acceptsEngagements: acceptsEngagements
            )
            if let refusal { throw RequestRefusal.sync(refusal) }
            verdicts = try next.received(&batch, now: clock(), verifier: verifier, into: &store)
            acceptance = next
            return .commit
        }
        if let acceptance, acceptance.size > 0 {
            acceptances.withLock { $0[request.engagement] = acceptance }
        }
        return verdicts
    }

    private func answer(
        _ request: SyncRequest,
        _ verdicts: [EnvelopeVerdict]
    ) async throws(RequestRefusal) -> SyncResponse {
        do {
            return try await database.pool.read { db in
                let store = try SQLiteLogStore(db, engagement: request.engagement)
                let size = try store.size()
                if verdicts.isEmpty, size == 0, request.position == 0 {
                    throw RequestRefusal.sync(.unknownEngagement)
                }
                guard request.position <= size else {
                    throw RequestRefusal.sync(.positionBeyondLog)
                }
                return try store.answer(to: request, verdicts: verdicts, size: size)
            }
        } catch {
            throw RequestRefusal(error, while: "reading the log")
        }
    }
}
