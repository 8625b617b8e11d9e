import ArgumentParser
import Concord
import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordSync
import ConcordSyncClient
import Foundation

/// `concord sync`.
struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Send your new edits and receive everyone else's.",
        discussion: """
            You can repeat or interrupt a sync at any time; nothing is lost or done twice. If the \
            server cannot be reached (exit code 69), keep working and sync later.

            Examples:
              concord sync
              concord sync --server http://10.0.0.7:8080     (remembered for the next time)
            """
    )

    @Option(help: ArgumentHelp("The server (default: the one used last).", valueName: "url"))
    var server: String?
    @OptionGroup var options: EngagementOptions

    func run() async throws {
        let replica = try options.open()
        let voids = try replica.ownVoids()
        let synced = try SyncServer.of(replica, given: server)
        let progress = ProgressLine()
        defer { progress.clear() }
        let summary = try await HTTPTransport.withTransport(to: synced.address) { transport in
            try await replica.sync(through: transport) { state in
                progress.show(Shown(Self.line(state)))
            }
        }
        progress.clear()
        if server != nil { try synced.remember(for: replica) }
        try report(summary, replica, voids)
    }

    /// What this member saved and what does not count, where something new does not.
    private func uncounted(_ replica: Replica, _ before: Set<DiffID>) throws -> [VoidSave] {
        let news = try replica.ownVoids().subtracting(before)
        if news.isEmpty { return [] }
        return try AuditView(replica).voidSaves.filter {
            $0.declined == nil && news.contains($0.diff)
        }
    }

    /// What goes on, for the line that a terminal shows.
    private static func line(_ state: SyncProgress) -> String {
        let counts = "\(state.position) of \(state.size) here, \(state.pending) to send"
        return state.isWaiting ? "Waiting for the server… \(counts)" : "Syncing: \(counts)"
    }

    private func report(_ summary: SyncSummary, _ replica: Replica, _ voids: Set<DiffID>) throws {
        let uncounted = try uncounted(replica, voids)
        let view = uncounted.isEmpty ? nil : try AuditView(replica)
        try options.output.show(
            SyncView(
                summary: summary,
                conflicts: try replica.status().conflicts,
                replica: replica,
                uncounted: try uncounted.map { save in
                    SyncView.Uncounted(
                        save: save,
                        deeds: try view?.voidView.deeds(of: save) ?? "",
                        why: view?.voidView.why(save.reason, by: save.author) ?? ""
                    )
                }
            )
        )
        if !summary.witnesses.isEmpty {
            let count = Layout.count(summary.witnesses.count, "diff")
            throw CommandFailure(
                .replica(.logContradiction),
                "\(count) of your colleagues' devices contradict the server's log",
                next:
                    "The server may show different people different logs. What came in is kept, and so is the"
                    + " evidence: `concord status`. Tell your audit team leader."
            )
        }
        guard let first = summary.refused.first else { return }
        throw CommandFailure(
            .server(first.code.string),
            "the server refused \(summary.refused.count) of this device's diffs: \(first.detail)",
            next: "They are kept here. `concord status` shows them; ask your audit team leader."
        )
    }
}
