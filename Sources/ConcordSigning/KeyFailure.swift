/// Why a key could not be made, read, written or used.
public struct KeyFailure: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is; decide on this alone.
    public enum Code: String, CaseIterable, Sendable {
        /// The text is not a private key in PKCS#8 PEM.
        case notAKey = "not-a-key"
        /// The text is a key of another kind.
        case notEd25519 = "not-ed25519"
        /// The key is encrypted and no passphrase was given.
        case passphraseNeeded = "passphrase-needed"
        /// The passphrase is not that of the key.
        case wrongPassphrase = "wrong-passphrase"
        /// The passphrase is empty, too long or holds a zero byte.
        case unusablePassphrase = "unusable-passphrase"
        /// There is no such file.
        case noSuchFile = "no-such-file"
        /// There is a file already, and keys are never overwritten.
        case fileExists = "file-exists"
        /// Other users of the machine may read or change the file.
        case fileIsShared = "file-is-shared"
        /// The file could not be read or written.
        case fileAccess = "file-access"
        /// The cryptographic library failed.
        case library = "library"
        /// The platform's library cannot do this.
        case unsupported = "unsupported"
    }

    /// What kind of failure it is.
    public let code: Code
    /// What was being done, and what to do next; never holds a secret.
    public let message: String
    /// What the system or the library said, if anything.
    public let cause: String?

    /// Makes a failure.
    public init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message and the cause.
    public var description: String {
        cause.map { "\(message) (\($0))" } ?? message
    }
}
