import ArgumentParser

/// The options of `serve`, as given; each can also stand in the environment.
struct ServeOptions: ParsableArguments {
    @OptionGroup var files: FileOptions
    @OptionGroup var certificate: CertificateOptions

    @Option(
        help: ArgumentHelp(
            "The address to listen on (default: 127.0.0.1). [CONCORD_SERVER_HOST]",
            valueName: "address"
        )
    )
    var host: String?

    @Option(
        help: ArgumentHelp(
            "The port to listen on; 0 takes any free one (default: 8080). [CONCORD_SERVER_PORT]",
            valueName: "port"
        )
    )
    var port: String?

    @Option(
        help: ArgumentHelp(
            """
            The URL under which clients reach the server, if a proxy changes the host or the path of requests; several \
            are separated by commas. [CONCORD_SERVER_PUBLIC_URL]
            """,
            valueName: "url"
        )
    )
    var publicUrl: String?

    @Option(
        help: ArgumentHelp(
            """
            The URL at which a server with the same log key serves these engagements now: members are sent there, and \
            nothing is taken in here. [CONCORD_SERVER_MOVED_TO]
            """,
            valueName: "url"
        )
    )
    var movedTo: String?

    @Option(
        help: ArgumentHelp(
            """
            Write the port to this file once the server listens, whole or not at all. The file is removed \
            when the server stops. [CONCORD_SERVER_PORT_FILE]
            """,
            valueName: "file"
        )
    )
    var portFile: String?

    @Option(
        help: ArgumentHelp(
            """
            What to log to standard error: trace, debug, info, notice, warning, error or \
            critical (default: info). [CONCORD_SERVER_LOG_LEVEL]
            """,
            valueName: "level"
        )
    )
    var logLevel: String?

    @Option(
        help: ArgumentHelp(
            "One line for each event, as json or text (default: text). [CONCORD_SERVER_LOG_FORMAT]",
            valueName: "format"
        )
    )
    var logFormat: String?

    @Option(
        help: ArgumentHelp(
            """
            Who may open engagements: anyone, those who have a token of `concord-server create` (token), or nobody \
            (default: anyone). [CONCORD_SERVER_NEW_ENGAGEMENTS]
            """,
            valueName: "who"
        )
    )
    var newEngagements: String?

    @Option(
        help: ArgumentHelp(
            """
            Answer monitors on this port: /metrics for Prometheus; 0 takes any free one (default: none). \
            [CONCORD_SERVER_METRICS_PORT]
            """,
            valueName: "port"
        )
    )
    var metricsPort: String?

    @Option(
        help: ArgumentHelp(
            "The address for monitors (default: 127.0.0.1). [CONCORD_SERVER_METRICS_HOST]",
            valueName: "address"
        )
    )
    var metricsHost: String?

    @OptionGroup var limits: LimitOptions
}
