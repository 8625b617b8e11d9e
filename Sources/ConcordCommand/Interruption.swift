import Dispatch
import Foundation

/// The program is asked to end: Ctrl-C, a closed terminal, a supervisor.
enum Interruption {
    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    /// Runs `body` in a task that is cancelled when the program is asked to end.
    ///
    /// - Returns: what `body` returned; nil if it was cancelled because of that.
    static func cancelling<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        let task = Task { try await body() }
        let queue = DispatchQueue(label: "concord.signals")
        let sources = signals.map { number in
            // The source hears of it only if nothing else is done about it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { task.cancel() }
            source.resume()
            return source
        }
        defer {
            for source in sources { source.cancel() }
            for number in signals { signal(number, SIG_DFL) }
        }
        do {
            return try await task.value
        } catch is CancellationError {
            return nil
        }
    }
}
