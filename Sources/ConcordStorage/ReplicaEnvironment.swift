public import ConcordEncoding

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The clock and the randomness that a replica uses. They are parameters, so that one seed replays
/// one run.
public struct ReplicaEnvironment: Sendable {
    /// The device's clock. People see it; it never affects a merge.
    public var now: @Sendable () -> Timestamp
    /// As many random bytes as asked for.
    public var randomBytes: @Sendable (Int) -> [UInt8]

    /// An environment with this clock and this source of randomness.
    public init(
        now: @escaping @Sendable () -> Timestamp,
        randomBytes: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.now = now
        self.randomBytes = randomBytes
    }

    /// The system's clock in the local time zone, and its random numbers.
    public static let system = ReplicaEnvironment(
        now: systemTime,
        randomBytes: { count in
            var generator = SystemRandomNumberGenerator()
            return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        }
    )

    /// A new time-ordered record id (UUIDv7).
    public func newID() -> WireText {
        var bytes = SuppliedBytes(bytes: randomBytes(16))
        return UniqueID.v7(
            milliseconds: now().milliseconds,
            random: &bytes
        ).text
    }

    @Sendable
    private static func systemTime() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var seconds = time.tv_sec
        var local = tm()
        localtime_r(&seconds, &local)
        return Timestamp(
            milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000,
            offsetMinutes: local.tm_gmtoff / 60
        )
    }
}

/// Bytes drawn beforehand, handed out as random numbers.
private struct SuppliedBytes: RandomNumberGenerator {
    let bytes: [UInt8]
    var taken = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> UInt64 {
        var value: UInt64 = 0
        for _ in 0..<8 {
            value = value << 8 | UInt64(bytes[taken % bytes.count])
            taken += 1
        }
        return value
    }
}
