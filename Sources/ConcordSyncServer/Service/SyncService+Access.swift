import ConcordDiff
import ConcordSync
internal import GRDB
import Synchronization

/// Who may ask, and who may read the answer.
///
/// Rule: `Protocol/sync.md`, "Who may read".
extension SyncService {
    /// Lets in who may do something with the engagement as its log is now; for everybody else there is none.
    func admit(_ request: SyncRequest, by key: Author) async throws(RequestRefusal) {
        let (standing, last) = try await standing(of: request.engagement)
        if standing.size == 0 {
            guard request.position > 0 || Self.founds(request, verifier) else {
                throw .sync(.unknownEngagement)
            }
            return try requireHere(request.engagement)
        }
        switch standing.membership.access(of: key, now: clock()) {
        case .member, .invited: try requireHere(request.engagement)
        case .ended(let refusal):
            // What a device had not delivered is evidence, and is taken in.
            if request.envelopes.isEmpty { throw .access(refusal) }
        case .stranger:
            // Who holds the whole log fills it again after a restore, until their own join is in it.
            let holdsAll = request.position == standing.size && last != nil && request.last == last
            guard holdsAll || joins(request, key, standing.membership) else {
                throw .nothingHere(request)
            }
            try requireHere(request.engagement)
        }
    }

    /// Lets in who may read a part of the log; for everybody else there is none.
    func admitReading(_ engagement: DiffID, by key: Author) async throws(RequestRefusal) {
        let (standing, _) = try await standing(of: engagement)
        switch standing.membership.access(of: key, now: clock()) {
        case .member, .invited: try requireHere(engagement)
        case .ended(let refusal): throw .access(refusal)
        case .stranger: throw .sync(.unknownEngagement)
        }
    }

    /// Lets in who may send and receive files: the devices of members. For everybody else there is no engagement.
    func admitFiles(_ engagement: DiffID, by key: Author) async throws(RequestRefusal) {
        let (standing, _) = try await standing(of: engagement)
        switch standing.membership.access(of: key, now: clock()) {
        case .member: try requireHere(engagement)
        case .ended(let refusal): throw .access(refusal)
        // Who was invited needs no files in order to join.
        case .invited, .stranger: throw .sync(.unknownEngagement)
        }
    }

    /// Sends people elsewhere, if the engagements of this server are served there now.
    private func requireHere(_ engagement: DiffID) throws(RequestRefusal) {
        guard let movedTo else { return }
        do {
            throw RequestRefusal.moved(try database.notary.sign(moveTo: movedTo, of: engagement))
        } catch {
            throw RequestRefusal(error, while: "signing the new address")
        }
    }

    /// The answer, for who may read at the end of the log that it shows.
    ///
    /// The log may grow while the answer is read; a device that is revoked in between reads nothing of it.
    func showing(
        _ request: SyncRequest,
        _ verdicts: [EnvelopeVerdict],
        to key: Author,
        _ answer: () async throws(RequestRefusal) -> SyncResponse
    ) async throws(RequestRefusal) -> SyncResponse {
        for _ in 0..<Self.looksMax {
            let response = try await answer()
            let (standing, _) = try await standing(of: request.engagement)
            guard standing.size == response.size else { continue }
            switch standing.membership.access(of: key, now: clock()) {
            case .member, .invited: return response
            case .ended(let refusal): throw .access(refusal)
            case .stranger:
                // Nothing but what they hold already, or have just sent.
                if response.size == request.position + Self.accepted(verdicts) { return response }
                throw Self.refusal(of: request, verdicts)
            }
        }
        throw .http(.busy)
    }

    /// How often an answer is read again because the log has grown.
    private static let looksMax = 8

    private static func accepted(_ verdicts: [EnvelopeVerdict]) -> Int {
        verdicts.count { if case .accepted = $0 { true } else { false } }
    }

    /// What a stranger is told whose diffs were looked at.
    private static func refusal(
        of request: SyncRequest,
        _ verdicts: [EnvelopeVerdict]
    ) -> RequestRefusal {
        verdicts.contains(.invitationExpired) ? .access(.invitationEnded) : .nothingHere(request)
    }

    /// Whether the request founds the engagement.
    private static func founds(_ request: SyncRequest, _ verifier: any SignatureVerifier) -> Bool {
        PostedBatch(request, verifier: verifier).founds
    }

    /// Whether a diff of the request lets the holder of the key join.
    private func joins(_ request: SyncRequest, _ key: Author, _ membership: Membership) -> Bool {
        PostedBatch(request, verifier: verifier).joins(key, membership, verifier: verifier)
    }

    /// What decides on the next request of an engagement, as its log is now, and the identity of its last entry.
    private func standing(
        of engagement: DiffID
    ) async throws(RequestRefusal) -> (LogAcceptance, last: DiffID?) {
        let held = acceptances.withLock { $0.acceptance(of: engagement) }
        let seen: (size: Int, last: DiffID?, controls: [(diff: UnverifiedDiff, isFork: Bool)])
        do {
            seen = try await database.pool.read { db in
                let store = try SQLiteLogStore(db, engagement: engagement)
                let size = try store.size()
                let last = size > 0 ? try store.identity(at: size - 1) : nil
                return (size, last, size == held?.size ?? 0 ? [] : try store.controls())
            }
        } catch {
            throw RequestRefusal(error, while: "reading the log")
        }
        if let held, held.size == seen.size { return (held, seen.last) }
        var acceptance = LogAcceptance(engagement: engagement, size: seen.size)
        for (index, control) in seen.controls.enumerated() {
            if index % Self.stretch == 0 { await Task.yield() }
            acceptance.restore(control.diff, isFork: control.isFork, verifier: verifier)
        }
        // A log that is not there is not worth a place, which anyone could ask for.
        if seen.size > 0 { acceptances.withLock { [acceptance] in $0.hold(acceptance) } }
        return (acceptance, seen.last)
    }
}

extension RequestRefusal {
    /// What a server says that has no such engagement, in every case.
    static func nothingHere(_ request: SyncRequest) -> RequestRefusal {
        request.position == 0
            ? .sync(.unknownEngagement)
            : .parted(LogParting(.positionBeyondLog, size: 0, common: 0))
    }
}
