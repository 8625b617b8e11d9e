import Concord
import ConcordTesting
import Foundation
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Transports over the HTTP client of an app.
@Suite(.timeLimit(.minutes(5))) struct HTTPTransportTests {
    private let folder: TemporaryFolder
    private let replica: Replica

    init() async throws {
        folder = try TemporaryFolder()
        replica = try await Replica.create(
            at: folder.file("a.concord"),
            engagement: EngagementDraft(leader: "Ines", device: "d")
        ).replica
    }

    /// A transport whose server answers this.
    private func transport(_ answer: HTTPAnswer) throws -> HTTPSyncTransport {
        try HTTPSyncTransport(to: "https://audit.example.org") { _ in answer }
    }

    private func failure(_ transport: HTTPSyncTransport) async -> SyncFailure? {
        await #expect(throws: SyncFailure.self) {
            try await transport.exchange(
                SyncRequest(engagement: replica.engagement, position: 0),
                by: .anyone
            )
        }
    }

    private func problem(_ status: Int, _ text: String) -> HTTPAnswer {
        HTTPAnswer(status: status, body: Array(text.utf8))
    }

    @Test func aRequestIsThatOfTheProtocol() async throws {
        let server = MemoryTransport()
        let seen = Mutex<[HTTPSyncTransport.Request]>([])
        let transport = try HTTPSyncTransport(to: "http://127.0.0.1:8080/audits/") { post in
            seen.withLock { $0.append(post) }
            let answer = try await server.exchange(
                try SyncRequest(wireBytes: post.body),
                by: .anyone
            )
            return HTTPAnswer(status: 200, body: answer.wireBytes)
        }

        let summary = try await replica.sync(through: transport)

        #expect(summary.pushed == 1)
        let post = try #require(seen.withLock { $0 }.first)
        let id = replica.engagement.base64url
        #expect(post.url == "http://127.0.0.1:8080/audits/v1/engagements/\(id)/sync")
        #expect(post.headers["Content-Type"] == "application/x-ndjson")
    }

    @Test func whatTheServerAnswersIsSaidByItsCode() async throws {
        let parted = #"{"code":"log-parted","common":3,"detail":"d","size":7}"#
        let answers: [(answer: HTTPAnswer, code: SyncFailure.Code)] = [
            (problem(200, "<html>"), .malformedResponse),
            (problem(204, ""), .malformedResponse),
            (problem(302, ""), .malformedResponse),
            (problem(404, "<html>"), .malformedResponse),
            (problem(403, #"{"code":"engagements-closed"}"#), .refused("engagements-closed")),
            (problem(409, parted), .parted(LogParting(.logParted, size: 7, common: 3))),
            (problem(413, ""), .tooLarge),
            (problem(500, ""), .serverError),
            (problem(507, #"{"code":"storage-full"}"#), .serverError),
            (problem(0, ""), .malformedResponse),
        ]
        for (answer, code) in answers {
            #expect(await failure(try transport(answer))?.code == code, "\(answer.status)")
        }
    }

    @Test func anErrorOfTheClientIsNoAnswer() async throws {
        struct NoNetwork: Error {}
        let unreachable = try HTTPSyncTransport(to: "https://a.example") { _ in throw NoNetwork() }
        let told = try HTTPSyncTransport(to: "https://a.example") { _ in
            throw SyncFailure(.untrusted, "not trusted")
        }

        #expect(await failure(unreachable)?.code == .unreachable)
        #expect(await failure(unreachable)?.cause is NoNetwork)
        #expect(await failure(told)?.code == .untrusted)
    }

    @Test func aSilentServerIsLeft() async throws {
        let silent = try HTTPSyncTransport(to: "https://a.example", within: .milliseconds(20)) {
            _ in
            try await Task.sleep(for: .seconds(600))
            return HTTPAnswer(status: 200, body: [])
        }
        #expect(await failure(silent)?.code == .timeout)
    }

    @Test func aCancelledExchangeSaysSo() async throws {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let silent = try HTTPSyncTransport(to: "https://a.example") { _ in
            begin.yield()
            try await Task.sleep(for: .seconds(600))
            return HTTPAnswer(status: 200, body: [])
        }
        let engagement = replica.engagement
        let exchange = Task {
            try await silent.exchange(
                SyncRequest(engagement: engagement, position: 0),
                by: .anyone
            )
        }
        for await _ in begun { break }

        exchange.cancel()

        let failure = await #expect(throws: SyncFailure.self) { try await exchange.value }
        #expect(failure?.code == .cancelled)
    }

    @Test(arguments: [
        "", "audit.example.org", "ftp://a.example", "https://", "https://a b", "https://a?x=1",
        "https://me@a.example", "https://a#b",
    ])
    func whatIsNoAddressIsRefused(address: String) {
        let failure = #expect(throws: SyncFailure.self) {
            try HTTPSyncTransport(to: address) { _ in HTTPAnswer(status: 200, body: []) }
        }
        #expect(failure?.code == .invalidAddress)
    }

    /// Two devices that exchange everything by the transport of the article, over a socket.
    @Test func theArticlesTransportSyncs() async throws {
        let server = try LoopbackServer()
        let transport = try urlSessionTransport(to: "http://127.0.0.1:\(server.port)")
        for number in 0..<30 { try await replica.raise(FindingDraft(title: "\(number)")) }
        let code = try await replica.perform { try $0.invite(role: .auditor, name: "Tomas") }

        _ = try await replica.sync(through: transport)
        let second = try await Replica.join(
            at: folder.file("b.concord"),
            code: code,
            device: "d",
            through: transport
        )

        #expect(try await second.snapshot().audit.findings.count == 30)
        server.status = 503
        let failure = await #expect(throws: ReplicaFailure.self) {
            try await replica.sync(through: transport)
        }
        #expect((failure?.cause as? SyncFailure)?.code == .serverError)
        server.stop()
        let down = await #expect(throws: ReplicaFailure.self) {
            try await replica.sync(through: transport)
        }
        #expect((down?.cause as? SyncFailure)?.code == .unreachable)
    }
}

