public import ConcordDiff
public import ConcordEncoding

/// The place of an entry, and what its author's chain needs to know of it.
public struct LoggedDiff: Hashable, Sendable {
    /// The index in the log.
    public let position: Int
    /// The name of the diff in its author's chain.
    public let reference: WriteReference
    /// Whether it is on the second branch of its author's chain.
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
    /// Whether it is on the second branch of its author's chain.
    public let isFork: Bool
    /// Whether membership takes it in: it founds the engagement or writes a control record.
    public let isControl: Bool
    /// When it arrived, by the server's clock.
    public let received: Timestamp
}

/// What `LogAcceptance` reads from a log, and what it adds to it.
///
/// A server reads beforehand what one request can need (`StagedLog`), so that nothing is judged
/// while the one writer waits; simulations use a log in memory.
public protocol LogIndex {
    /// The entry with this identity, or nil.
    func entry(_ id: DiffID) throws -> LoggedDiff?

    /// Whether an entry of this name is on the first branch of its author's chain.
    func hasEntryOnFirstBranch(_ reference: WriteReference) throws -> Bool

    /// Adds an entry after all others.
    mutating func append(_ entry: NewEntry) throws
}

/// The log of one engagement: SQLite on the server, memory in simulations.
///
/// Implementations are used inside one transaction: either everything that a request appends is
/// stored, or nothing.
public protocol LogStore: LogIndex {
    /// The identity of the entry at a position, or nil after the end.
    func identity(at position: Int) throws -> DiffID?

    /// Gives the entries from `position` on, in order, until `body` returns false; diffs of `own`
    /// as positions.
    func read(from position: Int, own: Author?, _ body: (LogEntry) -> Bool) throws
}

extension LogStore {
    /// How the log differs from what the request says of it, or nil.
    ///
    /// The search ends at the first mark that differs: a later entry may be the same in two different
    /// logs.
    ///
    /// - Parameter size: how many entries there are.
    public func parting(of request: SyncRequest, size: Int) throws -> LogParting? {
        let isBeyond = request.position > size
        if !isBeyond {
            guard let last = request.last, request.position > 0 else { return nil }
            if try identity(at: request.position - 1) == last { return nil }
        }
        var common = 0
        for mark in request.marks {
            guard mark.position <= size, try identity(at: mark.position - 1) == mark.id else {
                break
            }
            common = mark.position
        }
        return LogParting(isBeyond ? .positionBeyondLog : .logParted, size: size, common: common)
    }

    /// The answer to a request: the verdicts, and as much of the log as fits with them.
    ///
    /// - Parameters:
    ///   - size: how many entries of the log are shown.
    ///   - checkpoint: what is signed of the log; it goes with the answer that reaches its end.
    public func answer(
        to request: SyncRequest,
        verdicts: [EnvelopeVerdict],
        size: Int,
        checkpoint: SyncResponse.Checkpoint? = nil
    ) throws -> SyncResponse {
        var room = SyncLimits.bodyBytes - SyncLimits.lineBytes
        for verdict in verdicts { room -= verdict.wireObject(after: nil).canonicalBytes.count + 1 }
        let accepted = Set(verdicts.compactMap(\.accepted))
        // What was just accepted stands at the log's end, and is not read again.
        var unknown = size
        while unknown > request.position, accepted.contains(unknown - 1) { unknown -= 1 }
        var entries: [LogEntry] = []
        var next = request.position
        if next < unknown {
            try read(from: next, own: request.own) { entry in
                guard next < unknown else { return false }
                if !accepted.contains(next) {
                    room -= entry.wireBytes.count + 1
                    guard room >= 0, entries.count < SyncLimits.entries else { return false }
                    entries.append(entry)
                }
                next += 1
                return true
            }
        }
        let isEnd = next == unknown
        return SyncResponse(
            verdicts: verdicts,
            from: request.position,
            entries: entries,
            size: size,
            checkpoint: isEnd ? checkpoint?.sparing(request.logKey) : nil
        )
    }
}
