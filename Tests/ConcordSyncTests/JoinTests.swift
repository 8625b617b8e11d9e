import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordTesting
import Testing

@Suite struct JoinTests {
    var lead = TestDevice("lead")
    var server = MemorySyncServer(verifier: HashVerifier())
    let engagement: DiffID
    let invitation: UnverifiedDiff

    init() throws {
        let genesis = try lead.found()
        engagement = genesis.id
        invitation = try lead.invite("key", expires: "2026-06-02T00:00:00Z")
        _ = try server.verdicts(on: [genesis, invitation], of: engagement)
    }

    private let dayAfter = Timestamp(milliseconds: noon.milliseconds + 2 * 86_400_000)

    @Test mutating func whoeverHoldsTheInvitationJoins() throws {
        var ann = TestDevice("ann", engagement: engagement)
        let join = try ann.join("key", seen: [invitation.id])

        let verdicts = try server.verdicts(on: [join, try ann.save()], of: engagement)

        #expect(verdicts == [.accepted(position: 2), .accepted(position: 3)])
        #expect(server.membership(of: engagement)?.isActive(ann.author) == true)
    }

    @Test mutating func whoeverHoldsAnotherKeyDoesNotJoin() throws {
        var eve = TestDevice("eve", engagement: engagement)
        let join = try eve.join("key", secret: "guessed", seen: [invitation.id])

        let verdicts = try server.verdicts(on: [join, try eve.save()], of: engagement)

        #expect(verdicts.map(\.code) == ["not-a-member", nil])
        #expect(verdicts[1] == .missing([join.id]))
    }

    @Test mutating func anInvitationThatIsNotThereAdmitsNobody() throws {
        var eve = TestDevice("eve", engagement: engagement)
        let join = try eve.join("no-such-key", seen: [invitation.id])

        let verdicts = try server.verdicts(on: [join], of: engagement)

        #expect(verdicts[0].code == "not-a-member")
    }

    @Test mutating func aStrangerWithoutAJoinIsNoMember() throws {
        var eve = TestDevice("eve", engagement: engagement)

        let verdicts = try server.verdicts(
            on: [try eve.save(seen: [invitation.id])],
            of: engagement
        )

        #expect(verdicts[0].code == "not-a-member")
    }

    @Test mutating func aStrangersRequestCostsNoSignatureCheck() throws {
        let counter = CountingVerifier()
        var server = MemorySyncServer(verifier: counter)
        var lead = TestDevice("lead")
        _ = try server.verdicts(on: [try lead.found()], of: engagement)
        let before = counter.count
        var eve = TestDevice("eve", engagement: engagement)
        let diffs = try (0..<20).map { _ in
            eve.seq = 0
            eve.last = nil
            return try eve.save(seen: [engagement])
        }

        let verdicts = try server.verdicts(on: diffs, of: engagement)

        #expect(verdicts.allSatisfy { $0.code == "not-a-member" })
        #expect(counter.count == before)
    }

    @Test mutating func aJoinAfterTheInvitationsTimeIsRefused() throws {
        var ann = TestDevice("ann", engagement: engagement)
        let join = try ann.join("key", seen: [invitation.id])

        let late = try server.verdicts(on: [join], of: engagement, now: dayAfter)
        let inTime = try server.verdicts(on: [join], of: engagement)

        #expect(late[0].code == "invitation-expired")
        #expect(inTime == [.accepted(position: 2)])
    }

    @Test mutating func aMemberWhoHadTakenALateJoinInIsNotHeldUp() throws {
        var ann = TestDevice("ann", engagement: engagement)
        let join = try ann.join("key", seen: [invitation.id])
        let note = try ann.save()
        let lead = try lead.save(seen: [note.id])

        let verdicts = try server.verdicts(
            on: [join, note, lead],
            of: engagement,
            now: dayAfter
        )

        #expect(verdicts == (2...4).map { .accepted(position: $0) })
    }

    @Test mutating func aStrangerWhoBringsALateJoinDoesNotRelayIt() throws {
        var ann = TestDevice("ann", engagement: engagement)
        var eve = TestDevice("eve", engagement: engagement)
        let join = try ann.join("key", seen: [invitation.id])
        let claim = try eve.save(seen: [join.id])

        let verdicts = try server.verdicts(on: [join, claim], of: engagement, now: dayAfter)

        #expect(verdicts[0].code == "invitation-expired")
    }

    @Test mutating func aForgedDiffOfAMemberDoesNotRelayALateJoin() throws {
        var ann = TestDevice("ann", engagement: engagement)
        let join = try ann.join("key", seen: [invitation.id])
        let claim = try forge(try lead.save(seen: [join.id]))

        let verdicts = try server.verdicts(on: [join, claim], of: engagement, now: dayAfter)

        #expect(verdicts[0].code == "invitation-expired")
        #expect(verdicts[1] == .missing([join.id]))
    }

