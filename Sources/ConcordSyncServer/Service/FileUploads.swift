import ConcordDiff
import ConcordModel
import Synchronization

/// The uploads that run: one of each file at a time.
///
/// A client whose connection was cut comes back before the server has read the last bytes that came over the old one, and
/// where the file continues is known only then. So whoever asks or sends next waits for the upload before it. The end of a
/// connection may never be seen, on a telephone that has changed networks: after a second the older upload is ended, and keeps
/// what it has.
final class FileUploads: Sendable {
    private struct Key: Hashable {
        let engagement: DiffID
        let file: FilePromise
    }

    private static let patience = Duration.seconds(1)

    private let running = Mutex<[Key: Task<Int, any Error>]>([:])

    /// Runs an upload, once no other one of the file runs.
    ///
    /// - Parameter body: takes the bytes; it ends soon after its task is cancelled.
    /// - Returns: what `body` returns.
    func run(
        _ file: FilePromise,
        of engagement: DiffID,
        _ body: @escaping @Sendable () async throws -> Int
    ) async throws -> Int {
        let key = Key(engagement: engagement, file: file)
        while true {
            await settle(key)
            let begun: Task<Int, any Error>? = running.withLock { running in
                guard running[key] == nil else { return nil }
                let task = Task {
                    defer { end(key) }
                    return try await body()
                }
                running[key] = task
                return task
            }
            guard let begun else { continue }
            return try await withTaskCancellationHandler {
                try await begun.value
            } onCancel: {
                begun.cancel()
            }
        }
    }

    /// Waits until no upload of these files runs that runs now.
    func settle(_ files: [FilePromise], of engagement: DiffID) async {
        for file in files { await settle(Key(engagement: engagement, file: file)) }
    }

    private func settle(_ key: Key) async {
        guard let task = running.withLock({ $0[key] }) else { return }
        let deadline = Task {
            try await Task.sleep(for: Self.patience)
            task.cancel()
        }
        _ = await task.result
        deadline.cancel()
    }

    private func end(_ key: Key) { running.withLock { $0[key] = nil } }
}
