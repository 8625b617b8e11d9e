import ArgumentParser
import ConcordEncoding
import Foundation

/// `concord-lab files`.
struct FilesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files",
        abstract: "Send and receive evidence files over a connection that is cut again and again.",
        discussion: """
            Prints how many bytes went over the socket for each byte of the files, headers and what was lost at \
            each cut included. The target is at most 1.05 in either direction.

            Exit codes: 0 the target is reached and every file came whole, 1 it is not.
            """
    )

    @Option(help: "How many files.")
    var count = 100
    @Option(help: "How many bytes each has.")
    var bytes = 4_000_000
    @Option(help: "After how many bytes each connection is cut.")
    var cutEvery = 3_000_000
    @Option(help: "What the files' contents are made from.")
    var seed: UInt64 = 1
    @Option(help: "Where concord-server is (default: next to this program).")
    var programs: String?
    @Option(help: "A folder on the disk that is to be used; a temporary one by default.")
    var folder: String?

    /// The most bytes at the socket for each byte of a file.
    static let target = 1.05

    func validate() throws {
        guard count > 0, bytes > 0, cutEvery > 0 else {
            throw ValidationError("--count, --bytes and --cut-every are at least 1.")
        }
    }

    func run() async throws {
        let path = (folder ?? NSTemporaryDirectory()) + "/concord-files-" + UUID().uuidString
        defer {
            do { try FileManager.default.removeItem(atPath: path) } catch { print("\(path) stays") }
        }
        let result = try await FileRun(
            count: count,
            bytesOfEach: bytes,
            cutEvery: cutEvery,
            seed: seed,
            programs: programs ?? Bundle.main.bundleURL.path,
            folder: path
        ).run()
        var isMet = result.verified == count
        for (name, leg) in [("upload", result.upload), ("download", result.download)] {
            let ratio = Double(leg.bytes) / Double(result.size)
            isMet = isMet && ratio <= Self.target
            let object: JSONObject = [
                "bytes": .integer(Int64(leg.bytes)), "cuts": .integer(Int64(leg.cuts)),
                "filesBytes": .integer(Int64(result.size)),
                "lost": .integer(Int64(leg.lost)), "name": .string(WireText(name)),
                "ratio": .string(WireText(String(format: "%.4f", ratio))),
                "seconds": .string(WireText(String(format: "%.1f", leg.seconds))),
                "verified": .integer(Int64(result.verified)),
            ]
            print(JSON.object(object).canonicalText)
        }
        if !isMet { throw ExitCode(1) }
    }
}
