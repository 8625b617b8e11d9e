import Concord
import ConcordTesting
import Foundation
import Testing

@testable import Concord

/// Links that lose, and processes that end in the middle of a sync.
@Suite(.timeLimit(.minutes(5))) struct BadLinkTests {
    /// However much is lost or comes twice, both have everything in the end, and each diff once.
    @Test(arguments: 0..<12)
    func aLossyLinkDeliversEverythingOnce(seed: Int) async throws {
        let engagement = try await TestEngagement(environment: .seeded(UInt64(seed)))
        let tomas = try await engagement.join("Tomas", as: .auditor)
        let link = LossyTransport(engagement.server, seed: UInt64(seed), losing: 3)
        let replicas = [engagement.leader, tomas]
        var failures = 0

        for round in 0..<6 {
            for (number, replica) in replicas.enumerated() {
                try await replica.raise(FindingDraft(title: WireText("\(round) \(number)")))
                do {
                    _ = try await replica.sync(through: link)
                } catch let failure as ReplicaFailure {
                    #expect((failure.cause as? SyncFailure)?.code == .timeout)
                    failures += 1
                }
            }
        }
        try await engagement.syncAll()

        let digests = try await [replicas[0].snapshot().digest, replicas[1].snapshot().digest]
        #expect(digests[0] == digests[1])
        #expect(try await tomas.snapshot().audit.findings.count == 12)
        let log = try engagement.server.log(of: tomas.engagement)
        #expect(Set(log).count == log.count)
        #expect(try await tomas.snapshot().status.pending == 0)
        #expect(failures > 0, "else this link is a good one")
    }

    /// A process ends while it waits for its k-th answer, before or after the server has taken the request; the next process
    /// finds a whole file and goes on.
    @Test(arguments: 0..<5, [true, false])
    func aProcessMayEndAtAnyAwaitOfASync(place: Int, isTaken: Bool) async throws {
        let engagement = try await TestEngagement()
        let tomas = try await engagement.join("Tomas", as: .auditor)
        for number in 0..<5 {
            try await engagement.leader.raise(FindingDraft(title: WireText("Leader \(number)")))
        }
        _ = try await engagement.leader.sync(through: engagement.server)
        _ = try await tomas.sync(through: engagement.server)
        for number in 0..<5 {
            try await tomas.raise(FindingDraft(title: WireText("Tomas \(number)")))
        }
        // The server was restored: the sync looks for the last common entry, which takes several exchanges.
        try engagement.server.setBack(tomas.engagement, to: 3)
        let hanging = HangingTransport(engagement.server, at: place, afterTaking: isTaken)
        let sync = Task { try await tomas.sync(through: hanging) }
        let isHanging = await hanging.waitUntilHanging(orEndOf: sync)
        if place == 0 { #expect(isHanging) }

        // Another process: nothing of the first one's memory is left.
        let next = try await Replica.open(at: tomas.path)
        #expect(try await next.perform { try $0.verify().faults }.isEmpty)
        _ = try await next.sync(through: engagement.server)
        sync.cancel()
        _ = await sync.result
        try await engagement.syncAll()

        let own = try await next.snapshot()
        #expect(own.audit.findings.count == 10)
        #expect(own.status.pending == 0)
        #expect(try await engagement.leader.snapshot().digest == own.digest)
        #expect(try await next.perform { try $0.rebuild(check: true).isSame })
    }

    /// Acts on some findings read these and the frame, so that they cost the same among ten and among hundreds.
    @Test func actsReadWhatTheyActOn() async throws {
        func steps(among count: Int) async throws -> Int {
            let engagement = try await TestEngagement()
            let replica = engagement.leader
            var ids: [WireText] = []
            for number in 0..<count {
                ids.append(try await replica.raise(FindingDraft(title: WireText("\(number)"))).id)
            }
            try await replica.merge([ids[1]], into: ids[0], reason: "same")
            let (asked, read) = ([ids[0], ids[2]], Set(ids[..<3]))
            return try await replica.perform { replica in
                var steps = 0
                _ = try replica.saveOperations { context in
                    let before = context.reader.machineSteps
                    let shown = try FindingContext(&context, around: asked)
                    #expect(Set(shown.audit.findings.map(\.id)) == read)
                    #expect(try shown.findings(asked).map(\.id) == asked)
                    steps = context.reader.machineSteps - before
                    return []
                }
                return steps
            }
        }

        let (few, many) = (try await steps(among: 8), try await steps(among: 400))

        #expect(few > 0)
        #expect(Double(many) <= 1.3 * Double(few), "\(few) steps among few, \(many) among many")
    }

    /// Raising reads no finding, so that it costs the same among ten and among hundreds.
    @Test func raisingReadsTheFrameAlone() async throws {
        func steps(among count: Int) async throws -> Int {
            let engagement = try await TestEngagement()
            let replica = engagement.leader
            for number in 0..<count {
                try await replica.raise(FindingDraft(title: WireText("\(number)")))
            }
            return try await replica.perform { replica in
                var steps = 0
                _ = try replica.saveOperations { context in
                    let before = context.reader.machineSteps
                    let shown = try RaiseContext(&context)
                    #expect(shown.number == (count < 9 ? "A-0\(count + 1)" : "A-\(count + 1)"))
                    steps = context.reader.machineSteps - before
                    return []
                }
                return steps
            }
        }

        let (few, many) = (try await steps(among: 8), try await steps(among: 400))

        #expect(few > 0)
        #expect(Double(many) <= 1.5 * Double(few), "\(few), \(many)")
    }
}

/// A transport that stays silent for ever at one of its exchanges.
private actor HangingTransport: SyncTransport {
    private let server: MemoryTransport
    private let place: Int
    private let isTaken: Bool
    private var count = 0
    private let (hung, hang) = AsyncStream.makeStream(of: Bool.self)

    init(_ server: MemoryTransport, at place: Int, afterTaking isTaken: Bool) {
        self.server = server
        self.place = place
        self.isTaken = isTaken
    }

    func exchange(
        _ request: SyncRequest,
        by signer: RequestSigner
    ) async throws(SyncFailure) -> SyncResponse {
        defer { count += 1 }
        guard count == place else { return try await server.exchange(request, by: signer) }
        do {
            if isTaken { _ = try await server.exchange(request, by: signer) }
        } catch {
            // A refusal is an answer too, and is lost likewise.
        }
        hang.yield(true)
        do {
            try await Task.sleep(for: .seconds(3600))
        } catch {
            throw SyncFailure(.cancelled, "Given up.")
        }
        throw SyncFailure(.timeout, "Nobody waits for so long.")
    }

    /// Whether the sync hangs, and did not end before it came so far.
    func waitUntilHanging(orEndOf sync: Task<SyncSummary, any Error>) async -> Bool {
        let hang = hang
        Task {
            _ = await sync.result
            hang.yield(false)
        }
        for await isHanging in hung { return isHanging }
        return false
    }
}
