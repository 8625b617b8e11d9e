import ConcordDiff
import ConcordEncoding

/// The diffs that a session has to send, in order, and what became of them.
///
/// A diff that the server cannot take yet goes back to the front, after what it misses. It is sent
/// again only a bounded number of times, so that a server that always misses something is left.
struct Outbox: Sendable {
    private enum State {
        case queued
        case sent
        case taken
        case refused
        case blocked
    }

    /// As often as a diff with the most parents can be answered with the next few missing ones.
    private static let sendsMax = DiffLimits.parents / SyncLimits.missing + 2
    /// What a request may weigh where nothing on the way takes less: its header line fits too.
    private static let bytesMax = SyncLimits.bodyBytes - SyncLimits.lineBytes

    /// What a request may weigh.
    private(set) var bytesMax = Outbox.bytesMax

    /// What is to be sent, the next one last.
    private var queue: [DiffID]
    private var states: [DiffID: State] = [:]
    private var bytes: [DiffID: Int] = [:]
    private var sends: [DiffID: Int] = [:]

    init(_ pending: [PendingDiff]) {
        queue = pending.reversed().map(\.id)
        for diff in pending {
            states[diff.id] = .queued
            bytes[diff.id] = diff.bytes
        }
    }

    /// Whether nothing is left to send.
    var isEmpty: Bool { queue.isEmpty }

    /// The diffs that stay here since something they had seen is refused or is not here.
    var blocked: [DiffID] { states.filter { $0.value == .blocked }.map(\.key).sorted() }

    /// Takes the next diffs that fit into one request. The length of those that the server asked for
    /// is not known before they are loaded: they count as long as can be, so that they fit.
    mutating func nextBatch() -> [DiffID] {
        var batch: [DiffID] = []
        var total = 0
        while let id = queue.last, batch.count < SyncLimits.envelopes {
            let length = (bytes[id] ?? DiffLimits.envelopeBytes) + 1
            if total + length > bytesMax, !batch.isEmpty { break }
            total += length
            batch.append(id)
            queue.removeLast()
        }
        return batch
    }

    /// Notes which of a batch are sent, and which are not here.
    mutating func loaded(_ batch: [DiffID], _ envelopes: [DiffID: [UInt8]]) -> [DiffID] {
        batch.filter { id in
            guard let envelope = envelopes[id], envelope.count <= DiffLimits.envelopeBytes else {
                states[id] = .blocked
                return false
            }
            states[id] = .sent
            bytes[id] = envelope.count
            sends[id, default: 0] += 1
            return true
        }
    }

    /// Takes a batch back that got no answer: it is sent again, in its order.
    mutating func putBack(_ ids: [DiffID]) {
        for id in ids { states[id] = .queued }
        queue += ids.reversed()
    }

    /// Takes a batch back that was too long for something on the way, to send it in smaller ones; false
    /// if a single diff was too long.
    mutating func halve(_ ids: [DiffID]) -> Bool {
        guard ids.count > 1 else { return false }
        let sent = ids.reduce(0) { $0 + (bytes[$1] ?? 0) + 1 }
        bytesMax = max(1, min(bytesMax, sent) / 2)
        // Sending it was no answer of the server's.
        for id in ids { sends[id, default: 1] -= 1 }
        putBack(ids)
        return true
    }

    /// Takes the verdicts on a batch, in its order.
    mutating func received(_ verdicts: [SyncDelivery.Verdict]) {
        for item in verdicts {
            switch item.verdict {
            case .accepted, .known: states[item.id] = .taken
            case .refused: states[item.id] = .refused
            case .missing: break
            }
        }
        var again: [DiffID] = []
        var first: [DiffID] = []
        for item in verdicts {
            guard case .missing(let ids) = item.verdict else { continue }
            guard sends[item.id, default: 0] < Self.sendsMax, canFollow(ids) else {
                states[item.id] = .blocked
                continue
            }
            for id in ids where states[id] == nil || states[id] == .queued {
                if states[id] == .queued { queue.removeAll { $0 == id } }
                states[id] = .sent
                first.append(id)
            }
            again.append(item.id)
        }
        queue += (first + again).reversed()
    }

    /// Whether each of `ids` is taken, or can be sent.
    private func canFollow(_ ids: [DiffID]) -> Bool {
        ids.allSatisfy { states[$0] != .refused && states[$0] != .blocked }
    }
}
