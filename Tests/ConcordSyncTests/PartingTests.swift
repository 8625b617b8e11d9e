import ConcordDiff
import ConcordEncoding
import ConcordTesting
import Testing

@testable import ConcordSync

/// A client whose log and the server's have parted.
@Suite struct PartingTests {
    var team: TestTeam
    var server = MemorySyncServer(verifier: HashVerifier())
    var client: TestClient

    /// A server with twelve entries, and a client that holds them all.
    init() throws {
        team = try TestTeam()
        client = TestClient(team.engagement, own: team.lead.author)
        for diff in team.history { client.save(diff) }
        for _ in 0..<7 { client.save(try team.lead.save()) }
        _ = try client.sync(with: &server)
    }

    private mutating func parted() throws -> PartedLog? {
        guard case .goBack(let parted, _)? = try client.sync(with: &server) else { return nil }
        return parted
    }

    @Test(arguments: 0..<12)
    mutating func aServerThatWasSetBackIsFilledAgain(to size: Int) throws {
        let log = client.log
        try server.setBack(team.engagement, to: size)

        let parted = try parted()
        let summary = try client.sync(with: &server)?.summary

        #expect(parted == PartedLog(position: 12, common: size, size: size))
        #expect(summary?.pushed == 12 - size)
        #expect(client.log == log)
        #expect(try server.envelopes(of: team.engagement).map(id) == log)
    }

    @Test(arguments: 1..<12)
    mutating func anotherLogOfTheSameLengthIsNoticed(common: Int) throws {
        try server.setBack(team.engagement, to: common)
        var other = TestClient(team.engagement)
        _ = try other.sync(with: &server)
        for diff in team.history where !other.log.contains(diff.id) { other.save(diff) }
        for _ in 0..<12 { other.save(try team.ann.save(seen: [team.history[3].id])) }
        other.pending.removeLast(max(0, other.log.count + other.pending.count - 12))
        _ = try other.sync(with: &server)
        let lost = client.log

        let parted = try parted()
        _ = try client.sync(with: &server)

        let log = try server.envelopes(of: team.engagement).map(id)
        let shared = zip(lost, log).prefix { $0 == $1 }.count.clamped(to: common...12)
        if shared < 12 { #expect(parted?.common ?? 12 <= shared) }
        #expect(client.log == log)
        #expect(Set(log).isSuperset(of: lost))
    }

    @Test mutating func aServerThatGoesOnAsBeforeIsNotDoubted() throws {
        #expect(try parted() == nil)
        #expect(client.log.count == 12)
    }

    @Test mutating func aServerWithoutTheEngagementGetsAllOfIt() throws {
        let log = client.log
        server = MemorySyncServer(verifier: HashVerifier())

        let parted = try parted()
        _ = try client.sync(with: &server)

        #expect(parted == PartedLog(position: 12, common: 0, size: 0))
        #expect(try server.envelopes(of: team.engagement).map(id) == log)
    }

    @Test mutating func aClientThatDoesNotSayItsLastEntryIsServed() throws {
        let request = SyncRequest(engagement: team.engagement, position: 3)

        #expect(try server.received(request, now: noon).get().entries.count == 9)
    }

    @Test mutating func theSearchEndsAtTheFirstMarkThatDiffers() throws {
        let other = SHA256Digest(hashing: [7])
        let marks = [
            LogMark(position: 2, id: client.log[1]), LogMark(position: 4, id: other),
            LogMark(position: 6, id: client.log[5]),
        ]
        let request = SyncRequest(
            engagement: team.engagement,
            position: 8,
            last: other,
            marks: marks
        )

        let refused = #expect(throws: RefusedRequest.self) {
            try server.received(request, now: noon).get()
        }

        #expect(refused?.parting == LogParting(.logParted, size: 12, common: 2))
    }

    /// A session that was told once that the logs have parted.
    private func session(position: Int) -> SyncSession {
        var session = SyncSession(
            engagement: team.engagement,
            position: position,
            last: team.engagement,
            own: nil,
            pending: []
        )
        _ = session.start()
        return session
    }

    private func tell(_ session: inout SyncSession, _ size: Int, _ common: Int) -> SyncAction {
        session.failed(SyncFailure(.parted(LogParting(.logParted, size: size, common: common)), ""))
    }

    @Test func thePlaceIsFoundInFewRequestsHoweverLongTheLog() throws {
        for position in [1, 2, 33, 34, 1000, 100_000, Int(Int32.max)] {
            for common in [0, 1, position / 3, position - 2, position - 1]
            where 0..<position ~= common {
                var session = session(position: position)
                var action = tell(&session, position, 0)
                var rounds = 1
                while case .identify(let places) = action {
                    action = session.identified(
                        Dictionary(uniqueKeysWithValues: places.map { ($0, team.engagement) })
                    )
                    guard case .send(let request) = action else { break }
                    let best = request.marks.last { $0.position <= common }?.position ?? 0
                    action = tell(&session, position, best)
                    rounds += 1
                }
                guard case .goBack(let parted, _) = action else {
                    Issue.record("no place was found: \(position), \(common)")
                    continue
                }
                #expect(parted.common == common, "of \(position)")
                #expect(rounds <= 8)
            }
        }
    }

    @Test(arguments: [(-1, 0), (12, 3), (12, 12), (0, 5), (Int.max, 1)])
    func aPartingThatCannotBeIsAContradiction(size: Int, common: Int) {
        var session = session(position: 12)

        #expect(tell(&session, size, common).refusal == .impossibleParting)
    }

    @Test func aMarkThatWasNotSentIsAContradiction() {
        var session = session(position: 1000)
        guard case .identify(let places) = tell(&session, 1000, 0) else {
            Issue.record("not looked for")
            return
        }
        _ = session.identified(
            Dictionary(uniqueKeysWithValues: places.map { ($0, team.engagement) })
        )

        #expect(tell(&session, 1000, 500).refusal == .impossibleParting)
    }

    @Test mutating func anOwnDiffThatIsNotHereIsAskedForAsBytes() throws {
        var restored = TestClient(team.engagement, own: team.lead.author)
        var session = restored.session()
        guard case .send = session.start(),
            case .takeIn = session.received(
                try server.received(request([], team.engagement), now: noon).get()
            ), case .send(let again) = session.lacksOwn()
        else {
            Issue.record("not asked again")
            return
        }

        #expect(again.own == nil)
        #expect(again.position == 0)
        guard
            case .takeIn(let delivery) = session.received(
                try server.received(again, now: noon).get()
            )
        else {
            Issue.record("not taken in")
            return
        }
        try restored.takeIn(delivery)
        #expect(restored.log == client.log)
    }

    private func id(_ envelope: [UInt8]) throws -> DiffID {
        try UnverifiedDiff(envelope: envelope).id
    }
}

extension Int {
    fileprivate func clamped(to range: ClosedRange<Int>) -> Int {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
