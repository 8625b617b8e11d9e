import Synchronization

/// How many answers are put together at the same time. Each may hold megabytes until it is written, so many that ask at
/// once wait for one another instead of filling the memory.
final class AnswerSlots: Sendable {
    private typealias Waiting = CheckedContinuation<Void, Never>

    private struct State {
        var free: Int
        var waiting: [Waiting] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    /// Does something while holding a slot, after waiting for one in order of arrival.
    func withSlot<Value, Failure: Error>(
        _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        await withCheckedContinuation { (continuation: Waiting) in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
        defer { giveBack() }
        return try await body()
    }

    private func giveBack() {
        let next: Waiting? = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
