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
                let isLate = Self.seconds() > self.deadline.withLock { $0 }
                if isLate || Self.memory() > Self.memoryMax { exit(Self.cut) }
            }
        }
    }

    /// Runs a stage and prints what it took.
    func measure(_ stage: HostileStage, _ body: () throws -> Void) throws {
        let start = Self.seconds()
        deadline.withLock { $0 = start + budget }
        try body()
        deadline.withLock { $0 = .infinity }
        let taken = Int((Self.seconds() - start) * 1e6)
        print("\(stage.rawValue)\t\(taken)\t\(Self.memory())")
    }

    /// The processor's time that the process has used, all threads together.
    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The most memory that the process has had, in kibibytes; 0 where the kernel does not say.
    private static func memory() -> Int {
        guard let status = FileManager.default.contents(atPath: "/proc/self/status") else {
            return 0
        }
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        let line = lines.first { $0.hasPrefix("VmHWM:") } ?? ""
        return line.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }
}
