import Concord
import ConcordDiff
import ConcordEncoding
import ConcordSync
import ConcordSyncClient
import Synchronization

extension SyncCommand {
    /// Keeps the replica current until the program is asked to end.
    func keepCurrent(_ replica: Replica, _ server: SyncServer) async throws {
        try options.output.show(WatchingView(server: server))
        let watched = Watched(voids: try replica.ownVoids(), mark: try replica.newsMark())
        _ = try await Interruption.cancelling {
            try await HTTPTransport.withTransport(to: server.address) { transport in
                try await server.recognize(replica, through: transport)
                try await replica.watch(through: transport) { event in
                    switch event {
                    case .synced(let summary):
                        let isFirst = watched.begins()
                        if isFirst { try server.remember(for: replica, ifGiven: self.server) }
                        let files = await carryFiles(of: replica, through: transport)
                        watched.awaits(files)
                        guard isFirst || summary.isWorthTelling || files?.isWorthTelling == true
                        else { return }
                        let (voids, mark) = watched.known
                        try tell(summary, files, replica, voids, try replica.news(since: mark))
                        watched.knows(try replica.ownVoids(), try replica.newsMark())
                    case .nothingNew:
                        guard watched.awaitsFiles else { return }
                        let files = await carryFiles(of: replica, through: transport)
                        watched.awaits(files)
                        if let files, files.isWorthTelling {
                            try options.output.show(FilesView(files: files))
                        }
                    case .waiting(let failure, let wait):
                        try options.output.show(RetryView(failure: failure, wait: wait))
                    }
                }
            }
        }
    }
}

/// What was told before.
private final class Watched: Sendable {
    private struct State {
        var isFirst = true
        var voids: Set<DiffID>
        var mark: NewsMark
        var awaitsFiles = false
    }

    private let state: Mutex<State>

    init(voids: Set<DiffID>, mark: NewsMark) {
        state = Mutex(State(voids: voids, mark: mark))
    }

    /// Whether nothing was told yet; the first call alone says yes.
    func begins() -> Bool {
        state.withLock { state in
            defer { state.isFirst = false }
            return state.isFirst
        }
    }

    /// The saves without effect, and up to where the news was told.
    var known: (voids: Set<DiffID>, mark: NewsMark) {
        state.withLock { ($0.voids, $0.mark) }
    }

    /// Whether files were promised that the server did not have yet, or that could not travel.
    var awaitsFiles: Bool { state.withLock { $0.awaitsFiles } }

    func awaits(_ files: SyncedFiles?) {
        let awaits = files.map { !$0.summary.waiting.isEmpty || $0.failure != nil } ?? false
        state.withLock { $0.awaitsFiles = awaits }
    }

    func knows(_ voids: Set<DiffID>, _ mark: NewsMark) {
        state.withLock { ($0.voids, $0.mark) = (voids, mark) }
    }
}

extension SyncedFiles {
    /// Whether files went or came, or could not.
    fileprivate var isWorthTelling: Bool {
        summary.sent + summary.received > 0 || failure != nil
    }
}

extension SyncSummary {
    /// Whether it brought or took something.
    fileprivate var isWorthTelling: Bool {
        pushed + received + restored + refused.count + parted.count > 0 || !witnesses.isEmpty
    }
}

/// What became of files alone.
private struct FilesView: View {
    let files: SyncedFiles

    var json: JSON { ["files": files.json] }

    var lines: [Shown] { files.lines }
}

/// That the server is tried again later.
private struct RetryView: View {
    let failure: ReplicaFailure
    let wait: Duration

    /// In whole seconds, at least one.
    private var seconds: Int64 { max(1, wait.components.seconds) }

    var json: JSON {
        ["waiting": .integer(seconds), "message": .string(WireText(failure.message))]
    }

    var lines: [Shown] {
        ["\(Shown(failure.message)) Trying again in \(Layout.count(Int(seconds), "second"))."]
    }
}

/// That a replica is kept current from now on.
private struct WatchingView: View {
    let server: SyncServer

    var json: JSON { ["watching": .string(WireText("\(server.address)"))] }

    var lines: [Shown] { [] }

    var notes: [Shown] {
        [
            "Watching \(Shown("\(server.address)")). What you save in another window is sent. Ctrl-C ends it."
        ]
    }
}
