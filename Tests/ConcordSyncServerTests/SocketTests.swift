import CZlib
import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordSyncClient
import Testing

@Suite(.timeLimit(.minutes(5))) struct SocketTests {
    let team: SigningTeam

    init() throws { team = try SigningTeam() }

    private func address(_ port: Int) throws -> ServerAddress {
        try ServerAddress("http://127.0.0.1:\(port)/")
    }

    private func request(_ diffs: [UnverifiedDiff], position: Int = 0) -> SyncRequest {
        SyncRequest(
            engagement: team.engagement,
            position: position,
            envelopes: diffs.map(\.envelope)
        )
    }

    @Test func aRepeatedPushChangesNothing() async throws {
        try await withServer { port in
            try await HTTPTransport.withTransport(to: address(port)) { transport in
                let first = try await transport.exchange(
                    request(team.history),
                    by: team.lead.signer
                )
                let second = try await transport.exchange(
                    request(team.history),
                    by: team.lead.signer
                )

                #expect(first.verdicts == (0..<3).map { .accepted(position: $0) })
                #expect(second.verdicts == (0..<3).map { .known(position: $0) })
                // What was just sent does not come back; what may have been lost does.
                #expect(first.entries.isEmpty && first.end == 3)
                #expect(second.entries == team.history.map { .envelope($0.envelope) })
            }
        }
    }

    @Test func replicasThatSyncInTurnHoldTheSameLog() async throws {
        var team = team
        var one = TestReplica(team.engagement, own: team.lead.author, pending: team.history)
        let edits = try (0..<50).map { _ in try team.ann.save() }
        var two = TestReplica(
            team.engagement,
            own: team.ann.author,
            pending: [team.history[2]] + edits
        )

        try await withServer { port in
            try await HTTPTransport.withTransport(to: address(port)) { transport in
                _ = try await one.sync(over: transport, by: team.lead.signer)
                _ = try await two.sync(over: transport, by: team.lead.signer)
                let summary = try await one.sync(over: transport, by: team.lead.signer)
                #expect(summary.received == 50)
            }
        }

        #expect(one.log == (team.history + edits).map(\.id))
        #expect(two.log == one.log)
        #expect(two.pending.isEmpty)
    }

    @Test func anEngagementThatIsNotThereIsRefusedWithItsCode() async throws {
        let empty = request([])
        try await withServer { port in
            try await HTTPTransport.withTransport(to: address(port)) { transport in
                let failure = await #expect(throws: SyncFailure.self) {
                    try await transport.exchange(empty, by: team.lead.signer)
                }
                #expect(failure?.code == .refused("unknown-engagement"))
            }
        }
    }

    @Test func aClosedServerTakesNoNewEngagement() async throws {
        let founding = request(team.history)
        try await withServer(acceptsEngagements: false) { port in
            try await HTTPTransport.withTransport(to: address(port)) { transport in
                let failure = await #expect(throws: SyncFailure.self) {
                    try await transport.exchange(founding, by: team.lead.signer)
                }
                #expect(failure?.code == .refused("engagements-closed"))
            }
        }
    }

    @Test func aClientThatHoldsMoreThanTheLogIsRefused() async throws {
        try await withServer { port in
            try await HTTPTransport.withTransport(to: address(port)) { transport in
                _ = try await transport.exchange(request(team.history), by: team.lead.signer)
                let beyond = request([], position: 4)
                let failure = await #expect(throws: SyncFailure.self) {
                    try await transport.exchange(beyond, by: team.lead.signer)
                }
                let parting = LogParting(.positionBeyondLog, size: 3, common: 0)
                #expect(failure?.code.withoutStatement == .parted(parting))
            }
        }
    }

    @Test func forgedAndForeignDiffsAreRefusedOneByOne() async throws {
        var team = team
        let good = try team.ann.save()
        let forged = try forge(try team.ann.save())
        let foreign = try SigningTeam().history[0]
        let diffs = team.history + [good, forged, foreign]

        let verdicts = try await withServer { port in
            try await HTTPTransport.withTransport(to: address(port)) { transport in
                try await transport.exchange(request(diffs), by: team.lead.signer).verdicts
            }
        }

        #expect(verdicts[3] == .accepted(position: 3))
        #expect(code(verdicts[4]) == "bad-signature")
        #expect(code(verdicts[5]) == "wrong-engagement")
    }

    @Test func aLongRequestIsAnsweredInItsOrder() async throws {
        var team = team
        let diffs = try (0..<100).map { index in
            let diff = try team.ann.save()
            return index == 60 ? try forge(diff) : diff
        }
        let other = try team.lead.save()

        let verdicts = try await withServer { port in
            try await HTTPTransport.withTransport(to: address(port)) { transport in
                _ = try await transport.exchange(request(team.history), by: team.lead.signer)
                return try await transport.exchange(request(diffs + [other]), by: team.ann.signer)
                    .verdicts
            }
        }

        #expect(verdicts.prefix(60) == (3..<63).map { .accepted(position: $0) }[...])
        #expect(code(verdicts[60]) == "bad-signature")
        #expect(verdicts[61] == .missing([diffs[60].id]))
        #expect(verdicts[100] == .accepted(position: 63))
    }

    @Test func aStrangersDiffIsRefused() async throws {
        var stranger = try SigningDevice(engagement: team.engagement)
        let diffs = team.history + [try stranger.save(seen: [team.engagement])]

        let verdicts = try await withServer { port in
            try await HTTPTransport.withTransport(to: address(port)) { transport in
                try await transport.exchange(request(diffs), by: team.lead.signer).verdicts
            }
        }

        #expect(code(verdicts[3]) == "not-a-member")
    }

    @Test func whatIsLoggedNamesNeitherTheEngagementNorTheFinding() async throws {
        var team = team
        let log = LogLines()
        let diffs = team.history + [try team.ann.save(title: "Backups are never tested")]

        try await withServer(log: log) { port in
            try await HTTPTransport.withTransport(to: address(port)) { transport in
                _ = try await transport.exchange(request(diffs), by: team.lead.signer)
            }
        }

        #expect(log.all.contains { $0.contains(#""event":"synced""#) })
        #expect(!log.all.contains { $0.contains(team.engagement.base64url) })
        #expect(!log.all.contains { $0.contains("Backups") })
    }

    private func code(_ verdict: EnvelopeVerdict) -> String? {
        if case .refused(let code, _) = verdict { code.string } else { nil }
    }

    private func forge(_ diff: UnverifiedDiff) throws -> UnverifiedDiff {
        var envelope = diff.envelope
        let place = envelope.count - 20
        envelope[place] =
            envelope[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        return try UnverifiedDiff(envelope: envelope)
    }
}
