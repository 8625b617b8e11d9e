import ArgumentParser
import ConcordSyncServer

/// The program `concord-server`.
@main
struct ConcordServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "concord-server",
        abstract: "Stores the logs of audits; audit teams sync through it.",
        discussion: """
            The server verifies signatures and membership, and orders, stores and serves diffs. It \
            never merges. It needs no accounts, because the signed diffs say who may write.

            Try it:
              concord-server serve --database audits.sqlite --port 8080
              curl http://127.0.0.1:8080/healthz
            """,
        version: "\(ServerVersion.text) (SQLite \(ServerDatabase.sqliteVersion))",
        subcommands: [
            Serve.self, CreateCommand.self, WithdrawCommand.self, ListCommand.self,
            BackupCommand.self, RestoreCommand.self, VerifyCommand.self, DoctorCommand.self,
            RotateKeyCommand.self,
        ]
    )
}

/// What `/healthz` shows, and `--version` with the version of SQLite behind it.
enum ServerVersion {
    static let text = "0.1.0"
}
