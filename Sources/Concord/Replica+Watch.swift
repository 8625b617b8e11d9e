public import ConcordSync
import Synchronization

/// What happens while a replica is kept current.
public enum WatchEvent: Sendable {
    /// A sync went well; the first one comes whatever it brought, further ones only if there was a reason.
    case synced(SyncSummary)
    /// The server is there, and its log has nothing new. Files of evidence may have come to it.
    case nothingNew
    /// The server cannot be reached, or wants to be left alone; it is tried again after so long.
    case waiting(ReplicaFailure, Duration)
}

extension Replica {
    /// Keeps the replica current until the task is cancelled: syncs now, whenever the server's log grows, and whenever
    /// something was saved here, by this process or another one.
    ///
    ///     let watching = Task { try await replica.watch(through: transport) { print($0) } }
    ///
    /// A lost connection is made again, first after a second, then after longer and longer times up to a minute, or
    /// after what the server asks for. Reading and saving go on meanwhile.
    ///
    /// - Parameters:
    ///   - clock: what the waits are measured by.
    ///   - told: is told what happens; the next thing happens after it has returned. What it throws ends the watch.
    /// - Throws: what does not pass by waiting: the device has no access any more, the server contradicts what it signed, its
    ///   address or certificate is wrong, the disk is full. `CancellationError` when it is cancelled.
    public func watch(
        through transport: some LiveTransport,
        clock: some Clock<Duration> = ContinuousClock(),
        told: @escaping @Sendable (WatchEvent) async throws -> Void = { _ in }
    ) async throws {
        var backoff = Backoff()
        while true {
            let hasSynced = Mutex(false)
            do {
                try await stayCurrent(through: transport, clock: clock) { event in
                    hasSynced.withLock { $0 = true }
                    try await told(event)
                }
                // The connection ended in order: it is made again like one that broke.
                throw SyncFailure(.unreachable, "The server ended the connection.")
            } catch {
                try Task.checkCancellation()
                let mapped = ReplicaFailure.mapped(error)
                guard let failure = mapped as? ReplicaFailure, failure.mayPass else { throw mapped }
                if hasSynced.withLock({ $0 }) { backoff.succeeded() }
                let wait = backoff.wait(
                    asked: failure.retryAfter,
                    random: Self.number(environment.randomBytes(8))
                )
                try await told(.waiting(failure, wait))
                try await clock.sleep(for: wait)
            }
        }
    }

    private static func number(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Syncs for every reason to, as long as the connection for news lasts.
    private func stayCurrent(
        through transport: some LiveTransport,
        clock: some Clock<Duration>,
        happened: @Sendable (WatchEvent) async throws -> Void
    ) async throws {
        // What the server has, as far as it has told; several reasons that come during a sync are one.
        let told = Mutex((size: 0, isFresh: false))
        let (reasons, reason) = AsyncThrowingStream.makeStream(
            of: Void.self,
            throwing: (any Error).self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let listening = Task { [self] in
            do {
                for try await size in transport.sizes(of: engagement, by: key.requestSigner) {
                    told.withLock { $0 = (max($0.size, size), true) }
                    reason.yield()
                }
                reason.finish()
            } catch {
                reason.finish(throwing: error)
            }
        }
        // The first tick comes immediately.
        let looking = Task { [store] in for await _ in store.changes() { reason.yield() } }
        defer {
            listening.cancel()
            looking.cancel()
        }
        var after: ReplicaStatus?
        // A server that tells of entries which its log has not must not keep this device busy.
        var fruitless = Backoff()
        for try await _ in reasons {
            try Task.checkCancellation()
            let status = try status()
            let (size, isFresh) = told.withLock { told in
                defer { told.isFresh = false }
                return told
            }
            let isBehind = status.log < size
            // What the server has refused waits without end, and is no reason to ask again.
            let hasSaved = status.pending > 0 && status.diffs != after?.diffs
            guard after == nil || isBehind || hasSaved else {
                if isFresh { try await happened(.nothingNew) }
                continue
            }
            let summary = try await sync(through: transport)
            let now = try self.status()
            after = now
            try await happened(.synced(summary))
            if now.log >= size {
                fruitless.succeeded()
            } else {
                let random = Self.number(environment.randomBytes(8))
                try await clock.sleep(for: fruitless.wait(random: random))
            }
        }
    }
}

extension ReplicaFailure {
    /// Whether it may work later without anybody doing anything.
    var mayPass: Bool {
        guard code == .server, let failure = cause as? SyncFailure else { return false }
        switch failure.code {
        case .unreachable, .timeout, .serverError, .malformedResponse, .tooLarge, .parted:
            return true
        case .refused(let code):
            // A log that gets back what it lost, and a request that came twice.
            return [SyncRefusal.logBehind.rawValue, AuthenticationRefusal.replayed.rawValue]
                .contains(code)
        case .wrongClock, .cannotSign, .untrusted, .invalidAddress, .cancelled: return false
        }
    }

    /// How long the server wants to be left alone, if it said so.
    var retryAfter: Duration? { (cause as? SyncFailure)?.retryAfter }
}
