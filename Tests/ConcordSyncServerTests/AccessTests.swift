import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordSync
import ConcordSyncClient
import ConcordSyncServer
import Foundation
import Testing

/// Who may read an engagement's log.
@Suite(.timeLimit(.minutes(5))) struct AccessTests {
    private var team: SigningTeam

    init() throws { team = try SigningTeam() }

    private func request(
        _ diffs: [UnverifiedDiff] = [],
        position: Int = 0,
        last: DiffID? = nil
    ) -> SyncRequest {
        SyncRequest(
            engagement: team.engagement,
            position: position,
            last: last,
            envelopes: diffs.map(\.envelope)
        )
    }

    /// What a server answers whose log holds the team's history, as a code, or the number of entries, with those that the
    /// request brought.
    private enum Outcome: Equatable {
        case read(Int)
        case refused(SyncFailure.Code)
    }

    private func outcome(
        _ request: SyncRequest,
        by signer: RequestSigner,
        _ transport: HTTPTransport
    ) async -> Outcome {
        do throws(SyncFailure) {
            let answer = try await transport.exchange(request, by: signer)
            return .read(answer.end - answer.from)
        } catch {
            return .refused(error.code.withoutStatement)
        }
    }

    private func withLog<Result: Sendable>(
        _ diffs: [UnverifiedDiff],
        clock: @escaping @Sendable () -> Timestamp = SyncService.systemClock,
        _ body: (HTTPTransport) async throws -> Result
    ) async throws -> Result {
        try await withServer(clock: clock) { port in
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            return try await HTTPTransport.withTransport(to: address) { transport in
                _ = try await transport.exchange(request(diffs), by: team.lead.signer)
                return try await body(transport)
            }
        }
    }

    /// For a stranger there is no engagement: each answer is the one of a server that has none.
    @Test func aStrangerIsToldThatThereIsNothing() async throws {
        var team = team
        let edit = try team.ann.save()
        var stranger = try SigningDevice(engagement: team.engagement)
        let own = try stranger.save(seen: [team.engagement])
        var forger = try SigningDevice(engagement: team.engagement)
        let forged = try forger.join(InvitationKey.generate(), seen: team.history[1].id)
        let other = SHA256Digest(hashing: [1])
        let asked = [
            request(), request([edit]), request([own]), request([forged]), request(position: 1),
            request(position: 3, last: other), request([own], position: 3, last: other),
            request(position: 9),
        ]
        let here = try await withLog(team.history) { transport in
            var outcomes: [Outcome] = []
            for ask in asked {
                let signer = ask.envelopes.first == forged.envelope ? forger : stranger
                outcomes.append(await outcome(ask, by: signer.signer, transport))
            }
            return outcomes
        }
        let elsewhere = try await withServer { port in
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            return try await HTTPTransport.withTransport(to: address) { transport in
                var outcomes: [Outcome] = []
                for ask in asked {
                    outcomes.append(await outcome(ask, by: stranger.signer, transport))
                }
                return outcomes
            }
        }

        #expect(here == elsewhere)
        #expect(here[0] == .refused(.refused("unknown-engagement")))
        #expect(
            here[7] == .refused(.parted(LogParting(.positionBeyondLog, size: 0, common: 0)))
        )
    }

    @Test func everyMemberReads() async throws {
        try await withLog(team.history) { transport in
            #expect(await outcome(request(), by: team.lead.signer, transport) == .read(3))
            #expect(await outcome(request(), by: team.ann.signer, transport) == .read(3))
        }
    }

    @Test(arguments: ["device", "member"])
    func aRevokedDeviceDeliversAndReadsNothing(kind: String) async throws {
        var team = team
        let record = kind == "device" ? team.ann.author.text : "ann"
        let revocation = try team.lead.save(
            [
                Operation(
                    .add("revoked"),
                    at: CellPath(kind: WireText(kind), record: record, field: "status")
                )
            ],
            seen: [team.history[2].id]
        )
        let late = try team.ann.save()
        let refused = Outcome.refused(.refused("access-revoked"))
        try await withLog(team.history) { transport in
            #expect(await outcome(request(), by: team.ann.signer, transport) == .read(3))
            let push = request([revocation], position: 3)
            #expect(await outcome(push, by: team.lead.signer, transport) == .read(1))

            #expect(await outcome(request(), by: team.ann.signer, transport) == refused)
            let delivery = request([late], position: 3)
            #expect(await outcome(delivery, by: team.ann.signer, transport) == refused)
            let after = try await transport.exchange(request(position: 4), by: team.lead.signer)
            #expect(after.entries == [.envelope(late.envelope)])
        }
    }

    /// The invitation's key reads until it is used up; the device that joins reads from its join on.
    @Test func aNewcomerReadsByTheInvitationAndThenByTheirKey() async throws {
        var lead = try SigningDevice()
        let genesis = try lead.found()
        let secret = try InvitationKey.generate()
        let invitation = try lead.invite(secret)
        var ann = try SigningDevice(engagement: genesis.id)
        let join = try ann.join(secret, seen: invitation.id)
        var late = try SigningDevice(engagement: genesis.id)
        let surplus = try late.join(secret, seen: invitation.id)
        let invited = RequestSigner(try #require(SigningKey(seed: secret.secret)))
        func ask(_ diffs: [UnverifiedDiff] = []) -> SyncRequest {
            SyncRequest(engagement: genesis.id, position: 0, envelopes: diffs.map(\.envelope))
        }
        try await withServer { port in
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            try await HTTPTransport.withTransport(to: address) { transport in
                #expect(
                    await outcome(ask(), by: invited, transport)
                        == .refused(.refused("unknown-engagement"))
                )
                #expect(
                    await outcome(ask([genesis, invitation]), by: lead.signer, transport)
                        == .read(2)
                )
                #expect(await outcome(ask(), by: invited, transport) == .read(2))
                #expect(
                    await outcome(ask(), by: ann.signer, transport)
                        == .refused(.refused("unknown-engagement"))
                )

                #expect(await outcome(ask([join]), by: ann.signer, transport) == .read(3))
                #expect(await outcome(ask(), by: ann.signer, transport) == .read(3))
                #expect(
                    await outcome(ask(), by: invited, transport)
                        == .refused(.refused("invitation-ended"))
                )
                let told = Outcome.refused(.refused("access-surplus"))
                #expect(await outcome(ask([surplus]), by: late.signer, transport) == told)
                #expect(await outcome(ask(), by: late.signer, transport) == told)
            }
        }
    }

    @Test func anInvitationThatHasExpiredLetsNobodyRead() async throws {
        let now = SyncService.systemClock()
        var lead = try SigningDevice()
        let genesis = try lead.found()
        let secret = try InvitationKey.generate()
        let expired = Timestamp(milliseconds: now.milliseconds - 3_600_000)
        let invitation = try lead.invite(secret, expires: expired)
        var ann = try SigningDevice(engagement: genesis.id)
        let join = try ann.join(secret, seen: invitation.id)
        let edit = try lead.save()
        let invited = RequestSigner(try #require(SigningKey(seed: secret.secret)))
        func ask(_ diffs: [UnverifiedDiff] = []) -> SyncRequest {
            SyncRequest(engagement: genesis.id, position: 0, envelopes: diffs.map(\.envelope))
        }
        try await withServer { port in
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            try await HTTPTransport.withTransport(to: address) { transport in
                let founding = ask([genesis, invitation, edit])
                #expect(await outcome(founding, by: lead.signer, transport) == .read(3))
                let told = Outcome.refused(.refused("invitation-ended"))
                #expect(await outcome(ask(), by: invited, transport) == told)
                #expect(await outcome(ask([join]), by: ann.signer, transport) == told)
            }
        }
    }

    /// A server that has lost everything is filled again, also by a member whose own join is not in the first request.
    @Test func whoHoldsTheWholeLogFillsAServerThatHasLostIt() async throws {
        var team = team
        let edit = try team.lead.save(seen: [team.history[2].id])
        let all = team.history + [edit]
        try await withServer { port in
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            try await HTTPTransport.withTransport(to: address) { transport in
                let ann = team.ann.signer
                #expect(await outcome(request([all[0]]), by: ann, transport) == .read(1))
                // Not without showing that they hold what is there.
                #expect(
                    await outcome(request([all[1]], position: 1), by: ann, transport)
                        == .refused(
                            .parted(LogParting(.positionBeyondLog, size: 0, common: 0))
                        )
                )
                let second = request([all[1]], position: 1, last: all[0].id)
                #expect(await outcome(second, by: ann, transport) == .read(1))
                let rest = request(Array(all[2...]), position: 2, last: all[1].id)
                #expect(await outcome(rest, by: ann, transport) == .read(2))
                #expect(await outcome(request(), by: ann, transport) == .read(4))
            }
        }
    }
}
