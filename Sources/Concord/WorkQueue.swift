import Dispatch

/// A queue on which a replica waits: for the disk, for another process's commit, for signatures.
///
/// Swift runs all tasks on as many threads as the machine has cores, and a task that waits on one of them
/// blocks the others. So waiting work runs here, one after the other, and the caller is suspended
/// meanwhile: its actor and its thread are free.
struct WorkQueue: Sendable {
    private let queue: DispatchQueue

    /// A queue with a name for debuggers.
    init(_ label: String) { queue = DispatchQueue(label: "concord." + label) }

    /// Runs `work` after what was given before it. What was given is done, even if the caller's task is
    /// cancelled meanwhile.
    func run<Value: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result(catching: work)) }
        }
        return try result.get()
    }
}
