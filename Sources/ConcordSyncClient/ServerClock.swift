import ConcordEncoding
import Synchronization

/// The clock of a server, where this machine's own is known to be wrong.
///
/// A request that was refused for its time is sent again by the server's. With many requests in a row only the first is
/// sent twice: from then on the server's time is reckoned from what it said.
final class ServerClock: Sendable {
    private let known = Mutex<(time: Timestamp, at: ContinuousClock.Instant)?>(nil)

    /// The server's time; nil as long as this machine's own will do.
    var now: Timestamp? {
        known.withLock { known in
            guard let known else { return nil }
            let (seconds, atto) = (ContinuousClock.now - known.at).components
            let passed = seconds * 1000 + atto / 1_000_000_000_000_000
            return Timestamp(milliseconds: known.time.milliseconds + passed)
        }
    }

    /// Notes what the server says.
    func set(_ time: Timestamp) { known.withLock { $0 = (time, ContinuousClock.now) } }
}
