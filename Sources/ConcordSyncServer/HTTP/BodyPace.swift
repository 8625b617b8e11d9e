/// Whether a body goes on coming: who has sent much at once does not hold its memory by sending a byte now
/// and then.
struct BodyPace {
    /// In so long a time
    private static let span = Duration.seconds(20)
    /// at least so much has to come.
    private static let bytesMin = 20_000

    private var start = ContinuousClock.now
    private var bytes = 0

    /// Counts what came; false if too little did since the last time that it was enough.
    mutating func keeps(after count: Int, at now: ContinuousClock.Instant) -> Bool {
        bytes += count
        guard now - start >= Self.span else { return true }
        guard bytes >= Self.bytesMin else { return false }
        start = now
        bytes = 0
        return true
    }
}
