public import ConcordDiff
public import ConcordEncoding

/// What the caller of a `SyncSession` does next, and which function takes the result.
public enum SyncAction: Sendable {
    /// Read the envelopes of these diffs from storage; then `loaded(_:)`.
    ///
    /// Leave out a diff that already has a place in the log, as far as the caller knows: a server
    /// cannot ask again for what it once sent.
    case load([DiffID])
    /// Read the identities of the entries at these positions; then `identified(_:)`.
    case identify([Int])
    /// Send this to the server; then `received(_:)` or `failed(_:)`.
    case send(SyncRequest)
    /// Verify the entries, store them and note the verdicts, all in one transaction; then
    /// `stored()`; or `lacksOwn()`, if an own diff of which only the place came is not here. A caller
    /// that cannot, or finds an entry forged, drops the session: nothing has
    /// moved, and the next one begins at the same position.
    case takeIn(SyncDelivery)
    /// The session has ended: the server's log is not the one whose entries the caller holds. Go back
    /// to the last entry in common, so that later entries no longer have a place in the log, and begin
    /// another session, which offers them to the server.
    case goBack(PartedLog, SyncSummary)
    /// Nothing is left to send or to receive.
    case finished(SyncSummary)
    /// No answer. What was stored so far stays, and a new session continues from there.
    case stopped(SyncFailure, SyncSummary)
    /// The server contradicts itself; nothing of its last answer is stored.
    case refused(SessionRefusal, SyncSummary)
}

/// What one answer brings, to be stored in one transaction.
public struct SyncDelivery: Hashable, Sendable {
    /// The verdict on one diff that was sent.
    public struct Verdict: Hashable, Sendable {
        /// Which diff.
        public let id: DiffID
        /// The server's verdict.
        public let verdict: EnvelopeVerdict
    }

    /// The position of the first entry: as many entries the caller holds already.
    public let from: Int
    /// The entries.
    public let entries: [LogEntry]
    /// One for each diff that was sent.
    public let verdicts: [Verdict]
    /// How many entries the server's log has.
    public let size: Int
    /// What the server has signed of the log, if the answer reaches its end; nothing in it is believed yet (`LogTrust`).
    public let checkpoint: SyncResponse.Checkpoint?

    /// Whether the caller holds the whole log once the entries are stored.
    public var reachesEnd: Bool { from + entries.count == size }
}

/// Where the server's log and the caller's log differ.
public struct PartedLog: Hashable, Sendable {
    /// How many entries the caller held.
    public let position: Int
    /// How many of them the server's log begins with too.
    public let common: Int
    /// How many entries the server's log has.
    public let size: Int

    /// Logs that have `common` entries in common.
    public init(position: Int, common: Int, size: Int) {
        self.position = position
        self.common = common
        self.size = size
    }

    /// How many entries have no place in the server's log.
    public var again: Int { position - common }
}

extension PartedLog: CustomStringConvertible {
    /// What happened, for people.
    public var description: String {
        let start = common == 0 ? "from their first entry on" : "after entry \(common)"
        let what = again == 1 ? "One diff" : "\(again) diffs"
        return
            "The server's log (\(size) entries) and the one that this device had (\(position)) differ"
            + " \(start): the server was restored from a backup, or one of the two had synced with"
            + " another server. \(what) that this device holds went back to waiting and"
            + " \(again == 1 ? "is" : "are") offered to the server again. Nothing was lost."
    }
}

/// The result of a session.
public struct SyncSummary: Hashable, Sendable {
    /// A diff that the server will not take.
    public struct Refused: Hashable, Sendable {
        /// Which diff.
        public let id: DiffID
        /// The code, from `Protocol/rejections.json`.
        public let code: WireText
        /// The server's explanation.
        public let detail: WireText
    }

    /// How many diffs the server has accepted in this session or had before.
    public internal(set) var pushed = 0
    /// How many entries were received, not counting the caller's own.
    public internal(set) var received = 0
    /// What the server refused.
    public internal(set) var refused: [Refused] = []
    /// Diffs that stay here since something they had seen is refused or is not here.
    public internal(set) var blocked: [DiffID] = []
    /// How many entries of the log the caller holds.
    public internal(set) var position: Int
    /// How many the server has, as far as it said.
    public internal(set) var size: Int
    /// How many requests were answered.
    public internal(set) var rounds = 0
    /// Where the server's log and the caller's differed, each time that the caller went back.
    public package(set) var parted: [PartedLog] = []
    /// The texts that read differently after the caller went back, though nobody edited them: positions in them count on
    /// the order of the log (`docs/decisions/0036-views-leave-out-void-splices-by-rule.md`).
    public package(set) var reread: [CellPath] = []
    /// How many of the caller's own diffs came back that it did not hold: it had been restored from a
    /// copy.
    public package(set) var restored = 0
    /// That the device goes on under a new key, since its file was a copy of another one; nil where it does not.
    public package(set) var keyChange: KeyChange?
    /// Diffs of others that state another root of the log than its entries give: the server has shown them another log,
    /// or they state one that never was. They are kept as evidence.
    public package(set) var witnesses: [DiffID] = []
    /// How many bytes of envelopes one request had at most, if something on the way took no longer one.
    public internal(set) var requestBytes: Int?
}

extension SyncSummary {
    /// The result of this session and the one after it together.
    package func followed(by next: SyncSummary) -> SyncSummary {
        var both = next
        both.pushed += pushed
        both.received += received
        both.refused = refused + next.refused
        both.rounds += rounds
        both.parted = parted + next.parted
        both.reread = reread + next.reread
        both.restored += restored
        both.keyChange = next.keyChange ?? keyChange
        both.witnesses = witnesses + next.witnesses
        both.requestBytes = next.requestBytes ?? requestBytes
        return both
    }
}

/// How a server contradicts itself, in order of precedence.
///
/// An honest server gives no such answer, whatever is lost, repeated or cut off on the way.
public enum SessionRefusal: String, CaseIterable, Sendable {
    /// Not one verdict for each envelope.
    case verdictCount = "verdict-count"
    /// The entries are not those that were asked for.
    case wrongPosition = "wrong-position"
    /// The log has become shorter.
    case logShrank = "log-shrank"
    /// The log has more entries, but none came.
    case noProgress = "no-progress"
    /// A verdict names a position at which there is, or was before, another diff.
    case contradiction = "verdict-contradicts-log"
    /// The server says that the logs differ, but at a place where that cannot be.
    case impossibleParting = "impossible-parting"
    /// No end after `SyncLimits.rounds` requests.
    case tooManyRounds = "too-many-rounds"
}
