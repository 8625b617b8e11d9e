import Foundation

/// Every hostile shape at N and at 2N: twice as much may cost at most 2.3 times as much, in each stage.
///
/// The ratio is of the whole work, not of one diff. Each run is a process of its own; the shortest of up
/// to six counts, and a shape that has kept its limits is not run again. One that takes too long at N
/// already is given up and counts as missed.
struct HostileBench {
    /// The limit.
    private static let limit = 2.3
    /// Stages that take less than this at 2N are too short to be judged, in microseconds; so little
    /// for so much cannot grow with the square.
    private static let floor = 20_000.0
    /// The same of memory, in kibibytes.
    private static let memoryFloor = 16_384.0
    /// After how many seconds of the processor's time a stage is given up at N, and at 2N.
    private static let cut = (small: 5.0, large: 15.0)

    private let folder: String
    private let fraction: Int
    private let rounds: Int

    /// - Parameters:
    ///   - fraction: 1 for the whole sizes; more for runs that only show that it works.
    ///   - rounds: how often a shape that has missed a limit is measured, at the most.
    init(folder: String, fraction: Int, rounds: Int) {
        self.folder = folder
        self.fraction = fraction
        self.rounds = rounds
    }

    /// Measures the shapes whose names hold one of these; all if there are none.
    func run(_ names: [String]) throws -> [BenchResult] {
        try HostileShape.all.filter { shape in
            names.isEmpty || names.contains { shape.name.contains($0) }
        }.flatMap(measure)
    }

    private func measure(_ shape: HostileShape) throws -> [BenchResult] {
        let size = max(shape.size / fraction, 2)
        var small = Run()
        var large = Run()
        for _ in 0..<rounds {
            small.take(try run(shape, size: size, cut: Self.cut.small))
            large.take(try run(shape, size: 2 * size, cut: Self.cut.large))
            let results = results(shape, size, small, large)
            if results.allSatisfy(\.isMet) || small.failure != nil || large.failure != nil { break }
        }
        return results(shape, size, small, large)
    }

    /// A line for each stage, one for the memory, and one for a run that did not finish.
    private func results(
        _ shape: HostileShape,
        _ size: Int,
        _ small: Run,
        _ large: Run
    ) -> [BenchResult] {
        var lines: [BenchResult] = []
        for stage in HostileStage.allCases {
            guard let less = small.time[stage], let more = large.time[stage] else { continue }
            lines.append(line("\(shape.name): \(stage.rawValue)", size, less, more, Self.floor))
        }
        if let less = small.memory, let more = large.memory {
            let name = "\(shape.name): memory (KiB)"
            lines.append(line(name, size, less, more, Self.memoryFloor))
        }
        if let (failure, at) = small.failure.map({ ($0, size) })
            ?? large.failure.map({ ($0, 2 * size) })
        {
            lines.append(
                BenchResult(
                    name: "\(shape.name): \(failure)",
                    ours: .infinity,
                    baselineName: "N = \(at)",
                    baseline: .infinity,
                    ratio: .infinity,
                    target: .atMost(Self.limit)
                )
            )
        }
        return lines
    }

    private func line(
        _ name: String,
        _ size: Int,
        _ less: Double,
        _ more: Double,
        _ floor: Double
    ) -> BenchResult {
        BenchResult(
            name: name,
            ours: more,
            baselineName: "half of N = \(2 * size)",
            baseline: less,
            ratio: more / max(less, 1),
            target: more < floor ? .none : .atMost(Self.limit)
        )
    }

    // MARK: One run.

    /// What runs of one size took, the shortest of each stage.
    private struct Run {
        var time: [HostileStage: Double] = [:]
        var memory: Double?
        var failure: String?

        mutating func take(_ other: Run) {
            time.merge(other.time, uniquingKeysWith: min)
            memory = [memory, other.memory].compactMap(\.self).min()
            failure = other.failure
        }
    }

    private func run(_ shape: HostileShape, size: Int, cut: Double) throws -> Run {
        let child = try ChildProcess(
            Bundle.main.executablePath ?? CommandLine.arguments[0],
            [
                "hostile-shape", shape.name, "--size", "\(size)", "--cut", "\(cut)", "--folder",
                folder,
            ],
            environment: ProcessInfo.processInfo.environment,
            files: folder + "/hostile"
        )
        // Far more than the stages may take: the machine may do other things at the same time.
        let result = try child.wait(seconds: 40 * cut)
        var run = Run()
        var last = "nothing"
        var before = 0.0
        for line in result.output.split(separator: "\n") {
            let parts = line.split(separator: "\t")
            guard parts.count == 3, let stage = HostileStage(rawValue: String(parts[0])),
                let time = Double(parts[1]), let memory = Double(parts[2])
            else { throw HostileFailure("a run prints: \(line)") }
            run.time[stage] = time
            last = stage.rawValue
            // What the replica takes beyond what making and posting the log took.
            if stage == .server { before = memory }
            if stage == .read { run.memory = memory - before }
        }
        switch result.status {
        case 0: break
        case HostileMeter.cut: run.failure = "given up after \(last)"
        default:
            let errors = result.errors.split(separator: "\n").first.map(String.init)
            run.failure = "failed after \(last): \(errors ?? "status \(result.status)")"
        }
        return run
    }
}
