/// What a server needs to know beside its files.
public struct ServerConfiguration: Sendable {
    /// The address to listen on.
    public var host: String
    /// The port to listen on; 0 for any free one.
    public var port: Int
    /// Who may open engagements that are not here yet.
    public var opening: EngagementOpening
    /// What `/healthz` shows.
    public var version: String
    /// How long a connection may say nothing, or take for the head of a request, before it is closed.
    public var idleTimeout: Duration
    /// How much of the disk files of evidence leave free, for diffs.
    public var fileReserveBytes: Int
    /// How often a connection for news says something.
    public var beat: Duration
    /// How clients address the server, where a proxy in front of it changes host or path: URLs.
    public var publicURLs: [String]
    /// The URL at which all engagements are served now; nil if it is here.
    public var movedTo: String?
    /// The address on which monitors are answered.
    public var metricsHost: String
    /// The port on which monitors are answered, 0 for any free one; nil for none.
    public var metricsPort: Int?
    /// How much of the machine the clients may take.
    public var limits: ServerLimits

    /// A configuration with these values.
    public init(
        host: String = "127.0.0.1",
        port: Int = 0,
        opening: EngagementOpening = .anyone,
        version: String = "0",
        idleTimeout: Duration = .seconds(60),
        fileReserveBytes: Int = 256 << 20,
        publicURLs: [String] = [],
        movedTo: String? = nil,
        beat: Duration = .seconds(15),
        metricsHost: String = "127.0.0.1",
        metricsPort: Int? = nil,
        limits: ServerLimits = ServerLimits()
    ) {
        self.host = host
        self.port = port
        self.opening = opening
        self.version = version
        self.idleTimeout = idleTimeout
        self.publicURLs = publicURLs
        self.movedTo = movedTo
        self.fileReserveBytes = fileReserveBytes
        self.beat = beat
        self.metricsHost = metricsHost
        self.metricsPort = metricsPort
        self.limits = limits
    }
}

/// How much of the machine the clients of a server may take, in all and each.
public struct ServerLimits: Hashable, Sendable {
    /// How many connections may be open; further ones wait.
    public var connections = 1000
    /// How many connections one address may have; those of trusted proxies are not counted.
    public var connectionsOfAddress = 500
    /// How many requests one address may send in ten seconds.
    public var requestsOfAddress = 2000
    /// How many requests one device may send in ten seconds.
    public var requestsOfDevice = 200
    /// How much memory the bodies of all requests and answers under way may take together, without the first 64 KiB of
    /// each.
    public var bodyBytes = 24 << 20
    /// How many answers are put together at the same time.
    public var answers = 3
    /// The IP addresses of proxies that are believed to say for whom they ask (`X-Forwarded-For`).
    public var trustedProxies: [String] = []

    /// The limits that suit a small machine: about 150 MB of memory.
    public init() {}
}
