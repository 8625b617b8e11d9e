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
        if options.json {
            try Output.json(Self.json(report))
        } else if report.isSame {
            try Output.lines(["The state is what the log says."])
        } else if let rebuilt = report.rebuilt {
            try Self.tell(rebuilt)
        } else {
            try Output.lines(report.differences.map { "differs: \($0)" })
        }
        guard check, !report.isSame else { return }
        throw CommandFailure(
            .differs,
            "the stored state is not what the log says",
            next: "Run `concord rebuild` to rebuild it from the log; nothing is lost."
        )
    }

    private static func json(_ report: RebuildReport) -> JSON {
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

    private static func tell(_ rebuilt: RebuildReport.Rebuilt) throws {
        try Output.lines([
            "Rebuilt from the log: \(rebuilt.diffs) diffs. The old file is kept as \(rebuilt.kept)."
        ])
        if !rebuilt.missing.isEmpty {
            let shown = rebuilt.missing.prefix(20).map(String.init).joined(separator: ", ")
            let more = rebuilt.missing.count > 20 ? " and more" : ""
            try Output.lines([
                "These entries of the server's log could not be read: \(shown)\(more). `concord sync` fetches them."
            ])
        }
        if rebuilt.lost > 0 {
            try Output.lines([
                "\(rebuilt.lost) diffs that the server did not have could not be read. If a colleague has them, import their log with `concord log --import`."
            ])
        }
        if let apart = rebuilt.apart {
            try Output.lines([
                "Diffs that need missing ones are in \(apart). Run `concord sync`, then `concord log --import` with this file."
            ])
        }
    }
}
