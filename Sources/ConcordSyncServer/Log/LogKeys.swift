import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordSigning
import ConcordSync

/// The key with which a server signs its logs, in a file that its owner alone can read, and the statements of former
/// keys that lead to it, in a file beside it.
///
/// Which key counts is decided by the key's file alone: statements that do not lead to it say nothing. So a change of
/// the key takes effect by one renaming (`KeyRotation`).
///
/// Protocol: `Protocol/log.md`, "A new key".
struct LogKeys: Sendable {
    /// The key that signs.
    let key: SigningKey
    /// The statements that lead to it, the oldest first.
    let successions: [KeySuccession]

    /// A key, and those of the statements that lead to it.
    init(_ key: SigningKey, among statements: [KeySuccession]) {
        var chain: [KeySuccession] = []
        var wanted = key.author.publicKey
        while chain.count < KeySuccession.most,
            let before = statements.first(where: { $0.next == wanted })
        {
            chain.insert(before, at: 0)
            wanted = before.former
        }
        self.key = key
        successions = chain
    }

    /// Reads the key and the statements.
    ///
    /// - Throws: why one of the files cannot be read.
    init(_ files: ServerFiles) throws(StorageFailure) {
        let key: SigningKey
        do throws(KeyFailure) {
            key = try SigningKey(file: files.logKey)
        } catch {
            throw StorageFailure(.cannotOpen, error.message, cause: error)
        }
        self.init(key, among: try Self.statements(files))
    }

    /// Reads the key, and makes one at the first start.
    ///
    /// - Parameter isFirst: whether nothing was ever signed: otherwise a missing key is not replaced, since every
    ///   client would take another one for another server's.
    /// - Returns: the key, and whether it was made.
    static func open(
        _ files: ServerFiles,
        isFirst: Bool
    ) throws(StorageFailure) -> (keys: LogKeys, isNew: Bool) {
        let path = files.logKey
        let statements = try statements(files)
        do throws(KeyFailure) {
            return (LogKeys(try SigningKey(file: path), among: statements), false)
        } catch {
            guard error.code == .noSuchFile else {
                throw StorageFailure(.cannotOpen, error.message, cause: error)
            }
        }
        guard isFirst else {
            throw StorageFailure(
                .cannotOpen,
                "the key of the logs is missing: there is no file \(path), though logs were signed. Put it "
                    + "back: clients accept no other key"
            )
        }
        do throws(KeyFailure) {
            let key = try SigningKey.generate()
            try key.write(to: path)
            return (LogKeys(key, among: []), true)
        } catch {
            throw StorageFailure(.cannotOpen, error.message, cause: error)
        }
    }

    /// The statements, as they were signed.
    var notes: [[UInt8]] { successions.map(\.note) }

    /// The keys that may have signed a checkpoint of an engagement, the newest first.
    func noteKeys(of engagement: DiffID) -> [NoteKey] {
        let name = Checkpoint.origin(of: engagement)
        let keys = [key.author.publicKey] + successions.reversed().map(\.former)
        return keys.compactMap { NoteKey(name: name, publicKey: $0) }
    }

    /// Whether a key is this one, or one that it follows.
    func follows(_ author: Author) -> Bool {
        author == key.author || successions.contains { $0.former == author.publicKey }
    }

    // MARK: The file of statements.

    private static let bytesMax = 1 << 16

    /// The statements in the file beside the key; none where there is no file.
    private static func statements(
        _ files: ServerFiles
    ) throws(StorageFailure) -> [KeySuccession] {
        let path = files.keyStatements
        do throws(FileFailure) {
            guard let bytes = try OwnFile.read(path, most: bytesMax) else { return [] }
            guard let statements = statements(bytes) else {
                throw FileFailure(
                    .notOurs,
                    "\(path) is damaged, which says how the keys of the logs follow one another: put a copy of it back"
                )
            }
            return statements
        } catch {
            throw StorageFailure(.cannotOpen, error.message, cause: error)
        }
    }

    /// Writes the statements, in the place of those that are in the file.
    static func write(
        _ statements: [KeySuccession],
        to files: ServerFiles
    ) throws(StorageFailure) {
        do throws(FileFailure) {
            try OwnFile.write(bytes(statements), to: files.keyStatements) {
                self.statements($0) != nil
            }
        } catch {
            throw StorageFailure(.cannotOpen, error.message, cause: error)
        }
    }

    /// Statements as the file, and a backup, has them: a JSON array of notes.
    static func bytes(_ statements: [KeySuccession]) -> [UInt8] {
        JSON.array(statements.map { .string(WireText(decoding: $0.note)) }).canonicalBytes
    }

    /// Reads them; nil where one is not what it should be.
    static func statements(_ bytes: [UInt8]) -> [KeySuccession]? {
        do throws(JSONError) {
            guard let notes = try JSON(parsing: bytes).arrayValue else { return nil }
            let statements = notes.compactMap { note in
                (note.stringValue?.utf8).flatMap {
                    KeySuccession(note: Array($0), verifier: DiffVerifier())
                }
            }
            return statements.count == notes.count ? statements : nil
        } catch {
            return nil
        }
    }
}
