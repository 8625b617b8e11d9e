import Concord
import ConcordTesting
import Foundation
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct ObservationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func replica() async throws -> Replica {
        let draft = EngagementDraft(leader: "Ines", device: "d")
        return try await Replica.create(at: folder.file("a.concord"), engagement: draft).replica
    }

    @Test func aValueIsToldAsItChanges() async throws {
        let replica = try await replica()
        let id = ReplicaEnvironment.system.newID()
        let title = CellPath.finding(id, .title)
        var told: [JSON?] = []

        for try await value in replica.observeValue(at: title) {
            told.append(value)
            switch told.count {
            case 1:
                try await replica.act {
                    try $0.findingActs.raise(id: id, fields: ["title": "One"], citing: [])
                }
            case 2:
                // What changes elsewhere is no news here.
                try await replica.raise(FindingDraft(title: "Another finding"))
                var edit = Edit()
                edit.set(title, to: "Two")
                try await replica.save(edit)
            default: break
            }
            if told.count == 3 { break }
        }

        #expect(told == [nil, "One", "Two"])
    }

    @Test func conflictsAreToldAsTheyComeAndGo() async throws {
        let engagement = try await TestEngagement()
        let tomas = try await engagement.join("Tomas", as: .auditor)
        let raised = try await engagement.leader.raise(FindingDraft(title: "A finding"))
        try await engagement.syncAll()
        let title = CellPath.finding(raised.id, .title)
        var counts: [Int] = []

        for try await conflicts in engagement.leader.observeConflicts() {
            counts.append(conflicts.count)
            switch counts.count {
            case 1:
                for (replica, words) in [(engagement.leader, "One"), (tomas, "Two")] {
                    var edit = Edit()
                    edit.set(title, to: .string(WireText(words)))
                    try await replica.save(edit)
                }
                try await engagement.syncAll()
            case 2:
                let conflict = try #require(conflicts.first)
                try await engagement.leader.resolve(conflict, to: "One", reason: "agreed")
            default: break
            }
            if counts.count == 3 { break }
        }

        #expect(counts == [0, 1, 0])
    }

    @Test func aSlowObserverGetsTheNewestValueAlone() async throws {
        let replica = try await replica()
        var counts: [Int] = []

        for try await findings in replica.observeFindings() {
            counts.append(findings.count)
            if findings.count == 20 { break }
            if counts.count == 1 {
                for number in 0..<20 { try await replica.raise(FindingDraft(title: "\(number)")) }
                // Everything was read by now.
                try await Task.sleep(for: .milliseconds(300))
            }
        }

        #expect(counts.first == 0 && counts.last == 20)
        #expect(counts.count <= 3, "\(counts)")
    }

    /// The first value waits for no commit, and takes one reading.
    @Test func theFirstValueIsOneReading() async throws {
        let replica = try await replica()
        let reads = Mutex(0)

        for try await count in replica.observe({ replica in
            reads.withLock { $0 += 1 }
            return try replica.status().diffs
        }) {
            #expect(count == 1)
            #expect(reads.withLock { $0 } == 1)
            break
        }
    }

    /// Another process has a connection of its own: what it commits is told, saves and syncs alike.
    @Test func whatAnotherProcessCommitsIsTold() async throws {
        let engagement = try await TestEngagement()
        let tomas = try await engagement.join("Tomas", as: .auditor)
        try await engagement.syncAll()
        let app = engagement.leader
        let other = try await Replica.open(at: app.path)
        var counts: [Int] = []

        for try await findings in app.observeFindings() {
            counts.append(findings.count)
            switch counts.count {
            case 1: try await other.raise(FindingDraft(title: "Saved by the other"))
            case 2:
                try await tomas.raise(FindingDraft(title: "Received by the other"))
                _ = try await tomas.sync(through: engagement.server)
                _ = try await other.sync(through: engagement.server)
            default: break
            }
            if counts.count == 3 { break }
        }

        #expect(counts == [0, 1, 2])
    }

    @MainActor @Test func aLoopStaysOnItsActorAndReadsDoNot() async throws {
        let replica = try await replica()
        let wasOnMain = Mutex(false)

        for try await _ in replica.observe({ _ in
            wasOnMain.withLock { $0 = Thread.isMainThread }
            return true
        }) {
            MainActor.assertIsolated()
            break
        }

        #expect(wasOnMain.withLock { $0 } == false)
    }

    @Test func aCancelledObserverEndsAtOnceAndReadsNoMore() async throws {
        let replica = try await replica()
        let reads = Mutex(0)
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let observer = Task {
            for try await _ in replica.observe({ replica in
                reads.withLock { $0 += 1 }
                return try replica.status().diffs
            }) {
                end.yield()
            }
            end.finish()
        }
        for await _ in ended { break }

        observer.cancel()
        try await observer.value
        // A reading that had begun is finished.
        try await Task.sleep(for: .milliseconds(300))
        let before = reads.withLock { $0 }
        for number in 0..<5 { try await replica.raise(FindingDraft(title: "\(number)")) }
        try await Task.sleep(for: .milliseconds(300))

        #expect(reads.withLock { $0 } == before)
    }

    // MARK: The status of syncs.

    @Test func aStatusSaysOnlyWhatIsProven() async throws {
        let environment = ReplicaEnvironment.seeded(1)
        let draft = EngagementDraft(leader: "Ines", device: "d")
        let replica = try await Replica.create(
            at: folder.file("a.concord"),
            engagement: draft,
            environment: environment
        ).replica
        let transport = MemoryTransport()
        func status() async throws -> SyncStatus {
            try await replica.perform { try $0.syncStatus() }
        }

        #expect(try await status() == SyncStatus(state: .notYet, unsent: 1))
        transport.stop()
        await #expect(throws: ReplicaFailure.self) {
            try await replica.sync(through: transport)
        }
        #expect(
            try await status()
                == SyncStatus(state: .offline(because: "The server is down."), unsent: 1)
        )

        transport.start()
        _ = try await replica.sync(through: transport)
        let proven = try await status()
        let time = try #require(proven.upToDateSince)
        #expect(proven == SyncStatus(state: .synced(at: time), unsent: 0))

        try await replica.raise(FindingDraft(title: "Saved since"))
        let since = try await status()
        #expect(since == SyncStatus(state: .synced(at: time), unsent: 1))
        #expect(since.upToDateSince == nil)

        // The server took it, and nobody knows.
        transport.loseAnswers(1)
        await #expect(throws: ReplicaFailure.self) {
            try await replica.sync(through: transport)
        }
        #expect(
            try await status()
                == SyncStatus(state: .offline(because: "The answer was lost."), unsent: 1)
        )
    }

    @Test func observersAreToldHowASyncStands() async throws {
        let replica = try await replica()
        let transport = SlowTransport()
        let sync = Task {
            try await Task.sleep(for: .milliseconds(50))
            return try await replica.sync(through: transport)
        }
        var states: [SyncStatus.State] = []

        for try await status in replica.observeSyncStatus() {
            states.append(status.state)
            if status.state == .connecting { await transport.open() }
            if status.upToDateSince != nil { break }
        }

        _ = try await sync.value
        #expect(states.first == .notYet)
        #expect(states.contains(.connecting))
    }

    /// A join that was signed while the server was down, and arrives after its invitation has expired.
    @Test func aRefusedDiffIsNotUpToDate() async throws {
        let clock = ServerClock()
        let server = MemoryTransport(now: { clock.now })
        let engagement = try await TestEngagement(server: server)
        let expires = Timestamp(milliseconds: clock.now.milliseconds + 1000, offsetMinutes: 0)
        let code = try await engagement.leader.perform {
            try $0.invite(role: .auditor, expires: expires)
        }
        _ = try await engagement.leader.sync(through: server)
        server.stop(afterExchanges: 1)
        let replica = try await Replica.join(
            at: folder.file("late.concord"),
            code: code,
            device: "d",
            through: server
        )
        server.start()
        clock.goOn(milliseconds: 10_000)

        _ = try await replica.sync(through: server)

        let status = try await replica.perform { try $0.syncStatus() }
        guard case .refused(let why) = status.state else {
            Issue.record("\(status)")
            return
        }
        #expect(why.contains("invitation-expired"))
        #expect(status.upToDateSince == nil)
        #expect(status.unsent > 0)
    }

    /// A request that is refused as a whole, and logs that contradict what was signed.
    @Test func whatTheServerSaysIsTold() async throws {
        let replica = try await replica()

        await #expect(throws: ReplicaFailure.self) {
            try await replica.sync(through: RefusingTransport())
        }

        let status = try await replica.perform { try $0.syncStatus() }
        #expect(status.state == .refused(because: "This server accepts no engagements."))
    }

    @Test func aSyncThatIsGivenUpProvesNothing() async throws {
        let replica = try await replica()
        _ = try await replica.sync(through: MemoryTransport())
        let before = try await replica.perform { try $0.syncStatus() }

        let sync = Task { try await replica.sync(through: SlowTransport()) }
        for try await status in replica.observeSyncStatus() where status.state == .connecting {
            sync.cancel()
            break
        }

        await #expect(throws: ReplicaFailure.self) { try await sync.value }
        #expect(try await replica.perform { try $0.syncStatus() } == before)
    }

    // MARK: Runs with a deadline.

    @Test func aSyncEndsWhenItsTimeIsOver() async throws {
        let replica = try await replica()
        let transport = SlowTransport()

        let failure = await #expect(throws: ReplicaFailure.self) {
            try await replica.sync(through: transport, within: .milliseconds(50))
        }

        #expect(failure?.code == .server)
        await transport.open()
        let summary = try await replica.sync(through: transport, within: .seconds(30))
        #expect(summary.pushed == 1)
    }
}

/// A transport that answers once it is opened, and gives up when its task is cancelled.
actor SlowTransport: SyncTransport {
    private let server = MemoryTransport()
    private var isOpen = false

    func open() { isOpen = true }

    func exchange(
        _ request: SyncRequest,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> SyncResponse {
        while !isOpen {
            do {
                try await Task.sleep(for: .milliseconds(5))
            } catch {
                throw SyncFailure(.cancelled, "Given up.")
            }
        }
        return try await server.exchange(request, by: signer)
    }
}

/// A server that refuses every request.
struct RefusingTransport: SyncTransport {
    func exchange(
        _ request: SyncRequest,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> SyncResponse {
        throw SyncFailure(.refused("engagements-closed"), "This server accepts no engagements.")
    }
}

/// A clock that goes on when it is told to.
final class ServerClock: Sendable {
    private let time = Mutex(sampleTime)

    var now: Timestamp { time.withLock { $0 } }

    func goOn(milliseconds: Int64) {
        time.withLock {
            $0 = Timestamp(milliseconds: $0.milliseconds + milliseconds, offsetMinutes: 0)
        }
    }
}
