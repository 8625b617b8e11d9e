import ArgumentParser
import ConcordEncoding
import Foundation

/// Measures what Concord must reach, as ratios within one run.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure saves, take-in and canonical JSON against the bare minimum.",
        discussion: """
            Prints a table and, behind it, one line of JSON for each row. Each ratio compares two \
            measurements of this run on this machine, so that it means the same on another one. Build in \
            release configuration: swift run -c release concord-lab bench.

            Exit code 1 if a target is missed.
            """
    )

    @Option(help: "How many single-field edits are taken in.")
    var edits = 20_000
    @Option(help: "Over how many findings.")
    var findings = 1000
    @Option(help: "How many edits are saved.")
    var saves = 300
    @Option(help: "Over how many findings concurrent edits are merged, at the least.")
    var fewFindings = 1000
    @Option(help: "Over how many findings concurrent edits are merged, at the most.")
    var manyFindings = 100_000
    @Option(help: "A folder on the disk that is to be measured; a temporary one by default.")
    var folder: String?
    @Flag(help: "Print the lines of JSON only.")
    var json = false
    @Flag(help: "Exit with 0 even if a target is missed: for runs that only show that it works.")
    var lenient = false

    func run() throws {
        let base = folder ?? NSTemporaryDirectory()
        let path = base + "/concord-bench-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { remove(path) }
        let diffs = try SampleDiffs(findings: min(findings, 100), edits: min(edits, 2000)).edits
        var results = [
            try SaveBench.run(in: path, saves: saves),
            try TakeInBench.run(in: path, findings: findings, edits: edits),
            try CanonicalBench.run(diffs),
        ]
        results += try RecordsBench.run(in: path, few: fewFindings, many: manyFindings, edits: 1000)
        if !json { print(BenchResult.table(results), terminator: "\n\n") }
        for result in results { print(result.json.canonicalText) }
        if !lenient, results.contains(where: { !$0.isMet }) { throw ExitCode(1) }
    }

    private func remove(_ path: String) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            FileHandle.standardError.write(Data("concord-lab: \(path) is left: \(error)\n".utf8))
        }
    }
}
