public import ConcordDiff
public import ConcordEncoding

/// One sync of one engagement, for the client: what to send, and what to accept.
///
/// A state machine without I/O. Each function takes what happened and returns what to do next:
///
///     start() ─ load ─ loaded(_:) ─ send ─ received(_:) ─ takeIn ─ stored() ─ … ─ finished
///
/// If the server's log is not the one whose entries the caller holds (`failed(_:)` with `parted`), the
/// session looks for the last entry in common and ends with `goBack`:
///
///     failed(_:) ─ identify ─ identified(_:) ─ send ─ failed(_:) ─ … ─ goBack
///
/// The position moves only when the caller has stored an answer. So a session can be dropped at any
/// moment, and the next one begins where the last one was durable: messages may be lost, repeated or
/// cut off. The caller gives the diffs that were pending when the session began; diffs that are saved
/// meanwhile belong to the next one.
///
/// Protocol: `Protocol/sync.md`, "Session".
public struct SyncSession: Sendable {
    private enum Phase {
        case created
        case loading([DiffID])
        case waiting([DiffID], SyncRequest)
        case identifying(PartingSearch)
        case storing(SyncDelivery)
        case ended
    }

    /// Which log.
    public let engagement: DiffID
    /// Whose diffs come back as positions.
    public private(set) var own: Author?
    private let roundsMax: Int
    /// The number of the log key that the caller knows.
    private let logKey: UInt32?
    /// The identity of the last entry that the caller holds, if it is known.
    private var last: DiffID?
    /// The search for the last entry in common, once the logs are known to have parted.
    private var search: PartingSearch?
    private var outbox: Outbox
    private var summary: SyncSummary
    private var phase = Phase.created

    /// A session that has not begun.
    ///
    /// - Parameters:
    ///   - position: how many entries the caller holds, which are the log's first ones.
    ///   - last: the identity of the last of them, by which the server sees whether its log is the same;
    ///     nil if `position` is 0.
    ///   - own: the caller's own author, or nil to get its own diffs back as well.
    ///   - logKey: the number of the log key that the caller knows (`NoteKey.id`).
    ///   - pending: the diffs without a place in the log, each after those that it had seen.
    public init(
        engagement: DiffID,
        position: Int,
        last: DiffID? = nil,
        own: Author?,
        logKey: UInt32? = nil,
        pending: [PendingDiff],
        roundsMax: Int = SyncLimits.rounds
    ) {
        self.engagement = engagement
        self.last = position > 0 ? last : nil
        self.own = own
        self.logKey = logKey
        self.roundsMax = roundsMax
        outbox = Outbox(pending)
        summary = SyncSummary(position: position, size: position)
    }

    /// How many entries the caller holds, as far as it has said.
    public var position: Int { summary.position }

    /// Begins.
    public mutating func start() -> SyncAction {
        guard case .created = phase else { preconditionFailure("a session begins once") }
        return next()
    }

    /// Takes the envelopes that `load` asked for; those that are not here are left out.
    public mutating func loaded(_ envelopes: [DiffID: [UInt8]]) -> SyncAction {
        guard case .loading(let batch) = phase else {
            preconditionFailure("envelopes are loaded when the session asks for them")
        }
        let ids = outbox.loaded(batch, envelopes)
        if ids.isEmpty { return next() }
        return send(ids, ids.compactMap { envelopes[$0] })
    }

    /// Takes the server's answer.
    public mutating func received(_ response: SyncResponse) -> SyncAction {
        guard case .waiting(let ids, let request) = phase else {
            preconditionFailure("an answer follows a request")
        }
        summary.rounds += 1
        if let refusal = contradiction(in: response, to: request, of: ids) {
            return end(.refused(refusal, closing()))
        }
        summary.size = response.size
        let verdicts = zip(ids, response.verdicts).map {
            SyncDelivery.Verdict(id: $0, verdict: $1)
        }
        let delivery = SyncDelivery(
            from: response.from,
            entries: Self.entries(of: response, for: ids),
            verdicts: verdicts,
            size: response.size,
            checkpoint: response.checkpoint
        )
        phase = .storing(delivery)
        // Also where it brings nothing: whether it should have is the caller's to judge.
        return .takeIn(delivery)
    }

    /// The caller has stored what `takeIn` gave it.
    public mutating func stored() -> SyncAction {
        guard case .storing(let delivery) = phase else {
            preconditionFailure("what is stored was taken in")
        }
        summary.position = delivery.from + delivery.entries.count
        if let entry = delivery.entries.last { last = entry.id }
        outbox.received(delivery.verdicts)
        count(delivery)
        return next()
    }

    /// The caller does not hold an own diff of which the answer brought the place alone: it was restored
    /// from a copy. The same is asked for again, with own diffs as bytes.
    public mutating func lacksOwn() -> SyncAction {
        guard case .storing(let delivery) = phase, own != nil else {
            preconditionFailure("own diffs are left out where the session asked for it")
        }
        own = nil
        outbox.putBack(delivery.verdicts.map(\.id))
        return next()
    }

    /// There is no answer.
    public mutating func failed(_ failure: SyncFailure) -> SyncAction {
        guard case .waiting(let ids, let request) = phase else {
            preconditionFailure("a request fails, nothing else")
        }
        switch failure.code {
        case .parted(let parting):
            summary.rounds += 1
            outbox.putBack(ids)
            return narrow(parting, after: request)
        case .tooLarge where outbox.halve(ids):
            summary.requestBytes = outbox.bytesMax
            return next()
        default:
            return end(.stopped(failure, closing()))
        }
    }

