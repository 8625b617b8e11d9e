import ArgumentParser
import Concord
import ConcordEncoding

/// Until when an invitation is valid.
///
/// Counted by this machine's clock and not by `--time`, since it is the server's clock that decides.
struct InvitationExpiry {
    /// Two weeks.
    static let usual = InvitationExpiry(days: 14)
    private static let dayMilliseconds: Int64 = 86_400_000

    /// The time; nil for never.
    let time: Timestamp?

    private init(time: Timestamp?) { self.time = time }

    private init(days: Int64) {
        let now = ReplicaEnvironment.system.now()
        time = Timestamp(
            milliseconds: now.milliseconds + days * Self.dayMilliseconds,
            offsetMinutes: now.offsetMinutes
        )
    }

    /// Reads a time, a number of days (`30d`) or `never`.
    init(_ text: String) throws {
        if text == "never" {
            self.init(time: nil)
        } else if text.hasSuffix("d"), let days = Int64(text.dropLast()), (1...3650).contains(days)
        {
            self.init(days: days)
        } else if text.hasSuffix("d"), text.count > 1,
            text.dropLast().allSatisfy({ $0.isNumber || $0 == "-" })
        {
            throw ValidationError(
                "An invitation is valid for 1 to 3650 days (1d to 3650d), until a given time, "
                    + "or forever "
                    + "(never); '\(text)' is not one of these."
            )
        } else if let time = Timestamp(text) {
            guard time.milliseconds > ReplicaEnvironment.system.now().milliseconds else {
                throw ValidationError(
                    "Nobody could join with an invitation that expired at \(text). Give a time in the "
                        + "future, a number of days such as 30d, or never."
                )
            }
            self.init(time: time)
        } else {
            throw ValidationError(
                "'\(text)' is not a time. Write never, a number of days such as 30d, or a time such as "
                    + "2026-03-02T09:15:00+01:00."
            )
        }
    }
}
