import ConcordEncoding
import ConcordHTTP
import ConcordSync
import ConcordSyncClient
import Hummingbird
import NIOCore
import ServiceLifecycle
import Testing

/// What the client says of servers that are down, slow, or something else.
@Suite(.timeLimit(.minutes(5))) struct TransportTests {
    private let request = SyncRequest(
        engagement: SHA256Digest(hashing: [1]),
        position: 0,
        envelopes: []
    )

    /// Runs a server that answers everything in one way, and returns what the client makes of it.
    private func outcome(
        timeout: Duration = .seconds(30),
        patience: Duration = .seconds(30),
        cancelAfter arrivals: AsyncStream<Void>? = nil,
        sending request: SyncRequest? = nil,
        _ answer: @escaping @Sendable (Request) async throws -> Response
    ) async throws -> SyncFailure? {
        let router = Router()
        router.post("**") { request, _ in try await answer(request) }
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) }
        )
        let group = ServiceGroup(
            configuration: .init(services: [application], logger: application.logger)
        )
        async let running: Void = group.run()
        var iterator = ports.makeAsyncIterator()
        let listening = await iterator.next() ?? 0
        let address = try ServerAddress("http://127.0.0.1:\(listening)")
        let exchanging = Task {
            try await exchange(address, timeout: timeout, patience: patience, sending: request)
        }
        if let arrivals {
            for await _ in arrivals { break }
            exchanging.cancel()
        }
        let failure = try await exchanging.value
        await group.triggerGracefulShutdown()
        try await running
        return failure
    }

    private func exchange(
        _ address: ServerAddress,
        timeout: Duration = .seconds(30),
        patience: Duration = .seconds(30),
        sending request: SyncRequest? = nil
    ) async throws -> SyncFailure? {
        let request = request ?? self.request
        return try await HTTPTransport.withTransport(
            to: address,
            timeouts: .init(exchange: timeout, patience: patience)
        ) { transport in
            do throws(SyncFailure) {
                _ = try await transport.exchange(request, by: .anyone)
                return nil
            } catch {
                return error
            }
        }
    }

    @Test func aServerThatIsDownIsUnreachable() async throws {
        let failure = try await exchange(ServerAddress("http://127.0.0.1:1"))

        #expect(failure?.code == .unreachable)
        #expect(failure?.message.contains("sync again later") == true)
    }

    @Test func aServerThatSaysNothingTimesOut() async throws {
        let failure = try await outcome(timeout: .milliseconds(200)) { _ in
            try await untilItStops()
        }

        #expect(failure?.code == .timeout)
    }

    /// Longer than the test may take, without the bound on the beginning.
    @Test func anAnswerThatDoesNotBeginIsGivenUp() async throws {
        let failure = try await outcome(timeout: .seconds(600), patience: .milliseconds(200)) { _ in
            try await untilItStops()
        }

        #expect(failure?.code == .timeout)
    }

    @Test(arguments: ["log-parted", "position-beyond-log"])
    func aLogThatDiffersAtAnUnknownPlaceIsReportedInASentence(code: String) async throws {
        let failure = try await outcome { _ in
            let body = #"{"code":"\#(code)","detail":"\#(code)"}"#
            return Response(status: .conflict, body: .init(byteBuffer: ByteBuffer(string: body)))
        }

        #expect(failure?.code == .refused(code))
        #expect(failure?.message.contains("log differ") == true)
        #expect(failure?.message.contains("\(code) (") == false)
    }

    @Test func whoeverGivesUpWaitingIsToldSo() async throws {
        let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
        let failure = try await outcome(cancelAfter: arrivals) { _ in
            arrival.yield()
            return try await untilItStops()
        }

        #expect(failure?.code == .cancelled)
    }

    @Test func anAnswerThatIsCutIsAFailure() async throws {
        let failure = try await outcome { _ in
            Response(
                status: .ok,
                body: .init(contentLength: 100) { writer in
                    try await writer.write(ByteBuffer(string: "{"))
                    throw CancellationError()
                }
            )
        }

        #expect(failure?.code == .unreachable)
    }

    /// Says nothing for as long as the server runs.
    private func untilItStops() async throws -> Response {
        try await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(60)) }
        return Response(status: .ok)
    }

    @Test func anAnswerThatDripsIsGivenUpInTime() async throws {
        let failure = try await outcome(timeout: .milliseconds(700)) { _ in
            Response(
                status: .ok,
                body: .init(contentLength: 100_000) { writer in
                    for _ in 0..<100 {
                        try await writer.write(ByteBuffer(string: " "))
                        try await Task.sleep(for: .milliseconds(50))
                    }
                }
            )
        }

        #expect(failure?.code == .timeout)
    }

    @Test func whatAProxyFindsTooLongIsToldApart() async throws {
        let failure = try await outcome { _ in
            Response(
                status: .contentTooLarge,
                headers: [.contentType: "text/html"],
                body: .init(byteBuffer: ByteBuffer(string: "<html>413</html>"))
            )
        }

        #expect(failure?.code == .tooLarge)
    }

    @Test func whatAServerSaysIsOfBoundedLength() async throws {
        let long = String(repeating: "x", count: 8000)
        let failure = try await outcome { _ in
            let body = #"{"code":"\#(long)","detail":"\#(long)"}"#
            return Response(
                status: .forbidden,
                body: .init(byteBuffer: ByteBuffer(string: body))
            )
        }

        #expect(failure?.code == .refused("unknown-code"))
        #expect((failure?.message.utf8.count ?? 0) < 700)
    }

    /// One that is as long as may be is read.
    @Test(arguments: [(0, true), (1, false)])
    func aRefusalBeyondItsLimitIsNotRead(more: Int, isRead: Bool) async throws {
        let failure = try await outcome { _ in
            let (head, tail) = (#"{"code":"some-code","detail":"Ask.","more":""#, #""}"#)
            let filling = ProblemDocument.bytesMax + more - head.utf8.count - tail.utf8.count
            let body = head + String(repeating: "x", count: filling) + tail
            return Response(
                status: .forbidden,
                body: .init(byteBuffer: ByteBuffer(string: body))
            )
        }

        #expect(failure?.code == (isRead ? .refused("some-code") : .malformedResponse))
    }

    @Test func aLongRequestIsSentCompressed() async throws {
        let long = SyncRequest(
            engagement: request.engagement,
            position: 0,
            envelopes: [Array(repeating: UInt8(ascii: "x"), count: 2000)]
        )
        let answer = SyncResponse(verdicts: [], from: 0, entries: [], size: 0).wireBytes
        let failure = try await outcome(sending: long) { request in
            let body = Array(try await request.body.collect(upTo: 1 << 20).readableBytesView)
            let isRight =
                try request.headers[.contentEncoding] == "gzip"
                && Gzip.inflate(body) == long.wireBytes
            return Response(
                status: isRight ? .ok : .badRequest,
                body: .init(byteBuffer: ByteBuffer(bytes: answer))
            )
        }

        #expect(failure == nil)
    }

    /// As an idle one is that the server gives up just then: a repeated request is harmless.
    @Test func aConnectionThatEndsUnansweredIsTriedOnceMore() async throws {
        let body = SyncResponse(verdicts: [], from: 0, entries: [], size: 0).wireBytes
        let head = [
            "HTTP/1.1 200 OK", "Content-Length: \(body.count)", "Connection: close", "", "",
        ]
        let server = try RawServer()
        async let served = server.serve([[], Array(head.joined(separator: "\r\n").utf8) + body])

        let failure = try await exchange(ServerAddress("http://127.0.0.1:\(server.port)"))

        #expect(failure == nil)
        #expect(try await served == 2)
    }

    @Test func aRedirectIsNotFollowed() async throws {
        let failure = try await outcome { _ in
            Response(status: .temporaryRedirect, headers: [.location: "http://127.0.0.1:1/else"])
        }

        #expect(failure?.code == .malformedResponse)
        #expect(failure?.message.contains("does not follow redirects") == true)
    }

    @Test func anAnswerThatIsNotOursIsMalformed() async throws {
        let page = try await outcome { _ in
            Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "<html>")))
        }
        let notFound = try await outcome { _ in Response(status: .notFound) }

        #expect(page?.code == .malformedResponse)
        #expect(notFound?.code == .malformedResponse)
    }

    @Test func anAnswerBeyondTheLimitIsMalformed() async throws {
        let failure = try await outcome { _ in
            let body = ByteBuffer(repeating: 0x20, count: SyncLimits.bodyBytes + 1)
            return Response(status: .ok, body: .init(byteBuffer: body))
        }

        #expect(failure?.code == .malformedResponse)
    }

    @Test func aFaultOfTheServerIsToldApartFromARefusal() async throws {
        let fault = try await outcome { _ in Response(status: .internalServerError) }
        let refusal = try await outcome { _ in
            Response(
                status: .forbidden,
                body: .init(
                    byteBuffer: ByteBuffer(string: #"{"code":"some-code","detail":"Ask."}"#)
                )
            )
        }

        #expect(fault?.code == .serverError)
        #expect(refusal?.code == .refused("some-code"))
        #expect(refusal?.message.contains("Ask.") == true)
    }

    @Test(arguments: [
        "", "audit.example.org", "ftp://audit.example.org", "http://", "http://a?b", "http://a#b",
        "http://user:secret@a", "http://127.0.0.1:70000", "http://127.0.0.1:0",
        "http://[::1]:65536",
        "http://127.0.0.1:99999999999999999999", "http://a b", "https://audit.example.org:-1",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        let failure = #expect(throws: SyncFailure.self) { try ServerAddress(text) }
        #expect(failure?.code == .invalidAddress)
    }

    @Test func anAddressLosesItsLastSlash() throws {
        #expect(try ServerAddress("https://a.example/b/").description == "https://a.example/b")
    }
}
