import ConcordFuzzing
import ConcordTesting
import Foundation
import Testing

/// What the fuzzer runs, over inputs that it has found and over some at random: so that it cannot rot, and
/// what was found stays found.
struct FuzzingTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Data/fuzz")

    /// The inputs of a folder that bears a target's name.
    private static func inputs(_ target: FuzzTarget) throws -> [[UInt8]] {
        let folder = folder.appending(path: target.rawValue)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try names.map { [UInt8](try Data(contentsOf: folder.appending(path: $0))) }
    }

    @Test(arguments: FuzzTarget.allCases)
    func whatWasFoundStaysFound(_ target: FuzzTarget) throws {
        let inputs = try Self.inputs(target)

        #expect(!inputs.isEmpty)
        for input in inputs { target.run(input) }
    }

    @Test(arguments: 0..<12)
    func anyHistoryIsTakenInAlike(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)

        let bytes = (0..<400).map { _ in UInt8(truncatingIfNeeded: generator.next()) }

        FuzzTarget.history.run(bytes)
    }
}
