import Foundation

/// The commands that people use all day, over few and over many records: each looks at what it is asked for, so
/// that it hardly takes longer, and takes no more memory, however much the replica holds.
///
/// Each command is a process of its own, as people run it, measured by the processor's time. Few and many
/// records take turns, and the shortest time of each counts, the greatest memory of all.
enum CommandBench {
    /// What is run, and how much longer it may take.
    private struct Case {
        let name: String
        let arguments: [String]
        var target = BenchResult.Target.atMost(1.3)
        /// Whether it saves, so that it works on a copy.
        var saves = false
        /// What is done on the copy before it.
        var before: [String] = []
        /// What stands beside the replica and is copied with it.
        var beside = [".key"]
    }

    private static let rounds = 7
    /// What a command may take of memory, in megabytes.
    private static let memoryMax = 60.0

    private static let cases = [
        Case(
            name: "finding add",
            arguments: [
                "finding", "add", "--title", "Plan untested", "--criterion", "20000-1:9.2=major",
            ],
            saves: true
        ),
        Case(
            name: "finding list --state submitted",
            arguments: ["finding", "list", "--state", "submitted"],
            target: .atMost(2)
        ),
        Case(
            name: "finding list --contested",
            arguments: ["finding", "list", "--contested"],
            target: .atMost(2)
        ),
        Case(name: "finding show A-01", arguments: ["finding", "show", "A-01"]),
        Case(
            name: "finding edit A-01 --process 8.1",
            arguments: ["finding", "edit", "A-01", "--process", "8.1"],
            saves: true
        ),
        Case(name: "conflicts", arguments: ["conflicts"]),
        Case(
            name: "status after an edit",
            arguments: ["status"],
            saves: true,
            before: ["finding", "edit", "A-01", "--process", "8.1"],
            beside: [".key", ".figures"]
        ),
        Case(name: "status when nothing has changed", arguments: ["status"]),
        // Without what an earlier one has kept.
        Case(name: "status for the first time", arguments: ["status"], target: .none, saves: true),
        // With how safe it is.
        Case(name: "show A-01", arguments: ["show", "A-01"]),
        // Nothing of the sample is on a server: all of it is told.
        Case(name: "status --safety", arguments: ["status", "--safety"], target: .none),
        Case(name: "news", arguments: ["news"], target: .none),
        Case(name: "inbox", arguments: ["inbox"], target: .none),
        Case(name: "finding list", arguments: ["finding", "list"], target: .none),
    ]

    /// Measures every command.
    ///
    /// - Parameter program: the path of `concord`.
    static func run(
        _ program: String,
        in folder: String,
        few: Int,
        many: Int
    ) throws -> [BenchResult] {
        let small = try CommandSample(records: few, in: folder)
        let large = try CommandSample(records: many, in: folder)
        // What the status keeps is there then.
        for sample in [small, large] { _ = try measure(["status"], program, sample.path) }
        return try cases.flatMap { one -> [BenchResult] in
            var best = (few: Double.infinity, many: Double.infinity)
            var memory = 0
            for _ in 0..<rounds {
                best.few = min(best.few, try run(one, program, small).time)
                let measured = try run(one, program, large)
                best.many = min(best.many, measured.time)
                memory = max(memory, measured.memory)
            }
            let megabytes = Double(memory) / 1e6
            return [
                BenchResult(
                    name: "concord \(one.name)",
                    ours: best.many,
                    baselineName: "over \(few) records instead of \(many)",
                    baseline: best.few,
                    ratio: best.many / best.few,
                    target: one.target
                ),
                BenchResult(
                    name: "concord \(one.name), megabytes",
                    ours: megabytes,
                    baselineName: "\(Int(memoryMax)) MB, over \(many) records",
                    baseline: memoryMax,
                    ratio: megabytes / memoryMax,
                    target: .atMost(1)
                ),
            ]
        }
    }

    private static func run(
        _ one: Case,
        _ program: String,
        _ sample: CommandSample
    ) throws -> MeasuredProgram {
        guard one.saves else { return try measure(one.arguments, program, sample.path) }
        let path = sample.path + "-copy"
        for suffix in [""] + one.beside {
            try FileManager.default.copyItem(atPath: sample.path + suffix, toPath: path + suffix)
        }
        if !one.before.isEmpty { _ = try measure(one.before, program, path) }
        let measured = try measure(one.arguments, program, path)
        for suffix in ["", ".key", "-wal", "-shm", ".lock", ".guard", ".figures"]
        where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
        return measured
    }

    private static func measure(
        _ arguments: [String],
        _ program: String,
        _ path: String
    ) throws -> MeasuredProgram {
        try MeasuredProgram.run(
            program,
            arguments + ["--replica", path],
            environment: Surroundings.plain()
        )
    }
}
