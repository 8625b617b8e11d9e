package import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordMerge
import Foundation
import GRDB
import GRDBSQLite

/// Makes a new file from a replica's log, whatever else of the old one is damaged, and replaces the old
/// one.
///
/// The old file is opened for this process alone, so that nobody writes to the replaced file. Its write-ahead
/// log is checkpointed first: a log next to the new file would be mistaken for the new file's. Until the last
/// step, a renaming, nothing has changed. A killed rebuild leaves a draft, which the next one removes.
struct FileRebuild {
    let path: String
    let verifier: any SignatureVerifier

    private var draft: String { path + ".new" }

    func run() throws -> RebuildReport.Rebuilt {
        try ReplicaFile.check(path, mayBeCut: true)
        let end = ContinuousClock.now + Self.patience
        while true {
            do {
                return try attempt()
            } catch let error as DatabaseError where error.isBusy && .now < end {
                // Who has the file open may need the lock to get done with it.
                usleep(.random(in: 5_000..<25_000))
            }
        }
    }

    /// How long others are waited for that have the file open.
    private static let patience = Duration.seconds(2)

    private func attempt() throws -> RebuildReport.Rebuilt {
        let lock = FileLock(path: path + ".lock")
        return try lock.withLock(waiting: ReplicaStore.waitMilliseconds) {
            let old = try DatabaseQueue(path: path, configuration: configuration(isDraft: false))
            // From here on it is open for this process alone.
            try old.inDatabase { _ = try Int.fetchOne($0, sql: "PRAGMA user_version") }
            try removeDraft()
            try removeSecondName()
            do {
                var result = try old.inDatabase { try fill(from: StatementCache($0)) }
                result.kept = try swap()
                try old.close()
                return result
            } catch {
                try removeDraft()
                throw error
            }
        }
    }

    private func configuration(isDraft: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(0.05)
        configuration.prepareDatabase { db in
            try Checkpoints.takeOver(StatementCache(db).connection)
            // Nobody else may have either file open: the old one is given up, the new one is not there yet.
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; PRAGMA mmap_size = 0")
            if isDraft { try db.execute(sql: ReplicaStore.pageSize) }
        }
        return configuration
    }

    // MARK: The new file.

    /// Folds what can be read of the old file's log into the draft.
    private func fill(from old: StatementCache) throws -> RebuildReport.Rebuilt {
        let version = try old("PRAGMA user_version").first { $0.int(0) } ?? 0
        guard version <= Tables.version else {
            throw StorageFailure(.newerVersion, while: "rebuilding", path)
        }
        try old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        try ReplicaFile.make(at: draft)
        let queue = try DatabaseQueue(path: draft, configuration: configuration(isDraft: true))
        let result = try queue.inDatabase { db in
            let statements = try StatementCache(db)
            // A draft that is not finished is removed: nothing needs to be kept for taking it back.
            try statements.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
            try statements.execute("PRAGMA cache_size = -262144")
            let result = try statements.transaction {
                try Tables.create(in: statements)
                try ServerLogTables(statements).copy(from: old)
                return try fold(LogSalvage(old), into: statements)
            }
            try statements.execute("PRAGMA journal_mode = WAL")
            return result
        }
        try queue.close()
        for suffix in ["-wal", "-shm"] { try OwnFile.remove(draft + suffix) }
        return result
    }

    private func fold(
        _ log: LogSalvage,
        into statements: StatementCache
    ) throws -> RebuildReport.Rebuilt {
        try FoldStart.begin(in: statements)
        var session = try FoldSession(FoldStart(), statements: statements, verifier: verifier)
        var places: [(number: Int, position: Int)] = []
        var left: [(number: Int, depth: Int, id: DiffID)] = []
        var unreadable: Set<Int> = []
        for number in log.numbers {
            guard let line = try log.line(number) else {
                unreadable.insert(number)
                continue
            }
            if let position = line.position { places.append((number, position)) }
            left.append((number, line.depth, line.diff.id))
        }
        places.sort { $0.position < $1.position }
        let whole = places[..<places.indices.prefix { places[$0].position == $0 }.count]
        try take(whole.map(\.number), of: log, into: &session)
        // What stands behind a gap keeps no place; what fits is here until the server says its place again.
        let placed = Set(whole.map(\.number))
        left.removeAll { placed.contains($0.number) }
        left.sort { ($0.depth, $0.id) < ($1.depth, $1.id) }
        let diffs = try left.map { try diff($0.number, of: log) }
        let apart = try session.fold.order.takeIn(storedPending: diffs).map {
            diffs[$0.index].diff.envelope
        }
        try session.flush()
        let missing = try log.positions(of: unreadable)
        return RebuildReport.Rebuilt(
            kept: "",
            diffs: session.end.fold.nextDiff - 1,
            missing: missing,
            lost: unreadable.count - missing.count,
            apart: try setApart(apart)
        )
    }

