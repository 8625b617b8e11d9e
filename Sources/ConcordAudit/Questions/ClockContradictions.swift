public import ConcordDiff
import ConcordEncoding

/// Which devices' clocks contradict what they had received.
///
/// No clock takes part in a merge; but a person who writes after having seen what another device signed "later" has a
/// clock behind it, and people who read the times should know. It is fed the diffs of the log in their order and keeps
/// one time for each.
public struct ClockContradictions: Sendable {
    /// Two devices whose clocks differ.
    public struct Pair: Hashable, Sendable {
        /// The device whose clock is ahead.
        public let ahead: Author
        /// The device whose clock is behind.
        public let behind: Author
        /// By how much at least.
        public let atLeast: Duration
    }

    private struct Devices: Hashable {
        let ahead: Author
        let behind: Author
    }

    /// The least difference that is worth a word, in milliseconds.
    private static let least: Int64 = 5 * 60_000

    private var times: [DiffID: (author: Author, milliseconds: Int64)] = [:]
    private var found: [Devices: Int64] = [:]

    /// No diffs yet.
    public init() {}

    /// Takes the next diff of the log; what it follows has been taken before.
    public mutating func take(_ diff: UnverifiedDiff) {
        let time = diff.head.time.milliseconds
        times[diff.id] = (diff.head.author, time)
        for parent in diff.head.parents.compactMap({ times[$0] })
        where parent.author != diff.head.author {
            let devices = Devices(ahead: parent.author, behind: diff.head.author)
            let difference = parent.milliseconds - time
            if difference >= Self.least {
                found[devices] = max(found[devices] ?? 0, difference)
            }
        }
    }

    /// The contradictions, the greatest difference first.
    public var pairs: [Pair] {
        found.sorted { left, right in
            left.value == right.value
                ? (left.key.ahead, left.key.behind) < (right.key.ahead, right.key.behind)
                : left.value > right.value
        }.map { devices, difference in
            Pair(
                ahead: devices.ahead,
                behind: devices.behind,
                atLeast: .milliseconds(difference)
            )
        }
    }
}
