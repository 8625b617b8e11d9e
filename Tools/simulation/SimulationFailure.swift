/// What a simulation has found: an invariant that does not hold.
package struct SimulationFailure: Error, CustomStringConvertible, Sendable {
    /// The seed of the run.
    package var seed: UInt64
    /// The step at which it was found; the number of steps if after healing.
    package var step: Int
    /// What does not hold, and where.
    package var message: String
    /// The steps that are enough to show it.
    package var history: [Int]

    /// Seed, step and words.
    package var description: String { "seed \(seed), step \(step): \(message)" }
}

/// An invariant that does not hold, before anybody knows at which step.
struct Violation: Error {
    let message: String
    init(_ message: String) { self.message = message }
}
