import ArgumentParser
import ConcordSyncServer
import Foundation

/// Which server a command is about: where its files are.
struct FileOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The SQLite file with all logs. [CONCORD_SERVER_DATABASE]",
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

    /// The files, from the options, then the environment.
    ///
    /// - Throws: `SettingProblem` if no database is named.
    func files(
        _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SettingProblem) -> ServerFiles {
        let source = SettingSource(environment: environment)
        guard let database = source.text(database, "DATABASE") else {
            throw SettingProblem(
                message: "name the database: --database FILE or \(SettingSource.prefix)DATABASE",
                isEnvironment: false
            )
        }
        return ServerFiles(
            database: database,
            checkpoints: source.text(checkpoints, "CHECKPOINTS"),
            logKey: source.text(logKey, "LOG_KEY")
        )
    }
}
