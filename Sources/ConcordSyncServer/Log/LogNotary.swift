import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordSync
internal import GRDB

/// Signs what the logs hold, and nothing that contradicts what it signed before.
///
/// A log is shown to the extent of its newest checkpoint. So nothing is known to anyone that a server
/// which stops at the wrong moment, or is restored from a backup, could be without having signed it.
final class LogNotary: Sendable {
    /// How a log stands with what was signed of it.
    enum Standing: Sendable {
        /// The log begins with what this states, which is all that is shown of it.
        case signed(SyncResponse.Checkpoint, tree: LogWitness)
        /// The log has fewer entries than were signed: it was restored from a backup. Nothing is signed
        /// until it has them again.
        case behind(SyncResponse.Checkpoint, tree: LogWitness)
        /// The log has other entries than were signed. Nothing is signed any more.
        case contradicted
    }

    let checkpoints: CheckpointFile
    private let keys: LogKeys
    private var key: SigningKey { keys.key }

    init(checkpoints: CheckpointFile, keys: LogKeys) {
        self.checkpoints = checkpoints
        self.keys = keys
    }

    /// How the log of an engagement stands, after signing what has been added to it.
    ///
    /// - Returns: nil if there is no log, and was none.
    func standing(of engagement: DiffID, in pool: DatabasePool) async throws -> Standing? {
        let kept = try await checkpoints.newest(of: engagement)
        let held = try await pool.read { db in try Self.tree(of: engagement, in: db)?.range }
        if let kept, held == kept.range {
            return .signed(statement(kept, engagement), tree: kept.tree)
        }
        guard held != nil || kept != nil else { return nil }
        if let kept, (held?.size ?? 0) < kept.range.size {
            return .behind(statement(kept, engagement), tree: kept.tree)
        }
        do {
            let newest = try await checkpoints.keep(of: engagement) { [self] kept in
                try pool.read { db in try next(after: kept, of: engagement, in: db) }
            }
            guard let newest else { return nil }
            return .signed(statement(newest, engagement), tree: newest.tree)
        } catch is Contradiction {
            return .contradicted
        }
    }

    /// Signs something that is no checkpoint, and checks the signature.
    ///
    /// - Throws: if there is none, or a wrong one.
    func checkSigning() throws(StorageFailure) {
        let message = Array("concord-server health\n".utf8)
        let isSigned: Bool
        do throws(KeyFailure) {
            let signature = try key.signature(over: message)
            isSigned = DiffVerifier().isValid(
                signature: signature,
                over: message,
                by: key.author.publicKey
            )
        } catch {
            throw StorageFailure(.failed, error.message, cause: error)
        }
        guard isSigned else { throw StorageFailure(.failed, "the key of the logs signs wrongly") }
    }

    private static func tree(of engagement: DiffID, in db: Database) throws -> StoredTree? {
        try SQLiteLogStore(db, engagement: engagement).tree()
    }

    /// The log has other entries than a checkpoint states.
    private struct Contradiction: Error {}

    /// The checkpoint of what the log holds now, if that is more than is kept, and what it has grown by.
    private func next(
        after kept: CheckpointFile.Kept?,
        of engagement: DiffID,
        in db: Database
    ) throws -> (kept: CheckpointFile.Kept, leaves: [SHA256Digest])? {
        guard let tree = try Self.tree(of: engagement, in: db) else { return nil }
        var range = kept?.range ?? CompactRange()
        // Somebody else has signed it meanwhile.
        if range.size > tree.range.size { return nil }
        let leaves = try tree.leaves(range.size..<tree.range.size)
        for leaf in leaves { range.append(leaf) }
        guard range == tree.range else { throw Contradiction() }
        if leaves.isEmpty { return nil }
        let name = Self.origin(of: engagement)
        let note = try SignedCheckpoint(
            Checkpoint(origin: name, tree: tree.witness),
            key: noteKey(engagement)
        ) { try key.signature(over: $0) }
        return (CheckpointFile.Kept(note: note.note, range: range), leaves)
    }

    /// Signs the newest checkpoint of each log again that a former key has signed: the same size, the same root.
    ///
    /// It is done before anything is served. A server that is killed meanwhile does it at its next start.
    ///
    /// - Throws: `notOurs` if another key than these has signed one: clients would refuse every answer.
    func signAnew() throws(StorageFailure) {
        let verifier = DiffVerifier()
        try checkpoints.renew { [self] engagement, kept in
            let current = noteKey(engagement)
            if SignedCheckpoint(note: kept.note, key: current, verifier: verifier) != nil {
                return nil
            }
            let formers = keys.noteKeys(of: engagement)
            let signed = formers.lazy.compactMap {
                SignedCheckpoint(note: kept.note, key: $0, verifier: verifier)
            }.first
            guard let signed else { throw Self.foreignCheckpoint(engagement) }
            guard signed.checkpoint.tree == kept.tree else { throw CheckpointFile.damaged }
            return try SignedCheckpoint(signed.checkpoint, key: current) {
                try key.signature(over: $0)
            }.note
        }
    }

    private static func foreignCheckpoint(_ engagement: DiffID) -> StorageFailure {
        StorageFailure(
            .notOurs,
            "the newest checkpoint of \(engagement.base64url) is not signed by the key of the logs, nor by one that it "
                + "follows: clients would refuse every answer. Put the newest key and the newest checkpoints back, with "
                + "the file of statements beside the key"
        )
    }

    /// Signs that the server has a file, by the key of the engagement's log.
    ///
    /// - Returns: the note.
    func sign(_ receipt: FileReceipt) throws -> [UInt8] {
        try receipt.note(by: noteKey(receipt.engagement)) { try key.signature(over: $0) }
    }

    /// States, as the holder of the log's key, at which address the engagement is served now.
    func sign(moveTo address: WireText, of engagement: DiffID) throws -> ServerMove {
        try ServerMove(
            to: address,
            of: engagement,
            by: noteKey(engagement),
            successions: keys.notes
        ) { try key.signature(over: $0) }
    }

    /// States, as the holder of the log's key, that a client holds another log than this server.
    ///
    /// - Parameter request: the body of the request that is answered, not compressed.
    func sign(
        _ parting: LogParting,
        of engagement: DiffID,
        request: [UInt8]
    ) throws -> LogParting {
        let noteKey = noteKey(engagement)
        var parting = parting
        parting.statement = SyncResponse.Checkpoint(
            note: try PartingStatement.note(
                parting,
                of: engagement,
                request: request,
                by: noteKey
            ) { try key.signature(over: $0) },
            key: noteKey.text,
            successions: keys.notes
        )
        return parting
    }

    private func statement(
        _ kept: CheckpointFile.Kept,
        _ engagement: DiffID
    ) -> SyncResponse.Checkpoint {
        SyncResponse.Checkpoint(
            note: kept.note,
            key: noteKey(engagement).text,
            successions: keys.notes
        )
    }

    /// The public key under the name of an engagement's log.
    private func noteKey(_ engagement: DiffID) -> NoteKey {
        let name = Self.origin(of: engagement)
        guard let key = NoteKey(name: name, publicKey: key.author.publicKey) else {
            preconditionFailure("an origin is the name of a key")
        }
        return key
    }

    /// The name of an engagement's log, wherever it is served.
    private static func origin(of engagement: DiffID) -> WireText {
        Checkpoint.origin(of: engagement)
    }
}

extension CheckpointFile.Kept {
    /// What the checkpoint states.
    var tree: LogWitness { LogWitness(size: range.size, root: range.root) }
}
