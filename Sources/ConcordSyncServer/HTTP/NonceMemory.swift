import ConcordDiff
import ConcordEncoding
import ConcordSync
import Synchronization

/// Which requests were answered, so that none is answered twice.
///
/// A request is taken for `RequestRules.windowSeconds` before and after its time, so it is remembered for twice that
/// time at least: in one of two halves, of which the older is dropped when the newer is as old as that. Only the
/// requests of those who may do something are remembered; a repeated request of a stranger gets nothing either time.
///
/// Bounded, in all and for each key: a key that asks faster than it may, or more keys than there is room for, are
/// answered `busy`. To forget instead would let a request be repeated.
final class NonceMemory: Sendable {
    private struct Half {
        var seen: Set<SHA256Digest> = []
        var counts: [Author: Int] = [:]
    }

    private struct State {
        var newer = Half()
        var older = Half()
        /// When the newer half began, in seconds since 1970.
        var start: Int64?
    }

    private static let span = 2 * RequestRules.windowSeconds

    private let state = Mutex(State())
    private let countMax: Int
    private let countMaxOfKey: Int

    /// - Parameters:
    ///   - countMax: how many requests of ten minutes are remembered, some sixty bytes each.
    ///   - countMaxOfKey: how many of one key.
    init(countMax: Int = 200_000, countMaxOfKey: Int = 10_000) {
        self.countMax = countMax
        self.countMaxOfKey = countMaxOfKey
    }

    /// Whether this request was answered before.
    func holds(_ proof: RequestProof) -> Bool {
        let name = Self.name(of: proof)
        return state.withLock { $0.newer.seen.contains(name) || $0.older.seen.contains(name) }
    }

    /// Remembers a request; what is wrong where it was answered before, or where there is no room.
    func take(_ proof: RequestProof, now: Timestamp) throws(RequestRefusal) {
        let name = Self.name(of: proof)
        let seconds = now.milliseconds / 1000
        let refusal: RequestRefusal? = state.withLock { state in
            Self.age(&state, to: seconds)
            if state.newer.seen.contains(name) || state.older.seen.contains(name) {
                return .authentication(.replayed, now: now)
            }
            let count = state.newer.counts[proof.author, default: 0]
            guard state.newer.seen.count < countMax, count < countMaxOfKey else {
                return .http(.busy)
            }
            state.newer.seen.insert(name)
            state.newer.counts[proof.author] = count + 1
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Drops what is too old to be repeated. A clock that is set back drops nothing early.
    private static func age(_ state: inout State, to seconds: Int64) {
        guard let start = state.start else {
            state.start = seconds
            return
        }
        guard seconds - start >= span else { return }
        state.older = seconds - start >= 2 * span ? Half() : state.newer
        state.newer = Half()
        state.start = seconds
    }

    private static func name(of proof: RequestProof) -> SHA256Digest {
        SHA256Digest(hashing: proof.author.publicKey + Array(proof.nonce.utf8))
    }
}