    @Test mutating func whoJoinsAtTheLastMomentJoins() throws {
        var ann = TestDevice("ann", engagement: engagement)
        let join = try ann.join("key", seen: [invitation.id])
        let lastMoment = try #require(Timestamp("2026-06-02T00:00:00Z"))
        let tooLate = Timestamp(milliseconds: lastMoment.milliseconds + 1)

        #expect(
            try server.verdicts(on: [join], of: engagement, now: tooLate)[0].code
                == "invitation-expired"
        )
        #expect(
            try server.verdicts(on: [join], of: engagement, now: lastMoment)[0].isAccepted
        )
    }

    @Test mutating func noMoreThanEightMissingDiffsAreNamed() throws {
        let unknown = (0..<UInt8(12)).map { SHA256Digest(hashing: [$0]) }
        let diff = try lead.save(seen: unknown)

        let verdicts = try server.verdicts(on: [diff], of: engagement)

        guard case .missing(let missing) = verdicts[0] else {
            Issue.record("not missing: \(verdicts[0])")
            return
        }
        #expect(missing.count == 8)
        #expect(Set(unknown).isSuperset(of: missing))
    }

    @Test mutating func aJoinThatItsAuthorDidNotSignIsRefusedBeforeItsProofIsLookedAt() throws {
        var ann = TestDevice("ann", engagement: engagement)
        let join = try forge(try ann.join("key", secret: "guessed", seen: [invitation.id]))

        let verdicts = try server.verdicts(on: [join], of: engagement)

        #expect(verdicts[0].code == "bad-signature")
    }

    @Test mutating func aSurplusJoinIsEvidenceAndGivesNoRight() throws {
        var ann = TestDevice("ann", engagement: engagement)
        var bob = TestDevice("bob", engagement: engagement)
        let first = try ann.join("key", seen: [invitation.id])
        let second = try bob.join("key", seen: [invitation.id])

        let verdicts = try server.verdicts(on: [first, second], of: engagement)

        #expect(verdicts == [.accepted(position: 2), .accepted(position: 3)])
        #expect(server.membership(of: engagement)?.isActive(bob.author) == false)
    }
}

@Suite struct RequestRefusalTests {
    @Test func anUnknownEngagementIsNotServed() throws {
        var lead = TestDevice("lead")
        let genesis = try lead.found()
        var server = MemorySyncServer(verifier: HashVerifier())

        let result = try server.received(request([], genesis.id), now: noon)

        #expect(throws: RefusedRequest(.unknownEngagement)) { try result.get() }
    }

    @Test func aClosedServerTakesNoNewEngagement() throws {
        var lead = TestDevice("lead")
        let genesis = try lead.found()
        var server = MemorySyncServer(verifier: HashVerifier(), acceptsEngagements: false)

        let founding = try server.received(request([genesis], genesis.id), now: noon)
        let other = try server.received(request([try lead.save()], genesis.id), now: noon)

        #expect(throws: RefusedRequest(.engagementsClosed)) { try founding.get() }
        #expect(throws: RefusedRequest(.unknownEngagement)) { try other.get() }
    }

    @Test func withoutItsFirstDiffAnEngagementIsMissingIt() throws {
        var lead = TestDevice("lead")
        let genesis = try lead.found()
        var server = MemorySyncServer(verifier: HashVerifier())

        let verdicts = try server.verdicts(on: [try lead.save()], of: genesis.id)

        #expect(verdicts == [.missing([genesis.id])])
        #expect(server.membership(of: genesis.id) == nil)
    }

    @Test func aClientThatHoldsMoreThanTheLogIsTold() throws {
        let team = try TestTeam()
        var server = MemorySyncServer(verifier: HashVerifier())
        _ = try server.verdicts(on: team.history, of: team.engagement)

        let atEnd = try server.received(
            SyncRequest(engagement: team.engagement, position: 5),
            now: noon
        )
        let beyond = try server.received(
            SyncRequest(engagement: team.engagement, position: 6),
            now: noon
        )

        #expect(try atEnd.get().entries.isEmpty)
        let parting = LogParting(.positionBeyondLog, size: 5, common: 0)
        #expect(throws: RefusedRequest(parting)) { try beyond.get() }
    }

    @Test func aServerThatLostItsLogSaysThatThePositionIsBeyondIt() throws {
        let team = try TestTeam()
        var server = MemorySyncServer(verifier: HashVerifier())
        let request = SyncRequest(
            engagement: team.engagement,
            position: 3,
            last: team.history[2].id,
            marks: [LogMark(position: 3, id: team.history[2].id)]
        )

        let answer = try server.received(request, now: noon)

        let parting = LogParting(.positionBeyondLog, size: 0, common: 0)
        #expect(throws: RefusedRequest(parting)) { try answer.get() }
    }

    @Test func ownDiffsComeBackAsPositions() throws {
        let team = try TestTeam()
        var server = MemorySyncServer(verifier: HashVerifier())
        _ = try server.verdicts(on: team.history, of: team.engagement)
        let request = SyncRequest(
            engagement: team.engagement,
            position: 1,
            own: team.ann.author
        )

        let response = try server.received(request, now: noon).get()

        #expect(response.from == 1)
        #expect(
            response.entries == [
                .envelope(team.envelopes[1]), .envelope(team.envelopes[2]),
                .held(team.history[3].id), .envelope(team.envelopes[4]),
            ]
        )
    }
}
