package import ConcordDiff
import ConcordEncoding
import ConcordSigning
import ConcordTesting

/// How the devices of a simulation sign.
package enum SimulatedSignatures: Sendable {
    /// Hashes that look like signatures: fast, and enough where nobody forges.
    case hashes
    /// Ed25519, as in the field.
    case real
}

/// A device's or an invitation's key.
package struct SimulatedKey: Signer {
    private enum Secret: Sendable {
        case hash(HashSigner)
        case real(SigningKey)
    }

    /// Whose signatures it makes.
    package let author: Author
    private let secret: Secret

    init(seed: [UInt8], _ signatures: SimulatedSignatures) {
        if signatures == .real, let key = SigningKey(seed: seed) {
            author = key.author
            secret = .real(key)
            return
        }
        let key = HashSigner(seed: seed)
        author = key.author
        secret = .hash(key)
    }

    /// The signature over a diff's head.
    package func signature(overHead head: [UInt8]) throws -> [UInt8] {
        switch secret {
        case .hash(let key): key.signature(overHead: head)
        case .real(let key): try key.signature(overHead: head)
        }
    }

    /// The signature over any other message, such as a join's proof.
    func signature(over message: [UInt8]) throws -> [UInt8] {
        switch secret {
        case .hash(let key): key.signature(over: message)
        case .real(let key): try key.signature(over: message)
        }
    }
}

/// Checks signatures of either sort.
struct SimulatedVerifier: SignatureVerifier {
    let signatures: SimulatedSignatures

    func isSigned(_ diff: UnverifiedDiff) -> Bool {
        switch signatures {
        case .hashes: HashVerifier().isSigned(diff)
        case .real: DiffVerifier().isSigned(diff)
        }
    }

    func isValid(signature: [UInt8], over message: [UInt8], by publicKey: [UInt8]) -> Bool {
        switch signatures {
        case .hashes: HashVerifier().isValid(signature: signature, over: message, by: publicKey)
        case .real: DiffVerifier().isValid(signature: signature, over: message, by: publicKey)
        }
    }
}
