import Synchronization

/// What the server counts of its own work: numbers, and names that the program itself has; nothing of any engagement,
/// device or person.
final class ServerMetrics: Sendable {
    /// A kind of request and how it was answered.
    struct Answer: Hashable, Sendable {
        let route: String
        let status: Int
    }

    /// How long answers took, in buckets.
    struct Times: Sendable {
        /// The upper ends of the buckets, in milliseconds.
        static let ends = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000]

        /// How many answers took at most so long, bucket by bucket, and at the end those that took longer.
        var counts = [Int](repeating: 0, count: Times.ends.count + 1)
        /// All times together.
        var milliseconds = 0.0

        /// Counts an answer.
        mutating func add(_ milliseconds: Double) {
            let place = Self.ends.firstIndex { milliseconds <= Double($0) } ?? Self.ends.count
            counts[place] += 1
            self.milliseconds += milliseconds
        }
    }

    /// Everything that is counted.
    struct Counts: Sendable {
        var answers: [Answer: Int] = [:]
        var times: [String: Times] = [:]
        var refusals: [String: Int] = [:]
        var underWay = 0
        var accepted = 0
        var sent = 0
    }

    private let counts = Mutex(Counts())

    /// What was counted until now.
    var current: Counts { counts.withLock { $0 } }

    /// A request has come.
    func began() { counts.withLock { $0.underWay += 1 } }

    /// A request was answered.
    func answered(_ answer: Answer, after time: Duration) {
        let (seconds, attoseconds) = time.components
        let milliseconds = Double(seconds) * 1000 + Double(attoseconds) / 1e15
        counts.withLock { counts in
            counts.underWay -= 1
            counts.answers[answer, default: 0] += 1
            counts.times[answer.route, default: Times()].add(milliseconds)
        }
    }

    /// A request was refused with a code of ours.
    func refused(_ code: String) { counts.withLock { $0.refusals[code, default: 0] += 1 } }

    /// A request has brought diffs into a log, and taken entries with it.
    func synced(accepted: Int, sent: Int) {
        counts.withLock { counts in
            counts.accepted += accepted
            counts.sent += sent
        }
    }
}
