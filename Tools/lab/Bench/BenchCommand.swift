import ArgumentParser
import ConcordEncoding
import Foundation

/// Measures what Concord must reach, as ratios within one run.
struct BenchCommand: ParsableCommand {
    /// What can be measured alone.
    enum Part: String, CaseIterable, ExpressibleByArgument {
        case save
        case takeIn = "take-in"
        case json
        case records
        case commands
        case sync
        case live
        case text
        case hostile
    }

    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract:
            "Measure saves, take-in, canonical JSON, merging, commands, syncs, live connections and hostile shapes.",
        discussion: """
            Prints a table and, behind it, one line of JSON for each row. Each ratio compares two \
            measurements of this run on this machine, taken in turns, so that it means the same on \
            another one; times against limits hold for a machine that does nothing else. Build in release \
            configuration: swift run -c release concord-lab bench.

            The text is measured on two published editing sessions where they are there (docs/testing.md \
            says where they are looked for), and otherwise on two generated ones of the same length. \
            --peers measures Loro and pycrdt on the same sessions, and runs within the sources. It makes a virtual environment of \
            Python in .build/peers, with the versions of Tools/bench/peers-requirements.txt from PyPI; that \
            needs the network the first time only. It also measures what Kinto takes for the same edits as \
            concord-server, from PyPI in a temporary environment; without the network Kinto is left out.

            The hostile shapes are measured in processes of their own, at N and at 2N, by the \
            processor's time: what members do on purpose may cost at most 2.3 times as much for twice \
            as much. --shape chooses among them by a part of the name; concord-lab hostile-shape \
            lists them and runs one.

            Exit codes: 0 every target is reached, 1 one is missed, 69 the peers cannot be installed.
            """
    )

    @Option(help: "Measure only this; may be given more than once: \(Part.names).")
    var only: [Part] = []
    @Flag(help: "Measure the text in Loro and pycrdt too, and the server beside Kinto.")
    var peers = false
    @Option(help: "How many transactions of each trace are merged, at the most; all by default.")
    var transactions: Int?
    @Option(help: "What orders of arrival at random are made from.")
    var seed: UInt64 = 1
    @Option(help: "How many single-field edits are taken in.")
    var edits = 20_000
    @Option(help: "Over how many findings.")
    var findings = 1000
    @Option(help: "How many connections wait for news.")
    var connections = 500
    @Option(help: "How many edits are saved.")
    var saves = 300
    @Option(help: "Over how many findings concurrent edits are merged, at the least.")
    var fewFindings = 1000
    @Option(help: "Over how many findings concurrent edits are merged, at the most.")
    var manyFindings = 100_000
    @Option(help: "Over how many records commands are run, at the least.")
    var fewRecords = 100
    @Option(help: "Over how many records commands are run, at the most.")
    var manyRecords = 10_000
    @Option(help: "The program concord; by default the one beside this program.")
    var program: String?
    @Option(help: "The program concord-server; by default the one beside this program.")
    var server: String?
    @Option(help: "A folder on the disk that is to be measured; a temporary one by default.")
    var folder: String?
    @Option(help: "Only hostile shapes whose names hold this; may be given more than once.")
    var shape: [String] = []
    @Option(help: "Divide the hostile shapes' sizes by this: to show that it works.")
    var fraction = 1
    @Flag(help: "Print the lines of JSON only.")
    var json = false
    @Flag(help: "Exit with 0 even if a target is missed: for runs that only show that it works.")
    var lenient = false

    func validate() throws {
        guard !peers || transactions == nil else {
            throw ValidationError("--peers measures whole traces; leave --transactions out.")
        }
        guard connections > 0 else { throw ValidationError("--connections is at least 1.") }
        guard fraction > 0 else { throw ValidationError("--fraction is at least 1.") }
        guard transactions ?? 1 > 0 else { throw ValidationError("--transactions is at least 1.") }
    }

    func run() throws {
        let base = folder ?? NSTemporaryDirectory()
        let path = base + "/concord-bench-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { remove(path) }
        let results = try measure(in: path)
        if !json { print(BenchResult.table(results), terminator: "\n\n") }
        for result in results { print(result.json.canonicalText) }
        if !lenient, results.contains(where: { !$0.isMet }) { throw ExitCode(1) }
    }

    private func measure(in path: String) throws -> [BenchResult] {
        var results: [BenchResult] = []
        if includes(.save) { results.append(try SaveBench.run(in: path, saves: saves)) }
        if includes(.takeIn) {
            results.append(try TakeInBench.run(in: path, findings: findings, edits: edits))
        }
        if includes(.json) {
            let sample = try SampleDiffs(findings: min(findings, 100), edits: min(edits, 2000))
            results.append(try CanonicalBench.run(sample.edits))
        }
        if includes(.records) {
            results += try RecordsBench.run(
                in: path,
                few: fewFindings,
                many: manyFindings,
                edits: 1000
            )
        }
        if includes(.sync) {
            let bench = try SyncBench(server: server ?? beside("concord-server"), in: path)
            results += try bench.run(edits: edits, peers: peers)
        }
        if includes(.live) {
            let bench = try LiveBench(
                server: server ?? beside("concord-server"),
                in: path,
                connections: connections
            )
            results += try bench.run()
        }
        if includes(.commands) {
            results += try CommandBench.run(
                program ?? beside("concord"),
                in: path,
                few: fewRecords,
                many: manyRecords
            )
        }
        if includes(.text) { results += try measureText(in: path) }
        if includes(.hostile) {
            let bench = HostileBench(folder: path, fraction: fraction, rounds: lenient ? 1 : 6)
            results += try bench.run(shape)
        }
        return results
    }

    /// A program of ours in the folder of this one.
    private func beside(_ program: String) -> String {
        Bundle.main.bundleURL.appendingPathComponent(program).path
    }

    private func measureText(in folder: String) throws -> [BenchResult] {
        do {
            let bench = try TextBench(limit: transactions ?? .max, seed: seed, in: folder)
            return try bench.run(in: folder) + (peers ? try PeersBench.run(bench) : [])
        } catch let failure as PeerEnvironment.Failure {
            FileHandle.standardError.write(Data("concord-lab: \(failure)\n".utf8))
            throw ExitCode(69)
        }
    }

    private func includes(_ part: Part) -> Bool { only.isEmpty || only.contains(part) }

    private func remove(_ path: String) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            FileHandle.standardError.write(Data("concord-lab: \(path) is left: \(error)\n".utf8))
        }
    }
}

extension BenchCommand.Part {
    fileprivate static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
