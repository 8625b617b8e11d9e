import ConcordDiff
import ConcordEncoding
import Synchronization

/// Lets the requests that write to one engagement in one after the other, and those of different
/// engagements at the same time: a slow one holds up its own team alone.
///
/// Protects no data of its own; between `take` and `end` the caller is the only one that appends to the
/// engagement's log, without holding a lock of the database.
final class EngagementTurns: Sendable {
    private typealias Waiting = CheckedContinuation<Void, Never>

    /// Those that wait, in order of arrival; an engagement is here while somebody has the turn.
    private let queues = Mutex<[DiffID: [Waiting]]>([:])
    private let waitingMax: Int

    /// - Parameter waitingMax: how many may wait for one engagement.
    init(waitingMax: Int = 64) { self.waitingMax = waitingMax }

    /// Whether one more could not wait now.
    func isFull(_ engagement: DiffID) -> Bool {
        queues.withLock { $0[engagement].map { $0.count >= waitingMax } ?? false }
    }

    /// Waits for the turn; false, and no turn, where too many wait already.
    func take(_ engagement: DiffID) async -> Bool {
        var isFull = false
        await withCheckedContinuation { (continuation: Waiting) in
            let goesOn = queues.withLock { queues in
                guard let waiting = queues[engagement] else {
                    queues[engagement] = []
                    return true
                }
                if waiting.count >= waitingMax {
                    isFull = true
                    return true
                }
                queues[engagement] = waiting + [continuation]
                return false
            }
            if goesOn { continuation.resume() }
        }
        return !isFull
    }

    /// Gives the turn to the next one.
    func end(_ engagement: DiffID) {
        let next: Waiting? = queues.withLock { queues in
            guard var waiting = queues[engagement], !waiting.isEmpty else {
                queues[engagement] = nil
                return nil
            }
            let next = waiting.removeFirst()
            queues[engagement] = waiting
            return next
        }
        next?.resume()
    }
}
