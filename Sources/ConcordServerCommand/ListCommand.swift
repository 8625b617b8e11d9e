import ArgumentParser
import ConcordEncoding
import ConcordSyncServer

/// `concord-server list`.
struct ListCommand: AdministratorCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the engagements, or the tokens that may open some.",
        discussion: """
            Shows counts, times and sizes, and nothing of what the audits are about. A server may be running \
            meanwhile.

            Examples:
              concord-server list --database audits.sqlite
              concord-server list --database audits.sqlite --tokens
            """
    )

    @Flag(help: "List the tokens that `concord-server create` has made.")
    var tokens = false
    @OptionGroup var files: FileOptions
    @OptionGroup var output: OutputOptions

    func result() throws -> CommandResult {
        let files = try files.files()
        if tokens { return Self.show(try OpeningTokens(files).all()) }
        return Self.show(try LogSummary.all(in: files))
    }

    private static func show(_ logs: [LogSummary]) -> CommandResult {
        let table =
            [["ENGAGEMENT", "MEMBERS", "DEVICES", "DIFFS", "BYTES", "NEWEST DIFF"]]
            + logs.map { log in
                [
                    log.engagement.base64url, "\(log.members)", "\(log.devices)", "\(log.entries)",
                    "\(log.bytes)", "\(log.newest)",
                ]
            }
        let values = logs.map { log -> JSON in
            [
                "engagement": .string(log.engagement.base64url),
                "members": .integer(Int64(log.members)),
                "devices": .integer(Int64(log.devices)),
                "diffs": .integer(Int64(log.entries)), "bytes": .integer(Int64(log.bytes)),
                "founded": .string(log.founded.description),
                "newest": .string(log.newest.description),
            ]
        }
        return CommandResult(
            json: ["engagements": .array(values)],
            lines: logs.isEmpty ? ["There are no engagements."] : columns(table)
        )
    }

    private static func show(_ tokens: [OpeningTokens.Entry]) -> CommandResult {
        let table =
            [["TOKEN FOR", "MADE", "EXPIRES"]]
            + tokens.map {
                ["\($0.name)", "\($0.made)", $0.expires?.description ?? "never"]
            }
        let values = tokens.map { token -> JSON in
            var object: JSONObject = [
                "name": .string(token.name), "made": .string(token.made.description),
            ]
            object["expires"] = token.expires.map { .string($0.description) }
            return .object(object)
        }
        return CommandResult(
            json: ["tokens": .array(values)],
            lines: tokens.isEmpty ? ["There are no tokens."] : columns(table)
        )
    }

    /// Rows as lines, each column as wide as its longest cell.
    static func columns(_ rows: [[String]]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        return rows.map { row in
            let cells = zip(row, widths).enumerated().map { column, cell in
                let isLast = column == widths.count - 1
                let room = isLast ? 0 : cell.1 - cell.0.count
                return cell.0 + String(repeating: " ", count: room)
            }
            return cells.joined(separator: "  ")
        }
    }
}
