import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordTesting
import Testing

/// What can happen to one exchange.
enum Fault: CaseIterable {
    case none
    /// The request never arrives.
    case lostRequest
    /// The server takes the request in; its answer never arrives.
    case lostResponse
    /// The request arrives twice; the second answer is the one that comes back.
    case repeated
    /// The client dies after it got the answer and before it stored it.
    case crash
}

/// A replica without disk: a prefix of the server's log, and what has no place in it yet.
struct TestClient {
    let engagement: DiffID
    var own: Author?
    var log: [DiffID] = []
    var envelopes: [DiffID: [UInt8]] = [:]
    var pending: [DiffID] = []
    var refused: [DiffID: WireText] = [:]
    /// What `load` asked for, in order.
    var asked: [[DiffID]] = []

    init(_ engagement: DiffID, own: Author? = nil) {
        self.engagement = engagement
        self.own = own
    }

    /// Adds a diff that has no place in the log yet.
    mutating func save(_ diff: UnverifiedDiff) {
        envelopes[diff.id] = diff.envelope
        pending.append(diff.id)
    }

    /// Holds a diff, but does not offer it.
    mutating func hold(_ diff: UnverifiedDiff) { envelopes[diff.id] = diff.envelope }

    func session(roundsMax: Int = SyncLimits.rounds) -> SyncSession {
        SyncSession(
            engagement: engagement,
            position: log.count,
            last: log.last,
            own: own,
            pending: pending.map { PendingDiff(id: $0, bytes: envelopes[$0]?.count ?? 0) },
            roundsMax: roundsMax
        )
    }

    /// What stands behind the first `count` entries has no place any more.
    mutating func goBack(to count: Int) {
        pending = Array(log[count...]) + pending
        log.removeSubrange(count...)
    }

    /// One transaction.
    mutating func takeIn(_ delivery: SyncDelivery) throws {
        #expect(delivery.from == log.count)
        for entry in delivery.entries {
            switch entry {
            case .held(let id):
                #expect(envelopes[id] != nil)
                log.append(id)
            case .envelope(let bytes):
                let diff = try UnverifiedDiff(envelope: bytes)
                envelopes[diff.id] = bytes
                log.append(diff.id)
            }
        }
        for item in delivery.verdicts {
            if case .refused(let code, _) = item.verdict { refused[item.id] = code }
        }
        pending.removeAll { log.contains($0) || refused[$0] != nil }
    }

    /// Runs a session against a server, with one fault for each exchange and none after the last.
    ///
    /// Returns nil where the client died.
    mutating func sync(
        with server: inout MemorySyncServer,
        faults: [Fault] = []
    ) throws -> SyncAction? {
        var faults = faults[...]
        var session = session()
        var action = session.start()
        while true {
            switch action {
            case .load(let ids):
                asked.append(ids)
                let held = ids.filter { !log.contains($0) }
                action = session.loaded(envelopes.filter { held.contains($0.key) })
            case .send(let request):
                let fault = faults.popFirst() ?? .none
                guard let answer = try carry(request, to: &server, fault) else {
                    action = session.failed(SyncFailure(.timeout, "lost on the way"))
                    continue
                }
                guard case .success(let response) = answer else {
                    action = session.failed(failure(of: answer))
                    continue
                }
                action = session.received(response)
                if fault == .crash, case .takeIn = action { return nil }
            case .takeIn(let delivery):
                try takeIn(delivery)
                action = session.stored()
            case .identify(let positions):
                let held = positions.filter(log.indices.contains)
                action = session.identified(
                    Dictionary(uniqueKeysWithValues: held.map { ($0, log[$0]) })
                )
            case .goBack(let parted, _):
                goBack(to: parted.common)
                return action
            case .finished, .stopped, .refused:
                return action
            }
        }
    }

    /// The answer as it comes over the wire, or nil if it does not.
    private func carry(
        _ request: SyncRequest,
        to server: inout MemorySyncServer,
        _ fault: Fault
    ) throws -> Result<SyncResponse, RefusedRequest>? {
        if fault == .lostRequest { return nil }
        let arrived = try SyncRequest(wireBytes: request.wireBytes)
        var answer = try server.received(arrived, now: noon)
        if fault == .lostResponse { return nil }
        if fault == .repeated { answer = try server.received(arrived, now: noon) }
        guard case .success(let response) = answer else { return answer }
        return .success(try SyncResponse(wireBytes: response.wireBytes))
    }

    /// What a transport reports of a request that was refused.
    private func failure(of answer: Result<SyncResponse, RefusedRequest>) -> SyncFailure {
        guard case .failure(let refused) = answer else { preconditionFailure("not refused") }
        if let parting = refused.parting { return SyncFailure(.parted(parting), "parted") }
        return SyncFailure(.refused(refused.refusal.rawValue), "refused")
    }
}

extension SyncAction {
    var summary: SyncSummary? {
        if case .finished(let summary) = self { summary } else { nil }
    }

    var refusal: SessionRefusal? {
        if case .refused(let refusal, _) = self { refusal } else { nil }
    }
}