    private static let batch = 4096

    private func take(
        _ numbers: [Int],
        of log: LogSalvage,
        into session: inout FoldSession
    ) throws {
        for first in stride(from: 0, to: numbers.count, by: Self.batch) {
            let items = try numbers[first..<min(first + Self.batch, numbers.count)].map {
                LogItem.new(try diff($0, of: log))
            }
            if let refused = try session.fold.order.takeIn(log: items, isStored: true) {
                throw DamagedRow("diff (\(refused.error))")
            }
            try session.flush()
        }
    }

    private func diff(_ number: Int, of log: LogSalvage) throws -> VerifiedDiff {
        guard let line = try log.line(number) else { throw DamagedRow("diff") }
        return line.diff
    }

    /// Writes diffs that fit nothing into a file of their own, which can be imported later.
    private func setApart(_ envelopes: [[UInt8]]) throws -> String? {
        if envelopes.isEmpty { return nil }
        let bytes = envelopes.flatMap { Array(#"{"envelope":"#.utf8) + $0 + Array("}\n".utf8) }
        for name in Self.names(path + ".apart", ".jsonl") where try OwnFile.create(name, bytes) {
            return name
        }
        throw StorageFailure(.alreadyExists, while: "setting diffs apart next to", path)
    }

    // MARK: The swap.

    /// Puts the draft in the place of the old file, which gets another name.
    private func swap() throws -> String {
        var facts = stat()
        guard stat(path, &facts) == 0, chmod(draft, facts.st_mode & 0o777) == 0 else {
            throw StorageFailure(.io, while: "rebuilding", path)
        }
        try ReplicaFile.makeDurable(draft)
        for name in Self.names(path + ".before-rebuild", "") {
            if link(path, name) == 0 {
                guard rename(draft, path) == 0 else {
                    throw StorageFailure(.io, while: "rebuilding", path)
                }
                return name
            }
            if errno != EEXIST { break }
        }
        throw StorageFailure(.io, while: "keeping the old file next to", path)
    }

    /// Names that a file may have, the plainest first.
    private static func names(_ stem: String, _ ending: String) -> [String] {
        [stem + ending] + (2...99).map { "\(stem)-\($0)\(ending)" }
    }

    /// Removes a second name of the file, which a rebuild gave it that was killed before it put its draft there.
    private func removeSecondName() throws {
        for name in Self.names(path + ".before-rebuild", "") {
            guard try OwnFile.isSameFile(name, path) else { continue }
            try OwnFile.remove(name)
        }
    }

    private func removeDraft() throws {
        for suffix in ["", "-wal", "-shm", "-journal"] { try OwnFile.remove(draft + suffix) }
    }
}

extension ReplicaStore {
    /// Folds what can be read of the log at `path` into a new file and puts that in the place of the old
    /// one, which is kept under another name.
    ///
    /// No other store, of this process or another one, may have the file open.
    ///
    /// - Throws: `StorageFailure`, for example `busy`; everything is as it was then.
    package static func rebuild(
        at path: String,
        verifier: some SignatureVerifier
    ) throws -> RebuildReport.Rebuilt {
        try mappingFailures("rebuilding", path) {
            try FileRebuild(path: path, verifier: verifier).run()
        }
    }

    /// What SQLite itself finds wrong with the file; nothing where it is whole.
    package func integrityFaults() throws -> [String] {
        try mappingFailures("checking", path) {
            try pool.read { db in
                try StatementCache(db)("PRAGMA integrity_check(20)").rows { $0.string(0).string }
                    .filter { $0 != "ok" }
            }
        }
    }

    /// Closes the file without carrying anything over; nothing can be done with the store then.
    package func release() throws {
        try mappingFailures("closing", path) {
            forgetWriter()
            try pool.close()
        }
    }
}
