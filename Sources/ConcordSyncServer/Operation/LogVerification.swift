import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordSync
import Foundation
internal import GRDB

/// Recomputes everything that the server claims of its logs, from the entries alone.
///
/// Every entry is judged again as on the day it came: its signature, its author's chain and membership. From the
/// entries follow the tree, every root, and so every checkpoint that was signed.
public struct LogVerification {
    /// What was found in all logs.
    public struct Result: Hashable, Sendable {
        /// Log by log.
        public let logs: [LogReport]
        /// What SQLite says of the database file itself; empty if it is sound.
        public let damage: [String]
        /// How the files of evidence stand with the logs; nothing for a backup, whose files are in another folder.
        public let evidence: EvidenceReport

        /// Whether nothing is wrong, but that clients may have something to bring again.
        public var isSound: Bool {
            damage.isEmpty && logs.allSatisfy(\.isSound) && evidence.damaged.isEmpty
        }
    }

    /// Verifies all logs of a server, which may be running meanwhile.
    ///
    /// - Parameter signed: whether the checkpoints and the key are looked at too; a backup has none of its age.
    /// - Throws: why the files cannot be read.
    public static func verify(
        _ files: ServerFiles,
        signed: Bool = true
    ) throws(StorageFailure) -> Result {
        // The checkpoints first: what is signed by then is in the database that is read after it.
        let checkpoints = signed ? try SignedHistory(files) : SignedHistory()
        let database = try ReadOnlyDatabase(files.database, .logs)
        let evidence =
            signed
            ? try EvidenceReport.look(at: files.evidence, PromisedFiles.all(in: files.database))
            : EvidenceReport()
        return try database.read("verifying the logs") { db in
            let damage = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)")
            let rows = try Row.fetchAll(db, sql: "SELECT key, id FROM engagement ORDER BY key")
            var logs: [LogReport] = []
            for row in rows {
                let id: Data = row[1]
                guard let engagement = DiffID(bytes: [UInt8](id)) else {
                    throw StorageFailure.damagedEntry
                }
                var log = LogVerification(engagement, checkpoints.of(engagement))
                logs.append(try log.report(in: db, key: row[0]))
            }
            let here = Set(logs.map(\.engagement))
            for lost in checkpoints.engagements where !here.contains(lost) {
                var log = LogVerification(lost, checkpoints.of(lost))
                logs.append(try log.report(in: db, key: nil))
            }
            return Result(logs: logs, damage: damage == ["ok"] ? [] : damage, evidence: evidence)
        }
    }

    private let engagement: DiffID
    private let signed: SignedHistory.Log
    private let verifier = DiffVerifier()
    private var acceptance: LogAcceptance
    private var index = EntryIndex()
    private var range = CompactRange()
    /// By level of tiles, the hashes that stand in them.
    private var hashes: [[SHA256Digest]] = [[]]
    private var faults: [LogReport.Fault] = []

    private init(_ engagement: DiffID, _ signed: SignedHistory.Log) {
        self.engagement = engagement
        self.signed = signed
        acceptance = LogAcceptance(engagement: engagement)
    }

    private mutating func report(in db: Database, key: Int64?) throws -> LogReport {
        if let key {
            try readEntries(in: db, key: key)
            try compareTree(try StoredTree(db, key: key))
        }
        compareCheckpoints()
        return LogReport(
            engagement: engagement,
            entries: range.size,
            root: range.root,
            signed: signed.checkpoints.last?.size ?? 0,
            faults: Array(faults.prefix(LogReport.faultsMax))
        )
    }

    private mutating func note(_ code: LogReport.Code, at position: Int?, _ detail: String) {
        // The first of a kind says where it began; a few more, how far it goes.
        guard faults.count < LogReport.faultsMax else { return }
        faults.append(LogReport.Fault(code: code, position: position, detail: detail))
    }

    // MARK: The entries.

    private mutating func readEntries(in db: Database, key: Int64) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT position, id, author, seq, is_fork, is_control, envelope FROM entry
                WHERE engagement = ? ORDER BY position
                """,
            arguments: [key]
        )
        while let row = try rows.next() {
            let position: Int = row[0]
            guard position == range.size else {
                note(.damagedEntry, at: range.size, "the entry is missing")
                return
            }
            let envelope: Data = row[6]
            guard let leaf = try judge([UInt8](envelope), row, at: position) else { return }
            grow(by: leaf)
            compareRoot()
        }
    }

    /// Judges an entry as on the day it came.
    ///
    /// - Returns: what stands for it in the tree; nil where it cannot be read, after which nothing can be told.
    private mutating func judge(
        _ envelope: [UInt8],
        _ row: Row,
        at position: Int
    ) throws -> SHA256Digest? {
        let diff: UnverifiedDiff
        do throws(DiffError) {
            diff = try UnverifiedDiff(envelope: envelope)
        } catch {
            note(.damagedEntry, at: position, "the entry cannot be read: \(error)")
            return nil
        }
        let request = SyncRequest(
            engagement: engagement,
            position: 0,
            envelopes: [envelope]
        )
        var batch = PostedBatch(request, verifier: verifier)
        let verdict = try acceptance.received(
            &batch,
            // Whether an invitation was still open was judged then, with what came beside it.
            now: Timestamp(milliseconds: 0),
            verifier: verifier,
            into: &index
        )
        guard verdict == [.accepted(position: position)], let entry = index.newest else {
            let words = verdict.map { "\($0)" }.joined()
            note(.refusedEntry, at: position, "the entry would not be accepted: \(words)")
            return nil
        }
        let (id, author): (Data, Data) = (row[1], row[2])
        let isAsStored =
            [UInt8](id) == diff.id.bytes && [UInt8](author) == diff.head.author.publicKey
            && row[3] == diff.head.seq && row[4] == entry.isFork && row[5] == entry.isControl
        if !isAsStored {
            note(.wrongColumn, at: position, "the columns beside the entry are not what it says")
        }
        return MerkleTree.leafHash(diff.leaf)
    }

    private mutating func grow(by leaf: SHA256Digest) {
        var hashes = hashes
        self.hashes = []
        range.append(leaf) { node, hash in
            guard node.level.isMultiple(of: Tile.height) else { return }
            let level = node.level / Tile.height
            if level == hashes.count { hashes.append([]) }
            hashes[level].append(hash)
        }
        self.hashes = hashes
    }

    // MARK: The tree and what was signed of it.

    private mutating func compareTree(_ tree: StoredTree) throws {
        guard tree.range == range else {
            note(.wrongTree, at: nil, "the stored tree has another root than the entries")
            return
        }
        for (level, hashes) in hashes.enumerated() {
            for start in stride(from: 0, to: hashes.count, by: Tile.fullWidth) {
                let part = hashes[start..<min(start + Tile.fullWidth, hashes.count)]
                let place = start / Tile.fullWidth
                let stored = try tree.bytes(level: level, place: place, width: part.count)
                guard stored != part.flatMap(\.bytes) else { continue }
                note(.wrongTree, at: nil, "tile \(place) of level \(level) is not the entries'")
            }
        }
    }

    /// Compares the root with the one that was signed for this size, if one was.
    private mutating func compareRoot() {
        guard let stated = signed.roots[range.size], stated != range.root else { return }
        note(
            .contradictedCheckpoint,
            at: range.size,
            "another root was signed for the first \(range.size) entries"
        )
    }

    private mutating func compareCheckpoints() {
        for unreadable in signed.unsigned {
            note(
                .unsignedCheckpoint,
                at: nil,
                "the checkpoint of \(unreadable) entries is not signed by the key of the logs"
            )
        }
        guard let newest = signed.checkpoints.last, newest.size > range.size, faults.isEmpty else {
            return
        }
        note(
            .behind,
            at: range.size,
            "\(newest.size) entries were signed and \(range.size) are here: clients bring the others at their "
                + "next sync"
        )
    }
}

/// The entries that were judged, in memory: forty bytes each, about.
private struct EntryIndex: LogIndex {
    private var entries: [DiffID: LoggedDiff] = [:]
    private var firstBranch: Set<WriteReference> = []
    /// The one that was added last.
    private(set) var newest: NewEntry?

    func entry(_ id: DiffID) -> LoggedDiff? { entries[id] }

    func hasEntryOnFirstBranch(_ reference: WriteReference) -> Bool {
        firstBranch.contains(reference)
    }

    mutating func append(_ entry: NewEntry) {
        entries[entry.diff.id] = LoggedDiff(
            position: entry.position,
            reference: entry.diff.reference,
            isFork: entry.isFork
        )
        if !entry.isFork { firstBranch.insert(entry.diff.reference) }
        newest = entry
    }
}
