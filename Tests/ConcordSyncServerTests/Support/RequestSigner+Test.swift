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

extension SyncFailure.Code {
    /// The code alone of a log that is another one, without what the server's key states about it.
    var withoutStatement: SyncFailure.Code {
        guard case .parted(var parting) = self else { return self }
        parting.statement = nil
        return .parted(parting)
    }
}
