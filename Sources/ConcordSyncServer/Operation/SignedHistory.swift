import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordSync
import Foundation
internal import GRDB

/// Everything that the server has signed of its logs, read from its file of checkpoints.
struct SignedHistory {
    /// What was signed of one log.
    struct Log {
        /// What each checkpoint states, the smallest first.
        var checkpoints: [LogWitness] = []
        /// The roots, by the number of entries.
        var roots: [Int: SHA256Digest] = [:]
        /// The sizes of the checkpoints that the key has not signed, or that cannot be read.
        var unsigned: [Int] = []
    }

    private var logs: [DiffID: Log] = [:]

    /// Nothing signed.
    init() {}

    /// Reads and checks every checkpoint.
    ///
    /// - Throws: why the file or the key cannot be read.
    init(_ files: ServerFiles) throws(StorageFailure) {
        let keys = try LogKeys(files)
        let file = try ReadOnlyDatabase(files.checkpoints, .checkpoints)
        logs = try file.read("reading the checkpoints") { db in
            var logs: [DiffID: Log] = [:]
            let rows = try Row.fetchCursor(
                db,
                sql: "SELECT engagement, size, note FROM checkpoint ORDER BY engagement, size"
            )
            while let row = try rows.next() {
                let (id, note): (Data, Data) = (row[0], row[2])
                guard let engagement = DiffID(bytes: [UInt8](id)) else {
                    throw CheckpointFile.damaged
                }
                logs[engagement, default: Log()].take(
                    [UInt8](note),
                    size: row[1],
                    keys: keys.noteKeys(of: engagement)
                )
            }
            return logs
        }
    }

    /// The engagements of which something was signed.
    var engagements: [DiffID] { logs.keys.sorted() }

    /// What was signed of a log.
    func of(_ engagement: DiffID) -> Log { logs[engagement] ?? Log() }
}

extension SignedHistory.Log {
    fileprivate mutating func take(_ note: [UInt8], size: Int, keys: [NoteKey]) {
        let signed = keys.lazy.compactMap {
            SignedCheckpoint(note: note, key: $0, verifier: DiffVerifier())
        }.first
        guard let signed, signed.checkpoint.tree.size == size
        else {
            unsigned.append(size)
            return
        }
        checkpoints.append(signed.checkpoint.tree)
        roots[size] = signed.checkpoint.tree.root
    }
}