    /// Takes the identities that `identify` asked for, by position.
    public mutating func identified(_ identities: [Int: DiffID]) -> SyncAction {
        guard case .identifying(let search) = phase else {
            preconditionFailure("entries are identified when the session asks for them")
        }
        let marks = search.positions.compactMap { position in
            identities[position - 1].map { LogMark(position: position, id: $0) }
        }
        guard !marks.isEmpty else { return end(.refused(.impossibleParting, closing())) }
        return send([], [], marks: marks)
    }

    /// Comes closer to the last entry in common, or ends where it is found.
    private mutating func narrow(_ parting: LogParting, after request: SyncRequest) -> SyncAction {
        var search = search ?? PartingSearch(position: position)
        guard search.narrow(parting, after: request) else {
            return end(.refused(.impossibleParting, closing()))
        }
        self.search = search
        if search.positions.isEmpty {
            let parted = PartedLog(position: position, common: search.common, size: parting.size)
            return end(.goBack(parted, closing()))
        }
        phase = .identifying(search)
        return .identify(search.positions.map { $0 - 1 })
    }

    private mutating func next() -> SyncAction {
        if !outbox.isEmpty {
            let batch = outbox.nextBatch()
            phase = .loading(batch)
            return .load(batch)
        }
        if summary.rounds == 0 || summary.position < summary.size { return send([], []) }
        return end(.finished(closing()))
    }

    private mutating func send(
        _ ids: [DiffID],
        _ envelopes: [[UInt8]],
        marks: [LogMark] = []
    ) -> SyncAction {
        guard summary.rounds < roundsMax else { return end(.refused(.tooManyRounds, closing())) }
        let request = SyncRequest(
            engagement: engagement,
            position: position,
            last: last,
            marks: marks,
            own: own,
            logKey: logKey,
            envelopes: envelopes
        )
        phase = .waiting(ids, request)
        return .send(request)
    }

    private mutating func end(_ action: SyncAction) -> SyncAction {
        phase = .ended
        return action
    }

    private func closing() -> SyncSummary {
        var summary = summary
        summary.blocked = outbox.blocked
        return summary
    }

    private mutating func count(_ delivery: SyncDelivery) {
        for entry in delivery.entries {
            if case .envelope = entry { summary.received += 1 }
        }
        for item in delivery.verdicts {
            switch item.verdict {
            case .accepted, .known:
                summary.pushed += 1
            case .refused(let code, let detail):
                summary.refused.append(.init(id: item.id, code: code, detail: detail))
            case .missing:
                break
            }
        }
    }

    /// The entries in their order: what the answer brings, and what it has just accepted.
    private static func entries(of response: SyncResponse, for ids: [DiffID]) -> [LogEntry] {
        var places: [Int: DiffID] = [:]
        for (id, verdict) in zip(ids, response.verdicts) {
            if let place = verdict.accepted { places[place] = id }
        }
        var given = response.entries[...]
        return (response.from..<response.end).map { place in
            places[place].map { .held($0) } ?? given.removeFirst()
        }
    }

    /// How an answer contradicts the request, itself or an earlier answer, or nil.
    private func contradiction(
        in response: SyncResponse,
        to request: SyncRequest,
        of ids: [DiffID]
    ) -> SessionRefusal? {
        if response.verdicts.count != ids.count { return .verdictCount }
        if response.from != position { return .wrongPosition }
        if response.size < summary.size { return .logShrank }
        let (places, end) = response.places
        if end > response.size { return .contradiction }
        if end < response.size, end == response.from { return .noProgress }
        // Who asked for everything as bytes gets no diff without them.
        if request.own == nil, response.entries.contains(where: \.isHeld) { return .contradiction }
        let accepted = response.verdicts.compactMap(\.accepted)
        // Each is put behind the one before it.
        if zip(accepted, accepted.dropFirst()).contains(where: >=) { return .contradiction }
        var taken: Set<Int> = []
        for (index, verdict) in response.verdicts.enumerated() {
            let place: Int
            let first: Int
            switch verdict {
            case .accepted(let position): (place, first) = (position, summary.size)
            case .known(let known): (place, first) = (known, position)
            case .missing, .refused: continue
            }
            guard place >= first, place < response.size, taken.insert(place).inserted else {
                return .contradiction
            }
            guard case .known = verdict, place < end else { continue }
            let entry = places.firstIndex(of: place).map { response.entries[$0] }
            let isSame = entry?.holds(ids[index], envelope: request.envelopes[index])
            if isSame != true { return .contradiction }
        }
        return nil
    }
}

extension LogEntry {
    /// Whether only the place of a diff came.
    fileprivate var isHeld: Bool {
        if case .held = self { true } else { false }
    }

    /// The identity of the diff; nil if the envelope cannot be read, which the replica then refuses.
    fileprivate var id: DiffID? {
        switch self {
        case .held(let id): return id
        case .envelope(let bytes):
            do {
                return try UnverifiedDiff(envelope: bytes, mayBeErased: true).id
            } catch {
                return nil
            }
        }
    }

    /// Whether this may be the diff `id`, which was posted as `envelope`.
    ///
    /// The log may hold the same head in another envelope, so other bytes alone are no contradiction:
    /// what they are is judged by the replica.
    fileprivate func holds(_ id: DiffID, envelope: [UInt8]) -> Bool {
        switch self {
        case .held(let own): return own == id
        case .envelope(let bytes):
            if bytes == envelope { return true }
            do {
                return try UnverifiedDiff(envelope: bytes).id == id
            } catch {
                return true
            }
        }
    }
}
