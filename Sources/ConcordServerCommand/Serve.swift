import ArgumentParser
import ConcordSyncServer
import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// `concord-server serve`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the server until it is stopped.",
        discussion: """
            Options override environment variables, which override defaults. When the server says \
            that a diff is accepted, the diff is durable in its SQLite file. Back the file up with \
            `sqlite3 FILE ".backup COPY"` while the server runs; never restore an old copy of \
            FILE.checkpoints with it, which says what the server has signed. On SIGTERM or SIGINT the server \
            finishes current requests and stops.

            Exit status: 0 stopped normally, 64 wrong option, 69 address or database in use, 73 a \
            file cannot be created, 74 the disk or the database fails, 78 wrong environment \
            variable, or a database of another program or a newer version.
            """
    )

    @OptionGroup var options: ServeOptions

    func run() async throws {
        // A limit on the size of files is told like a full disk.
        signal(SIGXFSZ, SIG_IGN)
        do {
            let settings = try ServeSettings(
                options,
                environment: ProcessInfo.processInfo.environment
            )
            try await Self.serve(settings)
        } catch let problem as ServeSettings.Problem {
            throw exit(ServeFailure(problem))
        } catch let failure as StorageFailure {
            throw exit(ServeFailure(failure))
        } catch let failure as ServeFailure {
            throw exit(failure)
        }
    }

    /// Says why, and ends the program with the status.
    private func exit(_ failure: ServeFailure) -> ExitCode {
        StructuredLogHandler.writeToStandardError(
            Array("concord-server: \(Self.visible(failure.message))\n".utf8)
        )
        return ExitCode(failure.status.rawValue)
    }

    /// The message with control characters, which an option may have held, as question marks.
    private static func visible(_ message: String) -> String {
        let scalars = message.unicodeScalars.map { scalar -> Unicode.Scalar in
            scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
                ? "?" : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func serve(_ settings: ServeSettings) async throws {
        let logger = Logger(label: "concord-server") { _ in
            StructuredLogHandler(level: settings.logLevel, format: settings.logFormat)
        }
        let portFile = settings.portFile.map(PortFile.init)
        try portFile?.remove()
        let database = try ServerDatabase(
            path: settings.database,
            checkpoints: settings.checkpoints,
            logKey: settings.logKey
        )
        let run = ServerRun(logger: logger, portFile: portFile)
        let server = SyncServer(
            SyncServer.Configuration(
                host: settings.host,
                port: settings.port,
                acceptsEngagements: settings.acceptsEngagements,
                version: ServerVersion.text,
                publicURLs: settings.publicURLs
            ),
            database: database,
            logger: logger,
            onRunning: { await run.listening(on: $0) }
        )
        var configuration = ServiceGroupConfiguration(
            services: [server],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        let group = ServiceGroup(configuration: configuration)
        run.attach(group)
        do {
            try await group.run()
        } catch {
            if !run.hasServed { try database.abandon() }
            throw listenFailure(error, settings)
        }
        try portFile?.remove()
        // A server that was of no use to anybody leaves no empty database behind.
        if run.hasServed { try database.close() } else { try database.abandon() }
        try run.finish()
        logger.notice("stopped")
    }

    /// Why the socket cannot listen, as far as the system says.
    private static func listenFailure(_ error: any Error, _ settings: ServeSettings) -> any Error {
        if error is StorageFailure || error is ServeFailure { return error }
        let place = "\(settings.host) port \(settings.port)"
        let reason = "\(error)"
        if reason.contains("Address already in use") {
            return ServeFailure(
                .unavailable,
                "cannot listen on \(place): another program, perhaps another concord-server, listens "
                    + "there already. Stop it, or choose another port with --port"
            )
        }
        return ServeFailure(
            .unavailable,
            "cannot listen on \(place): \(reason). Check that the address belongs to this machine, or "
                + "choose another one with --host or --port"
        )
    }
}

/// What happens while the server runs, told from its callbacks.
private final class ServerRun: Sendable {
    private struct State {
        var group: ServiceGroup?
        var failure: ServeFailure?
        var hasServed = false
    }

    private let logger: Logger
    private let portFile: PortFile?
    private let state = Mutex(State())

    init(logger: Logger, portFile: PortFile?) {
        self.logger = logger
        self.portFile = portFile
    }

    func attach(_ group: ServiceGroup) { state.withLock { $0.group = group } }

    /// Whether the server has ever listened on a port that could be told.
    var hasServed: Bool { state.withLock { $0.hasServed } }

    /// The server listens. A port that nobody can learn is of no use, so without its file it stops.
    func listening(on port: Int) async {
        do throws(ServeFailure) {
            try portFile?.write(port)
            state.withLock { $0.hasServed = true }
            logger.notice(
                "listening",
                metadata: [
                    "port": .stringConvertible(port), "sqlite": "\(ServerDatabase.sqliteVersion)",
                ]
            )
        } catch {
            let group = state.withLock { state in
                state.failure = error
                return state.group
            }
            await group?.triggerGracefulShutdown()
        }
    }

    func finish() throws {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }
}
