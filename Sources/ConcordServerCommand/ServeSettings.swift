import ConcordSyncServer
import Logging

/// What `serve` does: from the options, then the environment, then the defaults.
struct ServeSettings: Equatable {
    /// Each costs one more check of a signature where a request is refused.
    static let urlsMax = 4

    var files: ServerFiles
    var certificate: ServerCertificate.Files?
    var host: String
    var port: Int
    var publicURLs: [String]
    var movedTo: String?
    var portFile: String?
    var logLevel: Logger.Level
    var logFormat: StructuredLogHandler.Format
    var opening: EngagementOpening
    var metricsHost: String
    var metricsPort: Int?
    var limits: ServerLimits

    /// Puts the settings together.
    ///
    /// - Throws: the first setting that cannot be used.
    init(_ options: ServeOptions, environment: [String: String]) throws(SettingProblem) {
        let source = SettingSource(environment: environment)
        files = try options.files.files(environment)
        certificate = try options.certificate.files(environment)
        host = source.text(options.host, "HOST") ?? "127.0.0.1"
        port = try source.value(options.port, "PORT", Self.portForm, Self.port) ?? 8080
        publicURLs =
            try source.value(options.publicUrl, "PUBLIC_URL", "URLs with commas between them") {
                let urls = $0.split(separator: ",").map { $0.filter { $0 != " " } }
                let areURLs = urls.count <= Self.urlsMax && urls.allSatisfy(SyncServer.isPublicURL)
                return areURLs ? urls : nil
            } ?? []
        movedTo = try source.value(options.movedTo, "MOVED_TO", "the URL of the new server") {
            SyncServer.isPublicURL($0) ? $0 : nil
        }
        portFile = source.text(options.portFile, "PORT_FILE")
        let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        logLevel =
            try source.value(options.logLevel, "LOG_LEVEL", "one of \(levels)") {
                Logger.Level(rawValue: $0)
            } ?? .info
        logFormat =
            try source.value(options.logFormat, "LOG_FORMAT", "json or text") {
                StructuredLogHandler.Format(rawValue: $0)
            } ?? .text
        opening =
            try source.value(
                options.newEngagements,
                "NEW_ENGAGEMENTS",
                "anyone, token or nobody"
            ) { EngagementOpening(rawValue: $0) } ?? .anyone
        metricsHost = source.text(options.metricsHost, "METRICS_HOST") ?? "127.0.0.1"
        metricsPort = try source.value(
            options.metricsPort,
            "METRICS_PORT",
            Self.portForm,
            Self.port
        )
        limits = try options.limits.limits(from: source)
    }

    /// Whether only programs on this machine can connect to an address.
    static func isLoopback(_ host: String) -> Bool {
        host.hasPrefix("127.") || ["localhost", "::1"].contains(host)
    }

    private static let portForm = "a port from 0 to 65535"

    private static func port(_ text: String) -> Int? {
        Int(text).flatMap { 0...65535 ~= $0 ? $0 : nil }
    }
}
