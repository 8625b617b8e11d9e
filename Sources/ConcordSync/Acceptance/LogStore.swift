public import ConcordChanges
public import ConcordEncoding

/// Where an entry stands, and what the chain of its author needs to know of it.
public struct LoggedDiff: Hashable, Sendable {
    /// The index in the log.
    public let position: Int
    /// The name of the diff in its author's chain.
    public let reference: WriteReference
    /// Whether it stands on the second branch of its author's chain.
    public let isFork: Bool

    /// An entry that is in the log.
    public init(position: Int, reference: WriteReference, isFork: Bool) {
        self.position = position
        self.reference = reference
        self.isFork = isFork
    }
}

/// An entry that goes into the log.
public struct NewEntry: Hashable, Sendable {
    /// Its index: the log's size so far.
    public let position: Int
    /// The diff.
    public let diff: VerifiedDiff
    /// Whether it stands on the second branch of its author's chain.
    public let isFork: Bool
    /// Whether membership takes it in: it founds the engagement or writes a control record.
    public let isControl: Bool
    /// When it arrived, by the server's clock.
    public let received: Timestamp
}

/// The log of one engagement, as acceptance needs it: SQLite on the server, memory in simulations.
///
/// Implementations are used inside one transaction: all that a request appends is there, or nothing.
public protocol LogStore {
    /// The entry with this identity, or nil.
    func entry(_ id: DiffID) throws -> LoggedDiff?

    /// Whether an entry of this name stands on the first branch of its author's chain.
    func hasEntryOnFirstBranch(_ reference: WriteReference) throws -> Bool

    /// Adds an entry behind all others.
    mutating func append(_ entry: NewEntry) throws

    /// Gives the entries from `position` on, in order, until `body` returns false; diffs of `own`
    /// as positions.
    func read(from position: Int, own: Author?, _ body: (LogEntry) -> Bool) throws
}

extension LogStore {
    /// The answer to a request: the verdicts, and as much of the log as fits beside them.
    public func answer(
        to request: SyncRequest,
        verdicts: [EnvelopeVerdict],
        size: Int
    ) throws -> SyncResponse {
        var room = SyncLimits.bodyBytes - SyncLimits.lineBytes
        for verdict in verdicts { room -= verdict.wireObject.canonicalBytes.count + 1 }
        var entries: [LogEntry] = []
        try read(from: request.position, own: request.own) { entry in
            room -= entry.wireBytes.count + 1
            guard room >= 0, entries.count < SyncLimits.entries else { return false }
            entries.append(entry)
            return true
        }
        return SyncResponse(
            verdicts: verdicts,
            from: request.position,
            entries: entries,
            size: size
        )
    }
}
