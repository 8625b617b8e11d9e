import Foundation
import Synchronization

/// Says which seed was running when the program dies of itself.
///
/// A precondition that fails ends the process at once, and with it what a run would report: without the
/// seed nobody finds the place again.
enum SeedOfACrash {
    /// The seed that runs. Atomic, since a signal may come at any moment.
    private static let seed = Atomic<UInt64>(0)

    /// A seed begins.
    static func set(_ number: UInt64) { seed.store(number, ordering: .sequentiallyConsistent) }

    /// From now on a crash writes the seed to standard error, and then ends the process as it would have.
    static func tell() {
        set(0)
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
            signal(number) { number in
                SeedOfACrash.write()
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    /// Writes it with nothing but `write`: in a signal's handler nothing may be allocated.
    private static func write() {
        var left = seed.load(ordering: .sequentiallyConsistent)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 21) { digits in
            var start = 20
            digits[start] = UInt8(ascii: "\n")
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(left % 10)
                left /= 10
            } while left > 0
            let words: StaticString = "\nconcord-lab simulate: died in seed "
            _ = Foundation.write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
            guard let all = digits.baseAddress else { return }
            _ = Foundation.write(STDERR_FILENO, all + start, 21 - start)
        }
    }
}
