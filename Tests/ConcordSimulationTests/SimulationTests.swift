import ConcordSimulation
import Foundation
import Testing

@Suite struct SimulationTests {
    /// A few short runs; the long ones are `concord-lab simulate`.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func nothingIsLostAndEveryReplicaAgrees(seed: UInt64) throws {
        var settings = SimulationSettings()
        settings.replicas = 3
        settings.steps = 60

        let failure = try SimulationRunner(settings).failure(of: seed, Array(0..<settings.steps))

        #expect(failure == nil, "\(failure?.description ?? "")")
    }

    /// The seeds that are asked for: the first one and how many, as in `CONCORD_SEEDS=40000,20`.
    private static let asked = ProcessInfo.processInfo.environment["CONCORD_SEEDS"]?
        .split(separator: ",").compactMap { UInt64($0) }

    /// With the core alone, where `concord-lab simulate` is not built: what fails is told as a history made short.
    @Test(.enabled(if: asked?.count == 2, "CONCORD_SEEDS asks for more seeds"))
    func askedForSeedsHold() throws {
        let asked = try #require(Self.asked)
        var settings = SimulationSettings()
        settings.hasMeetings = ProcessInfo.processInfo.environment["CONCORD_MEETINGS"] != nil
        for seed in asked[0]..<asked[0] + asked[1] {
            let report = try SimulationRunner(settings).run(from: seed, seconds: 0)

            let story = report.story.joined(separator: "\n")
            try #require(report.failure == nil, "\(report.failure?.description ?? "")\n\(story)")
        }
    }

    @Test func oneSeedReplaysOneRun() throws {
        var settings = SimulationSettings()
        settings.steps = 60

        let first = try Simulation(seed: 7, settings)
        try first.run(Array(0..<60))
        let second = try Simulation(seed: 7, settings)
        try second.run(Array(0..<60))

        #expect(first.story == second.story)
        #expect(first.story.count > 60)
    }
}
