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
            history, which `--keep` replays. Prints seeds, steps and steps a second.
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

    @Flag(help: "Let people meet at the same findings, and ask that what is overtaken is told.")
    var meetings = false

    func validate() throws {
        guard (1...8).contains(replicas) else { throw ValidationError("--replicas is 1 to 8.") }
        guard (1...100_000).contains(steps) else {
            throw ValidationError("--steps is 1 to 100000.")
        }
        guard (0...1_000_000).contains(seconds) else {
            throw ValidationError("--seconds is 0 to 1000000; with 0 one seed is run.")
        }
        _ = try history()
    }

    func run() throws {
        let runner = SimulationRunner(settings)
        SeedOfACrash.tell()
        if let history = try history() { return try replay(history, runner) }
        let report = try runner.run(from: seed, seconds: seconds) { SeedOfACrash.set($0) }
        print(
            "\(report.runs) seeds from \(seed) on, \(report.steps) steps, \(Int(report.rate)) steps/s"
        )
        guard let failure = report.failure else { return }
        let words = ["concord-lab", "simulate"] + arguments(replaying: failure)
        print("\(failure)\n\n\(words.joined(separator: " "))\n")
        print(report.story.joined(separator: "\n"))
        throw ExitCode(1)
    }

    /// The arguments with which this command finds a failure again.
    func arguments(replaying failure: SimulationFailure) -> [String] {
        let history = failure.history.map(String.init).joined(separator: ",")
        return [
            "--seed", "\(failure.seed)", "--replicas", "\(replicas)", "--steps", "\(steps)",
            "--keep", history,
        ] + (realSignatures ? ["--real-signatures"] : []) + (meetings ? ["--meetings"] : [])
    }

    private var settings: SimulationSettings {
        var settings = SimulationSettings()
        settings.replicas = replicas
        settings.steps = steps
        settings.signatures = realSignatures ? .real : .hashes
        settings.hasMeetings = meetings
        return settings
    }

    /// The steps that `--keep` names; nil if all are meant.
    private func history() throws -> [Int]? {
        guard let keep else { return nil }
        if keep.isEmpty { return [] }
        return try keep.split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let step = Int(word), (0..<steps).contains(step) else {
                throw ValidationError("--keep is a list of steps below --steps, as 3,17,29.")
            }
            return step
        }
    }

    private func replay(_ history: [Int], _ runner: SimulationRunner) throws {
        SeedOfACrash.set(seed)
        let (failure, story) = try runner.replay(seed, history)
        print(story.joined(separator: "\n"))
        guard let failure else { return }
        print(failure)
        throw ExitCode(1)
    }
}
