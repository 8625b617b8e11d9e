import ConcordEncoding
import ConcordSigning
import ConcordSync
import ConcordSyncServer

extension RequestSigner {
    /// Signs with a key.
    init(_ key: SigningKey, now: @escaping @Sendable () -> Timestamp = SyncService.systemClock) {
        self.init(
            key.author,
            now: now,
            randomBytes: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } },
            sign: { try key.signature(over: $0) }
        )
    }

    /// A signer with a key that no engagement knows.
    static var anyone: RequestSigner {
        guard let key = SigningKey(seed: Array(repeating: 7, count: 32)) else {
            preconditionFailure("32 bytes make a key")
        }
        return RequestSigner(key)
    }
}
