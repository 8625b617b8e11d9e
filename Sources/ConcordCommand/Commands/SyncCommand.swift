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

    /// How many saves that came to count for nothing are told by what they did.
    private static let namedMax = 5

    /// What this member saved and what does not count, where something new does not.
    private func uncounted(_ replica: Replica, _ before: Set<DiffID>) throws -> [VoidSave] {
        let news = try replica.ownVoids().subtracting(before)
        if news.isEmpty { return [] }
        return try AuditView(replica).voidView.voidSaves().filter {
            $0.declined == nil && news.contains($0.diff)
        }
    }

    /// What goes on, for the line that a terminal shows.
    private static func line(_ state: SyncProgress) -> String {
        let counts = "\(state.position) of \(state.size) here, \(state.pending) to send"
        return state.isWaiting ? "Waiting for the server… \(counts)" : "Syncing: \(counts)"
    }

    /// What is out of the ordinary: logs that had parted, a restored device, a narrow way.
    private func accounts(of summary: SyncSummary) -> [String] {
        var lines = summary.parted.map(\.description)
        if summary.restored > 0 {
            lines.append(
                "This device was restored from a copy. It received"
                    + " \(Layout.count(summary.restored, "diff")) of its own back from the server,"
                    + " and continues after " + (summary.restored == 1 ? "it." : "them.")
            )
        }
        if let bytes = summary.requestBytes {
            lines.append(
                "A proxy limits the size of requests, so this sync sent at most \(bytes) bytes at a"
                    + " time. Ask the server's operator to allow requests of up to"
                    + " \(SyncLimits.bodyBytes) bytes."
            )
        }
        return lines
    }

    private static func ended(_ what: String) -> [Shown] {
        [
            Style.output.warning(Shown(what))
                + "; edits that you save here have no effect. Ask your audit team leader."
        ]
    }

    /// The texts that read differently in the new order of the log.
    private static func told(reread texts: [CellPath], _ replica: Replica) throws -> [Shown] {
        if texts.isEmpty { return [] }
        let view = try AuditView(replica)
        let count = Layout.count(texts.count, "text")
        return [
            Style.output.warning(
                Shown("\(count) \(texts.count == 1 ? "reads" : "read") differently now")
            ) + "; the log has another order. `concord history` shows what each person typed:"
        ] + texts.flatMap { Layout.indented("\(view.subjects.place($0))", by: 2) }
    }

    /// What can be done about saves without effect.
    private static func next(_ saves: [VoidSave]) -> Shown {
        let admissible = saves.count { $0.canBeAdmitted }
        let it = saves.count == 1 ? "it" : "them"
        if admissible == 0 { return Shown("do \(it) again") }
        let which = admissible == saves.count ? it : "\(admissible) of them"
        return Shown("an audit team leader can admit \(which)")
    }

    private static func told(_ saves: [VoidSave]) -> [Shown] {
        if saves.isEmpty { return [] }
        var lines: [Shown] = [
            Style.output.warning(
                Shown(
                    "\(saves.count) of your saves "
                        + (saves.count == 1 ? "has" : "have") + " no effect"
                )
            )
                + "; \(next(saves)): see `concord inbox`."
        ]
        for save in saves.prefix(namedMax) {
            lines += Layout.indented("You \(save.deeds): \(save.why).", by: 2)
        }
        let left = saves.count - namedMax
        return left > 0 ? lines + ["  and \(left) more"] : lines
    }

    private func report(_ summary: SyncSummary, _ replica: Replica, _ voids: Set<DiffID>) throws {
        let status = try replica.status()
        let uncounted = try uncounted(replica, voids)
        if options.json {
            try Output.json([
                "sent": .integer(Int64(summary.pushed)),
                "received": .integer(Int64(summary.received)),
                "logSize": .integer(Int64(summary.size)),
                "rounds": .integer(Int64(summary.rounds)),
                "restored": .integer(Int64(summary.restored)),
                "parted": .array(
                    summary.parted.map {
                        [
                            "held": .integer(Int64($0.position)),
                            "common": .integer(Int64($0.common)),
                            "logSize": .integer(Int64($0.size)),
                        ]
                    }
                ),
                "reread": .array(summary.reread.map { .string($0.description) }),
                "conflicts": .integer(Int64(status.conflicts)),
                "uncounted": .array(
                    uncounted.map {
                        [
                            "diff": .string($0.diff.base64url), "deeds": .string($0.deeds),
                            "reason": .string($0.reason.rawValue),
                        ]
                    }
                ),
                "refused": .array(
                    summary.refused.map {
                        [
                            "diff": .string($0.id.base64url), "code": .string($0.code),
                            "message": .string($0.detail),
                        ]
                    }
                ),
            ])
        } else {
            var lines: [Shown] = [
                "Sent \(summary.pushed), received \(summary.received); "
                    + "the server's log has \(summary.size) diffs."
            ]
            lines += accounts(of: summary).map { Shown($0) }
            lines += try Self.told(reread: summary.reread, replica)
            lines += Self.told(uncounted)
            switch try replica.moment().people().membership.revocation(of: replica.author) {
            case .member: lines += Self.ended("Your membership has ended")
            case .device: lines += Self.ended("This device was revoked")
            case nil: break
            }
            if status.conflicts > 0 {
                lines.append(
                    Style.output.warning(Shown(Layout.count(status.conflicts, "conflict")))
                        + " open: see `concord conflicts`."
                )
            }
            try Output.lines(lines)
        }
        guard let first = summary.refused.first else { return }
        throw CommandFailure(
            .server(first.code.string),
            "the server refused \(summary.refused.count) of this device's diffs: \(first.detail)",
            next: "They are kept here. `concord status` shows them; ask your audit team leader."
        )
    }
}
