import ArgumentParser
import Foundation

/// `concord-lab replay`.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replay editing traces and measure the text merge.",
        discussion: """
            A line of JSON for each trace; exit code 1 if a text differs from the trace's own \
            `endContent`. Files are .json or .json.gz, with one trace or an array of them.
            """
    )

    @Argument(help: "The traces.")
    var files: [String]

    func run() throws {
        let code = Replay().run(
            files,
            print: { print($0) },
            complain: { FileHandle.standardError.write(Data(($0 + "\n").utf8)) }
        )
        if code != 0 { throw ExitCode(code) }
    }
}
