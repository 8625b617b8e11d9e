import Foundation
import Synchronization

/// Measures stages by the time of the processor that this process has used, so that what else the
/// machine does at the moment hardly counts, and stops one that takes too long.
///
/// Prints one line for each stage: its name, microseconds, and the most memory that the process has had
/// so far, in kibibytes.
final class HostileMeter: Sendable {
    /// How a stage that took too long ends the process.
    static let cut: Int32 = 75
    /// The most memory that a shape may take, in kibibytes.
    static let memoryMax = 2 << 20

    private let budget: Double
    private let deadline = Mutex(Double.infinity)

    /// - Parameter budget: how many seconds of the processor's time a stage may take.
    init(budget: Double) {
        self.budget = budget
    }

    /// Begins to look after the process, from a thread of its own.
    func watch() {
        Thread.detachNewThread {
            while true {
                Thread.sleep(forTimeInterval: 0.05)
                let isLate = ProcessUse.seconds > self.deadline.withLock { $0 }
                if isLate || ProcessUse.peakMemory > Self.memoryMax { exit(Self.cut) }
            }
        }
    }

    /// Runs a stage and prints what it took.
    func measure(_ stage: HostileStage, _ body: () throws -> Void) throws {
        let start = ProcessUse.seconds
        deadline.withLock { $0 = start + budget }
        try body()
        deadline.withLock { $0 = .infinity }
        let taken = Int((ProcessUse.seconds - start) * 1e6)
        print("\(stage.rawValue)\t\(taken)\t\(ProcessUse.peakMemory)")
    }
}
