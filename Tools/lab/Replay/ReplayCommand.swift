import ArgumentParser
import Foundation

/// `concord-lab replay`.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replay editing traces and measure the text merge.",
        discussion: """
            Files are .json or .json.gz in the format of the public editing traces, sequential or \
            concurrent, with one trace or an array of them. Positions count Unicode scalars; agents \
            are ordered by their number.

            Prints a line of JSON for each trace: file, index (in an array), name (if it has one), ok, \
            operations, transactions, mergeMilliseconds (the complete history into an empty document, \
            after parsing; the best of several), applyMilliseconds (transaction by transaction in the \
            order of the file; the best of several), residentBytes.

            Exit codes: 0 every text is as its trace says, 1 one differs, 65 a file holds no trace \
            that can be used, 66 a file cannot be read. What is wrong stands on standard error; the \
            other traces are replayed all the same.
            """
    )

    @Argument(help: "The traces.")
    var files: [String]

    func run() throws {
        let code = Replay().run(
            files,
            print: { print($0) },
            complain: { FileHandle.standardError.write(Data("concord-lab: \($0)\n".utf8)) }
        )
        if code != 0 { throw ExitCode(code) }
    }
}
