import Synchronization

/// Tells observers that something was committed.
///
/// A tick says nothing of what has changed; ticks that nobody has taken yet are one.
final class Ticks: Sendable {
    private struct State {
        var continuations: [Int: AsyncStream<Void>.Continuation] = [:]
        var next = 0
        var poll: Task<Void, Never>?
    }

    private let state = Mutex(State())

    deinit {
        state.withLock { state in
            state.poll?.cancel()
            for continuation in state.continuations.values { continuation.finish() }
        }
    }

    /// A stream of ticks, the first of which comes immediately; `poll` runs as long as there is any
    /// stream.
    func stream(polling poll: @escaping @Sendable () async -> Void) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let number = state.withLock { state in
            state.next += 1
            state.continuations[state.next] = continuation
            if state.poll == nil { state.poll = Task { await poll() } }
            return state.next
        }
        continuation.yield()
        continuation.onTermination = { [weak self] _ in self?.remove(number) }
        return stream
    }

    private func remove(_ number: Int) {
        state.withLock { state in
            state.continuations[number] = nil
            if state.continuations.isEmpty {
                state.poll?.cancel()
                state.poll = nil
            }
        }
    }

    /// Tells everyone who observes.
    func tick() {
        let continuations = state.withLock { Array($0.continuations.values) }
        for continuation in continuations { continuation.yield() }
    }
}
