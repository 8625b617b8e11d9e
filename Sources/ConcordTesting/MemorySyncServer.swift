public import ConcordDiff
public import ConcordEncoding
public import ConcordSigning
public import ConcordSync

/// A server without disk and network: the real decisions over logs in memory, for simulations.
public struct MemorySyncServer: Sendable {
    private struct Log {
        var acceptance: LogAcceptance
        var store = MemoryLogStore()
    }

    private var logs: [DiffID: Log] = [:]
    private let verifier: any SignatureVerifier
    private let acceptsEngagements: Bool
    /// The key that signs the logs; nil for a server that signs nothing.
    private var logKey: SigningKey?
    /// What former keys say of those that follow them.
    private var successions: [KeySuccession] = []
    /// What was signed of each log: a server that is set back keeps it, as the real one does.
    private var signed: [DiffID: [SHA256Digest]] = [:]

    /// A server without engagements.
    ///
    /// - Parameter logKey: the key with which it signs its logs; nil for a server that signs nothing.
    public init(
        verifier: any SignatureVerifier,
        acceptsEngagements: Bool = true,
        logKey: SigningKey? = nil
    ) {
        self.verifier = verifier
        self.acceptsEngagements = acceptsEngagements
        self.logKey = logKey
    }

    /// Answers a request, as a server does whose clock shows `now`.
    public mutating func received(
        _ request: SyncRequest,
        now: Timestamp
    ) throws -> Result<SyncResponse, RefusedRequest> {
        var log =
            logs[request.engagement]
            ?? Log(acceptance: LogAcceptance(engagement: request.engagement))
        var batch = PostedBatch(request, verifier: verifier)
        let refusal = log.acceptance.refusal(
            of: request,
            founds: batch.founds,
            acceptsEngagements: acceptsEngagements
        )
        if let refusal { return .failure(RefusedRequest(refusal)) }
        if let parting = try log.store.parting(of: request, size: log.acceptance.size) {
            return .failure(RefusedRequest(try sign(parting, of: request)))
        }
        log.acceptance.lost = (signed[request.engagement] ?? []).dropFirst(log.acceptance.size)
        let verdicts = try log.acceptance.received(
            &batch,
            now: now,
            verifier: verifier,
            into: &log.store
        )
        if log.acceptance.size > 0 { logs[request.engagement] = log }
        return .success(
            try log.store.answer(
                to: request,
                verdicts: verdicts,
                size: log.acceptance.size,
                checkpoint: try sign(request.engagement, log.store.leaves)
            )
        )
    }

    /// Signs a log; if it lacks entries that were signed before, that is still the newest checkpoint.
    private mutating func sign(
        _ engagement: DiffID,
        _ leaves: [SHA256Digest]
    ) throws -> SyncResponse.Checkpoint? {
        guard let logKey else { return nil }
        let newest = [signed[engagement] ?? [], leaves].max { $0.count < $1.count } ?? leaves
        signed[engagement] = newest
        return try Self.checkpoint(
            of: engagement,
            over: newest,
            by: logKey,
            successions: successions.map(\.note)
        )
    }

    /// States, as the holder of the log's key, that the logs have parted.
    private func sign(_ parting: LogParting, of request: SyncRequest) throws -> LogParting {
        guard let logKey else { return parting }
        var parting = parting
        let engagement = request.engagement
        let key = Self.noteKey(of: engagement, logKey)
        parting.statement = SyncResponse.Checkpoint(
            note: try PartingStatement.note(
                parting,
                of: engagement,
                request: request.wireBytes,
                by: key
            ) { try logKey.signature(over: $0) },
            key: key.text,
            successions: successions.map(\.note)
        )
        return parting
    }

    private static func noteKey(of engagement: DiffID, _ key: SigningKey) -> NoteKey {
        let origin = ConcordSync.Checkpoint.origin(of: engagement)
        guard let noteKey = NoteKey(name: origin, publicKey: key.author.publicKey) else {
            preconditionFailure("an origin is the name of a key")
        }
        return noteKey
    }

    /// Signs with another key from now on.
    ///
    /// - Parameter isStated: whether the key so far says that the other one follows it.
    public mutating func replaceLogKey(by key: SigningKey, isStated: Bool = true) throws {
        if let logKey, isStated {
            successions.append(
                try KeySuccession(from: logKey.author, to: key.author) {
                    try logKey.signature(over: $0)
                }
            )
        }
        logKey = key
    }

