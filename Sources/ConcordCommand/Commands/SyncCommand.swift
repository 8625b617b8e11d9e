import ArgumentParser
import Concord
import ConcordAudit
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

            With --watch it goes on until Ctrl-C: it syncs whenever a colleague has sent something, and \
            whenever something was saved on this device, and makes lost connections again.

            Examples:
              concord sync
              concord sync --watch
              concord sync --server http://10.0.0.7:8080     (remembered for the next time)
              concord sync --no-files                        (records alone, on a slow network)

            After the records the files of evidence travel, those of major nonconformities first. A \
            file that was cut off continues where it was.
            """
    )

    @Option(help: ArgumentHelp("The server (default: the one used last).", valueName: "url"))
    var server: String?
    @Flag(help: "Stay connected, and sync whenever there is something new, until Ctrl-C.")
    var watch = false
    @Option(
        help: ArgumentHelp(
            "A token that the server's operator has given you for a new engagement; - asks for it.",
            valueName: "file"
        )
    )
    var token: String?
    @Flag(
        inversion: .prefixedNo,
        exclusivity: .exclusive,
        help: "Send and receive the files of evidence too."
    )
    var files = true
    @OptionGroup var options: EngagementOptions

    func run() async throws {
        let replica = try options.open()
        if let token { try replica.useOpeningToken(try TokenInput.read(token)) }
        let synced = try SyncServer.of(replica, given: server)
        if watch { return try await keepCurrent(replica, synced) }
        let voids = try replica.ownVoids()
        let mark = try replica.newsMark()
        let progress = ProgressLine()
        defer { progress.clear() }
        let (summary, fileResult, moved) = try await following(replica, synced, progress)
        progress.clear()
        try tell(summary, fileResult, replica, voids, try replica.news(since: mark), moved: moved)
        try check(summary.refused)
    }

    /// Syncs with a server, or with the one that it names as its new address.
    ///
    /// - Returns: what the sync brought, and the server's new address if it has moved.
    private func following(
        _ replica: Replica,
        _ synced: SyncServer,
        _ progress: ProgressLine
    ) async throws -> (SyncSummary, SyncedFiles?, moved: SyncServer?) {
        do {
            let (summary, files) = try await exchange(replica, synced, progress)
            try synced.remember(for: replica, ifGiven: server)
            return (summary, files, nil)
        } catch let failure as ReplicaFailure {
            guard let address = failure.movedTo else { throw failure }
            let next = try SyncServer(address)
            let (summary, files) = try await exchange(replica, next, progress)
            // Only now: the server there has shown that it holds the key of the log.
            try next.remember(for: replica)
            return (summary, files, next)
        }
    }

    /// Syncs with a server that is the one of the engagement.
    private func exchange(
        _ replica: Replica,
        _ server: SyncServer,
        _ progress: ProgressLine
    ) async throws -> (SyncSummary, SyncedFiles?) {
        try await HTTPTransport.withTransport(to: server.address) { transport in
            try await server.recognize(replica, through: transport)
            let summary = try await replica.sync(through: transport) { state in
                progress.show(Shown(Self.line(state)))
            }
            if !summary.parted.isEmpty { try replica.forgetSentFiles() }
            return (summary, await carryFiles(of: replica, through: transport, progress))
        }
    }

    /// Sends and receives files. Records are safe whatever becomes of it, so a failure is told beside them.
    func carryFiles(
        of replica: Replica,
        through transport: HTTPTransport,
        _ progress: ProgressLine = ProgressLine()
    ) async -> SyncedFiles? {
        guard files else { return nil }
        do {
            let summary = try await replica.syncFiles(through: transport) { state in
                progress.show(Shown(SyncedFiles.line(state)))
            }
            return SyncedFiles(summary: summary, failure: nil)
        } catch {
            return SyncedFiles(summary: FileSyncSummary(), failure: CommandFailure(of: error))
        }
    }

    /// What this member saved and what does not count, where something new does not.
    ///
    /// - Parameter known: what was known before, or has been signed again with effect.
    private func uncounted(_ replica: Replica, _ known: Set<DiffID>) throws -> [VoidSave] {
        let news = try replica.ownVoids().subtracting(known)
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

    /// Says what a sync brought.
    func tell(
        _ summary: SyncSummary,
        _ files: SyncedFiles?,
        _ replica: Replica,
        _ voids: Set<DiffID>,
        _ news: News,
        moved: SyncServer? = nil
    ) throws {
        let again = summary.keyChange?.signedAgain ?? []
        let uncounted = try uncounted(replica, voids.union(again))
        let view = uncounted.isEmpty && news.isEmpty ? nil : try AuditView(replica)
        try options.output.show(
            SyncView(
                summary: summary,
                files: files,
                conflicts: try replica.status().conflicts,
                replica: replica,
                moved: moved,
                news: view.map { NewsView(news: news, view: $0, peopleMax: 5) },
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
    }

    /// What the server did not take is a failure.
    private func check(_ refused: [SyncSummary.Refused]) throws {
        guard let first = refused.first else { return }
        throw CommandFailure(
            .server(first.code.string),
            "the server refused \(refused.count) of this device's diffs: \(first.detail)",
            next: "They are kept here. `concord status` shows them; ask your audit team leader."
        )
    }
}
