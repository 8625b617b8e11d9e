package import ConcordDiff
package import ConcordEncoding
package import ConcordHTTPSignatures

/// Why a request does not prove who asks; the raw value is the code on the wire.
///
/// In order of precedence. Registry: `Protocol/rejections.json`.
public enum AuthenticationRefusal: String, Error, CaseIterable, Sendable {
    /// The request is not signed.
    case missing = "signature-missing"
    /// The fields of the signature cannot be read.
    case malformed = "malformed-signature"
    /// The signature does not cover what it has to, or lacks a parameter.
    case coverage = "signature-coverage"
    /// The request was made too long ago, or in the future, by the server's clock.
    case wrongClock = "wrong-clock"
    /// The signature is not the key's over this request.
    case invalid = "bad-request-signature"
    /// The same request was answered before.
    case replayed = "replayed-request"
    /// The body is not the one that was signed.
    case wrongDigest = "wrong-digest"
}

/// Who signed a request, and what tells it apart from all others.
package struct RequestProof: Hashable, Sendable {
    /// The key.
    package let author: Author
    /// Differs between all requests of one key.
    package let nonce: String
    /// When it was signed, in seconds since 1970.
    package let created: Int64

    /// The proof of a request.
    package init(author: Author, nonce: String, created: Int64) {
        (self.author, self.nonce, self.created) = (author, nonce, created)
    }
}

/// What a signature has to cover and to say: the one place where both ends find it.
///
/// Rule: `Protocol/sync.md`, "Who asks".
package enum RequestRules {
    /// What is covered, in the order in which our client does it.
    package static let components = [
        "@method", "@authority", "@path", "@query", ContentDigest.fieldName,
    ]
    /// The algorithm's name in the registry of RFC 9421.
    package static let algorithm = "ed25519"
    /// How far a request's time may be from the server's, in seconds, in either direction.
    package static let windowSeconds: Int64 = 300
    /// How long a nonce is, in characters.
    package static let nonceLengths = 16...64

    /// Who signed a message. Its form comes first, then its time, then the signature: each costs more than the one
    /// before. The body is not looked at.
    ///
    /// - Parameters:
    ///   - readings: the message as the client may have sent it; more than one where a proxy rewrites addresses.
    ///   - now: the server's clock.
    ///   - earliest: requests that were made before are refused too; a server that has just started remembers none.
    package static func proof(
        in readings: [HTTPMessage],
        now: Timestamp,
        notBefore earliest: Timestamp,
        verifier: some SignatureVerifier
    ) throws(AuthenticationRefusal) -> RequestProof {
        guard let first = readings.first else { throw .malformed }
        let signature: MessageSignature
        do throws(MessageSignature.Refusal) {
            signature = try MessageSignature(of: first)
        } catch {
            throw error == .missing ? .missing : .malformed
        }
        let input = signature.input
        guard components.allSatisfy(input.components.contains), input.algorithm == algorithm,
            let created = input.created, let author = input.keyID.flatMap({ Author($0) }),
            let nonce = input.nonce, nonceLengths ~= nonce.utf8.count
        else { throw .coverage }
        let seconds = now.milliseconds / 1000
        guard abs(seconds - created) <= windowSeconds, created >= earliest.milliseconds / 1000,
            input.expires.map({ $0 >= seconds }) ?? true
        else { throw .wrongClock }
        let isValid = readings.contains { message in
            input.base(of: message).map {
                verifier.isValid(
                    signature: signature.signature,
                    over: $0,
                    by: author.publicKey
                )
            } ?? false
        }
        guard isValid else { throw .invalid }
        return RequestProof(author: author, nonce: nonce, created: created)
    }
}
