import ConcordDiff
import ConcordEncoding

/// Signatures that anyone could make, alike in form to Ed25519: the tests here are about what is
/// signed.
enum TestSignature {
    static func make(over message: [UInt8], by publicKey: [UInt8]) -> [UInt8] {
        let digest = SHA256Digest(hashing: publicKey + message).bytes
        return digest + SHA256Digest(hashing: digest).bytes
    }
}

/// Signs as the author whose key is the hash of a name.
struct TestSigner: Signer {
    let author: Author

    init(_ name: String) {
        guard let author = Author(publicKey: SHA256Digest(hashing: Array(name.utf8)).bytes) else {
            preconditionFailure("a digest is as long as a key")
        }
        self.author = author
    }

    func signature(overHead head: [UInt8]) -> [UInt8] {
        TestSignature.make(over: head, by: author.publicKey)
    }
}

/// Checks what `TestSigner` signs.
struct TestVerifier: SignatureVerifier {
    func isSigned(_ diff: UnverifiedDiff) -> Bool {
        isValid(signature: diff.signature, over: diff.headBytes, by: diff.head.author.publicKey)
    }

    func isValid(signature: [UInt8], over message: [UInt8], by publicKey: [UInt8]) -> Bool {
        signature == TestSignature.make(over: message, by: publicKey)
    }
}
