import ArgumentParser

/// The developers' program: plays the demo, runs vectors and traces, measures.
@main
struct ConcordLab: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "concord-lab",
        abstract: "Concord's own workbench: the demo, vectors, traces, benchmarks.",
        subcommands: [
            DemoCommand.self, CanonicalizeCommand.self, VerifySignaturesCommand.self,
            ReplayCommand.self, TakeInCommand.self, BenchCommand.self, HostileCommand.self,
            SimulateCommand.self, CrashCommand.self, MeasuredRunCommand.self, FilesCommand.self,
        ]
    )
}
