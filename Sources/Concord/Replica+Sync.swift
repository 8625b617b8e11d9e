import ConcordChanges
import ConcordEncoding
import ConcordSigning
import ConcordStorage
public import ConcordSync

/// How far a sync has come.
public struct SyncProgress: Hashable, Sendable {
    /// How many entries of the log are here.
    public let position: Int
    /// How many the server has.
    public let size: Int
    /// How many of one's own diffs the server has not taken yet.
    public let pending: Int
}

extension Replica {
    /// Exchanges diffs with the server: sends what it does not have, takes in what is new.
    ///
    /// Each answer is verified and stored in one go; a sync that is cut off goes on next time where the
    /// last answer was stored. What is saved meanwhile is sent by the next sync.
    ///
    /// - Throws: `ReplicaFailure`: `server` where there was no answer, `contradiction` where the server
    ///   or somebody's diff contradicts what was signed; what was taken in before stays.
    public func sync(
        through transport: some SyncTransport,
        progress: @Sendable (SyncProgress) -> Void = { _ in }
    ) async throws -> SyncSummary {
        do {
            var session = try newSession()
            var action = session.start()
            while true {
                switch action {
                case .load(let ids): action = session.loaded(try envelopes(of: ids))
                case .send(let request):
                    do throws(SyncFailure) {
                        action = session.received(try await transport.exchange(request))
                    } catch {
                        action = session.failed(error)
                    }
                case .takeIn(let delivery):
                    try takeIn(delivery)
                    action = session.stored()
                    progress(
                        SyncProgress(
                            position: session.position,
                            size: delivery.size,
                            pending: try status().pending
                        )
                    )
                case .finished(let summary): return summary
                case .stopped(let failure, _): throw failure
                case .refused(let refusal, _):
                    throw ReplicaFailure(
                        .contradiction,
                        "The server contradicts itself (\(refusal.rawValue)). Nothing of its answer was"
                            + " taken in; you can go on working offline. Tell whoever runs it."
                    )
                }
            }
        } catch {
            throw ReplicaFailure.mapped(error)
        }
    }

    private func newSession() throws -> SyncSession {
        try store.read { reader in
            // A restored file asks for its own diffs too: they may be newer than what it holds.
            let newest = try note.read()?.seq ?? 0
            let tip = try reader.tip(of: author)?.reference.seq ?? 0
            return SyncSession(
                engagement: engagement,
                position: try reader.logSize,
                own: tip < newest ? nil : author,
                pending: try reader.pending().map { PendingDiff(id: $0.id, bytes: $0.bytes) }
            )
        }
    }

    private func envelopes(of ids: [DiffID]) throws -> [DiffID: [UInt8]] {
        try store.read { reader in
            var envelopes: [DiffID: [UInt8]] = [:]
            for id in ids { envelopes[id] = try reader.envelope(of: id) }
            return envelopes
        }
    }

    /// Verifies what came, and stores it.
    private func takeIn(_ delivery: SyncDelivery) throws {
        var items: [LogItem] = []
        items.reserveCapacity(delivery.entries.count)
        var received: [UnverifiedDiff] = []
        var places: [Int] = []
        for (index, entry) in delivery.entries.enumerated() {
            switch entry {
            case .own(_, let id): items.append(.held(id))
            case .envelope(let bytes):
                let diff = try Self.reading(bytes, at: delivery.from + index)
                places.append(items.count)
                items.append(.held(diff.id))
                received.append(diff)
            }
        }
        for (place, diff) in zip(places, try Self.verifying(received)) {
            items[place] = .new(diff)
        }
        if let first = received.first, delivery.from == 0, first.id != engagement {
            throw ReplicaFailure.contradiction("The server's log begins with another engagement.")
        }
        let result = try store.takeIn(log: items, from: delivery.from)
        guard let refused = result.refused else { return }
        throw ReplicaFailure.contradiction(
            "Entry \(delivery.from + refused.index) of the server's log is refused"
                + " (\(Self.words(refused.reason)))."
        )
    }

    private static func reading(_ bytes: [UInt8], at position: Int) throws -> UnverifiedDiff {
        do {
            // The fold looks for the order where contents were erased.
            return try UnverifiedDiff(envelope: bytes, mayBeErased: true)
        } catch {
            throw ReplicaFailure.contradiction(
                "Entry \(position) of the server's log is refused (\(error))."
            )
        }
    }

    private static func verifying(_ diffs: [UnverifiedDiff]) throws -> [VerifiedDiff] {
        do {
            return try ChainVerification.verify(diffs, with: DiffVerifier())
        } catch {
            throw ReplicaFailure.contradiction(
                "A diff of \(diffs[error.index].head.author) is refused (\(error.refusal))."
            )
        }
    }

    private static func words(_ reason: LogTakeIn.Reason) -> String {
        switch reason {
        case .diff(let error): error.description
        case .contradiction: "it contradicts what the server said before"
        case .gap: "entries before it are missing"
        }
    }
}

extension ReplicaFailure {
    /// What the server sent cannot be.
    static func contradiction(_ what: String) -> ReplicaFailure {
        ReplicaFailure(
            .contradiction,
            what
                + " Nothing of this answer was taken in; you can go on working offline. Keep the file"
                + " and tell whoever runs the server."
        )
    }
}
