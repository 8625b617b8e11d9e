import ConcordDiff
public import ConcordEncoding
public import ConcordSigning
public import ConcordStorage
public import ConcordSync

extension RequestSigner {
    /// A signer with a key that no engagement knows: for tests of transports, where nobody asks who it is.
    public static var anyone: RequestSigner {
        guard let key = SigningKey(seed: Array(repeating: 7, count: 32)) else {
            preconditionFailure("32 bytes make a key")
        }
        return RequestSigner(key)
    }

    /// Signs with a key, by the machine's clock.
    public init(
        _ key: SigningKey,
        now: @escaping @Sendable () -> Timestamp = ReplicaEnvironment.system.now
    ) {
        self.init(
            key.author,
            now: now,
            randomBytes: ReplicaEnvironment.system.randomBytes
        ) { try key.signature(over: $0) }
    }
}
