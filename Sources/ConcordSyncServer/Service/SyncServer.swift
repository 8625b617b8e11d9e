public import ConcordEncoding
import ConcordSigning
internal import Hummingbird
public import Logging
import NIOCore
public import ServiceLifecycle

/// The server as a service: storage, routes and a socket.
public struct SyncServer: Service {
    /// What a server needs to know.
    public struct Configuration: Sendable {
        /// The address to listen on.
        public var host: String
        /// The port to listen on; 0 for any free one.
        public var port: Int
        /// Whether engagements that are not here yet can be founded.
        public var acceptsEngagements: Bool
        /// What `/healthz` shows.
        public var version: String
        /// How much memory the bodies of the requests under way may take together.
        public var bodyBytesMax: Int
        /// How long a connection may say nothing before it is closed.
        public var idleTimeout: Duration
        /// How clients address the server, where a proxy in front of it changes host or path: URLs.
        public var publicURLs: [String]

        /// A configuration with these values.
        public init(
            host: String = "127.0.0.1",
            port: Int = 0,
            acceptsEngagements: Bool = true,
            version: String = "0",
            bodyBytesMax: Int = 64 << 20,
            idleTimeout: Duration = .seconds(60),
            publicURLs: [String] = []
        ) {
            self.host = host
            self.port = port
            self.acceptsEngagements = acceptsEngagements
            self.version = version
            self.bodyBytesMax = bodyBytesMax
            self.idleTimeout = idleTimeout
            self.publicURLs = publicURLs
        }
    }

    private let configuration: Configuration
    private let service: SyncService
    private let logger: Logger
    private let gate: RequestGate
    private let onRunning: @Sendable (_ port: Int) async -> Void

    /// A server over an open database.
    ///
    /// - Parameters:
    ///   - clock: the time, for the age of requests and the expiry of invitations.
    ///   - onRunning: called once with the port that it really listens on.
    public init(
        _ configuration: Configuration,
        database: ServerDatabase,
        logger: Logger,
        clock: @escaping @Sendable () -> Timestamp = SyncService.systemClock,
        onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        gate = RequestGate(
            addresses: configuration.publicURLs.compactMap { PublicAddress($0) },
            verifier: DiffVerifier(),
            clock: clock
        )
        self.configuration = configuration
        self.logger = logger
        self.onRunning = onRunning
        service = SyncService(
            database: database,
            verifier: DiffVerifier(),
            acceptsEngagements: configuration.acceptsEngagements,
            logger: logger,
            clock: clock
        )
    }

    /// Whether an address can stand in `Configuration.publicURLs`.
    public static func isPublicURL(_ text: String) -> Bool { PublicAddress(text) != nil }

    /// Serves until it is stopped; current requests are answered first.
    ///
    /// - Throws: what the socket cannot do, such as listen on a port in use.
    public func run() async throws {
        let routes = SyncRoutes(
            service: service,
            version: configuration.version,
            budget: BodyBudget(bytesMax: configuration.bodyBytesMax),
            gate: gate
        )
        let application = Application(
            router: routes.router(),
            server: .http1(
                configuration: .init(idleTimeout: TimeAmount(configuration.idleTimeout))
            ),
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: "concord-server"
            ),
            onServerRunning: { channel in
                await onRunning(channel.localAddress?.port ?? configuration.port)
            },
            logger: logger
        )
        try await application.run()
    }
}
