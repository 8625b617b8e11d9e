import ConcordEncoding
import ConcordTesting
import Foundation
import Testing

@testable import ConcordStorage

/// The file beside a replica: sums of entries, and hints at findings that may say the same.
@Suite struct FigureFileTests {
    private static let hintsMax = 3

    private static func basis(_ number: Int) -> FigureFile.Basis {
        FigureFile.Basis(point: ChangePoint(number: number, name: 7), frame: "frame")
    }

    /// An entry at one or two of a few places. What is near need not be near the other way round.
    private static func entry(_ id: WireText, _ dice: inout SeededGenerator) -> FigureEntry {
        var entry = FigureEntry(id: id)
        entry.counts = ["findings": 1, "grade \(dice.below(3))": 1]
        entry.reaches = dice.oneIn(3) ? ["other"] : []
        if dice.oneIn(8) { return entry }
        let own = Set((0...dice.below(2)).map { _ in 1 + dice.below(4) })
        // 1 and 2 are near to each other, 3 has 4 near to it and not the other way round.
        let near = own.union(own.contains(1) ? [2] : []).union(own.contains(2) ? [1] : [])
            .union(own.contains(3) ? [4] : [])
        entry.likeness = FigureEntry.Likeness(
            rank: [UInt8(dice.below(250))] + Array(id.utf8),
            unit: dice.oneIn(3) ? nil : 1 + dice.below(2),
            own: own,
            near: near,
            around: near.union(own.contains(4) ? [3] : [])
        )
        return entry
    }

    /// The hints by the definition: for each entry the earlier ones near to it in its unit.
    private static func hints(_ entries: [FigureEntry]) -> Int {
        let all = entries.compactMap(\.likeness)
        return all.reduce(0) { sum, one in
            let earlier = all.count { other in
                other.rank.lexicographicallyPrecedes(one.rank)
                    && !other.own.isDisjoint(with: one.near)
                    && (one.unit == nil || other.unit == nil || one.unit == other.unit)
            }
            return sum + min(earlier, hintsMax)
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func totalsAreTheSumOfWhatIsThere(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        let folder = try TemporaryFolder()
        var entries: [WireText: FigureEntry] = [:]
        var seen: Set<Int> = []

        for step in 1...60 {
            let changed = Set((0...dice.below(4)).map { _ in WireText("f\(dice.below(24))") })
            for id in changed { entries[id] = dice.oneIn(4) ? nil : Self.entry(id, &dice) }
            let new = changed.sorted().compactMap { entries[$0] }
            let (totals, kept) = try FigureFile.using(folder.file("figures")) { file throws in
                try file.update(to: Self.basis(step)) {
                    try file.replace(changed, with: new, hintsMax: Self.hintsMax)
                }
                return (try file.totals(), try changed.map { try file.entry($0) })
            }
            let hints = Self.hints(Array(entries.values))
            seen.insert(hints)

            try #require(totals["hints", default: 0] == hints, "step \(step)")
            #expect(totals["findings", default: 0] == entries.count)
            #expect(kept == changed.map { entries[$0] })
        }

        #expect(seen.count > 10, "hints came and went: \(seen.sorted())")
    }

    @Test func itIsOfTheStateThatItWasBroughtTo() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("figures")

        try FigureFile.using(path) { file throws in
            #expect(try file.basis() == nil)
            try file.update(to: Self.basis(3)) {
                try file.replace([], with: [FigureEntry(id: "f")], hintsMax: 3)
            }
        }

        try FigureFile.using(path) { file throws in
            #expect(try file.basis() == Self.basis(3))
            #expect(try file.entry("f") == FigureEntry(id: "f"))
        }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600)
    }

    @Test func whatFailsLeavesItAsItWas() throws {
        struct Failure: Error {}
        let folder = try TemporaryFolder()
        let path = folder.file("figures")
        try FigureFile.using(path) { try $0.update(to: Self.basis(1)) {} }

        #expect(throws: Failure.self) {
            try FigureFile.using(path) { file throws in
                try file.update(to: Self.basis(2)) {
                    try file.replace([], with: [FigureEntry(id: "f")], hintsMax: 3)
                    throw Failure()
                }
            }
        }

        try FigureFile.using(path) { file throws in
            #expect(try file.basis() == Self.basis(1))
            #expect(try file.entry("f") == nil)
        }
    }

    @Test func whereItCannotBeKeptItIsInMemory() throws {
        let folder = try TemporaryFolder()
        let link = folder.file("link")
        let theirs = folder.file("theirs")
        try Data("of another program".utf8).write(to: URL(fileURLWithPath: theirs))
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: theirs)

        for path in [link, theirs, folder.file("none/figures"), folder.path] {
            let basis = try FigureFile.using(path) { file throws in
                try file.update(to: Self.basis(1)) {}
                return try file.basis()
            }
            #expect(basis == Self.basis(1), "\(path)")
        }

        let left = try String(contentsOfFile: theirs, encoding: .utf8)
        #expect(left == "of another program")
    }

    @Test func whileAnotherProcessWritesToItNothingIsKept() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("figures")

        try FigureFile.using(path) { first throws in
            try first.update(to: Self.basis(1)) {
                try FigureFile.using(path) { second throws in
                    try second.update(to: Self.basis(2)) {}
                    #expect(try second.basis() == Self.basis(2), "in memory")
                }
            }
        }

        let basis = try FigureFile.using(path) { try $0.basis() }
        #expect(basis == Self.basis(1))
    }
}
