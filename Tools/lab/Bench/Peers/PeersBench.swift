import Foundation

/// The same sessions in other libraries, measured in turns with our own in the same run.
enum PeersBench {
    /// How often all measurements take turns; the shortest of each counts.
    private static let rounds = 5

    /// Measures; makes the virtual environment first, if it is not there.
    static func run(_ bench: TextBench) throws -> [BenchResult] {
        let project = try ProjectFolder.find()
        let environment = PeerEnvironment(
            "Loro and pycrdt",
            requirements: project.appendingPathComponent("Tools/bench/peers-requirements.txt"),
            folder: project.appendingPathComponent(".build/peers")
        )
        let python = try environment.python()
        say("Building the history in each library (seconds)")
        let peers = try PeerProcess(python: python, project: project, bench: bench)
        defer { peers.stop() }
        var best = [Double](repeating: .infinity, count: Comparison.all.count)
        var ours = best
        for round in 1...rounds {
            say("Measuring in turns, round \(round) of \(rounds)")
            for (index, comparison) in Comparison.all.enumerated() {
                ours[index] = min(ours[index], comparison.what.measure(bench))
                best[index] = min(best[index], try peers.measure(comparison.peer))
            }
        }
        return Comparison.all.indices.map { index in
            let comparison = Comparison.all[index]
            let count = comparison.what.count(bench)
            return BenchResult(
                name: comparison.what.name(bench),
                ours: ours[index] / count,
                baselineName: "\(peers.name(of: comparison.peer)): \(comparison.note)",
                baseline: best[index] / count,
                ratio: best[index] / ours[index],
                target: comparison.isRequired ? .atLeast(1) : .none
            )
        }
    }

    /// Tells the person who waits what is going on.
    static func say(_ line: String) {
        FileHandle.standardError.write(Data("concord-lab: \(line)\n".utf8))
    }

    /// One of our measurements compared with one of a peer.
    private struct Comparison {
        let what: What
        let peer: String
        let note: String
        var isRequired = false

        static let all = [
            Comparison(
                what: .whole,
                peer: "loro-all",
                note: "import of all updates",
                isRequired: true
            ),
            Comparison(what: .whole, peer: "loro-batch", note: "import_batch, one update each"),
            Comparison(what: .whole, peer: "pycrdt-all", note: "loads an already integrated state"),
            Comparison(what: .typed, peer: "loro-typed", note: "typed, called from Python"),
            Comparison(what: .typed, peer: "pycrdt-typed", note: "typed, called from Python"),
        ]
    }

    /// What is measured.
    private enum What {
        case whole
        case typed

        func name(_ bench: TextBench) -> String {
            switch self {
            case .whole: "\(bench.concurrent.name), whole history"
            case .typed: "\(bench.sequential.name), one patch"
            }
        }

        func measure(_ bench: TextBench) -> Double {
            // The best of three, since the peer's turn empties our caches.
            let measurements = (0..<3).map { _ in
                switch self {
                case .whole: bench.concurrent.merge()
                case .typed: bench.sequential.merge()
                }
            }
            return measurements.min() ?? .infinity
        }

        func count(_ bench: TextBench) -> Double {
            switch self {
            case .whole: 1
            case .typed: Double(bench.sequential.operations)
            }
        }
    }
}
