import ConcordDiff
import Foundation
import Testing

@Suite("Random histories")
struct SimulationTests {
    /// Set CONCORD_SEED to replay one run, CONCORD_RUNS for more from there on.
    static let seeds: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        let first = environment["CONCORD_SEED"].flatMap(UInt64.init)
        let runs =
            environment["CONCORD_RUNS"].flatMap(UInt64.init)
            ?? (first == nil ? (Size.isFull ? 30 : 6) : 1)
        let start = first ?? 1
        return (start..<start + runs).map { $0 } + (first == nil ? telling : [])
    }()

    /// Runs that have found something: presence that hung on one write, an owner without writes, a
    /// verdict that rested on what was pending elsewhere.
    static let telling: [UInt64] = [52, 5_044, 70_021]

    @Test(arguments: seeds, [false, true])
    func everybodyComesToWhatTheObviousFoldShows(seed: UInt64, merges: Bool) throws {
        var simulation = try Simulation(seed: seed, merges: merges)
        do {
            for step in 1...60 {
                try simulation.step()
                if step % (merges ? 10 : 20) == 0 { try simulation.compareOne() }
            }
            _ = try simulation.finish()
        } catch {
            Issue.record("seed \(seed): \(error)")
        }
    }

    /// What evidence says is confirmed with what cites it, and nobody else's verdicts depend on who looks.
    @Test(arguments: seeds)
    func whatRestsOnEvidenceIsWhatTheObviousFoldShows(seed: UInt64) throws {
        var simulation = try Simulation(seed: seed, cites: true)
        do {
            for step in 1...60 {
                try simulation.step()
                if step % 10 == 0 { try simulation.compareOne() }
            }
            _ = try simulation.finish()
        } catch {
            Issue.record("seed \(seed): \(error)")
        }
    }
}
