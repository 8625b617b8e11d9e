public import ConcordEncoding
import ConcordEvidence
public import ConcordModel
public import ConcordSync

/// How far the files of evidence have come on their way.
public struct FileSyncProgress: Hashable, Sendable {
    /// Whether the file is sent to the server, and not received from it.
    public let isSending: Bool
    /// How many files are done.
    public let done: Int
    /// How many there are.
    public let files: Int
    /// How many bytes are done, of all files.
    public let bytesDone: Int
    /// How many bytes there are.
    public let bytes: Int
}

/// What became of the files of evidence in a sync.
public struct FileSyncSummary: Hashable, Sendable {
    /// How many files the server has now that it had not.
    public internal(set) var sent = 0
    /// How many files came.
    public internal(set) var received = 0
    /// How many bytes of files went to the server, including what went twice.
    public internal(set) var bytesSent = 0
    /// How many bytes of files came, including what came twice.
    public internal(set) var bytesReceived = 0
    /// The files that are not where they should be yet, and why.
    public internal(set) var waiting: [WaitingFile] = []

    /// Nothing was to be sent or received.
    public init() {}
}

/// A file that a sync could not bring to its end.
public struct WaitingFile: Hashable, Sendable, Identifiable {
    /// Why it waits.
    public enum Reason: String, Hashable, Sendable {
        /// Nobody has sent all of it to the server yet.
        case notOnServer = "not-on-server"
        /// The server has no room for it.
        case serverFull = "server-full"
        /// This device has no room for it.
        case diskFull = "disk-full"
        /// The bytes in the store here are not those that were signed.
        case damagedHere = "damaged-here"
        /// The server refuses it, or gives other bytes than those that were signed.
        case refused
        /// The server says that it has the file, and does not sign that with the key of the log.
        case noReceipt = "no-receipt"
        /// The connection was lost too often; the next sync continues.
        case cut
    }

    /// The record's id.
    public let id: WireText
    /// The file.
    public let file: FilePromise
    /// Whether it is to be sent, and not to be received.
    public let isSending: Bool
    /// Why it waits.
    public let reason: Reason
}

extension Replica {
    /// Sends the files that the server lacks, and receives those that this device lacks: after a sync, whose records say
    /// which files there are.
    ///
    ///     let sent = try await replica.syncFiles(through: server)
    ///
    /// What findings that count need comes first, the most severe before all others. A file continues at the byte where it
    /// was cut off. If nothing is to be sent or received, the server is not asked.
    ///
    /// - Throws: `ReplicaFailure`: `server` if there was no answer. Whatever was stored before stays.
    public func syncFiles(
        through transport: some FileTransport,
        progress: @escaping @Sendable (FileSyncProgress) -> Void = { _ in }
    ) async throws -> FileSyncSummary {
        try await carryFiles(
            try await reading.run { [self] in try FilePlan(self) },
            through: transport,
            toServer: true,
            progress
        )
    }

    /// Receives the files that a bundle has and this device lacks.
    func receiveFiles(
        from bundle: BundleFile,
        progress: @escaping @Sendable (FileSyncProgress) -> Void
    ) async throws -> FileSyncSummary {
        try await carryFiles(
            try await reading.run { [self] in try FilePlan(self).lacking },
            through: bundle,
            toServer: false,
            progress
        )
    }

    private func carryFiles(
        _ plan: FilePlan,
        through transport: some FileTransport,
        toServer: Bool,
        _ progress: @escaping @Sendable (FileSyncProgress) -> Void
    ) async throws -> FileSyncSummary {
        if plan.isEmpty { return FileSyncSummary() }
        var lane = FileLane(
            evidence: evidence,
            engagement: engagement,
            transport: transport,
            signer: key.requestSigner,
            logKey: try await reading.run { [self] in try logKey() },
            isServer: toServer,
            progress: progress
        )
        do {
            try await lane.run(plan)
        } catch {
            throw ReplicaFailure.mapped(error)
        }
        return lane.summary
    }

    /// The key with which the server signs; nil if it has signed nothing yet.
    func logKey() throws -> NoteKey? {
        try ReplicaFailure.mapping { try store.read { try $0.serverLog() } }.flatMap {
            NoteKey($0.key)
        }
    }

    /// Forgets which files the server has, since it is another one or was restored: the next `syncFiles` asks it.
    ///
    /// - Throws: `ReplicaFailure`.
    public func forgetSentFiles() throws {
        try ReplicaFailure.mapping { try evidence.store.forgetSent() }
    }
}
