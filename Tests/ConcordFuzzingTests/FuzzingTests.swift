import ConcordFuzzing
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
        var generator = SplitMix(state: seed)

        let bytes = (0..<400).map { _ in UInt8(truncatingIfNeeded: generator.next()) }

        FuzzTarget.history.run(bytes)
    }
}

/// Numbers from a seed (SplitMix64).
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
