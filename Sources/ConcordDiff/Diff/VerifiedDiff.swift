public import ConcordEncoding

/// A diff whose author is proven: by their signature, or by a later diff of their chain that is signed.
///
/// Only `ConcordSigning` and `ChainVerification` make one; `Tools/check` lists the callers of the
/// initializer.
public struct VerifiedDiff: Hashable, Sendable {
    /// How it was proven.
    public enum Proof: Int, Hashable, Sendable {
        /// A later diff of the same author, whose signature was checked, names it by hash.
        case chain = 0
        /// Its own signature was checked.
        case signature = 1
    }

    /// The diff as it came.
    public let diff: UnverifiedDiff
    /// How it was proven.
    public let proof: Proof

    /// Claims that the diff is proven; the caller has proven it.
    package init(unchecked diff: UnverifiedDiff, proof: Proof) {
        self.diff = diff
        self.proof = proof
    }

    /// The SHA-256 of the head.
    public var id: DiffID { diff.id }
    /// The signed part.
    public var head: Head { diff.head }
    /// The operations.
    public var body: Body { diff.body }
    /// The name of this diff in `over`.
    public var reference: WriteReference { diff.reference }
}

/// Something that signs as one author: the device's key, or a test's.
public protocol Signer: Sendable {
    /// Whose signature it makes.
    var author: Author { get }

    /// The 64 bytes of the Ed25519 signature over the JWS signing input of `head`.
    ///
    /// - Throws: what the key's holder throws when it cannot sign.
    func signature(overHead head: [UInt8]) throws -> [UInt8]
}

/// Something that checks signatures: a pure function of its arguments, alike everywhere.
public protocol SignatureVerifier: Sendable {
    /// Whether the diff's signature is its author's over its head.
    func isSigned(_ diff: UnverifiedDiff) -> Bool

    /// Whether `signature` is the Ed25519 signature over exactly `message` by `publicKey`.
    func isValid(signature: [UInt8], over message: [UInt8], by publicKey: [UInt8]) -> Bool
}

extension UnverifiedDiff {
    /// Composes and signs a diff.
    ///
    /// - Throws: what the signer throws, or `DiffError` if the diff breaks a limit.
    public init(head: Head, body: Body, signer: some Signer) throws {
        precondition(signer.author == head.author, "a head is signed by its author")
        let bodyBytes = body.canonicalBytes
        var head = head
        head.body = SHA256Digest(hashing: bodyBytes)
        head.contents = body.contents
        let headBytes = head.canonicalBytes
        let signature = try signer.signature(overHead: headBytes)
        var envelope: [UInt8] = []
        envelope.reserveCapacity(headBytes.count + bodyBytes.count + 120)
        envelope += Array(#"{"body":"#.utf8)
        envelope += bodyBytes
        envelope += Array(#","head":"#.utf8)
        envelope += headBytes
        envelope += Array(#","sig":""#.utf8)
        envelope += Array(Base64URL.encode(signature).utf8)
        envelope += Array(#""}"#.utf8)
        try self.init(envelope: envelope)
    }
}

/// Verifies many diffs with one signature for each author: hashes prove the rest.
///
/// Of each author's chain in the batch only the newest diff's signature is checked; every earlier one
/// is proven by being named, by hash, as first parent of the next. The author and number that the next
/// one implies must be the diff's own: otherwise one author could vouch for what another never signed.
/// A diff that no signed one vouches for in this way is checked by its own signature.
public enum ChainVerification {
    /// The diffs in their order, each verified, or the index and code of the first that is refused.
    ///
    /// - Throws: `ChainError` at the first diff whose signature is wrong.
    public static func verify(
        _ diffs: [UnverifiedDiff],
        with verifier: some SignatureVerifier
    ) throws(ChainError) -> [VerifiedDiff] {
        var vouched: [DiffID: WriteReference] = [:]
        vouched.reserveCapacity(diffs.count)
        var verified: [VerifiedDiff] = []
        verified.reserveCapacity(diffs.count)
        for (index, diff) in diffs.enumerated().reversed() {
            let proof: VerifiedDiff.Proof
            if vouched[diff.id] == diff.reference {
                proof = .chain
            } else {
                guard verifier.isSigned(diff) else {
                    throw ChainError(index: index, refusal: DiffError(.badSignature))
                }
                proof = .signature
            }
            if diff.head.seq > 1, let previous = diff.head.parents.first {
                let author = diff.head.author
                vouched[previous] = WriteReference(seq: diff.head.seq - 1, author: author)
            }
            verified.append(VerifiedDiff(unchecked: diff, proof: proof))
        }
        return verified.reversed()
    }
}

/// A refused diff of a batch.
public struct ChainError: Error, Hashable, Sendable {
    /// Its index in the batch.
    public let index: Int
    /// Why it is refused.
    public let refusal: DiffError
}
