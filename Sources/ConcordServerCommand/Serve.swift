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
            that a diff is accepted, the diff is durable in its SQLite file. Back it up with \
            `concord-server backup` while the server runs. On SIGTERM or SIGINT the server finishes current requests \
            and stops; on SIGHUP it reads its certificate again.

            Examples:
              concord-server serve --database audits.sqlite
              concord-server serve --database audits.sqlite --host 0.0.0.0 --port 443 \
                --tls-certificate fullchain.pem --tls-key privkey.pem --new-engagements token

            Exit status: 0 stopped normally, 64 wrong option, 69 address or database in use, 73 a \
            file cannot be created, 74 the disk or the database fails, 78 wrong environment \
            variable, or a database of another program or a newer version.
            """
    )

    @OptionGroup var options: ServeOptions

    func run() async throws {
        // A limit on the size of files is told like a full disk.
        signal(SIGXFSZ, SIG_IGN)
        ProcessMemory.keepSmall()
        do {
            let settings = try ServeSettings(
                options,
                environment: ProcessInfo.processInfo.environment
            )
            try await Self.serve(settings)
        } catch let problem as SettingProblem {
            throw ServeFailure(problem).exit
        } catch let failure as StorageFailure {
            throw ServeFailure(failure).exit
        } catch let failure as ServeFailure {
            throw failure.exit
        }
    }

    private static func serve(_ settings: ServeSettings) async throws {
        let logger = Logger(label: "concord-server") { _ in
            StructuredLogHandler(level: settings.logLevel, format: settings.logFormat)
        }
        let portFile = settings.portFile.map(PortFile.init)
        try portFile?.remove()
        let certificate = try settings.certificate.map { try CertificateHolder($0) }
        let database = try ServerDatabase(
            path: settings.files.database,
            checkpoints: settings.files.checkpoints,
            logKey: settings.files.logKey
        )
        let run = ServerRun(logger: logger, portFile: portFile)
        let server = SyncServer(
            ServerConfiguration(settings),
            database: database,
            certificate: certificate,
            logger: logger,
            onMonitored: { logger.notice("monitored", metadata: ["port": .stringConvertible($0)]) },
            onRunning: { await run.listening(on: $0) }
        )
        if certificate == nil, !ServeSettings.isLoopback(settings.host) {
            logger.warning("plain-http", metadata: ["host": "\(settings.host)"])
        }
        var configuration = ServiceGroupConfiguration(
            services: [server, CertificateWatch(certificate: certificate, logger: logger)],
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
        let monitors = settings.metricsPort.map { ", or \(settings.metricsHost) port \($0)" } ?? ""
        let place = "\(settings.host) port \(settings.port)\(monitors)"
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

extension ServerConfiguration {
    /// What the settings say.
    fileprivate init(_ settings: ServeSettings) {
        self.init(
            host: settings.host,
            port: settings.port,
            opening: settings.opening,
            version: ServerVersion.text,
            publicURLs: settings.publicURLs,
            movedTo: settings.movedTo,
            metricsHost: settings.metricsHost,
            metricsPort: settings.metricsPort,
            limits: settings.limits
        )
    }
}
