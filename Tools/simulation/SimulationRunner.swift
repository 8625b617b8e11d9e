import Foundation

/// The result of a series of runs.
package struct SimulationReport: Sendable {
    /// How many seeds were run.
    package var runs = 0
    /// How many steps were carried out.
    package var steps = 0
    /// How long it took.
    package var seconds = 0.0
    /// What was found, with a history as short as could be made.
    package var failure: SimulationFailure?
    /// What the steps of the short history did.
    package var story: [String] = []

    /// Steps a second.
    package var rate: Double { seconds > 0 ? Double(steps) / seconds : 0 }
}

/// Runs seed after seed until the time is over or something is found.
package struct SimulationRunner {
    private let settings: SimulationSettings
    /// How long a failing history is made shorter.
    private let shorteningSeconds: Double

    /// A runner with these settings.
    package init(_ settings: SimulationSettings, shorteningSeconds: Double = 30) {
        self.settings = settings
        self.shorteningSeconds = shorteningSeconds
    }

    /// Runs `seed` and the seeds after it for so many seconds, at least one.
    ///
    /// - Parameter beginning: called with each seed before it is run.
    package func run(
        from seed: UInt64,
        seconds: Double,
        beginning: (UInt64) -> Void = { _ in }
    ) throws -> SimulationReport {
        let start = Date()
        var report = SimulationReport()
        var next = seed
        repeat {
            beginning(next)
            let history = Array(0..<settings.steps)
            let failure = try failure(of: next, history)
            report.runs += 1
            report.steps += failure.map { min($0.step, settings.steps) } ?? settings.steps
            report.seconds = Date().timeIntervalSince(start)
            if let failure {
                let shorter = try shortened(failure)
                report.failure = shorter
                report.story = try replay(next, shorter.history).story
                return report
            }
            next &+= 1
        } while report.seconds < seconds
        return report
    }

    /// Runs one history of one seed; nil if every invariant holds.
    package func failure(of seed: UInt64, _ history: [Int]) throws -> SimulationFailure? {
        do {
            try Simulation(seed: seed, settings).run(history)
            return nil
        } catch let failure as SimulationFailure {
            return failure
        }
    }

    /// Runs one history of one seed again and tells what its steps did, in words.
    package func replay(
        _ seed: UInt64,
        _ history: [Int]
    ) throws -> (failure: SimulationFailure?, story: [String]) {
        let simulation = try Simulation(seed: seed, settings)
        do {
            try simulation.run(history)
            return (nil, simulation.story)
        } catch let failure as SimulationFailure {
            return (failure, simulation.story)
        }
    }

    /// Leaves steps out, many at once, then fewer, while what is left still fails.
    private func shortened(_ failure: SimulationFailure) throws -> SimulationFailure {
        let end = Date().addingTimeInterval(shorteningSeconds)
        var best = failure
        var size = max(best.history.count / 2, 1)
        while true {
            var start = 0
            var hasShortened = false
            while start < best.history.count, Date() < end {
                var history = best.history
                history.removeSubrange(start..<min(start + size, history.count))
                if let shorter = try self.failure(of: failure.seed, history) {
                    best = shorter
                    hasShortened = true
                } else {
                    start += size
                }
            }
            if Date() >= end || (size == 1 && !hasShortened) { return best }
            size = max(size / 2, 1)
        }
    }
}
