public import ConcordDiff

/// Checks diffs by their own signatures; `ChainVerification` saves most of that for a whole chain.
///
/// No keys are kept between calls: making one costs a twentieth of a verification, too little to
/// justify a cache that is shared between threads and bounded against floods.
public struct DiffVerifier: SignatureVerifier {
    /// Makes a verifier.
    public init() {}

    /// The diff with its proof, or the refusal.
    public func verify(_ diff: UnverifiedDiff) -> Result<VerifiedDiff, DiffError> {
        isSigned(diff)
            ? .success(VerifiedDiff(unchecked: diff, proof: .signature))
            : .failure(DiffError(.badSignature))
    }

    /// Whether the diff's signature is its author's over its head.
    public func isSigned(_ diff: UnverifiedDiff) -> Bool {
        var message: [UInt8] = []
        message.reserveCapacity(DetachedJWS.prefix.count + diff.headRange.count)
        message += DetachedJWS.prefix
        message += diff.envelope[diff.headRange]
        return isValid(
            signature: diff.signature,
            over: message,
            by: diff.head.author.publicKey
        )
    }

    /// Whether `signature` is the Ed25519 signature over exactly `message` by `publicKey`.
    public func isValid(
        signature: [UInt8],
        over message: [UInt8],
        by publicKey: [UInt8]
    ) -> Bool {
        Ed25519.verify(publicKey: publicKey, message: message, signature: signature)
    }
}
