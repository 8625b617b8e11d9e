import ConcordDiff
import ConcordEncoding
import ConcordModel

/// A key whose signatures are hashes: fast, and nobody forges here.
struct FuzzKey: Signer {
    let author: Author

    init(_ name: String) {
        let key = SHA256Digest(hashing: Array(name.utf8)).bytes
        guard let author = Author(publicKey: key) else {
            preconditionFailure("a digest is as long as a key")
        }
        self.author = author
    }

    func signature(overHead head: [UInt8]) -> [UInt8] { FuzzVerifier.signature(author, head) }

    func signature(over message: [UInt8]) -> [UInt8] { FuzzVerifier.signature(author, message) }
}

/// Checks what a `FuzzKey` has signed.
struct FuzzVerifier: SignatureVerifier {
    static func signature(_ author: Author, _ message: [UInt8]) -> [UInt8] {
        let half = SHA256Digest(hashing: author.publicKey + message).bytes
        return half + half
    }

    func isSigned(_ diff: UnverifiedDiff) -> Bool {
        diff.signature == Self.signature(diff.head.author, diff.headBytes)
    }

    func isValid(signature: [UInt8], over message: [UInt8], by publicKey: [UInt8]) -> Bool {
        guard let author = Author(publicKey: publicKey) else { return false }
        return signature == Self.signature(author, message)
    }
}

/// A device of a fuzzed history: its chain, and what it has seen.
final class FuzzDevice {
    let key: FuzzKey
    let member: WireText
    /// The diffs of its chain, as indices of the history.
    var chain: [Int] = []
    /// What it has seen of others that is beneath nothing else it has seen, as indices.
    var heads: Set<Int> = []

    init(_ name: String, member: WireText) {
        key = FuzzKey(name)
        self.member = member
    }
}
