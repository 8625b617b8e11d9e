public import ConcordChanges
public import ConcordEncoding

/// What the caller of a `SyncSession` does next, and which function takes the result.
public enum SyncAction: Sendable {
    /// Read the envelopes of these diffs from storage; then `loaded(_:)`.
    ///
    /// A diff that already has a place in the log, as far as the caller knows, is left out: a server
    /// that asks for what it once gave gets no answer to it.
    case load([DiffID])
    /// Send this to the server; then `received(_:)` or `failed(_:)`.
    case send(SyncRequest)
    /// Verify the entries, store them and note the verdicts, all in one transaction; then
    /// `stored()`. A caller that cannot, or finds an entry forged, drops the session: nothing has
    /// moved, and the next one begins at the same position.
    case takeIn(SyncDelivery)
    /// Nothing is left to send or to take in.
    case finished(SyncSummary)
    /// No answer; what was stored so far stays, and a new session goes on from there.
    case stopped(SyncFailure, SyncSummary)
    /// The server contradicts itself; nothing of its last answer is taken in.
    case refused(SessionRefusal, SyncSummary)
}

/// What one answer brings, to be stored in one transaction.
public struct SyncDelivery: Hashable, Sendable {
    /// The verdict on one diff that was sent.
    public struct Verdict: Hashable, Sendable {
        /// Which diff.
        public let id: DiffID
        /// What the server says of it.
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
}

/// What a session came to.
public struct SyncSummary: Hashable, Sendable {
    /// A diff that the server will not take.
    public struct Refused: Hashable, Sendable {
        /// Which diff.
        public let id: DiffID
        /// The code, from `Protocol/rejections.json`.
        public let code: WireText
        /// What the server says about it.
        public let detail: WireText
    }

    /// How many diffs the server has taken in this session or had taken before.
    public internal(set) var pushed = 0
    /// How many entries were taken in, own ones not counted.
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
    /// The log goes on, but no entry came.
    case noProgress = "no-progress"
    /// A verdict names a position at which another diff stands, or stood before.
    case contradiction = "verdict-contradicts-log"
    /// No end after `SyncLimits.rounds` requests.
    case tooManyRounds = "too-many-rounds"
}
