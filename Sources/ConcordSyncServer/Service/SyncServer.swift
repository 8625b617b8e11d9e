public import ConcordEncoding
import ConcordFiles
import ConcordSigning
internal import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
public import ServiceLifecycle

/// The server as a service: storage, routes and a socket, and a second socket for monitors if one is wanted.
public struct SyncServer: Service {
    private let configuration: ServerConfiguration
    private let database: ServerDatabase
    private let service: SyncService
    private let files: FileService
    private let certificate: CertificateHolder?
    private let logger: Logger
    private let clock: @Sendable () -> Timestamp
    private let instant: @Sendable () -> ContinuousClock.Instant
    private let gate: RequestGate
    private let onRunning: @Sendable (_ port: Int) async -> Void
    private let onMonitored: @Sendable (_ port: Int) async -> Void

    /// What a server needs to know.
    public typealias Configuration = ServerConfiguration

    /// A server over an open database.
    ///
    /// - Parameters:
    ///   - certificate: what it shows to clients; without one it speaks plain HTTP.
    ///   - clock: the time, for the age of requests and the expiry of invitations.
    ///   - instant: the time that passes, for limits of rates.
    ///   - onMonitored: called once with the port on which monitors are answered.
    ///   - onRunning: called once with the port that it really listens on.
    public init(
        _ configuration: Configuration,
        database: ServerDatabase,
        certificate: CertificateHolder? = nil,
        logger: Logger,
        clock: @escaping @Sendable () -> Timestamp = SyncService.systemClock,
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        onMonitored: @escaping @Sendable (_ port: Int) async -> Void = { _ in },
        onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        gate = RequestGate(
            addresses: configuration.publicURLs.compactMap { PublicAddress($0) },
            verifier: DiffVerifier(),
            clock: clock
        )
        self.configuration = configuration
        self.database = database
        self.certificate = certificate
        self.logger = logger
        self.clock = clock
        self.instant = instant
        self.onRunning = onRunning
        self.onMonitored = onMonitored
        let opening = configuration.opening
        service = SyncService(
            database: database,
            verifier: DiffVerifier(),
            acceptsEngagements: opening == .anyone,
            tokens: opening == .token ? OpeningTokens(database.places) : nil,
            movedTo: configuration.movedTo.map { WireText($0) },
            logger: logger,
            clock: clock
        )
        files = FileService(
            folder: database.places.evidence,
            database: database,
            verifier: DiffVerifier(),
            reserveBytes: configuration.fileReserveBytes
        )
    }

    /// Whether an address can stand in `Configuration.publicURLs`.
    public static func isPublicURL(_ text: String) -> Bool { PublicAddress(text) != nil }

    /// Serves until it is stopped; current requests are answered first.
    ///
    /// - Throws: what the socket cannot do, such as listen on a port in use.
    public func run() async throws {
        let limits = configuration.limits
        let proxies = Set(limits.trustedProxies)
        let routes = SyncRoutes(
            service: service,
            version: configuration.version,
            budget: BodyBudget(bytesMax: limits.bodyBytes),
            gate: gate,
            limits: RequestLimits(
                .init(ofAddress: limits.requestsOfAddress, ofDevice: limits.requestsOfDevice),
                trustedProxies: proxies,
                instant: instant
            ),
            slots: AnswerSlots(limits.answers),
            serverHealth: ServerHealth(database),
            metrics: ServerMetrics(),
            files: files
        )
        let connections = ConnectionCount(
            ofAddressMax: limits.connectionsOfAddress,
            unlimited: proxies
        )
        let application = Application(
            responder: UnknownMethods(routes: routes.router().buildResponder()),
            server: try channel(connections),
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    limits.connections,
                    logger: logger
                )
            ),
            services: monitor(routes, connections),
            onServerRunning: { channel in
                await onRunning(channel.localAddress?.port ?? configuration.port)
            },
            logger: logger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [listeners = service.listeners, beat = configuration.beat] in
                while true {
                    try await Task.sleep(for: beat)
                    listeners.beat()
                }
            }
            // Connections for news would last for ever.
            try await withGracefulShutdownHandler {
                try await application.run()
            } onGracefulShutdown: {
                service.listeners.end()
            }
            group.cancelAll()
        }
    }

    /// What stands between a socket and the routes.
    private func channel(_ connections: ConnectionCount) throws -> HTTPServerBuilder {
        let idle = configuration.idleTimeout
        let plain = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [ConnectionGate(connections, headTime: idle)],
                idleTimeout: TimeAmount(idle)
            )
        )
        guard let certificate else { return plain }
        return try .tls(plain, tlsConfiguration: certificate.configuration)
    }

    /// The second socket, if monitors are to be answered.
    private func monitor(_ routes: SyncRoutes, _ connections: ConnectionCount) -> [any Service] {
        guard let port = configuration.metricsPort else { return [] }
        let page = MetricsPage(
            metrics: routes.metrics,
            connections: connections,
            budget: routes.budget,
            health: routes.serverHealth,
            database: database,
            certificate: certificate,
            version: configuration.version,
            started: clock()
        )
        return [
            Application(
                router: page.router(),
                server: .http1(
                    configuration: .init(idleTimeout: TimeAmount(configuration.idleTimeout))
                ),
                configuration: .init(
                    address: .hostname(configuration.metricsHost, port: port),
                    serverName: "concord-server"
                ),
                onServerRunning: { channel in
                    await onMonitored(channel.localAddress?.port ?? port)
                },
                logger: logger
            )
        ]
    }
}
