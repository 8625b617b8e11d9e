import ConcordSyncServer
import Logging

/// What `serve` does: from the options, then the environment, then the defaults.
struct ServeSettings: Equatable {
    /// A setting that cannot be used.
    struct Problem: Error, Equatable {
        /// What is wrong and how it should be.
        let message: String
        /// Whether it stands in the environment, and not on the command line.
        let isEnvironment: Bool
    }

    /// The beginning of every environment variable.
    static let prefix = "CONCORD_SERVER_"

    /// Each costs one more check of a signature where a request is refused.
    static let urlsMax = 4

    var database: String
    var checkpoints: String?
    var logKey: String?
    var host: String
    var port: Int
    var publicURLs: [String]
    var portFile: String?
    var logLevel: Logger.Level
    var logFormat: StructuredLogHandler.Format
    var acceptsEngagements: Bool

    /// Puts the settings together.
    ///
    /// - Throws: the first setting that cannot be used.
    init(_ options: ServeOptions, environment: [String: String]) throws(Problem) {
        let source = Source(environment: environment)
        guard let database = source.text(options.database, "DATABASE") else {
            throw Problem(
                message: "name the database: --database FILE or \(Self.prefix)DATABASE",
                isEnvironment: false
            )
        }
        self.database = database
        checkpoints = source.text(options.checkpoints, "CHECKPOINTS")
        logKey = source.text(options.logKey, "LOG_KEY")
        host = source.text(options.host, "HOST") ?? "127.0.0.1"
        port =
            try source.value(options.port, "PORT", "a port from 0 to 65535") { text in
                Int(text).flatMap { 0...65535 ~= $0 ? $0 : nil }
            } ?? 8080
        publicURLs =
            try source.value(options.publicUrl, "PUBLIC_URL", "URLs with commas between them") {
                let urls = $0.split(separator: ",").map { $0.filter { $0 != " " } }
                let areURLs = urls.count <= Self.urlsMax && urls.allSatisfy(SyncServer.isPublicURL)
                return areURLs ? urls : nil
            } ?? []
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
        let closed = try source.value(nil, "NO_NEW_ENGAGEMENTS", "true or false") { Bool($0) }
        acceptsEngagements = !(options.noNewEngagements || closed ?? false)
    }

    /// Where a setting comes from; an empty variable counts as none.
    private struct Source {
        let environment: [String: String]

        func text(_ option: String?, _ name: String) -> String? {
            let text = option ?? environment[ServeSettings.prefix + name]
            return text?.isEmpty == false ? text : nil
        }

        func value<Value>(
            _ option: String?,
            _ name: String,
            _ form: String,
            _ read: (String) -> Value?
        ) throws(Problem) -> Value? {
            guard let text = text(option, name) else { return nil }
            if let value = read(text) { return value }
            let place =
                option == nil
                ? ServeSettings.prefix + name
                : "--" + name.lowercased().replacing("_", with: "-")
            throw Problem(
                message: "\(place) is “\(text)”; it should be \(form)",
                isEnvironment: option == nil
            )
        }
    }
}
