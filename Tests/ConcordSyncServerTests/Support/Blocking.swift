import Dispatch

/// Runs what blocks on a thread of its own: the tests share theirs with the server.
func blocking<Result: Sendable>(
    on queue: DispatchQueue = DispatchQueue(label: "blocking"),
    _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        queue.async { continuation.resume(with: Swift.Result { try body() }) }
    }
}
