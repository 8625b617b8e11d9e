import Synchronization

/// How much memory the bodies of all requests under way may take together: beyond it, requests are
/// answered `busy` (503), and what is under way goes on.
///
/// The beginning of each body is free, so that the small requests of ordinary work are served while
/// somebody sends large ones, or does not finish them.
final class BodyBudget: Sendable {
    /// What one request has taken; given back by `giveBack`, or with the value.
    final class Share: Sendable {
        private let budget: BodyBudget
        private let state = Mutex((bytes: 0, taken: 0))

        fileprivate init(_ budget: BodyBudget) { self.budget = budget }

        /// Counts `bytes` more.
        ///
        /// - Throws: `busy` where there is no room for them.
        func take(_ bytes: Int) throws(RequestRefusal) {
            let hasRoom = state.withLock { state in
                let all = state.bytes + bytes
                let more = max(0, all - BodyBudget.free) - state.taken
                guard more <= 0 || budget.reserve(more) else { return false }
                state = (all, state.taken + max(0, more))
                return true
            }
            if !hasRoom { throw .http(.busy) }
        }

        /// Gives back what was taken; to give back twice is to give back once.
        func giveBack() {
            let taken = state.withLock { state in
                defer { state = (0, 0) }
                return state.taken
            }
            budget.release(taken)
        }

        deinit { giveBack() }
    }

    /// How many bytes of each body are not counted.
    static let free = 64 << 10

    private let taken = Mutex(0)
    private let bytesMax: Int

    init(bytesMax: Int = 64 << 20) { self.bytesMax = bytesMax }

    /// How much is taken now.
    var bytesTaken: Int { taken.withLock { $0 } }

    /// A share that has taken nothing yet.
    func share() -> Share { Share(self) }

    private func reserve(_ bytes: Int) -> Bool {
        taken.withLock { taken in
            guard taken + bytes <= bytesMax else { return false }
            taken += bytes
            return true
        }
    }

    private func release(_ bytes: Int) { taken.withLock { $0 -= bytes } }
}
