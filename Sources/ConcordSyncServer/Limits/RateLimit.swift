import Synchronization

/// How often each of many may do something in a span of time; those who did it too often are told how long to wait.
///
/// Spans follow one another, and each begins with nothing counted. The memory is bounded: beyond a number of keys in one
/// span, all others share one count, so strangers with many addresses hurt one another first.
final class RateLimit<Key: Hashable & Sendable>: Sendable {
    private struct State {
        var start: ContinuousClock.Instant?
        var counts: [Key: Int] = [:]
        var others = 0
    }

    private let state = Mutex(State())
    private let countMax: Int
    private let span: Duration
    private let keysMax: Int

    /// - Parameters:
    ///   - countMax: how often in a span.
    ///   - keysMax: how many keys are counted by themselves, some hundred bytes each.
    init(_ countMax: Int, in span: Duration, keysMax: Int = 20_000) {
        self.countMax = countMax
        self.span = span
        self.keysMax = keysMax
    }

    /// Counts once more.
    ///
    /// - Returns: nil if that is allowed, and else how long it takes until it will be, in whole seconds.
    func take(_ key: Key, at now: ContinuousClock.Instant = .now) -> Int? {
        state.withLock { state in
            let start = state.start ?? now
            if state.start == nil || now - start >= span {
                state = State(start: now)
            } else {
                state.start = start
            }
            guard Self.count(key, keysMax, in: &state) > countMax else { return nil }
            let rest = span - (now - (state.start ?? now))
            let (seconds, attoseconds) = rest.components
            return max(1, Int(seconds) + (attoseconds > 0 ? 1 : 0))
        }
    }

    /// How often the key was counted in this span, this time included.
    private static func count(_ key: Key, _ keysMax: Int, in state: inout State) -> Int {
        if let count = state.counts[key] {
            state.counts[key] = count + 1
            return count + 1
        }
        guard state.counts.count < keysMax else {
            state.others += 1
            return state.others
        }
        state.counts[key] = 1
        return 1
    }
}
