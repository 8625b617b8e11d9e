public import ConcordEncoding
import ConcordModel
import ConcordSync
import Synchronization

/// How a replica stands with its server, as far as this device can know.
///
/// Only an answer of the server proves anything: nothing here says "connected". Proven facts have a time, and
/// `unsent` counts what was saved since.
public struct SyncStatus: Hashable, Sendable {
    /// The result of this replica's newest sync.
    public enum State: Hashable, Sendable {
        /// No sync was begun since the replica was opened.
        case notYet
        /// A request was sent, and nothing has been answered yet.
        case connecting
        /// The server answers, and `behind` entries of its log are still to be received.
        case receiving(behind: Int)
        /// At this time, by the device's clock, the server had answered, and everything that it had was
        /// here.
        case synced(at: Timestamp)
        /// There was no answer.
        case offline(because: String)
        /// The server answered and refused: the request, or some of this device's diffs.
        case refused(because: String)
        /// The server, or somebody's diff, contradicts what was signed.
        case contradiction(String)
        /// What arrived could not be stored, for example because the disk is full.
        case failed(because: String)
    }

    /// The result of the newest sync.
    public let state: State
    /// How many diffs of this device the server has not accepted yet.
    public let unsent: Int

    /// A status, for previews and tests of what shows it.
    public init(state: State, unsent: Int) {
        self.state = state
        self.unsent = unsent
    }

    /// The time at which everything was at the server and here; nil if that is not proven, or if
    /// something was saved since.
    public var upToDateSince: Timestamp? {
        guard case .synced(let time) = state, unsent == 0 else { return nil }
        return time
    }
}

extension SyncStatus.State {
    /// The state that a progress of a sync means.
    init(_ progress: SyncProgress, isFirst: Bool) {
        self =
            isFirst && progress.isWaiting
            ? .connecting : .receiving(behind: max(0, progress.size - progress.position))
    }

    /// The state after a sync that ended with the server's last answer.
    init(_ summary: SyncSummary, at time: Timestamp) {
        if let refused = summary.refused.first {
            let others = summary.refused.count - 1 + summary.blocked.count
            self = .refused(
                because: "The server refused a diff (\(refused.code)): \(refused.detail)"
                    + (others > 0 ? " \(others) more stay on this device." : "")
            )
        } else {
            self = .synced(at: time)
        }
    }

    /// The state after a sync that failed; nil if it was given up, which proves nothing.
    static func after(_ failure: any Error) -> SyncStatus.State? {
        if failure is CancellationError { return nil }
        guard let failure = failure as? ReplicaFailure else {
            return .failed(because: "\(failure)")
        }
        switch failure.code {
        case .contradiction, .logContradiction: return .contradiction(failure.message)
        case .server: break
        default: return .failed(because: failure.message)
        }
        switch (failure.cause as? SyncFailure)?.code {
        case .cancelled: return nil
        case .refused, .wrongClock, .cannotSign, .untrusted, .invalidAddress, .malformedResponse,
            .parted:
            return .refused(because: failure.message)
        case .unreachable, .timeout, .tooLarge, .serverError, nil:
            return .offline(because: failure.message)
        }
    }
}

extension Replica {
    /// How the replica stands with its server.
    ///
    /// - Throws: `ReplicaFailure`.
    public func syncStatus() throws -> SyncStatus {
        // The count first: what is accepted in between shows as unsent for a moment, never the reverse.
        let unsent = try status().pending
        return SyncStatus(state: syncState.withLock { $0 }, unsent: unsent)
    }

    /// Records the state of a sync, and notifies observers.
    func note(_ state: SyncStatus.State) {
        let isNews = syncState.withLock { old in
            defer { old = state }
            return old != state
        }
        if isNews { store.noteChange() }
    }
}
