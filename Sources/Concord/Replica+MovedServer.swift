import ConcordEncoding
import ConcordSigning
import ConcordStorage
import ConcordSync

extension Replica {
    /// Notes whether the key of the log stands behind what a server says of its new address.
    func provingMove(_ failure: SyncFailure) async throws -> SyncFailure {
        guard let move = failure.move else { return failure }
        let known = try await writing.run { [store] in try store.read { try $0.serverLog() } }
        let trust = LogTrust(
            engagement: engagement,
            key: known.flatMap { NoteKey($0.key) },
            newest: known?.newest?.witness
        )
        var failure = failure
        failure.move?.isProven = trust.proves(move, verifier: DiffVerifier())
        return failure
    }
}

extension ReplicaFailure {
    /// The URL at which the engagement is served now; nil unless the server that was asked has moved and the key of the
    /// engagement's log has signed that.
    ///
    /// Ask the server there with `Replica.recognize(through:)` before a sync: it has to hold that key too.
    public var movedTo: String? {
        let move = (cause as? SyncFailure)?.move
        return move?.isProven == true ? move?.address.string : nil
    }
}
