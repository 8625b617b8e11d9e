import ArgumentParser
import Foundation

/// `concord-lab replay`.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replay editing traces and measure the merge of texts.",
        discussion: """
            Files are .json or .json.gz in the format of the public editing traces, sequential or \
            concurrent, with one trace or an array of them. Positions count Unicode scalars; agents \
            are ordered by their number.

            Prints a line of JSON for each trace: file, index (in an array), name (if it has one), ok, \
            operations, transactions, mergeMilliseconds (the complete history, merged by the function \
            that replicas call; the processor's time, the best of several), residentBytes.

            With --replica each transaction becomes a signed diff of an auditor, and a process of its \
            own takes all of them into a fresh replica, and then as many edits of fields into another \
            one. The line then has file, index, name, ok, transactions, microseconds (the processor's \
            time for one, from its bytes to the durable commit), fieldMicroseconds, ratio (at most 3), \
            peakBytes (the most memory, at most 80 MiB) and replicaBytes. An agent whose transactions \
            are concurrent with each other cannot be played: that is no trace for this.

            Exit codes: 0 every text is as its trace says and the limits are kept, 1 one is not, 65 a \
            file holds no trace that can be used, 66 a file cannot be read. What is wrong stands on standard error; the \
            other traces are replayed all the same.
            """
    )

    @Argument(help: "The traces.")
    var files: [String]
    @Flag(help: "Play them as signed diffs into fresh replicas.")
    var replica = false
    @Option(help: "Where the replicas are made; a temporary folder by default.")
    var folder: String?

    func run() throws {
        let code = try replica ? inFolder { play(in: $0) } : play(in: nil)
        if code != 0 { throw ExitCode(code) }
    }

    /// Runs `body` with a folder that is there for so long.
    private func inFolder(_ body: (String) -> Int32) throws -> Int32 {
        let path = (folder ?? NSTemporaryDirectory()) + "/concord-replay-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let code = body(path)
        try FileManager.default.removeItem(atPath: path)
        return code
    }

    private func play(in folder: String?) -> Int32 {
        Replay(replicas: folder).run(
            files,
            print: { print($0) },
            complain: { FileHandle.standardError.write(Data("concord-lab: \($0)\n".utf8)) }
        )
    }
}
