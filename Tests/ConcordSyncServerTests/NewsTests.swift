import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordSync
import ConcordSyncClient
import Testing

/// Telling clients that a log has grown.
@Suite(.timeLimit(.minutes(5))) struct NewsTests {
    private var team: SigningTeam

    init() throws { team = try SigningTeam() }

    private func request(_ diffs: [UnverifiedDiff], position: Int = 0) -> SyncRequest {
        SyncRequest(
            engagement: team.engagement,
            position: position,
            envelopes: diffs.map(\.envelope)
        )
    }

    /// Runs a server whose log holds the team's history.
    private func withLog(
        beat: Duration = .seconds(15),
        _ body: (HTTPTransport) async throws -> Void
    ) async throws {
        try await withServer(beat: beat) { port in
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            try await HTTPTransport.withTransport(to: address) { transport in
                _ = try await transport.exchange(request(team.history), by: team.lead.signer)
                try await body(transport)
            }
        }
    }

    @Test func eachGrowthIsTold() async throws {
        var team = team
        try await withLog { transport in
            var sizes = transport.sizes(of: team.engagement, by: team.ann.signer)
                .makeAsyncIterator()
            #expect(try await sizes.next() == 3)

            for size in 4...6 {
                _ = try await transport.exchange(
                    request([try team.lead.save()]),
                    by: team.lead.signer
                )
                let told = try await sizes.next()
                #expect(told == size)
            }
        }
    }

    @Test func aBeatSaysTheSizeAgain() async throws {
        try await withLog(beat: .milliseconds(20)) { transport in
            var sizes = transport.sizes(of: team.engagement, by: team.ann.signer)
                .makeAsyncIterator()
            for _ in 0..<5 {
                let size = try await sizes.next()
                #expect(size == 3)
            }
        }
    }

    @Test func aStrangerIsToldThatThereIsNothing() async throws {
        let stranger = try SigningDevice(engagement: team.engagement)
        try await withLog { transport in
            var sizes = transport.sizes(of: team.engagement, by: stranger.signer)
                .makeAsyncIterator()
            do {
                _ = try await sizes.next()
                Issue.record("a stranger is told")
            } catch let failure as SyncFailure {
                #expect(failure.code == .refused("unknown-engagement"))
            }
        }
    }

    @Test func whoIsRevokedIsToldNoMore() async throws {
        var team = team
        try await withLog { transport in
            var sizes = transport.sizes(of: team.engagement, by: team.ann.signer)
                .makeAsyncIterator()
            _ = try await sizes.next()
            let revocation = try team.lead.save(
                [
                    Operation(
                        .add("revoked"),
                        at: CellPath(kind: "member", record: "ann", field: "status")
                    )
                ],
                seen: [team.history[2].id]
            )
            _ = try await transport.exchange(request([revocation]), by: team.lead.signer)

            // What was told before may still come.
            while let size = try await sizes.next() { #expect(size == 3) }
            var again = transport.sizes(of: team.engagement, by: team.ann.signer)
                .makeAsyncIterator()
            do {
                _ = try await again.next()
                Issue.record("a revoked device is told")
            } catch let failure as SyncFailure {
                #expect(failure.code == .refused("access-revoked"))
            }
        }
    }

    @Test func aServerThatStopsEndsTheConnection() async throws {
        let team = team
        let ended = try await withServer { port in
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            let transport = HTTPTransport(to: address)
            _ = try await transport.exchange(request(team.history), by: team.lead.signer)
            var first = transport.sizes(of: team.engagement, by: team.ann.signer)
                .makeAsyncIterator()
            #expect(try await first.next() == 3)
            return Task {
                var sizes = first
                // In order or not: it ends.
                do {
                    while try await sizes.next() != nil {}
                } catch is SyncFailure {}
                try await transport.close()
            }
        }
        try await ended.value
    }

    @Test func aSilentConnectionIsDead() async throws {
        let server = try RawServer()
        let address = try ServerAddress("http://127.0.0.1:\(server.port)")
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
        let event = String(decoding: LogNews(size: 7).serverEvent.wireBytes, as: UTF8.self)
        async let silence: Void = server.hold(Array((head + event).utf8))
        try await HTTPTransport.withTransport(
            to: address,
            timeouts: .init(silence: .seconds(2))
        ) { transport in
            var sizes = transport.sizes(of: team.engagement, by: team.ann.signer)
                .makeAsyncIterator()
            #expect(try await sizes.next() == 7)
            do {
                _ = try await sizes.next()
                Issue.record("a silent server is taken for a living one")
            } catch let failure as SyncFailure {
                #expect(failure.code == .timeout)
            }
        }
        try await silence
    }

    @Test func oneDeviceHasEightConnectionsAtMost() async throws {
        try await withServer { port in
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            let transport = HTTPTransport(to: address)
            _ = try await transport.exchange(request(team.history), by: team.lead.signer)
            var open: [AsyncThrowingStream<Int, any Error>.Iterator] = []
            for _ in 0..<8 {
                var sizes = transport.sizes(of: team.engagement, by: team.ann.signer)
                    .makeAsyncIterator()
                let size = try await sizes.next()
                #expect(size == 3)
                open.append(sizes)
            }
            // One transport has as many connections at the most, so the next ones come over another.
            let other = HTTPTransport(to: address)
            var ninth = other.sizes(of: team.engagement, by: team.ann.signer)
                .makeAsyncIterator()
            do {
                _ = try await ninth.next()
                Issue.record("a ninth connection is open")
            } catch let failure as SyncFailure {
                #expect(failure.code == .serverError)
                #expect(failure.retryAfter != nil)
            }
            var leaders = other.sizes(of: team.engagement, by: team.lead.signer)
                .makeAsyncIterator()
            #expect(try await leaders.next() == 3)
            #expect(open.count == 8)
            try await other.close()
            try await transport.close()
        }
    }
}
