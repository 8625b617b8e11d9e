public import Concord
public import ConcordDiff
import ConcordEncoding
public import ConcordSigning
import ConcordSync
import Synchronization

/// A transport to a server in memory, which can be down, lose answers, or be restored to an older state:
/// for the tests and previews of an app.
///
///     let transport = MemoryTransport()
///     let replica = try await Replica.create(at: path, engagement: draft).replica
///     _ = try await replica.sync(through: transport)
///     transport.stop()
///
/// It gives the same verdicts as the real server, and its log ends with it. Anyone may read: who may is the real
/// server's to decide (`Protocol/sync.md`, "Who may read"). Copies of the reference are one
/// server.
public final class MemoryTransport: LiveTransport {
    private let server: Mutex<MemorySyncServer>
    /// How many more exchanges it answers; nil for all.
    private let patience = Mutex<Int?>(nil)
    /// How many answers are lost on their way back.
    private let losses = Mutex(0)
    private let listeners = Mutex<[Int: Listener]>([:])
    private let now: @Sendable () -> Timestamp

    private struct Listener {
        let engagement: DiffID
        let continuation: AsyncThrowingStream<Int, any Error>.Continuation
    }

    /// A server without engagements, whose clock shows `now`.
    ///
    /// - Parameter logKey: the key with which it signs its logs; nil for a server that signs nothing.
    public init(
        logKey: SigningKey? = nil,
        now: @escaping @Sendable () -> Timestamp = ReplicaEnvironment.system.now
    ) {
        server = Mutex(MemorySyncServer(verifier: DiffVerifier(), logKey: logKey))
        self.now = now
    }

    /// Stops answering after `count` further exchanges, and ends the connections for news.
    public func stop(afterExchanges count: Int = 0) {
        patience.withLock { $0 = count }
        let ended = listeners.withLock { listeners in
            defer { listeners.removeAll() }
            return listeners.values
        }
        for listener in ended { listener.continuation.finish(throwing: Self.isDown) }
    }

    private static let isDown = SyncFailure(.unreachable, "The server is down.")

    /// Answers again.
    public func start() { patience.withLock { $0 = nil } }

    /// Loses the next answers on their way back, after the server has accepted what was sent.
    public func loseAnswers(_ count: Int) { losses.withLock { $0 = count } }

    /// Signs with another key from now on.
    ///
    /// - Parameter isStated: whether the key so far says that the other one follows it.
    public func replaceLogKey(by key: SigningKey, isStated: Bool = true) throws {
        try server.withLock { try $0.replaceLogKey(by: key, isStated: isStated) }
    }

    /// Sets a log back to its first entries, as a server does that is restored from a backup.
    public func setBack(_ engagement: DiffID, to size: Int) throws {
        try server.withLock { try $0.setBack(engagement, to: size) }
    }

    /// A second server with the first entries of this one's log.
    ///
    /// - Parameter logKey: the key with which it signs its logs; nil for a server that signs nothing.
    public func copy(
        of engagement: DiffID,
        entries: Int,
        logKey: SigningKey? = nil
    ) throws -> MemoryTransport {
        let copy = MemoryTransport(logKey: logKey, now: now)
        if entries == 0 { return copy }
        let envelopes = envelopes(of: engagement)
        let request = SyncRequest(
            engagement: engagement,
            position: 0,
            envelopes: Array(envelopes.prefix(entries))
        )
        _ = try copy.server.withLock { try $0.received(request, now: now()).get() }
        return copy
    }

    /// The envelopes of a log in its order.
    public func envelopes(of engagement: DiffID) -> [[UInt8]] {
        server.withLock { $0.envelopes(of: engagement) }
    }

    /// Answers a request, unless the server is stopped or the answer is lost.
    public func exchange(
        _ request: SyncRequest,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> SyncResponse {
        let isDown = patience.withLock { left in
            guard let count = left else { return false }
            left = max(0, count - 1)
            return count == 0
        }
        if isDown { throw Self.isDown }
        let result: Result<SyncResponse, any Error> = server.withLock { server in
            do {
                return .success(try server.received(request, now: now()).get())
            } catch {
                return .failure(error)
            }
        }
        if !request.envelopes.isEmpty { tell(request.engagement) }
        let isLost = losses.withLock { left in
            defer { left = max(0, left - 1) }
            return left > 0
        }
        if isLost { throw SyncFailure(.timeout, "The answer was lost.") }
        switch result {
        case .success(let response): return response
        case .failure(let refused as RefusedRequest):
            guard let parting = refused.parting else {
                throw SyncFailure(.refused(refused.refusal.rawValue), "Refused.", cause: refused)
            }
            throw SyncFailure(.parted(parting), "The logs have parted.")
        case .failure(let error):
            throw SyncFailure(.serverError, "The server failed.", cause: error)
        }
    }

    /// The size of a log, at once and whenever it grows.
    public func sizes(
        of engagement: DiffID,
        by signer: RequestSigner
    ) -> AsyncThrowingStream<Int, any Error> {
        AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            if patience.withLock({ $0 == 0 }) { return continuation.finish(throwing: Self.isDown) }
            let number = listeners.withLock { listeners in
                let number = (listeners.keys.max() ?? 0) + 1
                listeners[number] = Listener(engagement: engagement, continuation: continuation)
                return number
            }
            continuation.onTermination = { [weak self] _ in
                self?.listeners.withLock { $0[number] = nil }
            }
            continuation.yield(envelopes(of: engagement).count)
        }
    }

    private func tell(_ engagement: DiffID) {
        let size = envelopes(of: engagement).count
        let listening = listeners.withLock { $0.values.filter { $0.engagement == engagement } }
        for listener in listening { listener.continuation.yield(size) }
    }
}
