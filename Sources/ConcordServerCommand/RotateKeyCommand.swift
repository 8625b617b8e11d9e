import ArgumentParser
import ConcordEncoding
import ConcordSyncServer

/// `concord-server rotate-key`.
struct RotateKeyCommand: AdministratorCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: "Change the key that signs the logs, while the server is stopped.",
        discussion: """
            The old key signs a statement that the new one follows it. Clients follow such statements by themselves, also \
            those that were away for several changes, and so do people who join with an older code. The old key is kept \
            under another name.

            If the command is interrupted, run it again. A server that is started meanwhile goes on with the old key.

            Examples:
              systemctl stop concord-server
              sudo -u concord concord-server rotate-key --database /var/lib/concord/audits.sqlite
              systemctl start concord-server
            """
    )

    @OptionGroup var files: FileOptions
    @OptionGroup var output: OutputOptions

    func result() throws -> CommandResult {
        let rotation = try KeyRotation.rotate(try files.files())
        return CommandResult(
            json: [
                "former": .string(rotation.formerKey), "key": .string(rotation.key),
                "formerFile": .string(rotation.formerFile),
            ],
            lines: [
                "The logs are signed by a new key from the next start on: \(rotation.key)",
                "The former key is kept in \(rotation.formerFile).",
                "Start the server, and make a backup: older ones hold the former key.",
            ]
        )
    }
}
