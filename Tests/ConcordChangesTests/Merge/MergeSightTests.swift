import ConcordEncoding
import ConcordModel
import Testing

@testable import ConcordChanges

/// What a device had before it of merges, carried on from one of its diffs to the next, against a look at everything.
@Suite("Merges as somebody had them before them") struct MergeSightTests {
    @Test(arguments: UInt64(700)..<(Size.isFull ? 740 : 706))
    func whatIsCarriedOnSaysWhatALookAtAllSays(seed: UInt64) throws {
        var simulation = try Simulation(seed: seed, merges: true)
        for _ in 1...80 { try simulation.step() }
        try simulation.world.syncAll()
        var carried = simulation.world.ada.desk.fold
        var fresh = carried
        let findings = try (1..<carried.end.nextRecord).map { try carried.record($0) }.filter {
            $0.kind == Schema.finding
        }
        var merged = 0

        for diff in 1..<carried.end.nextDiff {
            let entry = try carried.entry(diff)
            for finding in findings {
                let key = CellKey(record: finding.number, field: "state")
                let found = try carried.steps(of: finding, at: key, from: entry)
                fresh.mergeSights.removeAll()
                let wanted = try fresh.steps(of: finding, at: key, from: entry)

                #expect(found.leftOut.places == wanted.leftOut.places, "seed \(seed), diff \(diff)")
                #expect(found.standing == wanted.standing, "seed \(seed), diff \(diff)")
                if (found.standing + found.waiting).contains(where: { $0.merges(finding.kind) }) {
                    merged += 1
                }
            }
        }

        #expect(merged > 0)
        #expect(!carried.mergeSights.isEmpty)
    }
}
