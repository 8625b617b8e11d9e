import ArgumentParser
import ConcordEncoding
import ConcordSyncServer

/// `concord-server backup`.
struct BackupCommand: AdministratorCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Make a verified backup, while the server runs.",
        discussion: """
            The file holds all logs as of one moment, and the key that signs them: keep it as secret as the server \
            itself. Before it gets its name, everything in it is verified. `serve` can start from it; `restore` puts \
            it in place with all that has to be checked.

            The files of evidence go into the folder `evidence-files` beside it. All backups in one place share that \
            folder, and only what it lacks is copied. Files that were erased are removed from it.

            It does not hold what the server has signed since: never keep FILE.checkpoints of the same age with it.

            Examples:
              concord-server backup --database audits.sqlite --to /backup/audits-2026-03-02.backup
            """
    )

    @Option(help: ArgumentHelp("The backup; there must be no such file yet.", valueName: "file"))
    var to: String
    @OptionGroup var evidence: EvidenceFolderOption
    @OptionGroup var files: FileOptions
    @OptionGroup var output: OutputOptions

    func result() throws -> CommandResult {
        let backup = try ServerBackup.make(
            of: try files.files(),
            to: to,
            evidence: evidence.evidence
        )
        return Self.show(backup, as: to, "Verified and written")
    }

    static func show(_ backup: ServerBackup, as path: String, _ deed: String) -> CommandResult {
        let entries = backup.logs.reduce(0) { $0 + $1.entries }
        return CommandResult(
            json: [
                "file": .string(path), "made": .string(backup.made.description),
                "bytes": .integer(Int64(backup.bytes)),
                "engagements": .array(backup.logs.map(VerifyCommand.json)),
                "files": VerifyCommand.json(backup.evidence),
            ],
            lines: [
                "\(deed): \(path)",
                "\(backup.logs.count) engagements, \(entries) diffs, \(backup.bytes) bytes, as of \(backup.made)",
            ] + VerifyCommand.lines(backup.evidence),
            foundFaults: !backup.evidence.damaged.isEmpty
        )
    }
}

/// Where the files of evidence of backups are.
struct EvidenceFolderOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder of the files of evidence (default: evidence-files beside the backup).",
            valueName: "folder"
        )
    )
    var evidence: String?
}

/// `concord-server restore`.
struct RestoreCommand: AdministratorCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of a database that is lost.",
        discussion: """
            Nothing is overwritten: move the old database, its -wal and its -shm away first, and leave \
            FILE.checkpoints where it is. Files of evidence that the server lacks come from the folder beside the \
            backup. Then start the server and ask everybody to sync: their clients bring what \
            is newer than the backup.

            Examples:
              concord-server restore /backup/audits-2026-03-02.backup --database audits.sqlite
            """
    )

    @Argument(help: ArgumentHelp("The backup.", valueName: "backup"))
    var backup: String
    @Flag(
        help: """
            The file of what the server has signed is lost for good. Clients that hold more than the backup will \
            report a contradiction, unless they sync before anybody adds something new.
            """
    )
    var checkpointsLost = false
    @OptionGroup var evidence: EvidenceFolderOption
    @OptionGroup var files: FileOptions
    @OptionGroup var output: OutputOptions

    func result() throws -> CommandResult {
        let files = try files.files()
        let restored = try ServerBackup.restore(
            backup,
            to: files,
            evidence: evidence.evidence,
            checkpointsAreLost: checkpointsLost
        )
        var result = BackupCommand.show(restored, as: files.database, "Restored")
        result.lines.append("Start the server, and ask everybody to sync.")
        return result
    }
}
