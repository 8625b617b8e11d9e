import ArgumentParser

/// The options of `serve`, as given; each can also stand in the environment.
struct ServeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The SQLite file with all logs; it is created if it does not exist. [CONCORD_SERVER_DATABASE]",
            valueName: "file"
        )
    )
    var database: String?

    @Option(
        help: ArgumentHelp(
            """
            The file of what the server has signed about its logs; never restore it together with the database \
            (default: the database with .checkpoints behind its name). [CONCORD_SERVER_CHECKPOINTS]
            """,
            valueName: "file"
        )
    )
    var checkpoints: String?

    @Option(
        help: ArgumentHelp(
            """
            The file of the key that signs the logs; it is created at the first start (default: the database \
            with .log-key behind its name). [CONCORD_SERVER_LOG_KEY]
            """,
            valueName: "file"
        )
    )
    var logKey: String?

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

    @Flag(
        help: """
            Accept diffs of known engagements only. [CONCORD_SERVER_NO_NEW_ENGAGEMENTS: true or false]
            """
    )
    var noNewEngagements = false
}
