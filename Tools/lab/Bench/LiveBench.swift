import AsyncHTTPClient
import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordSync
import Foundation
import NIOCore
import NIOHTTP1

/// Devices that wait for news, each over a connection of its own: what they cost `concord-server` while nothing happens, and
/// how long it takes until all of them are told of one new entry.
struct LiveBench {
    /// How many connections for news one device may have (`LogListeners`).
    private static let ofDevice = 8
    /// What an operator is promised for the whole server, in KiB.
    private static let memoryMax = 150_000_000 / 1024
    /// How long anybody waits for anything.
    private static let patience = Duration.seconds(60)

    private let server: DemoServer
    private let connections: Int

    /// Starts the server over a database in `folder`.
    init(server program: String, in folder: String, connections: Int) throws {
        self.connections = connections
        server = DemoServer(
            program: program,
            folder: try DemoFolder(folder + "/live"),
            // All of them come from this machine, and one more brings the entry.
            options: ["--connections-per-address", "\(connections + 8)"]
        )
        RunningServer.endOnInterrupt()
        try server.start()
    }

    /// Measures, and stops the server.
    func run() throws -> [BenchResult] {
        let results: [BenchResult]
        do {
            results = try measure()
        } catch {
            try server.stop()
            throw error
        }
        try server.stop()
        return results
    }

    private func measure() throws -> [BenchResult] {
        let team = try HostileTeam(more: connections / Self.ofDevice)
        var posting = PreparedRequests(of: try team.id(), by: team.leader.key, to: server.url)
        let devices = [team.leader] + team.others
        let listeners = (0..<connections).map { number in
            Listener(
                number: number,
                url: server.url + SyncResource.events(posting.engagement.base64url),
                signer: RequestSigner(devices[number / Self.ofDevice].key)
            )
        }
        let entry = try team.leader.diff([.set("/finding/x1/site", "S")], seen: [team.start])
        let beginning = try posting.request(with: team.before)
        let news = try posting.request(with: [entry])
        let size = team.before.count
        return try Blocking.run { [connections, posting, server = server.processID] in
            try await PreparedRequests.withClient(connections: connections + 8) { client in
                try await posting.post(beginning, by: client)
                let before = ProcessUse.memory(of: server)
                var during = 0
                var posted = Duration.zero
                var told = Duration.zero
                try await Self.listening(listeners, by: client) { room in
                    try await room.wait(for: size)
                    during = ProcessUse.memory(of: server)
                    let start = ContinuousClock.now
                    try await posting.post(news, by: client)
                    posted = ContinuousClock.now - start
                    try await room.wait(for: size + 1)
                    told = ContinuousClock.now - start
                }
                return Self.results(connections, before, during, posted, told)
            }
        }
    }

    private static func results(
        _ connections: Int,
        _ before: Int,
        _ during: Int,
        _ posted: Duration,
        _ told: Duration
    ) -> [BenchResult] {
        [
            BenchResult(
                name: "server with \(connections) live connections (KiB resident)",
                ours: Double(during),
                baselineName: "its limit in KiB; before them \(before)",
                baseline: Double(memoryMax),
                ratio: Double(during) / Double(memoryMax),
                target: .atMost(1)
            ),
            BenchResult(
                name: "a new entry, until all \(connections) are told",
                ours: told.microseconds,
                baselineName: "until its sender is answered",
                baseline: posted.microseconds,
                ratio: told / posted,
                target: .none
            ),
        ]
    }

    /// Runs `body` while all listen; a listener that ends, or one that waits too long, ends everything.
    private static func listening(
        _ listeners: [Listener],
        by client: HTTPClient,
        _ body: (inout WaitingRoom) async throws -> Void
    ) async throws {
        let (stream, told) = AsyncThrowingStream.makeStream(of: Told.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for listener in listeners {
                group.addTask {
                    do {
                        try await listener.listen(by: client) { told.yield($0) }
                        throw HostileFailure("the server ended a connection for news")
                    } catch {
                        told.finish(throwing: error)
                    }
                }
            }
            group.addTask {
                try await Task.sleep(for: patience)
                let seconds = patience.components.seconds
                told.finish(throwing: HostileFailure("not all are told within \(seconds) s"))
            }
            defer { group.cancelAll() }
            var room = WaitingRoom(count: listeners.count, told: stream.makeAsyncIterator())
            try await body(&room)
        }
    }
}

/// A size that one of the listeners was told.
private struct Told: Sendable {
    let listener: Int
    let size: Int
}

/// Waits until every listener has been told a size.
private struct WaitingRoom {
    let count: Int
    var told: AsyncThrowingStream<Told, any Error>.AsyncIterator

    mutating func wait(for size: Int) async throws {
        var waiting = Set(0..<count)
        while !waiting.isEmpty {
            guard let next = try await told.next() else { throw CancellationError() }
            // Beats tell the same size again.
            if next.size >= size { waiting.remove(next.listener) }
        }
    }
}

/// One connection for news.
private struct Listener: Sendable {
    let number: Int
    let url: String
    let signer: RequestSigner

    func listen(by client: HTTPClient, told: (Told) -> Void) async throws {
        var message = HTTPClientRequest(url: url)
        message.headers.add(name: "Accept", value: SyncResource.eventMediaType)
        for field in try signer.fields(posting: [], to: url, method: "GET") {
            message.headers.add(name: field.name, value: field.value)
        }
        let response = try await client.execute(message, timeout: .seconds(60))
        guard response.status == .ok else {
            throw HostileFailure("the server answers a listener with \(response.status)")
        }
        var parser = EventStreamParser()
        for try await buffer in response.body {
            for event in try parser.received(buffer.readableBytesView) {
                guard let size = LogNews(event)?.size else { continue }
                told(Told(listener: number, size: size))
            }
        }
    }
}
