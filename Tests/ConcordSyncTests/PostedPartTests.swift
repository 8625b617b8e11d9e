import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordTesting
import Testing

/// What is checked before a request's verdicts, in parts and with whatever membership, changes none of them.
@Suite struct PostedPartTests {
    @Test(arguments: UInt64(1)...150)
    func verdictsAndLogAreTheSameHoweverARequestIsSplit(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (team, requests) = try Self.requests(&generator)

        let plain = try Self.outcome(of: requests, after: team) { request, _ in
            PostedBatch(request, verifier: HashVerifier())
        }
        var before: [Membership] = []
        let inParts = try Self.outcome(of: requests, after: team) { request, membership in
            before.append(membership)
            // A request is read while others are judged, so what is known then may be old.
            let known = generator.pick(before)
            var parts: [PostedPart] = []
            var start = 0
            while start < request.envelopes.count {
                let end = min(request.envelopes.count, start + 1 + generator.below(9))
                parts.append(
                    PostedPart(
                        start..<end,
                        of: request,
                        knownTo: generator.oneIn(5) ? nil : known,
                        verifier: HashVerifier()
                    )
                )
                start = end
            }
            return PostedBatch(request, parts: parts, verifier: HashVerifier())
        }

        #expect(inParts.verdicts == plain.verdicts, "seed \(seed)")
        #expect(inParts.log == plain.log, "seed \(seed)")
    }

    @Test func theRandomRequestsHoldAllThatTheyShould() throws {
        var codes: Set<String> = []
        for seed in UInt64(1)...150 {
            var generator = SeededGenerator(seed: seed)
            let (team, requests) = try Self.requests(&generator)
            let outcome = try Self.outcome(of: requests, after: team) { request, _ in
                PostedBatch(request, verifier: HashVerifier())
            }
            for verdict in outcome.verdicts {
                switch verdict {
                case .accepted: codes.insert("accepted")
                case .known: codes.insert("known")
                case .missing: codes.insert("missing")
                default: codes.insert(verdict.code?.string ?? "\(verdict)")
                }
            }
        }

        let all: Set = ["accepted", "known", "missing", "bad-signature", "not-a-member"]
        #expect(codes.isSuperset(of: all), "\(codes)")
    }

    @Test func aStrangersDiffsAreNotChecked() throws {
        let team = try TestTeam()
        var stranger = TestDevice("stranger", engagement: team.engagement)
        let diffs = try (0..<20).map { _ in try stranger.save(seen: [team.engagement]) }
        let counter = CountingVerifier()
        let membership = try Self.membership(of: team)

        _ = PostedPart(
            0..<20,
            of: request(diffs, team.engagement),
            knownTo: membership,
            verifier: counter
        )

        #expect(counter.count == 0)
    }

    @Test func whatWasCheckedIsNotCheckedAgain() throws {
        var team = try TestTeam()
        let diffs = try (0..<20).map { index in
            let diff = try team.ann.save()
            return index == 12 ? try forge(diff) : diff
        }
        let counter = CountingVerifier()
        var (acceptance, store) = try Self.log(of: team)
        let posted = request(diffs, team.engagement)
        let parts = [0..<7, 7..<20].map {
            PostedPart($0, of: posted, knownTo: acceptance.membership, verifier: counter)
        }
        var batch = PostedBatch(posted, parts: parts, verifier: counter)

        let verdicts = try acceptance.received(&batch, now: noon, verifier: counter, into: &store)

        #expect(counter.count == 20)
        #expect(verdicts[11] == .accepted(position: 16))
        #expect(verdicts[12].code == "bad-signature")
        #expect(verdicts[13] == .missing([diffs[12].id]))
    }

    // MARK: Making requests.

    /// A log with the team's history.
    private static func log(of team: TestTeam) throws -> (LogAcceptance, MemoryLogStore) {
        var acceptance = LogAcceptance(engagement: team.engagement)
        var store = MemoryLogStore()
        var batch = PostedBatch(request(team.history, team.engagement), verifier: HashVerifier())
        _ = try acceptance.received(&batch, now: noon, verifier: HashVerifier(), into: &store)
        return (acceptance, store)
    }

    private static func membership(of team: TestTeam) throws -> Membership {
        try log(of: team).0.membership
    }

    /// The verdicts on all requests in turn, and the log behind them.
    private static func outcome(
        of requests: [SyncRequest],
        after team: TestTeam,
        reading: (SyncRequest, Membership) -> PostedBatch
    ) throws -> (verdicts: [EnvelopeVerdict], log: [[UInt8]]) {
        var (acceptance, store) = try log(of: team)
        var verdicts: [EnvelopeVerdict] = []
        for request in requests {
            var batch = reading(request, acceptance.membership)
            verdicts += try acceptance.received(
                &batch,
                now: noon,
                verifier: HashVerifier(),
                into: &store
            )
        }
        return (verdicts, store.envelopes)
    }

    /// What members, a stranger and somebody who joins have saved, with forged, repeated, exchanged and damaged
    /// ones among it.
    private static func requests(
        _ generator: inout SeededGenerator
    ) throws -> (TestTeam, [SyncRequest]) {
        var team = try TestTeam()
        var late = TestDevice("late", engagement: team.engagement)
        var stranger = TestDevice("stranger", engagement: team.engagement)
        let invitation = try team.lead.invite("key-late")
        var saved = [invitation]
        let joinAt = generator.below(20)
        for step in 0..<30 {
            let seen = generator.oneIn(3) ? [generator.pick(saved).id] : []
            if step == joinAt {
                let secret: WireText? = generator.oneIn(4) ? "another" : nil
                saved.append(try late.join("key-late", secret: secret, seen: [invitation.id]))
                continue
            }
            switch generator.below(16) {
            case 0: saved.append(try stranger.save(seen: [team.engagement]))
            case 1 where generator.oneIn(4): saved.append(try team.lead.revoke("bob", seen: seen))
            case ..<5: saved.append(try team.lead.save(seen: seen))
            case ..<9: saved.append(try team.ann.save(seen: seen))
            case ..<13: saved.append(try team.bob.save(seen: seen))
            default:
                // Also before the join: then their chain begins without one.
                saved.append(try late.save(seen: late.seq == 0 ? [team.engagement] : seen))
            }
        }
        var envelopes = try saved.map { try (generator.oneIn(12) ? forge($0) : $0).envelope }
        for _ in 0..<generator.below(4) {
            envelopes.insert(generator.pick(envelopes), at: generator.below(envelopes.count))
        }
        for _ in 0..<generator.below(3) {
            envelopes.swapAt(generator.below(envelopes.count), generator.below(envelopes.count))
        }
        if generator.oneIn(2) {
            let index = generator.below(envelopes.count)
            envelopes[index] = Array(envelopes[index].dropLast(1 + generator.below(40)))
        }
        let cut = generator.below(envelopes.count)
        return (
            team,
            [Array(envelopes[..<cut]), Array(envelopes[cut...])].map {
                SyncRequest(engagement: team.engagement, position: 0, envelopes: $0)
            }
        )
    }
}
