import Concord
import ConcordAudit
import ConcordSync
import ConcordTesting
import Synchronization
import Testing

/// A replica that is kept current.
@Suite(.timeLimit(.minutes(5))) struct WatchTests {
    /// What a watched replica tells, as a sequence that a test waits for.
    private static func watching(
        _ replica: Replica,
        through transport: MemoryTransport,
        clock: some Clock<Duration> = ContinuousClock()
    ) -> (events: AsyncStream<WatchEvent>, task: Task<Void, any Error>) {
        let (events, event) = AsyncStream.makeStream(of: WatchEvent.self)
        let task = Task {
            defer { event.finish() }
            try await replica.watch(through: transport, clock: clock) { event.yield($0) }
        }
        return (events, task)
    }

    @Test func whatAColleagueSendsComesByItself() async throws {
        let engagement = try await TestEngagement()
        let colleague = try await engagement.join("Tomas", as: .auditor)
        let (events, task) = Self.watching(colleague, through: engagement.server)
        var iterator = events.makeAsyncIterator()
        guard case .synced? = await iterator.next() else { return #expect(Bool(false)) }

        try await engagement.leader.raise(FindingDraft(title: "No rollback plan"))
        _ = try await engagement.leader.sync(through: engagement.server)
        while case .synced(let summary)? = await iterator.next(), summary.received == 0 {}

        let (mine, theirs) = try await (colleague.snapshot(), engagement.leader.snapshot())
        #expect(mine.digest == theirs.digest)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func whatIsSavedHereIsSentByItself() async throws {
        let engagement = try await TestEngagement()
        let (events, task) = Self.watching(engagement.leader, through: engagement.server)
        var iterator = events.makeAsyncIterator()
        _ = await iterator.next()

        try await engagement.leader.raise(FindingDraft(title: "No rollback plan"))
        repeat { _ = await iterator.next() } while try engagement.leader.status().pending > 0

        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func aServerThatComesBackIsFoundAgain() async throws {
        let engagement = try await TestEngagement()
        engagement.server.stop()
        // No time passes but what the waits take.
        let clock = CountingClock()
        let (events, task) = Self.watching(
            engagement.leader,
            through: engagement.server,
            clock: clock
        )
        var waits: [Duration] = []
        for await event in events {
            switch event {
            case .waiting(let failure, let wait):
                #expect(failure.code == .server)
                waits.append(wait)
                if waits.count == 9 { engagement.server.start() }
            case .synced:
                task.cancel()
            case .nothingNew: continue
            }
        }

        #expect(waits.count == 9)
        for (index, wait) in waits.enumerated() {
            let whole = Duration.seconds(min(60, 1 << index))
            #expect(wait >= whole / 2 && wait <= whole)
        }
        #expect(clock.slept == waits)
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func aBackoffBelievesTheServerWithinLimits() {
        var backoff = Backoff()
        #expect(backoff.wait(asked: .seconds(20), random: 0) == .seconds(20))
        #expect(backoff.wait(asked: .seconds(20), random: .max) <= .seconds(25))
        #expect(backoff.wait(asked: .seconds(1_000_000), random: 0) == Backoff.longestAsked)
        #expect(backoff.wait(asked: .zero, random: 0) == .seconds(4))
        backoff.succeeded()
        #expect(backoff.wait(random: 0) == .milliseconds(500))
    }
}

/// A clock whose sleepers wake at once; it keeps how long they would have slept.
private final class CountingClock: Clock {
    private let state = Mutex<[Duration]>([])

    var slept: [Duration] { state.withLock { $0 } }
    let now = ContinuousClock.now
    let minimumResolution = Duration.zero

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        state.withLock { $0.append(deadline - now) }
    }
}
