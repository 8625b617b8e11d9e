/// The bounds on every message of a sync, in one place; `Protocol/limits.md` lists the same numbers.
///
/// They fit together: verdicts for a full request (`envelopes` lines of at most about 400 bytes) and
/// one envelope of the greatest length fit into one body, so an answer always brings something.
public enum SyncLimits {
    /// The longest body, in bytes, before it is compressed.
    public static let bodyBytes = 4 << 20
    /// The longest header or verdict line, in bytes.
    public static let lineBytes = 4 << 10
    /// The most envelopes of one request.
    public static let envelopes = 4096
    /// The most log entries of one response.
    public static let entries = 10_000
    /// The most entries that one request shows to find where two logs differ.
    public static let marks = 32
    /// The most diffs that one verdict names as missing; the others are named the next time.
    public static let missing = 8
    /// The longest explanation of a refusal, in bytes.
    public static let detailBytes = 200
    /// The most requests of one session: the client gives up on a server that never finishes.
    public static let rounds = 1000
}
