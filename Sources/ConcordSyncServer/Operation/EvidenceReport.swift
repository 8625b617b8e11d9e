public import ConcordDiff
public import ConcordEncoding
import ConcordEvidence
import ConcordFiles
import ConcordModel
import ConcordSigning
import Foundation
internal import GRDB

/// How the files of evidence in a folder stand with what the logs promise.
///
/// The folder is a server's, or the one beside its backups. In both a file stands under the hash of its contents, in a folder
/// for each engagement, and is written once: so a backup copies what is new, and one folder serves every backup.
///
/// Decision: `docs/decisions/0134-one-folder-of-files-for-all-backups.md`.
public struct EvidenceReport: Hashable, Sendable {
    /// A file that is not what its name says.
    public struct Damaged: Hashable, Sendable {
        /// Which engagement.
        public let engagement: DiffID
        /// The hash that its contents should have.
        public let name: SHA256Digest
    }

    /// How many files are there.
    public internal(set) var files = 0
    /// How many bytes they have.
    public internal(set) var bytes = 0
    /// How many of them were copied just now.
    public internal(set) var copied = 0
    /// How many files the logs promise that are not there: on devices that have not sent them yet, or lost.
    public internal(set) var missing = 0
    /// Those that are not what their name says.
    public internal(set) var damaged: [Damaged] = []

    /// Compares the files of a folder with their names and with what the logs promise.
    ///
    /// - Parameter reading: whether each file is read from its first byte to its last.
    static func look(
        at folder: String,
        _ logs: [PromisedFiles],
        reading: Bool = true
    ) throws(StorageFailure) -> EvidenceReport {
        try working("verifying the files of evidence") {
            var report = EvidenceReport()
            for log in logs {
                let store = FileStore(folder: folder + "/" + log.engagement.base64url)
                for name in try store.all() where !log.erased.contains(name) {
                    try report.take(name, in: store)
                    guard reading, try !store.isIntact(name) else { continue }
                    report.damaged.append(Damaged(engagement: log.engagement, name: name))
                }
                try report.compare(log, with: store)
            }
            return report
        }
    }

    /// Copies what another folder lacks, durably, each file under its name once it is there whole and is what the name says.
    ///
    /// Files that an order of erasure destroys are left out, and removed where a copy before has brought them.
    static func copy(
        from folder: String,
        to target: String,
        _ logs: [PromisedFiles]
    ) throws(StorageFailure) -> EvidenceReport {
        try working("copying the files of evidence") {
            var report = EvidenceReport()
            for log in logs {
                let (source, copy) = (
                    FileStore(folder: folder + "/" + log.engagement.base64url),
                    FileStore(folder: target + "/" + log.engagement.base64url)
                )
                try copy.cleanUp()
                for name in log.erased where try OwnFile.exists(copy.path(of: name)) {
                    try copy.remove(name)
                }
                for name in try source.all() where !log.erased.contains(name) {
                    if try report.copy(name, from: source, to: copy, in: target) == false {
                        report.damaged.append(Damaged(engagement: log.engagement, name: name))
                    }
                }
                for name in try copy.all() { try report.take(name, in: copy) }
                try report.compare(log, with: copy)
            }
            return report
        }
    }

    /// Copies a file, unless it is there.
    ///
    /// - Returns: whether it is what its name says.
    private mutating func copy(
        _ name: SHA256Digest,
        from source: FileStore,
        to copy: FileStore,
        in target: String
    ) throws -> Bool {
        let length = try FileRights.length(of: source.path(of: name))
        if try OwnFile.exists(copy.path(of: name)),
            try FileRights.length(of: copy.path(of: name)) == length
        {
            return true
        }
        try OwnFolder.create(target)
        do throws(FileFailure) {
            let stored = try copy.add(source.path(of: name))
            guard stored.file.sha256 == name else {
                if !stored.wasHere { try copy.remove(stored.file.sha256) }
                return false
            }
        } catch {
            // Erased by a running server meanwhile.
            guard error.code == .notFound else { throw error }
            return true
        }
        copied += 1
        return true
    }

    private mutating func take(_ name: SHA256Digest, in store: FileStore) throws {
        files += 1
        bytes += try FileRights.length(of: store.path(of: name))
    }

    private mutating func compare(_ log: PromisedFiles, with store: FileStore) throws {
        for name in log.promised where try !OwnFile.exists(store.path(of: name)) { missing += 1 }
    }

    private static func working<Value>(
        _ activity: String,
        _ body: () throws -> Value
    ) throws(StorageFailure) -> Value {
        do {
            return try body()
        } catch let failure as FileFailure {
            let code: StorageFailure.Code = failure.code == .diskFull ? .full : .failed
            throw StorageFailure(code, "\(activity) failed: \(failure)", cause: failure)
        } catch {
            throw StorageFailure(error, while: activity)
        }
    }
}

/// What the log of an engagement says of files.
struct PromisedFiles {
    let engagement: DiffID
    /// Those that items of evidence promise and nobody has ordered erased.
    let promised: Set<SHA256Digest>
    /// Those that are ordered erased.
    let erased: Set<SHA256Digest>

    /// What all logs of a database, or of a backup, say.
    static func all(in path: String) throws(StorageFailure) -> [PromisedFiles] {
        let database = try ReadOnlyDatabase(path, .logs)
        return try database.read("reading what the logs say of files") { db in
            try Data.fetchAll(db, sql: "SELECT id FROM engagement ORDER BY key").map { id in
                guard let engagement = DiffID(bytes: [UInt8](id)) else {
                    throw StorageFailure.damagedEntry
                }
                let log = ErasedFiles(db: db, engagement: engagement, verifier: DiffVerifier())
                let erased = try log.look(from: 0).files
                return PromisedFiles(
                    engagement: engagement,
                    promised: try log.promised().subtracting(erased),
                    erased: erased
                )
            }
        }
    }
}
