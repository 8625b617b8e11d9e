import ConcordEncoding
import ConcordSyncServer
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// A folder that is gone when the test is over.
func withFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}

/// Collects what a server logs.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func append(_ line: [UInt8]) {
        lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
    }

    func logger() -> Logger {
        Logger(label: "test") { _ in
            StructuredLogHandler(level: .trace, format: .json) { self.append($0) }
        }
    }
}

/// Runs a server over a database in this process; `body` gets the port that it listens on.
func withServer<Result: Sendable>(
    at database: URL,
    acceptsEngagements: Bool = true,
    opening: EngagementOpening? = nil,
    pagesMax: Int? = nil,
    idleTimeout: Duration = .seconds(60),
    fileReserveBytes: Int = 0,
    publicURLs: [String] = [],
    movedTo: String? = nil,
    beat: Duration = .seconds(15),
    limits: ServerLimits = ServerLimits(),
    monitored: AsyncStream<Int>.Continuation? = nil,
    clock: @escaping @Sendable () -> Timestamp = SyncService.systemClock,
    instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    log: LogLines = LogLines(),
    _ body: (_ port: Int) async throws -> Result
) async throws -> Result {
    let storage = try ServerDatabase(path: database.path, testingOnlyPagesMax: pagesMax)
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let server = SyncServer(
        .init(
            opening: opening ?? (acceptsEngagements ? .anyone : .nobody),
            idleTimeout: idleTimeout,
            fileReserveBytes: fileReserveBytes,
            publicURLs: publicURLs,
            movedTo: movedTo,
            beat: beat,
            metricsPort: monitored == nil ? nil : 0,
            limits: limits
        ),
        database: storage,
        logger: log.logger(),
        clock: clock,
        instant: instant,
        onMonitored: { monitored?.yield($0) },
        onRunning: { port.yield($0) }
    )
    let group = ServiceGroup(
        configuration: .init(services: [server], logger: log.logger())
    )
    async let running: Void = group.run()
    var iterator = ports.makeAsyncIterator()
    guard let listening = await iterator.next() else { throw CancellationError() }
    let outcome: Swift.Result<Result, any Error>
    do {
        outcome = .success(try await body(listening))
    } catch {
        outcome = .failure(error)
    }
    await group.triggerGracefulShutdown()
    try await running
    try storage.close()
    return try outcome.get()
}

/// Runs a server over a database of its own.
func withServer<Result: Sendable>(
    acceptsEngagements: Bool = true,
    opening: EngagementOpening? = nil,
    pagesMax: Int? = nil,
    idleTimeout: Duration = .seconds(60),
    fileReserveBytes: Int = 0,
    publicURLs: [String] = [],
    beat: Duration = .seconds(15),
    limits: ServerLimits = ServerLimits(),
    monitored: AsyncStream<Int>.Continuation? = nil,
    clock: @escaping @Sendable () -> Timestamp = SyncService.systemClock,
    instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    log: LogLines = LogLines(),
    _ body: (_ port: Int) async throws -> Result
) async throws -> Result {
    try await withFolder { folder in
        try await withServer(
            at: folder.appending(path: "logs.sqlite"),
            acceptsEngagements: acceptsEngagements,
            opening: opening,
            pagesMax: pagesMax,
            idleTimeout: idleTimeout,
            fileReserveBytes: fileReserveBytes,
            publicURLs: publicURLs,
            beat: beat,
            limits: limits,
            monitored: monitored,
            clock: clock,
            instant: instant,
            log: log,
            body
        )
    }
}
