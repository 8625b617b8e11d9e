import ConcordDiff
import ConcordEncoding
import ConcordSync
import Testing

/// A server that contradicts itself is left, and nothing of its answer is taken in.
@Suite struct LyingServerTests {
    let team: TestTeam
    /// A session that holds two entries and has sent the other three.
    var session: SyncSession

    init() throws {
        team = try TestTeam()
        let pending = team.history.suffix(3).map {
            PendingDiff(id: $0.id, bytes: $0.envelope.count)
        }
        session = SyncSession(
            engagement: team.engagement,
            position: 2,
            own: team.lead.author,
            pending: pending
        )
        guard case .load = session.start() else { preconditionFailure("nothing to load") }
        let envelopes = team.history.map { ($0.id, $0.envelope) }
        let action = session.loaded(Dictionary(uniqueKeysWithValues: envelopes))
        guard case .send = action else { preconditionFailure("nothing to send") }
    }

    private var honest: SyncResponse {
        SyncResponse(
            verdicts: [
                .accepted(position: 2), .accepted(position: 3), .accepted(position: 4),
            ],
            from: 2,
            // What was just sent does not come back.
            entries: [],
            size: 5
        )
    }

    @Test mutating func anHonestAnswerIsTakenIn() {
        guard case .takeIn(let delivery) = session.received(honest) else {
            Issue.record("not taken in")
            return
        }
        #expect(delivery.entries == team.history[2...].map { .held($0.id) })
        #expect(session.position == 2)
        #expect(session.stored().summary?.position == 5)
    }

    @Test mutating func aVerdictTooFew() {
        var response = honest
        response.verdicts.removeLast()
        #expect(session.received(response).refusal == .verdictCount)
    }

    @Test mutating func entriesFromElsewhere() {
        var response = honest
        response.from = 1
        #expect(session.received(response).refusal == .wrongPosition)
    }

    @Test mutating func aLogThatShrank() {
        let response = SyncResponse(
            verdicts: Array(repeating: .missing([team.engagement]), count: 3),
            from: 2,
            entries: [],
            size: 1
        )
        #expect(session.received(response).refusal == .logShrank)
    }

    @Test mutating func aLogThatGoesOnWithoutEntries() {
        var response = honest
        response.verdicts = Array(repeating: .missing([team.engagement]), count: 3)
        #expect(session.received(response).refusal == .noProgress)
    }

    @Test mutating func twoDiffsAtOnePosition() {
        var response = honest
        response.verdicts[1] = .accepted(position: 2)
        #expect(session.received(response).refusal == .contradiction)
    }

    @Test mutating func aVerdictThatTheEntriesContradict() {
        var response = honest
        response.verdicts[0] = .accepted(position: 3)
        response.verdicts[1] = .accepted(position: 2)
        #expect(session.received(response).refusal == .contradiction)
    }

    @Test mutating func aKnownDiffThatStandsElsewhere() {
        var response = honest
        response.verdicts = [
            .known(position: 2), .accepted(position: 3), .accepted(position: 4),
        ]
        response.entries = [.held(team.history[3].id)]
        #expect(session.received(response).refusal == .contradiction)
    }

    @Test mutating func aPositionThatTheClientHolds() {
        var response = honest
        response.verdicts[0] = .known(position: 1)
        response.entries = [.held(team.history[2].id)]
        #expect(session.received(response).refusal == .contradiction)
    }

    @Test mutating func aPositionBehindTheLog() {
        var response = honest
        response.verdicts[2] = .accepted(position: 5)
        #expect(session.received(response).refusal == .contradiction)
    }

    @Test func aPlaceAloneForSomeoneWhoAskedForBytes() {
        var session = SyncSession(
            engagement: team.engagement,
            position: 0,
            own: nil,
            pending: []
        )
        _ = session.start()
        let response = SyncResponse(
            verdicts: [],
            from: 0,
            entries: [.held(team.engagement)],
            size: 1
        )

        #expect(session.received(response).refusal == .contradiction)
    }

    /// Always one more entry: each answer is well formed, and there is no end.
    @Test func aLogWithoutEndIsLeftAfterABoundedNumberOfRounds() throws {
        var device = TestDevice("endless")
        var session = SyncSession(
            engagement: team.engagement,
            position: 0,
            own: nil,
            pending: [],
            roundsMax: 20
        )
        var action = session.start()
        var rounds = 0
        while case .send(let request) = action {
            rounds += 1
            let entry = LogEntry.envelope(try device.save().envelope)
            let response = SyncResponse(
                verdicts: [],
                from: request.position,
                entries: [entry],
                size: request.position + 2
            )
            guard case .takeIn = session.received(response) else { break }
            action = session.stored()
        }

        #expect(action.refusal == .tooManyRounds)
        #expect(rounds == 20)
    }

    /// Always another diff is missing: each is loaded, sent, and again something is missing.
    @Test func aServerThatAlwaysMissesSomethingIsLeftAfterABoundedNumberOfSends() throws {
        var device = TestDevice("long chain")
        let chain = try (0..<150).map { _ in try device.save() }
        let envelopes = Dictionary(uniqueKeysWithValues: chain.map { ($0.id, $0.envelope) })
        var next = chain.dropLast().makeIterator()
        var session = SyncSession(
            engagement: team.engagement,
            position: 0,
            own: nil,
            pending: [PendingDiff(id: chain[149].id, bytes: 400)]
        )
        var action = session.start()
        var rounds = 0
        loop: while rounds < 10_000 {
            switch action {
            case .load: action = session.loaded(envelopes)
            case .send(let request):
                rounds += 1
                let verdicts = request.envelopes.map { _ in
                    EnvelopeVerdict.missing([next.next()?.id ?? chain[0].id])
                }
                action = session.received(
                    SyncResponse(verdicts: verdicts, from: 0, entries: [], size: 0)
                )
            case .takeIn: action = session.stored()
            case .identify, .goBack, .finished, .stopped, .refused: break loop
            }
        }

        #expect(rounds < SyncLimits.rounds)
        #expect(action.summary?.pushed == 0)
        #expect(action.summary?.blocked.contains(chain[149].id) == true)
    }
}
