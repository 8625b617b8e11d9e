import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordTesting
import Testing

@Suite struct SessionTests {
    var team: TestTeam
    var server = MemorySyncServer(verifier: HashVerifier())

    init() throws { team = try TestTeam() }

    /// A client of the leader's that has everything to push.
    private func leader() -> TestClient {
        var client = TestClient(team.engagement, own: team.lead.author)
        for diff in team.history { client.save(diff) }
        return client
    }

    @Test mutating func aFirstSyncPushesEverythingAndASecondNothing() throws {
        var client = leader()

        let first = try client.sync(with: &server)?.summary
        let second = try client.sync(with: &server)?.summary

        #expect(first?.pushed == 5)
        #expect(first?.rounds == 1)
        #expect(client.log == team.history.map(\.id))
        #expect(client.pending.isEmpty)
        #expect(second?.pushed == 0)
        #expect(second?.rounds == 1)
    }

    @Test mutating func twoClientsEndWithTheSameLog() throws {
        var one = leader()
        _ = try one.sync(with: &server)
        var two = TestClient(team.engagement, own: team.ann.author)
        two.hold(team.history[3])
        two.save(try team.ann.save())
        two.save(try team.ann.save())

        _ = try two.sync(with: &server)
        let summary = try one.sync(with: &server)?.summary

        #expect(summary?.received == 2)
        #expect(one.log == two.log)
        #expect(server.envelopes(of: team.engagement).count == 7)
    }

    /// Every sequence of four faults, against a client that pushes and pulls.
    @Test mutating func whateverHappensToMessagesTheNextSyncCompletesTheLog() throws {
        var founder = leader()
        _ = try founder.sync(with: &server)
        var client = TestClient(team.engagement, own: team.bob.author)
        client.hold(team.history[4])
        for _ in 0..<3 { client.save(try team.bob.save()) }
        let expected = founder.log + client.pending

        for faults in sequences(of: Fault.allCases, length: 4) {
            var server = server
            var client = client
            for fault in faults { _ = try client.sync(with: &server, faults: [fault]) }
            let summary = try client.sync(with: &server)?.summary

            #expect(summary != nil)
            #expect(client.log == expected)
            #expect(client.pending.isEmpty)
            #expect(try server.envelopes(of: team.engagement).map(id) == expected)
        }
    }

    @Test mutating func whatTheServerMissesIsSentFirst() throws {
        var founder = leader()
        _ = try founder.sync(with: &server)
        let first = try team.ann.save()
        let second = try team.ann.save()
        let third = try team.bob.save(seen: [second.id])
        var client = TestClient(team.engagement)
        client.hold(first)
        client.hold(second)
        client.save(third)

        let summary = try client.sync(with: &server)?.summary

        #expect(summary?.pushed == 3)
        #expect(
            client.asked == [[third.id], [second.id, third.id], [first.id, second.id, third.id]]
        )
        #expect(client.log.suffix(3) == [first.id, second.id, third.id])
    }

    @Test mutating func aClientThatOffersChildrenBeforeParentsSyncsAllTheSame() throws {
        var founder = leader()
        _ = try founder.sync(with: &server)
        let diffs = try (0..<4).map { _ in try team.ann.save() }

        for order in permutations(diffs) {
            var server = server
            var client = TestClient(team.engagement)
            for diff in order { client.save(diff) }

            let summary = try client.sync(with: &server)?.summary

            #expect(summary?.pushed == 4)
            #expect(client.log.suffix(4) == diffs.map(\.id))
        }
    }

    @Test mutating func whatIsNowhereBlocksWhatHadSeenItAndNothingElse() throws {
        var founder = leader()
        _ = try founder.sync(with: &server)
        let lost = try team.ann.save()
        let after = try team.ann.save()
        let further = try team.ann.save()
        let other = try team.bob.save()
        var client = TestClient(team.engagement)
        for diff in [after, further, other] { client.save(diff) }

        let summary = try client.sync(with: &server)?.summary

        #expect(summary?.pushed == 1)
        #expect(summary.map { Set($0.blocked) } == [lost.id, after.id, further.id])
        #expect(client.pending == [after.id, further.id])
    }

    @Test mutating func aRefusedDiffIsReportedAndBlocksOnlyWhatHadSeenIt() throws {
        var founder = leader()
        _ = try founder.sync(with: &server)
        let forged = try forge(try team.ann.save())
        let after = try team.ann.save()
        let other = try team.bob.save()
        var client = TestClient(team.engagement)
        for diff in [forged, after, other] { client.save(diff) }

        let summary = try client.sync(with: &server)?.summary

        #expect(summary?.refused.map(\.code) == ["bad-signature"])
        #expect(summary?.rounds == 1)
        #expect(summary?.blocked == [after.id])
        #expect(client.log.last == other.id)
    }

    @Test mutating func manyLargeDiffsGoInSeveralRequestsWithinTheLimit() throws {
        var founder = leader()
        _ = try founder.sync(with: &server)
        let long = String(repeating: "x", count: DiffLimits.stringBytes)
        let operations = (0..<3).map { index in
            Operation(
                .add(.string(long)),
                at: CellPath(kind: "finding", record: "f\(index)", field: "title")
            )
        }
        var client = TestClient(team.engagement, own: team.ann.author)
        client.hold(team.history[3])
        for _ in 0..<12 { client.save(try team.ann.save(operations)) }

        let summary = try client.sync(with: &server)?.summary
        var reader = TestClient(team.engagement)
        let pulled = try reader.sync(with: &server)?.summary

        #expect(summary?.pushed == 12)
        #expect(summary?.rounds == 3)
        #expect(pulled?.rounds == 3)
        #expect(reader.log == client.log)
    }

    @Test mutating func aLostAnswerStopsTheSessionAndKeepsThePosition() throws {
        var client = leader()

        let action = try client.sync(with: &server, faults: [.lostResponse])

        guard case .stopped(let failure, let summary) = action else {
            Issue.record("the session did not stop")
            return
        }
        #expect(failure.code == .timeout)
        #expect(summary.position == 0)
        #expect(client.pending.count == 5)
    }

    private func sequences(of faults: [Fault], length: Int) -> [[Fault]] {
        if length == 0 { return [[]] }
        return sequences(of: faults, length: length - 1).flatMap { rest in
            faults.map { rest + [$0] }
        }
    }

    private func id(_ envelope: [UInt8]) throws -> DiffID {
        try UnverifiedDiff(envelope: envelope).id
    }
}
