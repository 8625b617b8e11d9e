import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordSyncClient
import Foundation
import Synchronization
import Testing

@testable import ConcordSyncServer

/// How much of the server its clients may take, and what those are told who take more.
@Suite(.timeLimit(.minutes(5))) struct LimitTests {
    private let start = ContinuousClock.now
    /// A clock that stands still, so that ten seconds do not begin anew in between.
    private var standingStill: @Sendable () -> ContinuousClock.Instant { { [start] in start } }

    @Test func aRateHoldsForEachKeyAndEachSpan() {
        let limit = RateLimit<String>(2, in: .seconds(10))

        #expect(limit.take("a", at: start) == nil)
        #expect(limit.take("a", at: start + .seconds(1)) == nil)
        #expect(limit.take("b", at: start + .seconds(1)) == nil)
        // It is told when it may come again, and not before that.
        let wait = limit.take("a", at: start + .seconds(2))
        #expect(wait == 8)
        #expect(limit.take("a", at: start + .seconds(9)) != nil)
        #expect(limit.take("a", at: start + .seconds(2 + (wait ?? 0))) == nil)
    }

    @Test func strangersWithManyAddressesShareOneCount() {
        let limit = RateLimit<Int>(3, in: .seconds(10), keysMax: 2)
        for key in 0..<2 { #expect(limit.take(key, at: start) == nil) }

        let refused = (10..<20).filter { limit.take($0, at: start) != nil }

        #expect(refused == Array(13..<20))
        // Those that were there first are counted by themselves.
        #expect(limit.take(0, at: start) == nil)
    }

    @Test func connectionsAreCountedForEachAddress() {
        let count = ConnectionCount(ofAddressMax: 2, unlimited: ["10.0.0.1"])

        #expect((0..<3).map { _ in count.opened(from: "a") } == [true, true, false])
        #expect((0..<3).map { _ in count.opened(from: "10.0.0.1") } == [true, true, true])
        #expect(count.all == 6)
        count.closed(from: "a")
        count.closed(from: "a")
        #expect(count.opened(from: "a"))
        #expect(count.all == 5)
    }

    private func limits(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
        var limits = ServerLimits()
        change(&limits)
        return limits
    }

    @Test func anAddressThatAsksTooOftenIsToldWhenToComeBack() async throws {
        let limits = limits { $0.requestsOfAddress = 3 }
        try await withServer(limits: limits, instant: standingStill) { port in
            var statuses: [Int] = []
            var last = RawHTTP.Answer(status: 0, text: "")
            for _ in 0..<4 {
                last = try await RawHTTP(port: port).send("GET", "/healthz")
                statuses.append(last.status)
            }

            #expect(statuses == [200, 200, 200, 429])
            #expect(last.code == "too-many-requests")
            let field = last.text.split(separator: "\r\n").first { $0.hasPrefix("Retry-After: ") }
            let seconds = field.flatMap { Int($0.dropFirst("Retry-After: ".count)) }
            #expect(seconds.map { 1...10 ~= $0 } == true)
        }
    }

    /// Behind a proxy that is named, each client is counted by itself; otherwise the field says nothing.
    @Test(arguments: [true, false])
    func onlyANamedProxyIsBelieved(isTrusted: Bool) async throws {
        let limits = limits {
            $0.requestsOfAddress = 1
            if isTrusted { $0.trustedProxies = ["127.0.0.1"] }
        }
        try await withServer(limits: limits, instant: standingStill) { port in
            var statuses: [Int] = []
            for client in ["192.0.2.1", "192.0.2.2", "198.51.100.7, 192.0.2.1"] {
                statuses.append(
                    try await RawHTTP(port: port)
                        .send("GET", "/healthz", headers: ["X-Forwarded-For: \(client)"]).status
                )
            }

            #expect(statuses == (isTrusted ? [200, 200, 429] : [200, 429, 429]))
        }
    }

    @Test func aDeviceThatAsksTooOftenIsSentAway() async throws {
        let team = try SigningTeam()
        let empty = SyncRequest(engagement: team.engagement, position: 0).wireBytes
        let limits = limits { $0.requestsOfDevice = 2 }
        try await withServer(limits: limits, instant: standingStill) { port in
            var codes: [String?] = []
            for signer in [team.lead, team.lead, team.lead, team.ann].map(\.signer) {
                let http = RawHTTP(port: port, signer: signer)
                codes.append(try await http.post(empty, to: team.engagement.base64url).code)
            }

            let unknown = "unknown-engagement"
            #expect(codes == [unknown, unknown, "too-many-requests", unknown])
        }
    }

    /// Our client waits as it was told, and then succeeds.
    @Test func theClientComesBack() async throws {
        let team = try SigningTeam()
        let request = SyncRequest(
            engagement: team.engagement,
            position: 0,
            envelopes: team.history.map(\.envelope)
        )
        let server = try RawServer()
        let busy =
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
            + "Connection: close\r\n\r\n"
        let refusal = "HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        async let count = server.serve([busy, busy, refusal].map { Array($0.utf8) })
        let address = try ServerAddress("http://127.0.0.1:\(server.port)")

        let failure = await #expect(throws: SyncFailure.self) {
            try await HTTPTransport.withTransport(to: address) { transport in
                try await transport.exchange(request, by: team.lead.signer)
            }
        }

        #expect(failure?.code == .malformedResponse)
        #expect(try await count == 3)
    }

    @Test func aConnectionTooManyIsToldSo() async throws {
        try await withServer(limits: limits { $0.connectionsOfAddress = 1 }) { port in
            let held = try await RawConnection(port: port)
            try await held.send(Array("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
            #expect(try await held.firstLine().contains("200"))

            let second = try await RawHTTP(port: port).send("GET", "/healthz")
            #expect(second.status == 503)
            #expect(second.text.contains("Retry-After: "))

            await held.close()
        }
    }

    /// The head of a request comes byte by byte, each long before a silent connection would be closed.
    @Test func aHeadThatTricklesIsGivenUp() async throws {
        try await withServer(idleTimeout: .milliseconds(400)) { port in
            let connection = try await RawConnection(port: port)
            let sent = try await connection.trickle(
                Array("GET /healthz HTTP/1.1\r\nX-Long: ".utf8),
                then: UInt8(ascii: "x"),
                every: .milliseconds(20),
                atMost: 2000
            )

            // Closed by the server, after a time and not after a number of bytes.
            #expect(sent < 2000)
            await connection.close()
        }
    }

    /// Two hundred devices of one team sync at the same time; all get everything.
    @Test func twoHundredClientsAtOnce() async throws {
        var team = try SigningTeam()
        let history = team.history + (try (0..<50).map { _ in try team.ann.save() })
        let (engagement, signer) = (team.engagement, team.ann.signer)
        let done = Mutex(0)
        try await withServer { port in
            let address = try ServerAddress("http://127.0.0.1:\(port)")
            var first = TestReplica(engagement, pending: history)
            try await HTTPTransport.withTransport(to: address) { transport in
                _ = try await first.sync(over: transport, by: signer)
            }
            try await withThrowingTaskGroup(of: [DiffID].self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        var replica = TestReplica(engagement)
                        // Two hundred clients and the server share what the tests leave of two cores.
                        let timeouts = HTTPTransport.Timeouts(patience: .seconds(110))
                        try await HTTPTransport.withTransport(to: address, timeouts: timeouts) {
                            _ = try await replica.sync(over: $0, by: signer)
                        }
                        return replica.log
                    }
                }
                for try await log in group {
                    #expect(log == history.map(\.id))
                    done.withLock { $0 += 1 }
                }
            }
        }
        #expect(done.withLock { $0 } == 200)
    }

    @Test func slotsAreTakenInOrderOfArrival() async {
        let slots = AnswerSlots(1)
        let order = LogLines()
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)

        async let first: Void = slots.withSlot {
            enter.yield()
            for await _ in released { break }
            order.append(Array("first".utf8))
        }
        for await _ in entered { break }
        async let second: Void = slots.withSlot { order.append(Array("second".utf8)) }
        release.yield()
        _ = await (first, second)

        #expect(order.all == ["first", "second"])
    }
}
