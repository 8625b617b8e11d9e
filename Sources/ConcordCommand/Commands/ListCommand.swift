import ArgumentParser
import ConcordEncoding

/// `concord list`.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the engagements on this device."
    )

    @OptionGroup var output: OutputOptions

    func run() throws {
        let folder = DataFolder.standard
        let rows = try folder.names().map { EngagementRow(name: $0, path: folder.file(of: $0)) }
        try output.show(
            Table(
                name: "engagements",
                rows: rows,
                none:
                    "There is no engagement on this device yet. Open one with `concord new`, or join one with"
                    + " `concord join`."
            )
        )
    }
}

/// An engagement on this device.
private struct EngagementRow: Row {
    let name: String
    let path: String

    var json: JSON { ["name": .string(name), "path": .string(path)] }
    var cells: [String] { [name, path] }
}
