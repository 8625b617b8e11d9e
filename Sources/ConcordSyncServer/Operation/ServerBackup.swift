public import ConcordEncoding
import ConcordFiles
import ConcordSigning
import Foundation
internal import GRDB

/// A copy of a server's database in one file, from which a server can start, and the files of evidence in a folder beside it.
///
/// It holds all logs as of one moment, and the key that signs them; so it is as secret as the server itself. It holds
/// nothing of what was signed: a server that is restored with checkpoints of the same age would not know what it had
/// promised since, and would sign a second history
/// (`docs/decisions/0113-a-backup-is-a-database-that-knows-it-is-one.md`).
public struct ServerBackup: Sendable {
    /// When it was made.
    public let made: Timestamp
    /// What it holds, log by log, verified in the copy.
    public let logs: [LogReport]
    /// How long the file is.
    public let bytes: Int
    /// How the files of evidence beside it stand with what it holds.
    public let evidence: EvidenceReport

    /// The folder of the files that belong to a backup, which other backups in the same folder share.
    public static func evidenceFolder(of path: String) -> String {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        return folder + "evidence-files"
    }

    /// Makes a backup, also while the server runs, and verifies the copy before it gets its name.
    ///
    /// The files come after the database, so all are there that the copy of the database knows to be on the server.
    ///
    /// - Parameters:
    ///   - path: a file that is not there yet.
    ///   - evidence: the folder of the files; by default `evidenceFolder(of:)`.
    /// - Throws: why there is no backup; then there is no file of that name either.
    public static func make(
        of files: ServerFiles,
        to path: String,
        evidence: String? = nil,
        now: Timestamp = SyncService.systemClock()
    ) throws(StorageFailure) -> ServerBackup {
        let keys = try LogKeys(files)
        let source = try ReadOnlyDatabase(files.database, .logs)
        return try DatabaseCopy.make(of: source, at: path) { copy throws(StorageFailure) in
            let statements = LogKeys.bytes(keys.successions)
            try BackupMark(made: now, key: keys.key.seed, statements: statements).write(to: copy)
            let files = try EvidenceReport.copy(
                from: files.evidence,
                to: evidence ?? evidenceFolder(of: path),
                PromisedFiles.all(in: copy.path)
            )
            return try look(at: copy.path, made: now, evidence: files)
        }
    }

    /// Verifies a backup that was made before, as `make` does.
    ///
    /// - Parameter evidence: the folder of the files; by default `evidenceFolder(of:)`.
    /// - Throws: what is wrong with the database, or why it cannot be read. What is wrong with files is in `evidence`.
    public static func verify(
        _ path: String,
        evidence: String? = nil
    ) throws(StorageFailure) -> ServerBackup {
        guard let mark = try BackupMark.read(path) else { throw notABackup(path) }
        let files = try EvidenceReport.look(
            at: evidence ?? evidenceFolder(of: path),
            PromisedFiles.all(in: path)
        )
        return try look(at: path, made: mark.made, evidence: files)
    }

    /// Puts a verified backup in the place of a database that is not there any more.
    ///
    /// The server that is started next takes over the key, if its file is missing too, and has its clients fill the logs
    /// up to what it has signed.
    ///
    /// Files of evidence that are there stay; those that are missing come from the folder, and from devices.
    ///
    /// - Parameters:
    ///   - evidence: the folder of the files; by default `evidenceFolder(of:)`.
    ///   - checkpointsAreLost: whether the file of what was signed is gone for good; otherwise it has to be there.
    /// - Throws: why nothing was restored.
    public static func restore(
        _ path: String,
        to files: ServerFiles,
        evidence: String? = nil,
        checkpointsAreLost: Bool = false
    ) throws(StorageFailure) -> ServerBackup {
        guard let mark = try BackupMark.read(path) else { throw notABackup(path) }
        let logs = try PromisedFiles.all(in: path)
        // Held until the file is in place: no server starts with an empty database meanwhile.
        let lock = try DatabaseLock(path: files.database)
        defer { withExtendedLifetime(lock) {} }
        do throws(FileFailure) {
            // A server that was stopped leaves an empty log of SQLite's behind; one that is not empty has entries.
            for part in [files.database, files.database + "-wal", files.database + "-journal"]
            where try FileRights.length(of: part) > 0 {
                throw FileFailure(
                    .protected,
                    "\(part) is there, and nothing is overwritten. Move it away, with \(files.database)-wal and "
                        + "\(files.database)-shm: what is in it may be newer than the backup"
                )
            }
            for part in ["-wal", "-shm"] { try OwnFile.remove(files.database + part) }
            let hasCheckpoints = try OwnFile.exists(files.checkpoints)
            guard checkpointsAreLost || hasCheckpoints else {
                throw FileFailure(
                    .protected,
                    "there is no file \(files.checkpoints), which says what the server has signed. Put the newest one "
                        + "back; if it is lost for good, restore with --checkpoints-lost"
                )
            }
        } catch {
            throw StorageFailure(.cannotOpen, error.message, cause: error)
        }
        let source = try ReadOnlyDatabase(path, .logs)
        return try DatabaseCopy.make(of: source, at: files.database) {
            copy throws(StorageFailure) in
            let restored = try EvidenceReport.copy(
                from: evidence ?? evidenceFolder(of: path),
                to: files.evidence,
                logs
            )
            if checkpointsAreLost { try BackupMark.forgetCheckpoints(in: copy) }
            return try look(at: copy.path, made: mark.made, evidence: restored)
        }
    }

    private static func notABackup(_ path: String) -> StorageFailure {
        StorageFailure(.notOurs, "\(path) is not a backup that concord-server has made")
    }

    /// Verifies a copy, and says what it holds.
    private static func look(
        at path: String,
        made: Timestamp,
        evidence: EvidenceReport
    ) throws(StorageFailure) -> ServerBackup {
        let result = try LogVerification.verify(ServerFiles(database: path), signed: false)
        guard result.isSound else {
            let fault = result.damage.first ?? result.logs.lazy.flatMap(\.faults).first?.detail
            throw StorageFailure(
                .corrupt,
                "the copy is not sound (\(fault ?? "damaged")): run `concord-server verify` on the database, and "
                    + "keep the backup before this one"
            )
        }
        let bytes: Int
        do throws(FileFailure) {
            bytes = try FileRights.length(of: path)
        } catch {
            throw StorageFailure(.failed, error.message, cause: error)
        }
        return ServerBackup(made: made, logs: result.logs, bytes: bytes, evidence: evidence)
    }
}
