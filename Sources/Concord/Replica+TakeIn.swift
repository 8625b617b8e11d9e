import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordSigning
import ConcordStorage
import ConcordSync

extension Replica {
    /// What an answer brought.
    struct Taken {
        /// How many of the device's own diffs came that it did not hold.
        var own: Int
        /// Diffs of others that contradict the log.
        var witnesses: [DiffID]
        /// Whether the key of the log that this replica knows has signed the answer's checkpoint.
        var isSigned: Bool
    }

    /// Verifies received entries, and stores them.
    ///
    /// - Parameter isStranger: whether the server has yet to show that it is the one of the log. What it signs is no evidence
    ///   then of anything but a wrong address.
    /// - Returns: nil if only the place of an own diff came that is not here, so that it has to be requested.
    func takeIn(_ delivery: SyncDelivery, from isStranger: Bool = false) throws -> Taken? {
        var items: [LogItem] = []
        items.reserveCapacity(delivery.entries.count)
        var received: [Int: UnverifiedDiff] = [:]
        for (index, entry) in delivery.entries.enumerated() {
            switch entry {
            case .held(let id): items.append(.held(id))
            case .envelope(let bytes):
                let diff = try Self.reading(bytes, at: delivery.from + index)
                items.append(.held(diff.id))
                received[index] = diff
            }
        }
        let places = received.keys.sorted()
        let diffs = places.compactMap { received[$0] }
        for (place, diff) in zip(places, try Self.verifying(diffs)) { items[place] = .new(diff) }
        if delivery.from == 0, let first = items.first, first.id != engagement {
            throw ReplicaFailure.contradiction("The server's log begins with another engagement.")
        }
        let own = diffs.filter { $0.head.author == author }.map(\.id)
        let (held, found) = try store.read { reader in
            let found = try LogVerification(
                delivery,
                received,
                author: author,
                engagement: engagement,
                in: reader
            )
            return (try own.count { try reader.diff($0) != nil }, found)
        }
        guard let found else { return nil }
        let result = try store.takeIn(
            log: items,
            from: delivery.from,
            verified: try verified(found, by: delivery, isStranger)
        )
        if let refused = result.refused {
            throw ReplicaFailure.contradiction(
                "Entry \(delivery.from + refused.index) of the server's log is refused"
                    + " (\(Self.words(refused.reason)))."
            )
        }
        let witnesses = try keepWitnesses(found.witnesses)
        if found.isSigned { try store.settleDoubts() }
        return Taken(
            own: own.count - held,
            witnesses: witnesses,
            isSigned: found.isSigned
        )
    }

    /// What is to be kept of what the server signed.
    ///
    /// - Throws: `ReplicaFailure` if it contradicts the log, or what was signed before.
    private func verified(
        _ found: LogVerification,
        by delivery: SyncDelivery,
        _ isStranger: Bool
    ) throws -> ServerLog? {
        switch found.judgement {
        case .nothingNew: return nil
        case .behind(let signed):
            if found.areHere { return nil }
            let message =
                "The server's log has \(delivery.size) diffs, but it has signed \(signed): it was restored from a backup"
                + " and waits for what it lost, or it keeps something back (log-behind). Nothing new was taken in; sync"
                + " again when your colleagues have synced."
            throw ReplicaFailure(
                .server,
                message,
                cause: SyncFailure(.refused(SyncRefusal.logBehind.rawValue), message)
            )
        case .contradiction(let code) where isStranger:
            throw Self.stranger(code)
        case .contradiction(let code):
            throw try contradiction(code, in: delivery, known: found.known)
        case .verified(let key, let signed):
            let newest = ServerLog.Newest(signed.checkpoint.tree, note: signed.note)
            return ServerLog(key: key.text, newest: newest)
        }
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
        case .diff(let error) where error.code == .notMember:
            "its author never joined this engagement (not-a-member)"
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
                + " This entry and the ones after it were discarded. Your own edits are kept for the next"
                + " sync, and you can keep working offline. Check the server's address, and tell the"
                + " server's operator."
        )
    }
}
