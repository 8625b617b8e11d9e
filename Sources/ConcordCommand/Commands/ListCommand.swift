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
        let names = try folder.names()
        if output.json {
            return try Output.json([
                "engagements": .array(
                    names.map { ["name": .string($0), "path": .string(folder.file(of: $0))] }
                )
            ])
        }
        guard !names.isEmpty else {
            return try Output.lines([
                "There is no engagement on this device yet. Open one with `concord new`, or join one with"
                    + " `concord join`."
            ])
        }
        try Output.lines(Layout.table(names.map { [$0, folder.file(of: $0)] }))
    }
}
