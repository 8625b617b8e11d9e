import ConcordDiff
import Synchronization

/// Who waits for which log to grow.
///
/// A listener gets the log's newest size; sizes that it has not taken yet are one. Every log's size is told again at each beat,
/// which shows both ends that the connection lives.
final class LogListeners: Sendable {
    private struct State {
        var logs: [DiffID: [Int: Listener]] = [:]
        var ofDevice: [Author: Int] = [:]
        var count = 0
        var next = 0
        var isEnded = false
    }

    private struct Listener {
        let device: Author
        let continuation: AsyncStream<Int?>.Continuation
    }

    private let state = Mutex(State())
    private let listenersMax: Int
    private let ofDeviceMax: Int

    /// No listener yet.
    ///
    /// - Parameters:
    ///   - listenersMax: how many there are at the most, of all logs.
    ///   - ofDeviceMax: how many one device can have.
    init(listenersMax: Int = 4096, ofDeviceMax: Int = 8) {
        (self.listenersMax, self.ofDeviceMax) = (listenersMax, ofDeviceMax)
    }

    /// The sizes of a log as they are told, nil for a beat; nil if there are too many listeners, or the server stops.
    ///
    /// The sequence ends when the server stops.
    func listen(to log: DiffID, by device: Author) -> AsyncStream<Int?>? {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Int?.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let number: Int? = state.withLock { state in
            guard !state.isEnded, state.count < listenersMax,
                state.ofDevice[device, default: 0] < ofDeviceMax
            else { return nil }
            state.next += 1
            state.count += 1
            state.ofDevice[device, default: 0] += 1
            state.logs[log, default: [:]][state.next] = Listener(
                device: device,
                continuation: continuation
            )
            return state.next
        }
        guard let number else { return nil }
        continuation.onTermination = { [weak self] _ in self?.remove(number, of: log) }
        return stream
    }

    private func remove(_ number: Int, of log: DiffID) {
        state.withLock { state in
            guard let listener = state.logs[log]?.removeValue(forKey: number) else { return }
            if state.logs[log]?.isEmpty == true { state.logs[log] = nil }
            state.count -= 1
            let left = state.ofDevice[listener.device, default: 1] - 1
            state.ofDevice[listener.device] = left == 0 ? nil : left
        }
    }

    /// How many listen.
    var count: Int { state.withLock { $0.count } }

    /// Tells those who wait for this log that it has grown.
    func tell(_ log: DiffID, size: Int) {
        let listeners = state.withLock { Array(($0.logs[log] ?? [:]).values) }
        for listener in listeners { listener.continuation.yield(size) }
    }

    /// Lets everybody say that they are there.
    func beat() {
        let listeners = state.withLock { $0.logs.values.flatMap(\.values) }
        for listener in listeners { listener.continuation.yield(nil) }
    }

    /// Ends all sequences; nobody can listen any more.
    func end() {
        let listeners = state.withLock { state in
            state.isEnded = true
            return state.logs.values.flatMap(\.values)
        }
        for listener in listeners { listener.continuation.finish() }
    }
}
