import ConcordFiles
import ConcordSigning

/// Where the key of one replica is: in the file `PATH.key`, or in a storage of the app's under the name
/// that this file holds.
///
/// The name has the file's place, so it is made, moved and removed with the replica as the key itself is:
/// a process that dies on the way leaves no replica without a key.
struct KeyPlace: Sendable {
    let storage: (any KeyStorage)?
    let passphrase: String?

    /// What the file begins with where it holds a name.
    private static let prefix = "concord-key: "
    private static let nameBytesMax = 256
    private static let fileBytesMax = 1 << 16

    /// Stores a new key for the replica at `path`.
    func store(_ key: SigningKey, for path: String) throws {
        let file = FileBeside.key.of(path)
        guard let storage else { return try key.write(to: file, passphrase: passphrase) }
        let name = Self.name(of: key)
        do { try storage.store(key.seed, named: name) } catch { throw Self.failure(error) }
        do {
            try OwnFile.write(Array("\(Self.prefix)\(name)\n".utf8), to: file) { _ in false }
        } catch {
            remove(key)
            throw error
        }
    }

    /// Reads the key of the replica at `path`.
    ///
    /// If a new key took the place of another one and the database is of a time before that, or the change was cut off, it
    /// is the former one.
    ///
    /// - Parameter isKnown: whether a key is that of a device in the database.
    func key(for path: String, isKnown: (Author) -> Bool) throws -> SigningKey {
        let former = FileBeside.formerKey.of(path)
        let file = FileBeside.key.of(path)
        guard try OwnFile.exists(former) else { return try key(in: file, of: path) }
        if try OwnFile.exists(file) {
            let key = try key(in: file, of: path)
            if isKnown(key.author) { return key }
        }
        let key = try key(in: former, of: path)
        guard isKnown(key.author) else { return try self.key(in: file, of: path) }
        try OwnFile.remove(file)
        _ = try OwnFile.move(former, to: file)
        return key
    }

    /// Stores a new key for the replica at `path`, in the place of another one, which is kept beside it.
    ///
    /// A process that dies on the way leaves the former key, and the next one opens the replica with it.
    func replace(with key: SigningKey, for path: String) throws {
        let file = FileBeside.key.of(path)
        try OwnFile.remove(FileBeside.formerKey.of(path))
        _ = try OwnFile.move(file, to: FileBeside.formerKey.of(path))
        try store(key, for: path)
    }

    /// Whether the replica at `path` has lost its key: neither the file nor the storage has it.
    func isLost(for path: String) throws -> Bool {
        for part in [FileBeside.key, .formerKey] where try OwnFile.exists(part.of(path)) {
            guard let storage, let name = try Self.name(in: part.of(path)) else { return false }
            do {
                if try storage.key(named: name) != nil { return false }
            } catch {
                throw Self.failure(error)
            }
        }
        return true
    }

    /// Copies what stands for a stored key to the replica at `path`.
    func copy(_ file: String, for path: String) throws {
        guard let bytes = try OwnFile.read(file, most: Self.fileBytesMax) else {
            throw ReplicaFailure(.keyMissing, "There is no key file \(file).")
        }
        try OwnFile.write(bytes, to: FileBeside.key.of(path)) { _ in false }
    }

    /// The key in whose place the present one came; nil if there was none.
    func formerKey(for path: String) throws -> SigningKey? {
        let file = FileBeside.formerKey.of(path)
        return try OwnFile.exists(file) ? key(in: file, of: path) : nil
    }

    func key(in file: String, of path: String) throws -> SigningKey {
        guard let storage else { return try keyInFile(file, of: path) }
        guard let name = try Self.name(in: file) else {
            throw ReplicaFailure(
                .keyMissing,
                "The key of \(path) is in the file \(file) and in no key storage. Open the replica without"
                    + " one."
            )
        }
        let seed: [UInt8]?
        do { seed = try storage.key(named: name) } catch { throw Self.failure(error) }
        guard let seed else {
            throw ReplicaFailure(
                .keyMissing,
                "The key of \(path) is not in the key storage of this device. A replica that was copied or"
                    + " restored from another device cannot sign: join with a new invitation."
            )
        }
        guard let key = SigningKey(seed: seed), Self.name(of: key) == name else {
            throw ReplicaFailure(
                .wrongKey,
                "The key storage returned a key that does not belong to \(path)."
            )
        }
        return key
    }

    private func keyInFile(_ file: String, of path: String) throws -> SigningKey {
        let failure: KeyFailure
        do {
            return try SigningKey(file: file, passphrase: passphrase)
        } catch {
            failure = error
        }
        guard failure.code == .notAKey, try Self.name(in: file) != nil else { throw failure }
        throw ReplicaFailure(
            .keyMissing,
            "The key of \(path) is in the key storage of the app that made the replica. Open it with"
                + " that storage."
        )
    }

    /// Removes a key that has signed nothing that left the device.
    ///
    /// One that cannot be removed is of no use to anyone: the failure that led here is the one to tell.
    func remove(_ key: SigningKey) {
        do { try storage?.remove(named: Self.name(of: key)) } catch { return }
    }

    private static func name(of key: SigningKey) -> String { key.author.text.string }

    /// The name that a key file holds; nil where it holds a key.
    private static func name(in file: String) throws -> String? {
        guard let bytes = try OwnFile.read(file, most: fileBytesMax) else {
            throw ReplicaFailure(.keyMissing, "There is no key file \(file).")
        }
        guard bytes.count <= nameBytesMax else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix(prefix), text.hasSuffix("\n") else { return nil }
        return String(text.dropFirst(prefix.count).dropLast())
    }

    private static func failure(_ failure: KeyStorageFailure) -> ReplicaFailure {
        let code: ReplicaFailure.Code =
            switch failure.code {
            case .alreadyExists: .alreadyExists
            case .locked: .keyLocked
            case .denied: .keyPermissions
            case .io: .io
            }
        return ReplicaFailure(code, failure.message, cause: failure)
    }
}
