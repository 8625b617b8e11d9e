import ConcordDiff
import ConcordSigning
import ConcordStorage
import ConcordSync

extension SigningKey {
    /// Signs requests with this key. The clock and the randomness are the machine's own, whatever a replica's
    /// environment says: servers compare the time with theirs.
    var requestSigner: RequestSigner {
        RequestSigner(
            author,
            now: ReplicaEnvironment.system.now,
            randomBytes: ReplicaEnvironment.system.randomBytes
        ) { try signature(over: $0) }
    }
}

extension InvitationCode {
    /// Signs requests with the invitation's key, as somebody does who has not joined yet.
    var requestSigner: RequestSigner? { SigningKey(seed: secret)?.requestSigner }
}
