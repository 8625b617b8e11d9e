import ConcordFiles
import ConcordSigning

/// Keys as files in a separate folder, each readable only by its owner: for desktops and servers, for
/// example on an encrypted volume.
///
///     let keys = FileKeyStorage(folder: "/Volumes/Keys/concord", passphrase: passphrase)
///     let replica = try Replica.open(at: path, keys: keys)
///
/// A file is PKCS#8 PEM, encrypted if there is a passphrase, and appears with all its contents or not at all.
public struct FileKeyStorage: KeyStorage {
    /// The folder, which has to be there.
    public let folder: String
    private let passphrase: String?

    /// The keys in a folder.
    public init(folder: String, passphrase: String? = nil) {
        self.folder = folder
        self.passphrase = passphrase
    }

    private func path(_ name: String) -> String { "\(folder)/\(name).key" }

    /// Writes a key to a new file.
    ///
    /// - Throws: `alreadyExists`, `denied` or `io`.
    public func store(_ key: [UInt8], named name: String) throws(KeyStorageFailure) {
        guard let key = SigningKey(seed: key) else {
            throw KeyStorageFailure(.io, "A key has 32 bytes.")
        }
        do {
            try key.write(to: path(name), passphrase: passphrase)
        } catch {
            throw KeyStorageFailure(error)
        }
    }

    /// Reads a key's file.
    ///
    /// - Throws: `denied` if others may read the file, or the passphrase is wrong; `io`.
    public func key(named name: String) throws(KeyStorageFailure) -> [UInt8]? {
        do {
            return try SigningKey(file: path(name), passphrase: passphrase).seed
        } catch  where error.code == .noSuchFile {
            return nil
        } catch {
            throw KeyStorageFailure(error)
        }
    }

    /// Removes a key's file.
    ///
    /// - Throws: `denied` or `io`.
    public func remove(named name: String) throws(KeyStorageFailure) {
        do {
            try OwnFile.remove(path(name))
        } catch {
            throw KeyStorageFailure(.io, error.message)
        }
    }
}

extension KeyStorageFailure {
    fileprivate init(_ failure: KeyFailure) {
        let code: Code =
            switch failure.code {
            case .fileExists: .alreadyExists
            case .fileIsShared, .passphraseNeeded, .wrongPassphrase, .unusablePassphrase: .denied
            case .noSuchFile, .fileAccess, .notAKey, .notEd25519, .library, .unsupported: .io
            }
        self.init(code, failure.message, cause: failure.cause)
    }
}