/// A server in memory behind a socket: one request a connection.
private final class LoopbackServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let answers = Mutex(200)
    private let server = MemoryTransport()

    var status: Int {
        get { answers.withLock { $0 } }
        set { answers.withLock { $0 = newValue } }
    }

    init() throws {
        #if canImport(Darwin)
        listener = socket(AF_INET, SOCK_STREAM, 0)
        #else
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let result = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) + listen(listener, 16)
                    + getsockname(listener, address, &length)
            }
        }
        try #require(listener >= 0 && result == 0)
        port = UInt16(bigEndian: address.sin_port)
        let thread = Thread { [self] in serve() }
        thread.start()
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            if let body = Self.body(of: connection) { answer(body, on: connection) }
            close(connection)
        }
        close(listener)
    }

    private func answer(_ body: [UInt8], on connection: Int32) {
        let done = DispatchSemaphore(value: 0)
        let answer = Mutex<(status: Int, body: [UInt8])>((status, []))
        Task { [server] in
            defer { done.signal() }
            do {
                let response = try await server.exchange(
                    try SyncRequest(wireBytes: body),
                    by: .anyone
                )
                answer.withLock { $0.body = response.wireBytes }
            } catch {
                answer.withLock { $0.status = 400 }
            }
        }
        done.wait()
        let (status, bytes) = answer.withLock { $0 }
        let head =
            "HTTP/1.1 \(status) -\r\nContent-Type: application/x-ndjson\r\nContent-Length: \(bytes.count)\r\n"
            + "Connection: close\r\n\r\n"
        var rest = (Array(head.utf8) + bytes)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, 0) }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }

    /// The body of the request; nil if the connection ends before.
    private static func body(of connection: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            if let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound {
                let head = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
                let length =
                    head.split(separator: "\r\n").compactMap { line -> Int? in
                        guard line.hasPrefix("content-length:") else { return nil }
                        return Int(line.dropFirst(15).trimmingCharacters(in: .whitespaces))
                    }.first ?? 0
                if bytes.count - end >= length { return Array(bytes[end..<(end + length)]) }
            }
            let count = recv(connection, &room, room.count, 0)
            guard count > 0 else { return nil }
            bytes += room[..<count]
        }
    }
}
