public import ConcordDiff

/// A device's Ed25519 key, with which it signs as one author.
///
/// Copies share the key, and may be used from several threads at once. The secret stays within the
/// cryptographic library; it leaves it only as PEM, or as the seed that a key storage keeps.
public struct SigningKey: Signer {
    let pair: Ed25519KeyPair
    /// Whose signatures the key makes.
    public let author: Author

    /// The seed from which the key can be made again: 32 secret bytes.
    package var seed: [UInt8] { pair.seed }

    /// The key of a seed of 32 secret bytes; nothing for another number of bytes.
    public init?(seed: [UInt8]) {
        guard let pair = Ed25519KeyPair(seed: seed), let author = Author(publicKey: pair.publicKey)
        else { return nil }
        self.pair = pair
        self.author = author
    }

    /// Makes a new key from the system's randomness.
    public static func generate() throws(KeyFailure) -> SigningKey {
        try make(seed: SystemRandom.bytes(Ed25519.seedBytes))
    }

    /// Reads a key from PKCS#8 PEM.
    ///
    /// - Throws: a failure if it is not an Ed25519 key, or the passphrase is missing or wrong.
    public init(pem: String, passphrase: String? = nil) throws(KeyFailure) {
        self = try Self.make(seed: KeyText.read(pem, passphrase: passphrase))
    }

    private static func make(seed: [UInt8]) throws(KeyFailure) -> SigningKey {
        guard let key = SigningKey(seed: seed) else {
            throw KeyFailure(.library, "The cryptographic library refused a new key.")
        }
        return key
    }

    /// The key as PKCS#8 PEM, encrypted if there is a passphrase.
    ///
    /// - Throws: a failure if the passphrase cannot be used.
    public func pem(passphrase: String? = nil) throws(KeyFailure) -> String {
        try KeyText.write(pair, passphrase: passphrase)
    }

    /// Signs exactly these bytes; 64 bytes.
    ///
    /// A caller that signs anything but a diff must make sure that it can never be mistaken for one: a
    /// diff is signed with `DetachedJWS.prefix` before it.
    ///
    /// - Throws: a failure if the library cannot sign.
    public func signature(over message: [UInt8]) throws(KeyFailure) -> [UInt8] {
        guard let signature = pair.signature(over: message) else {
            throw KeyFailure(.library, "The cryptographic library could not sign.")
        }
        return signature
    }

    /// Signs a diff's canonical head as a detached JWS; 64 bytes.
    ///
    /// - Throws: a failure if the library cannot sign.
    public func signature(overHead head: [UInt8]) throws(KeyFailure) -> [UInt8] {
        try signature(over: DetachedJWS.signingInput(head))
    }
}
