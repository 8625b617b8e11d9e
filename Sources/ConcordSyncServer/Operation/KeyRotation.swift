import ConcordDiff
public import ConcordEncoding
import ConcordFiles
import ConcordSigning
import ConcordSync

/// The change of the key that signs a server's logs to a new one, which the old one names.
///
/// The server has to be stopped. Each step is durable before the next one, and the last one, the renaming of the new
/// key's file, decides: a server that starts before it signs with the old key, one that starts after it with the new
/// one. What was begun and not finished is finished by doing it again.
///
/// Protocol: `Protocol/log.md`, "A new key".
/// Decision: `docs/decisions/0133-one-renaming-changes-the-key-of-the-logs.md`.
public struct KeyRotation: Hashable, Sendable {
    let former: Author
    let next: Author
    /// Where the former key is kept.
    public let formerFile: String

    /// The public half of the key that signed until now.
    public var formerKey: WireText { former.text }
    /// The public half of the key that signs from now on.
    public var key: WireText { next.text }

    /// Up to where a change comes, for tests that stop it on the way.
    enum Step: CaseIterable {
        /// There is a new key, in a file that no server reads.
        case newKey
        /// The old key has named it.
        case statement
        /// The old key is kept under another name too.
        case keptAside
        /// The new key is in the place of the old one.
        case done
    }

    /// Changes the key.
    ///
    /// - Throws: why the key was not changed; `inUse` where a server has the database open.
    public static func rotate(_ files: ServerFiles) throws(StorageFailure) -> KeyRotation {
        try rotate(files, upTo: .done)
    }

    static func rotate(
        _ files: ServerFiles,
        upTo last: Step
    ) throws(StorageFailure) -> KeyRotation {
        // The database is there, and is this version's.
        _ = try ReadOnlyDatabase(files.database, .logs)
        let lock = try DatabaseLock(path: files.database)
        defer { withExtendedLifetime(lock) {} }
        let keys = try LogKeys(files)
        guard keys.successions.count < KeySuccession.most else {
            throw StorageFailure(
                .notOurs,
                "the key was changed \(KeySuccession.most) times already, and clients follow no more changes than that: "
                    + "the key stays. A server with a new database can take over, with new engagements"
            )
        }
        let former = keys.key
        do {
            let next = try newKey(files)
            let rotation = KeyRotation(
                former: former.author,
                next: next.author,
                formerFile: files.formerLogKey(former.author)
            )
            if last == .newKey { return rotation }
            let statement = try KeySuccession(from: former.author, to: next.author) {
                try former.signature(over: $0)
            }
            try LogKeys.write(keys.successions + [statement], to: files)
            if last == .statement { return rotation }
            try keep(former, at: rotation.formerFile)
            if last == .keptAside { return rotation }
            try OwnFolder.replace(files.logKey, by: files.nextLogKey)
            return rotation
        } catch let failure as KeyFailure {
            throw StorageFailure(.cannotOpen, failure.message, cause: failure)
        } catch let failure as FileFailure {
            throw StorageFailure(.cannotOpen, failure.message, cause: failure)
        } catch {
            throw StorageFailure(error, while: "changing the key of the logs")
        }
    }

    /// The key that is to follow: one that an attempt before has made, or a new one.
    private static func newKey(_ files: ServerFiles) throws -> SigningKey {
        if try OwnFile.exists(files.nextLogKey) { return try SigningKey(file: files.nextLogKey) }
        let key = try SigningKey.generate()
        try key.write(to: files.nextLogKey)
        return key
    }

    private static func keep(_ key: SigningKey, at path: String) throws {
        guard try OwnFile.exists(path) else { return try key.write(to: path) }
        guard try SigningKey(file: path).author == key.author else {
            throw StorageFailure(.notOurs, "\(path) holds another key: move it away, and try again")
        }
    }
}

extension ServerFiles {
    /// Where the key is kept that signed before; a change of the key that is repeated finds it there.
    fileprivate func formerLogKey(_ author: Author) -> String {
        "\(logKey).former-\(SHA256Digest(hashing: author.publicKey).hex.prefix(8))"
    }
}
