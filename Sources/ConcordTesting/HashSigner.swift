public import ConcordDiff
import ConcordEncoding

/// Signs with hashes that anyone could make, in the form of Ed25519 signatures: fast, and enough for tests in
/// which nobody forges. `HashVerifier` checks them.
public struct HashSigner: Signer {
    /// Whose signatures it makes.
    public let author: Author

    /// Signs as the author whose public key is the SHA-256 of a name.
    public init(_ name: String) { self.init(seed: Array(name.utf8)) }

    /// Signs as the author whose public key is the SHA-256 of some bytes.
    public init(seed: [UInt8]) {
        guard let author = Author(publicKey: SHA256Digest(hashing: seed).bytes) else {
            preconditionFailure("a digest is as long as a key")
        }
        self.author = author
    }

    /// Signs as this author.
    public init(as author: Author) { self.author = author }

    /// The signature over a diff's head.
    public func signature(overHead head: [UInt8]) -> [UInt8] { signature(over: head) }

    /// The signature over any other message, such as a join's proof.
    public func signature(over message: [UInt8]) -> [UInt8] {
        HashVerifier.signature(over: message, by: author.publicKey)
    }
}

/// Checks what a `HashSigner` has signed.
public struct HashVerifier: SignatureVerifier {
    /// Checks by computing the hash again.
    public init() {}

    static func signature(over message: [UInt8], by publicKey: [UInt8]) -> [UInt8] {
        let half = SHA256Digest(hashing: publicKey + message).bytes
        return half + half
    }

    /// Whether the diff's signature is its author's.
    public func isSigned(_ diff: UnverifiedDiff) -> Bool {
        isValid(signature: diff.signature, over: diff.headBytes, by: diff.head.author.publicKey)
    }

    /// Whether a signature over a message is the one that this public key makes.
    public func isValid(
        signature: [UInt8],
        over message: [UInt8],
        by publicKey: [UInt8]
    ) -> Bool {
        signature == Self.signature(over: message, by: publicKey)
    }
}
