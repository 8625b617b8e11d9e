public import ConcordDiff
public import ConcordEncoding
public import ConcordMerge
public import ConcordModel
import ConcordStorage

// Sequences of the newest values. A loop over one runs on the actor that it stands on, reads happen on a
// queue of the replica, and a loop that is left or cancelled ends at once.

extension Replica {
    /// What `read` returns for the replica, now and after each change: after saves, after syncs,
    /// and after commits of other processes.
    ///
    ///     for try await inbox in replica.observe({ try $0.inbox() }) {
    ///         badge = inbox.count { $0.isNew }
    ///     }
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
                    // Asking for changes first: a commit between the two is not missed. The first tick
                    // comes immediately.
                    var last: Value?
                    for await _ in store.changes() {
                        let value = try await reading.run { [self] in try read(self) }
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

    /// The value that a field shows, or a member of a set; nil while it has none.
    ///
    ///     let unit = CellPath.finding(id, .unit)
    ///     for try await value in replica.observeValue(at: unit) { field.text = value?.stringValue }
    public func observeValue(at path: CellPath) -> AsyncThrowingStream<JSON?, any Error> {
        observe { replica in
            let record = try replica.record(kind: path.kind, id: path.record)
            guard let record, record.isPresent else { return nil }
            guard let field = path.field else { return true }
            guard let member = path.member else { return record.fields[field] }
            return record.fields[field]?[member]
        }
    }

    /// The findings that count, with their criteria, as lists show them: those that are neither withdrawn nor merged into
    /// another.
    public func observeFindings() -> AsyncThrowingStream<[FindingRecord], any Error> {
        observe { replica in
            try ReplicaFailure.mapping {
                try replica.store.read { try Audit(shownFindings: $0).countedFindings }
            }
        }
    }

    /// The open conflicts, by path. `conflictDetails(at:)` says what each author saw and meant.
    public func observeConflicts() -> AsyncThrowingStream<[Conflict], any Error> {
        observe { replica in
            try ReplicaFailure.mapping { try replica.store.read { try $0.conflicts() } }
        }
    }

    /// How the replica stands with its server: the result of the newest sync, and how much is unsent.
    public func observeSyncStatus() -> AsyncThrowingStream<SyncStatus, any Error> {
        observe { try $0.syncStatus() }
    }
}
