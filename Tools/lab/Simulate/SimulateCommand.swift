import ArgumentParser
import ConcordSimulation
import Foundation

/// `concord-lab simulate`.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Look for a history that loses a write or lets replicas differ.",
        discussion: """
            Runs seed after seed: real replicas in files, the real server's decisions, a network that \
            loses, repeats, overtakes and cuts off messages, processes that die, clocks that jump, \
            restored and cloned devices, hostile members. Every step is checked, and everything once \
            the network is whole again. Exit code 1 if something is found, with the seed and a short \
            history, which `--keep` replays.
            """
    )

    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    @Option(help: "How long new seeds are begun.")
    var seconds: Double = 10

    @Option(help: "How many devices begin.")
    var replicas = 4

    @Option(help: "How many steps a seed has.")
    var steps = 200

    @Option(help: "Carry out these steps alone, as 3,17,29, and tell what they do.")
    var keep: String?

    @Flag(help: "Sign with Ed25519 instead of hashes.")
    var realSignatures = false

    func validate() throws {
        guard (1...8).contains(replicas) else { throw ValidationError("1 to 8 replicas.") }
        guard (1...100_000).contains(steps) else { throw ValidationError("1 to 100000 steps.") }
    }

    func run() throws {
        var settings = SimulationSettings()
        settings.replicas = replicas
        settings.steps = steps
        settings.signatures = realSignatures ? .real : .hashes
        let runner = SimulationRunner(settings)
        if let keep { return try replay(keep, runner) }
        let report = try runner.run(from: seed, seconds: seconds)
        print("\(report.runs) seeds, \(report.steps) steps, \(Int(report.rate)) steps/s")
        guard let failure = report.failure else { return }
        let history = failure.history.map(String.init).joined(separator: ",")
        print("\(failure)\n\nconcord-lab simulate --seed \(failure.seed)", terminator: " ")
        print("--replicas \(replicas) --steps \(steps) --keep \(history)\n")
        print(report.story.joined(separator: "\n"))
        throw ExitCode(1)
    }

    private func replay(_ keep: String, _ runner: SimulationRunner) throws {
        let history = keep.split(separator: ",").compactMap { Int($0) }
        let (failure, story) = try runner.replay(seed, history)
        print(story.joined(separator: "\n"))
        guard let failure else { return }
        print(failure)
        throw ExitCode(1)
    }
}
