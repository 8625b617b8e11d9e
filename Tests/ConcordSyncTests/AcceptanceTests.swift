import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordTesting
import Testing

@Suite struct AcceptanceTests {
    var team: TestTeam
    var server = MemorySyncServer(verifier: HashVerifier())

    init() throws {
        team = try TestTeam()
        let verdicts = try server.verdicts(on: team.history, of: team.engagement)
        #expect(verdicts == (0..<5).map { .accepted(position: $0) })
    }

    @Test mutating func whatIsRepeatedIsKnownAtItsPlace() throws {
        let verdicts = try server.verdicts(on: team.history, of: team.engagement)

        #expect(verdicts == (0..<5).map { .known(position: $0) })
        #expect(server.envelopes(of: team.engagement) == team.envelopes)
    }

    @Test mutating func aDiffTwiceInOneRequestIsLoggedOnce() throws {
        let diff = try team.ann.save()

        let verdicts = try server.verdicts(on: [diff, diff], of: team.engagement)

        #expect(verdicts == [.accepted(position: 5), .known(position: 5)])
    }

    @Test mutating func whatHasNotAllThatItHadSeenIsMissingIt() throws {
        let first = try team.ann.save()
        let second = try team.ann.save()

        let verdicts = try server.verdicts(on: [second], of: team.engagement)

        #expect(verdicts == [.missing([first.id])])
    }

    @Test mutating func inWhateverOrderDiffsAreSentTheyAllEnterInTheEnd() throws {
        let a1 = try team.ann.save()
        let a2 = try team.ann.save()
        let b1 = try team.bob.save(seen: [a1.id])
        let l1 = try team.lead.save(seen: [b1.id])
        let l2 = try team.lead.save()
        let diffs = [a1, a2, b1, l1, l2]

        for order in permutations(diffs) {
            var server = server
            var rounds = 0
            while server.envelopes(of: team.engagement).count < 10, rounds < 6 {
                _ = try server.verdicts(on: order, of: team.engagement)
                rounds += 1
            }
            let verdicts = try server.verdicts(on: order, of: team.engagement)
            #expect(
                verdicts.allSatisfy { if case .known = $0 { true } else { false } }
            )
            try expectCausalOrder(server.envelopes(of: team.engagement))
        }
    }

    @Test mutating func oneForgedDiffTakesNothingWithItButWhatHadSeenIt() throws {
        let good = try team.ann.save()
        let forged = try forge(try team.ann.save())
        let after = try team.ann.save()
        let other = try team.bob.save()

        let verdicts = try server.verdicts(
            on: [good, forged, after, other],
            of: team.engagement
        )

        #expect(verdicts[0] == .accepted(position: 5))
        #expect(verdicts[1].code == "bad-signature")
        #expect(verdicts[2] == .missing([forged.id]))
        #expect(verdicts[3] == .accepted(position: 6))
    }

    @Test mutating func aForkIsEvidenceAndSoIsWhatFollowsOnIt() throws {
        var clone = team.ann
        let first = try team.ann.save()
        let second = try team.ann.save()
        let path = CellPath(kind: "finding", record: "f2", field: "title")
        let fork = try clone.save([Operation(.add("cloned"), at: path)])
        let onFork = try clone.save()

        let verdicts = try server.verdicts(
            on: [first, fork, onFork, second],
            of: team.engagement
        )

        #expect(verdicts == (5..<9).map { .accepted(position: $0) })
    }

    @Test mutating func aForkedControlDiffDoesNotChangeMembership() throws {
        var clone = team.lead
        let revokeAnn = try team.lead.revoke("ann", seen: team.history.map(\.id).suffix(2))
        let revokeBob = try clone.revoke("bob", seen: team.history.map(\.id).suffix(2))

        _ = try server.verdicts(on: [revokeAnn, revokeBob], of: team.engagement)

        let membership = try #require(server.membership(of: team.engagement))
        #expect(!membership.isActive(team.ann.author))
        #expect(membership.isActive(team.bob.author))
    }

    @Test mutating func whatFollowsOnTheSecondBranchDoesNotChangeMembershipEither() throws {
        var clone = team.lead
        let path = CellPath(kind: "finding", record: "f2", field: "title")
        let first = try team.lead.save()
        let fork = try clone.save([Operation(.add("cloned"), at: path)])
        let revoke = try clone.revoke("bob", seen: [team.history[4].id])

        let verdicts = try server.verdicts(on: [first, fork, revoke], of: team.engagement)

        #expect(verdicts == (5..<8).map { .accepted(position: $0) })
        #expect(server.membership(of: team.engagement)?.isActive(team.bob.author) == true)
    }

    @Test mutating func aChainThatNamesAnotherPreviousDiffIsBroken() throws {
        var stranger = team.ann
        stranger.last = team.history[4].id

        let verdicts = try server.verdicts(on: [try stranger.save()], of: team.engagement)

        #expect(verdicts[0].code == "broken-chain")
    }

    @Test mutating func aRevokedMembersWorkIsStillEvidence() throws {
        let late = try team.ann.save()
        let revoke = try team.lead.revoke("ann", seen: [team.history[3].id])

        let verdicts = try server.verdicts(on: [revoke, late], of: team.engagement)

        #expect(verdicts == [.accepted(position: 5), .accepted(position: 6)])
    }

    @Test mutating func aDiffOfAnotherEngagementIsRefused() throws {
        var other = TestDevice("other")
        let genesis = try other.found()

        let verdicts = try server.verdicts(on: [genesis], of: team.engagement)

        #expect(verdicts[0].code == "wrong-engagement")
    }

    @Test mutating func garbageIsRefusedAndBlocksNothing() throws {
        let good = try team.ann.save()
        let bytes: [[UInt8]] = [[], Array("{}".utf8), Array(repeating: 0xFF, count: 9)]
        let cut = Array(good.envelope.dropLast(7))
        let huge = Array(repeating: UInt8(ascii: "x"), count: DiffLimits.envelopeBytes + 1)
        let envelopes = bytes + [cut, huge, good.envelope]

        let response = try server.received(
            SyncRequest(engagement: team.engagement, position: 0, envelopes: envelopes),
            now: noon
        ).get()

        let codes = response.verdicts.map(\.code)
        #expect(
            codes == [
                "not-canonical-json", "malformed-envelope", "not-canonical-json",
                "not-canonical-json", "envelope-too-large", nil,
            ]
        )
        #expect(response.verdicts[5] == .accepted(position: 5))
    }

    @Test mutating func whatIsRebuiltFromControlDiffsIsTheSameMembership() throws {
        let revoke = try team.lead.revoke("ann", seen: [team.history[3].id])
        _ = try server.verdicts(on: [revoke], of: team.engagement)
        let controls = (team.history + [revoke]).map { (diff: $0, isFork: false) }

        let rebuilt = LogAcceptance(
            engagement: team.engagement,
            size: 6,
            controls: controls,
            verifier: HashVerifier()
        )

        #expect(rebuilt.membership == server.membership(of: team.engagement))
        #expect(rebuilt.size == 6)
    }
}
