public import ConcordSync
import Synchronization

/// A transport that loses requests and answers, and delivers some requests twice: as a seed says, so that a run can be
/// repeated.
///
///     let link = LossyTransport(engagement.server, seed: 7)
///
/// A request that is lost never reaches the server. An answer that is lost belongs to a request that the server has taken.
/// Both end as `timeout`, since nobody can tell them apart.
public struct LossyTransport<Transport: SyncTransport>: SyncTransport {
    private let transport: Transport
    private let losing: Int
    private let random: SharedGenerator

    /// A lossy way to where another transport leads.
    ///
    /// - Parameter count: of how many requests one is lost, one answer is lost, and one is delivered twice, each by chance.
    public init(_ transport: Transport, seed: UInt64, losing count: Int = 4) {
        self.transport = transport
        losing = count
        random = SharedGenerator(seed)
    }

    /// Carries a request, unless it is lost, and its answer back, unless that is.
    public func exchange(
        _ request: SyncRequest,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> SyncResponse {
        if random.oneIn(losing) { throw SyncFailure(.timeout, "The request was lost.") }
        if random.oneIn(losing) { _ = try await transport.exchange(request, by: signer) }
        let answer = try await transport.exchange(request, by: signer)
        if random.oneIn(losing) { throw SyncFailure(.timeout, "The answer was lost.") }
        return answer
    }
}

private final class SharedGenerator: Sendable {
    private let generator: Mutex<SeededGenerator>

    init(_ seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }

    func oneIn(_ count: Int) -> Bool { generator.withLock { $0.oneIn(count) } }
}
