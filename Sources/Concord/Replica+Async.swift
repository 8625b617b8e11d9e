public import ConcordMerge
public import ConcordStorage

// For callers in async code. Signing and waiting for the disk happen on queues of the replica: neither the
// caller's actor nor one of Swift's own threads is blocked. A task that is cancelled before its call begins
// throws `CancellationError`; a save that has begun is finished.

extension Replica {
    /// Opens the replica at `path`.
    ///
    ///     let replica = try await Replica.open(at: path)
    ///
    /// - Throws: as `open` in synchronous code.
    public static func open(
        at path: String,
        environment: ReplicaEnvironment = .system,
        passphrase: String? = nil,
        keys: (any KeyStorage)? = nil
    ) async throws -> Replica {
        try await WorkQueue("opening").run {
            try open(at: path, environment: environment, passphrase: passphrase, keys: keys)
        }
    }

    /// Opens a new engagement. The person who opens it is its audit team leader.
    ///
    ///     let draft = EngagementDraft(leader: "Ines Carrow", device: "Ines's tablet")
    ///     let (replica, recoveryKey) = try await Replica.create(at: path, engagement: draft)
    ///
    /// - Returns: as `create` in synchronous code.
    /// - Throws: as `create` in synchronous code.
    public static func create(
        at path: String,
        engagement: EngagementDraft,
        environment: ReplicaEnvironment = .system,
        passphrase: String? = nil,
        keys: (any KeyStorage)? = nil
    ) async throws -> (replica: Replica, recoveryKey: String) {
        try await WorkQueue("creating").run {
            try create(
                at: path,
                engagement: engagement,
                environment: environment,
                passphrase: passphrase,
                keys: keys
            )
        }
    }

    /// Saves an edit: signed and stored in one durable transaction.
    ///
    ///     var edit = Edit()
    ///     edit.set(.finding(id, .unit), to: "MH")
    ///     try await replica.save(edit)
    ///
    /// - Parameters:
    ///   - edit: what should change.
    ///   - keepsVoid: whether to keep what has no effect, so that a leader can admit it.
    /// - Returns: nil if the edit changes nothing that is shown.
    /// - Throws: as `save` in synchronous code; then nothing was written.
    @discardableResult
    public func save(
        _ edit: Edit,
        keepingVoid keepsVoid: Bool = false
    ) async throws -> SaveReceipt? {
        try await perform { try $0.save(edit, keepingVoid: keepsVoid) }
    }

    /// Saves the edit that `edit` returns for the state within the save's own transaction, for
    /// example with a number that no other process may use too.
    ///
    /// - Throws: what `edit` throws, and as `save` in synchronous code; then nothing was written.
    @discardableResult
    public func save(
        keepingVoid keepsVoid: Bool = false,
        _ edit: @escaping @Sendable (DraftNumbers) throws -> Edit
    ) async throws -> SaveReceipt? {
        try await perform { try $0.save(keepingVoid: keepsVoid, edit) }
    }

    /// What the replica shows now, all read at one moment.
    ///
    /// - Throws: `ReplicaFailure`.
    public func snapshot() async throws -> Snapshot {
        try Task.checkCancellation()
        return try await reading.run { [self] in try snapshot() }
    }

    /// Runs any other function of the replica on its queue, after the saves that were asked for before:
    ///
    ///     let receipt = try await replica.perform { try $0.undo() }
    ///     let entries = try await replica.perform { try $0.inbox() }
    ///
    /// - Throws: what `work` throws, or `CancellationError` if the task was cancelled before.
    public func perform<Value: Sendable>(
        _ work: @escaping @Sendable (Replica) throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        return try await writing.run { [self] in try work(self) }
    }
}
