import AsyncHTTPClient
import Synchronization

/// Ends the connections of a transport that nobody has closed: the library ends the whole program otherwise.
final class ClientOwner: Sendable {
    let client: HTTPClient
    private let isClosed = Mutex(false)

    init(_ client: HTTPClient) { self.client = client }

    deinit {
        guard !isClosed.withLock({ $0 }) else { return }
        Task { [client] in
            // Nobody is left to hear what went wrong.
            do { try await client.shutdown() } catch {}
        }
    }

    /// Ends the connections.
    func close() async throws {
        isClosed.withLock { $0 = true }
        try await client.shutdown()
    }
}
