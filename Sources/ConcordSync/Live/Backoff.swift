/// How long a client waits before it tries again: twice as long after each failure, with chance in it, so that many clients of a
/// server that comes back do not come at the same moment.
///
/// 1, 2, 4 and so on up to 60 seconds; of each at least half, and the rest by chance. If the server said how long, at least so
/// long, and up to a quarter more.
public struct Backoff: Hashable, Sendable {
    /// The longest wait that is not asked for by the server.
    public static let longest: Duration = .seconds(60)
    /// The longest wait that a server can ask for.
    public static let longestAsked: Duration = .seconds(3600)

    private var failures = 0

    /// No failure yet.
    public init() {}

    /// How long to wait after one more failure.
    ///
    /// - Parameters:
    ///   - asked: what the server said (`Retry-After`).
    ///   - random: any number, from the caller's source of chance.
    public mutating func wait(asked: Duration? = nil, random: UInt64) -> Duration {
        let exponent = min(failures, 6)
        failures += 1
        let chance = Double(random >> 11) / Double(UInt64(1) << 53)
        let whole = min(Self.longest, .seconds(1 << exponent))
        let own = whole * (0.5 + chance / 2)
        guard let asked else { return own }
        return max(own, min(asked, Self.longestAsked) * (1 + chance / 4))
    }

    /// It went well: the next failure is the first one again.
    public mutating func succeeded() { failures = 0 }
}
