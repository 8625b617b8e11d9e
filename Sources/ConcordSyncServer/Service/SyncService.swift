public import ConcordDiff
public import ConcordEncoding
import ConcordSigning
import ConcordSync
import Foundation
internal import GRDB
public import Logging
import Synchronization

/// Answers sync requests: the verdicts of `LogAcceptance` over SQLite.
///
/// A request that brings diffs goes through four steps: it is read, and its signatures are checked, on all
/// cores and at the same time as all others; it waits for its engagement's turn; a short read fetches what its diffs
/// name, and they are judged without the database; the accepted ones are appended in one write
/// transaction, which does nothing else. So a long request delays only its own engagement, and the
/// database's one writer never waits for curve arithmetic. Long work lets others go first in between.
public final class SyncService: Sendable {
    let database: ServerDatabase
    let verifier: any SignatureVerifier
    private let acceptsEngagements: Bool
    /// Whose proofs open engagements although the server accepts none from others.
    private let tokens: OpeningTokens?
    /// Where all engagements are served now, if it is not here.
    let movedTo: WireText?
    let clock: @Sendable () -> Timestamp
    let logger: Logger
    private let turns = EngagementTurns()
    /// Who waits for a log to grow.
    let listeners = LogListeners()
    /// What decides on the next request of an engagement, as of its last commit; written by the one that has
    /// the engagement's turn.
    let acceptances: Mutex<AcceptanceCache>

    /// After so many diffs others get a turn.
    static let stretch = 16

    /// A service over an open database.
    ///
    /// - Parameters:
    ///   - acceptsEngagements: whether anyone may open an engagement.
    ///   - tokens: whose holders may, if not anyone.
    ///   - movedTo: the URL to which every member is sent; then nothing is taken in or read here.
    ///   - keepsMembers: how many members, devices and invitations of all engagements are kept in memory.
    ///   - logger: where it says that a log cannot be signed.
    ///   - clock: the time, for the expiry of invitations and for the record.
    public init(
        database: ServerDatabase,
        verifier: any SignatureVerifier,
        acceptsEngagements: Bool,
        tokens: OpeningTokens? = nil,
        movedTo: WireText? = nil,
        keepsMembers: Int = 40_000,
        logger: Logger = Logger(label: "concord-server"),
        clock: @escaping @Sendable () -> Timestamp = SyncService.systemClock
    ) {
        self.database = database
        self.verifier = verifier
        self.acceptsEngagements = acceptsEngagements
        self.tokens = tokens
        self.movedTo = movedTo
        self.logger = logger
        self.clock = clock
        acceptances = Mutex(AcceptanceCache(weightMax: keepsMembers))
    }

    /// The machine's clock.
    @Sendable public static func systemClock() -> Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    /// Takes a request in and answers it. What the answer calls accepted is durable.
    ///
    /// - Parameter key: who asks, whom `admit` has let in.
    func exchange(
        _ request: SyncRequest,
        by key: Author
    ) async throws(RequestRefusal) -> SyncResponse {
        try await answer(request, try await takeIn(request), to: key)
    }

    /// The verdicts on what a request brings; what is accepted is durable then.
    ///
    /// - Parameter opening: what is shown as a proof that the engagement may be opened.
    func takeIn(
        _ request: SyncRequest,
        _ opening: OpeningProof? = nil
    ) async throws(RequestRefusal) -> [EnvelopeVerdict] {
        if request.envelopes.isEmpty { return [] }
        // Nothing is added to a log that contradicts what was signed of it.
        _ = try await signing(of: request.engagement)
        return try await judge(request, opening)
    }

    /// The answer to a request whose diffs were taken in.
    ///
    /// - Parameter key: who asks, whom `admit` has let in.
    func answer(
        _ request: SyncRequest,
        _ verdicts: [EnvelopeVerdict],
        to key: Author
    ) async throws(RequestRefusal) -> SyncResponse {
        try await showing(request, verdicts, to: key) {
            () async throws(RequestRefusal) in
            try await answer(request, verdicts)
        }
    }

    // MARK: Taking in.

    private func judge(
        _ request: SyncRequest,
        _ opening: OpeningProof?
    ) async throws(RequestRefusal) -> [EnvelopeVerdict] {
        // Whoever would be turned away afterwards costs no curve arithmetic.
        if turns.isFull(request.engagement) { throw .http(.busy) }
        let verifier = RememberingVerifier(verifier)
        let held = acceptances.withLock { $0.acceptance(of: request.engagement) }
        var batch = await PostedBatch(
            onAllCores: request,
            knownTo: held?.membership,
            verifier: verifier
        )
        guard await turns.take(request.engagement) else { throw .http(.busy) }
        defer { turns.end(request.engagement) }
        return try await judge(&batch, of: request, opening, verifier: verifier)
    }

    /// Judges a batch, and appends what is accepted. The caller has the engagement's turn.
    private func judge(
        _ batch: inout PostedBatch,
        of request: SyncRequest,
        _ opening: OpeningProof?,
        verifier: any SignatureVerifier
    ) async throws(RequestRefusal) -> [EnvelopeVerdict] {
        var (log, acceptance) = try await look(for: batch, of: request, opening)
        acceptance.lost = try await lostEntries(of: request.engagement, behind: acceptance.size)
        let before = acceptance.size
        let now = clock()
        var verdicts: [EnvelopeVerdict] = []
        verdicts.reserveCapacity(batch.count)
        for index in 0..<batch.count {
            if index % Self.stretch == 0 { await Task.yield() }
            do {
                verdicts.append(
                    try acceptance.received(
                        &batch,
                        at: index,
                        now: now,
                        verifier: verifier,
                        into: &log
                    )
                )
            } catch {
                throw RequestRefusal(error, while: "judging diffs")
            }
        }
        // Whatever becomes of the commit, what it began with is not kept.
        acceptances.withLock { $0.drop(request.engagement) }
        if !log.appended.isEmpty {
            try await append(log.appended, to: request.engagement, behind: before)
        }
        acceptance.lost = []
        if acceptance.size > 0 { acceptances.withLock { [acceptance] in $0.hold(acceptance) } }
        return verdicts
    }

