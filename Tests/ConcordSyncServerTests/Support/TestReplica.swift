import ConcordDiff
import ConcordEncoding
import ConcordSync

/// A replica in memory that runs sessions over a transport.
struct TestReplica {
    let engagement: DiffID
    let own: Author?
    var log: [DiffID] = []
    var pending: [UnverifiedDiff] = []
    private var held: [DiffID: [UInt8]] = [:]

    init(_ engagement: DiffID, own: Author? = nil, pending: [UnverifiedDiff] = []) {
        self.engagement = engagement
        self.own = own
        self.pending = pending
        for diff in pending { held[diff.id] = diff.envelope }
    }

    /// Runs one session to its end.
    mutating func sync(
        over transport: some SyncTransport,
        by signer: RequestSigner
    ) async throws -> SyncSummary {
        var session = SyncSession(
            engagement: engagement,
            position: log.count,
            last: log.last,
            own: own,
            pending: pending.map { PendingDiff(id: $0.id, bytes: $0.envelope.count) }
        )
        var action = session.start()
        while true {
            switch action {
            case .load(let ids):
                let wanted = Set(ids)
                action = session.loaded(held.filter { wanted.contains($0.key) })
            case .send(let request):
                do throws(SyncFailure) {
                    action = session.received(try await transport.exchange(request, by: signer))
                } catch {
                    action = session.failed(error)
                }
            case .takeIn(let delivery):
                for entry in delivery.entries {
                    switch entry {
                    case .held(let id): log.append(id)
                    case .envelope(let bytes):
                        let id = try UnverifiedDiff(envelope: bytes).id
                        held[id] = bytes
                        log.append(id)
                    }
                }
                let logged = Set(log)
                pending.removeAll { logged.contains($0.id) }
                action = session.stored()
            case .identify(let positions):
                let held = positions.filter(log.indices.contains)
                action = session.identified(
                    Dictionary(uniqueKeysWithValues: held.map { ($0, log[$0]) })
                )
            case .goBack(let parted, var summary):
                let again = log[parted.common...].compactMap { held[$0] }
                pending = try again.map { try UnverifiedDiff(envelope: $0) } + pending
                log.removeSubrange(parted.common...)
                summary.parted.append(parted)
                return summary
            case .finished(let summary): return summary
            case .stopped(let failure, _): throw failure
            case .refused(let refusal, _): throw RefusedServer(refusal: refusal)
            }
        }
    }
}

struct RefusedServer: Error {
    let refusal: SessionRefusal
}
