public import Concord
import ConcordEncoding
import ConcordStorage
import Synchronization

extension ReplicaEnvironment {
    /// A clock that advances by a second each time it is read, and random numbers from a seed: one seed
    /// gives one run, byte for byte.
    ///
    ///     let environment = ReplicaEnvironment.seeded(7)
    ///     let replica = try Replica.create(at: path, engagement: draft, environment: environment).replica
    ///
    /// Keys come from it too, so it is only for tests.
    public static func seeded(
        _ seed: UInt64,
        from start: Timestamp = Timestamp(milliseconds: 1_772_000_000_000)
    ) -> ReplicaEnvironment {
        let source = SeededSource(seed, start)
        return ReplicaEnvironment(
            now: { source.now() },
            randomBytes: { source.bytes($0) }
        )
    }
}

private final class SeededSource: Sendable {
    private let generator: Mutex<SeededGenerator>
    private let time: Mutex<Timestamp>

    init(_ seed: UInt64, _ start: Timestamp) {
        generator = Mutex(SeededGenerator(seed: seed))
        time = Mutex(start)
    }

    func now() -> Timestamp {
        time.withLock { time in
            time = Timestamp(
                milliseconds: time.milliseconds + 1000,
                offsetMinutes: time.offsetMinutes
            )
            return time
        }
    }

    func bytes(_ count: Int) -> [UInt8] {
        generator.withLock { generator in
            (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        }
    }
}
