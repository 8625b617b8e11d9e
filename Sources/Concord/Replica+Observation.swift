public import ConcordModel
import ConcordStorage

extension Replica {
    /// What `read` returns for the replica, now and after each change: after saves, after syncs,
    /// and after commits of other processes.
    ///
    /// Only the newest value is kept, so a slow observer misses the ones in between. Equal values
    /// come once.
    ///
    /// - Returns: a sequence that ends when its reader stops, or with the error that `read` throws.
    public func observe<Value: Sendable & Equatable>(
        _ read: @escaping @Sendable (Replica) throws -> Value
    ) -> AsyncThrowingStream<Value, any Error> {
        AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let task = Task { [self] in
                do {
                    // Asking for changes first: a commit between the two is not missed.
                    let changes = store.changes()
                    var last = try read(self)
                    continuation.yield(last)
                    for await _ in changes {
                        let value = try read(self)
                        if value == last { continue }
                        last = value
                        continuation.yield(value)
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: ReplicaFailure.mapped(error))
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// The findings that are neither withdrawn nor merged into another, with their criteria.
    public func openFindings() -> AsyncThrowingStream<[FindingRecord], any Error> {
        observe { replica in
            let kinds: Set = [Schema.finding.name, Schema.criterion.name]
            return Audit(state: try replica.records(of: kinds)).countedFindings
        }
    }
}
