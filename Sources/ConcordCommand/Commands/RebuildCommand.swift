import ArgumentParser
import Concord
import ConcordEncoding

/// `concord rebuild`.
struct RebuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Rebuild the state from the log, even if the file is damaged.",
        discussion: """
            Everything in the file follows from its log. --check writes nothing, and exits with 1 \
            if the stored state differs.

            Without --check, a damaged or differing file is replaced by a new one, built from the \
            log, and the old file is kept next to it. Close other programs that have the \
            engagement open first. If part of the log cannot be read, the command names it, and \
            the next `concord sync` fetches it.
            """
    )

    @Flag(help: "Compare, and change nothing.")
    var check = false
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let report =
            try check
            ? options.openForReading().rebuild(check: true)
            : Replica.rebuild(at: try options.existingPath())
        try options.output.show(RebuildView(report: report))
        guard check, !report.isSame else { return }
        throw CommandFailure(
            .differs,
            "the stored state differs from the log",
            next: "Run `concord rebuild` to rebuild it from the log; nothing is lost."
        )
    }
}

/// Whether the stored state is what the log says, and what was rebuilt.
private struct RebuildView: View {
    let report: RebuildReport

    var json: JSON {
        var object: JSONObject = [
            "same": .bool(report.isSame),
            "differences": .array(report.differences.map { .string($0) }),
        ]
        if let rebuilt = report.rebuilt {
            object["diffs"] = .integer(Int64(rebuilt.diffs))
            object["kept"] = .string(rebuilt.kept)
            object["missing"] = .array(rebuilt.missing.map { .integer(Int64($0)) })
            object["lost"] = .integer(Int64(rebuilt.lost))
            object["apart"] = rebuilt.apart.map { .string($0) }
        }
        return .object(object)
    }

    var lines: [Shown] {
        if report.isSame { return ["The stored state matches the log."] }
        guard let rebuilt = report.rebuilt else {
            return report.differences.map { "differs: \($0)" }
        }
        var lines: [Shown] = [
            "Rebuilt from the log: \(rebuilt.diffs) diffs. The old file is kept as \(rebuilt.kept)."
        ]
        if !rebuilt.missing.isEmpty {
            let shown = rebuilt.missing.prefix(20).map(String.init).joined(separator: ", ")
            let more = rebuilt.missing.count > 20 ? " and more" : ""
            lines.append(
                "These entries of the server's log could not be read: \(shown)\(more). `concord sync` fetches them."
            )
        }
        if rebuilt.lost > 0 {
            lines.append(
                "\(rebuilt.lost) diffs that the server did not have could not be read. If a colleague has them, import their log with `concord log --import`."
            )
        }
        if let apart = rebuilt.apart {
            lines.append(
                "Diffs that need missing ones are in \(apart). Run `concord sync`, then `concord log --import` with this file."
            )
        }
        return lines
    }
}