    /// What a server with this key would sign of a log with these entries, also one that never was.
    public static func checkpoint(
        of engagement: DiffID,
        over leaves: [SHA256Digest],
        by key: SigningKey,
        successions: [[UInt8]] = []
    ) throws -> SyncResponse.Checkpoint {
        let noteKey = noteKey(of: engagement, key)
        let tree = LogWitness(size: leaves.count, root: MerkleTree.root(of: leaves))
        let signed = try SignedCheckpoint(
            ConcordSync.Checkpoint(origin: noteKey.name, tree: tree),
            key: noteKey
        ) { try key.signature(over: $0) }
        return SyncResponse.Checkpoint(
            note: signed.note,
            key: noteKey.text,
            successions: successions
        )
    }

    /// Sets a log back to its first entries, as a server does that is restored from a backup.
    ///
    /// Nothing is left of an engagement of which no entry is.
    public mutating func setBack(_ engagement: DiffID, to size: Int) throws {
        guard let old = logs.removeValue(forKey: engagement), size > 0 else { return }
        let kept = old.store.envelopes.prefix(size)
        let request = SyncRequest(engagement: engagement, position: 0, envelopes: Array(kept))
        _ = try received(request, now: Timestamp(milliseconds: 0))
    }

    /// The envelopes of a log in its order.
    public func envelopes(of engagement: DiffID) -> [[UInt8]] {
        logs[engagement]?.store.envelopes ?? []
    }

    /// Who may write after the last entry of a log.
    public func membership(of engagement: DiffID) -> Membership? {
        logs[engagement]?.acceptance.membership
    }
}

/// A request that was refused as a whole.
public struct RefusedRequest: Error, Hashable, Sendable {
    /// Why.
    public let refusal: SyncRefusal

    /// Where the two logs differ, if that is why.
    public let parting: LogParting?

    /// A request refused for this reason.
    public init(_ refusal: SyncRefusal) {
        self.refusal = refusal
        parting = nil
    }

    /// A request refused since the client's log and the server's have parted.
    public init(_ parting: LogParting) {
        refusal = parting.refusal
        self.parting = parting
    }
}

/// A log in memory.
public struct MemoryLogStore: LogStore, Sendable {
    private var entries: [NewEntry] = []
    private var positions: [DiffID: Int] = [:]
    private var firstBranch: Set<WriteReference> = []

    /// A log without entries.
    public init() {}

    /// The envelopes in their order.
    public var envelopes: [[UInt8]] { entries.map(\.diff.diff.envelope) }

    /// The hashes of the entries in the log as a tree.
    public var leaves: [SHA256Digest] { entries.map { MerkleTree.leafHash($0.diff.diff.leaf) } }

    /// The entry with this identity, or nil.
    public func entry(_ id: DiffID) -> LoggedDiff? {
        positions[id].map { position in
            let entry = entries[position]
            return LoggedDiff(
                position: position,
                reference: entry.diff.reference,
                isFork: entry.isFork
            )
        }
    }

    /// Whether an entry of this name is on the first branch of its author's chain.
    public func hasEntryOnFirstBranch(_ reference: WriteReference) -> Bool {
        firstBranch.contains(reference)
    }

    /// The identity of the entry at a position, or nil after the end.
    public func identity(at position: Int) -> DiffID? {
        entries.indices.contains(position) ? entries[position].diff.id : nil
    }

    /// Adds an entry after all others.
    public mutating func append(_ entry: NewEntry) {
        precondition(entry.position == entries.count, "a log has no gaps")
        positions[entry.diff.id] = entry.position
        if !entry.isFork { firstBranch.insert(entry.diff.reference) }
        entries.append(entry)
    }

    /// Gives the entries from `position` on, in order, until `body` returns false.
    public func read(from position: Int, own: Author?, _ body: (LogEntry) -> Bool) {
        for entry in entries[min(position, entries.count)...] {
            let diff = entry.diff
            let line =
                diff.head.author == own
                ? LogEntry.held(diff.id) : .envelope(diff.diff.envelope)
            guard body(line) else { return }
        }
    }
}