    /// What a batch names of the log, and what decides on it.
    private func look(
        for batch: PostedBatch,
        of request: SyncRequest,
        _ opening: OpeningProof?
    ) async throws(RequestRefusal) -> (StagedLog, LogAcceptance) {
        let held = acceptances.withLock { $0.acceptance(of: request.engagement) }
        let seen: Seen
        do {
            seen = try await database.pool.read { db in
                try Self.look(for: batch, of: request, held: held, in: db)
            }
        } catch {
            throw RequestRefusal(error, while: "reading the log")
        }
        var acceptance = seen.acceptance
        for (index, control) in seen.controls.enumerated() {
            if index % Self.stretch == 0 { await Task.yield() }
            acceptance.restore(control.diff, isFork: control.isFork, verifier: verifier)
        }
        let hasToken = try mayOpen(acceptance.size, request, opening)
        let refusal = acceptance.refusal(
            of: request,
            founds: batch.founds,
            acceptsEngagements: acceptsEngagements || hasToken
        )
        if let refusal { throw .sync(refusal) }
        return (seen.log, acceptance)
    }

    /// Whether an engagement that is not here is opened with a token.
    private func mayOpen(
        _ size: Int,
        _ request: SyncRequest,
        _ proof: OpeningProof?
    ) throws(RequestRefusal) -> Bool {
        guard size == 0, let proof, let tokens else { return false }
        do throws(StorageFailure) {
            let entry = try tokens.entry(
                for: proof,
                of: request.engagement,
                now: clock(),
                verifier: verifier
            )
            return entry != nil
        } catch {
            throw .storage(error)
        }
    }

    /// What one look into the database has shown.
    private struct Seen: Sendable {
        let log: StagedLog
        let acceptance: LogAcceptance
        /// What the acceptance lacks, where it was not held.
        let controls: [(diff: UnverifiedDiff, isFork: Bool)]
    }

    private static func look(
        for batch: PostedBatch,
        of request: SyncRequest,
        held: LogAcceptance?,
        in db: Database
    ) throws -> Seen {
        let store = try SQLiteLogStore(db, engagement: request.engagement)
        let size = try store.size()
        if let parting = try store.parting(of: request, size: size) {
            throw RequestRefusal.parted(parting)
        }
        let log = try StagedLog(for: batch, from: store)
        if let held, held.size == size { return Seen(log: log, acceptance: held, controls: []) }
        return Seen(
            log: log,
            acceptance: LogAcceptance(engagement: request.engagement, size: size),
            controls: try store.controls()
        )
    }

    /// One write transaction, which does nothing but append.
    private func append(
        _ entries: [NewEntry],
        to engagement: DiffID,
        behind size: Int
    ) async throws(RequestRefusal) {
        do {
            try await database.pool.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    var store = try SQLiteLogStore(db, engagement: engagement)
                    guard try store.size() == size else {
                        throw StorageFailure(
                            .failed,
                            "the log has changed while a request was judged; sync again"
                        )
                    }
                    try store.append(entries)
                    return .commit
                }
            }
        } catch {
            throw RequestRefusal(error, while: "storing diffs")
        }
    }

    /// The hashes of the entries that the log lost and has to take next, as far as one request can bring them.
    private func lostEntries(
        of engagement: DiffID,
        behind size: Int
    ) async throws(RequestRefusal) -> ArraySlice<SHA256Digest> {
        do {
            let positions = size..<size + SyncLimits.envelopes
            return try await database.notary.checkpoints.leaves(of: engagement, at: positions)[...]
        } catch {
            throw RequestRefusal(error, while: "reading the checkpoints")
        }
    }

    // MARK: Answering.

    /// The answer, of the part of the log that is signed; of a log that was restored from a backup all that it has.
    private func answer(
        _ request: SyncRequest,
        _ verdicts: [EnvelopeVerdict]
    ) async throws(RequestRefusal) -> SyncResponse {
        let standing = try await signing(of: request.engagement)
        var shown = Int.max
        var checkpoint: SyncResponse.Checkpoint?
        switch standing {
        case .signed(let signed, let tree):
            (checkpoint, shown) = (signed, tree.size)
            if !verdicts.isEmpty { listeners.tell(request.engagement, size: tree.size) }
        // What was signed says that the log should have more.
        case .behind(let signed, _): checkpoint = signed
        case .contradicted, nil: break
        }
        do {
            return try await database.pool.read { [shown, checkpoint] db in
                let store = try SQLiteLogStore(db, engagement: request.engagement)
                let size = min(try store.size(), shown)
                if verdicts.isEmpty, size == 0, request.position == 0 {
                    throw RequestRefusal.sync(.unknownEngagement)
                }
                if let parting = try store.parting(of: request, size: size) {
                    throw RequestRefusal.parted(parting)
                }
                return try store.answer(
                    to: request,
                    verdicts: verdicts,
                    size: size,
                    checkpoint: checkpoint
                )
            }
        } catch {
            throw RequestRefusal(error, while: "reading the log")
        }
    }
}
