import ConcordDiff
import ConcordEncoding

/// Signatures that anyone could make, alike in form to Ed25519: the tests here are about logs.
enum ToySignature {
    static func make(over message: [UInt8], by publicKey: [UInt8]) -> [UInt8] {
        let digest = SHA256Digest(hashing: publicKey + message).bytes
        return digest + digest
    }
}

struct ToySigner: Signer {
    let author: Author

    func signature(overHead head: [UInt8]) -> [UInt8] {
        ToySignature.make(over: head, by: author.publicKey)
    }
}

struct ToyVerifier: SignatureVerifier {
    func isSigned(_ diff: UnverifiedDiff) -> Bool {
        isValid(
            signature: diff.signature,
            over: diff.headBytes,
            by: diff.head.author.publicKey
        )
    }

    func isValid(signature: [UInt8], over message: [UInt8], by publicKey: [UInt8]) -> Bool {
        signature == ToySignature.make(over: message, by: publicKey)
    }
}
