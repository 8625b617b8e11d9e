import ConcordEncoding
import ConcordModel
import ConcordTesting
import Testing

@testable import ConcordMerge

/// What a device had before it of merges, carried on from one of its diffs to the next, against a look at everything.
@Suite("Merges as somebody had them before them") struct MergeSightTests {
    private static let findings = (1...4).map { "f\($0)" }

    @Test(arguments: UInt64(700)..<(Size.isFull ? 740 : 706))
    func whatIsCarriedOnSaysWhatALookAtAllSays(seed: UInt64) throws {
        let world = try merges(seed: seed)
        try world.syncAll()
        let desk = world.ada.desk
        let carried = desk.fold
        let fresh = Fold(carried.end, source: desk.store, verifier: HashVerifier())
        var (merged, waiting) = (0, 0)

        for diff in 1..<carried.end.nextDiff {
            let entry = try carried.entry(diff)
            for id in Self.findings {
                let name = RecordName(kind: "finding", id: WireText(id))
                let finding = try #require(try carried.record(named: name))
                let key = CellKey(record: finding.number, field: "state")
                let found = try carried.states.steps(of: finding, at: key, from: entry)
                fresh.memory.mergeSights.forget()
                let wanted = try fresh.states.steps(of: finding, at: key, from: entry)

                #expect(found.leftOut.places == wanted.leftOut.places, "seed \(seed), diff \(diff)")
                let standing = [found, wanted].map { $0.standing.sorted { $0.diff < $1.diff } }
                #expect(standing[0] == standing[1], "seed \(seed), diff \(diff)")
                if found.standing.contains(where: { $0.merges(finding.kind) }) { merged += 1 }
                waiting += found.merges.count
            }
        }

        #expect(merged > 0 && waiting > 5, "\(merged) merged, \(waiting) wait")
        #expect(!carried.memory.mergeSights.all.isEmpty)
    }

    /// Leaders and auditors who merge findings with the same criteria and evidence, take those out and in, and hide them.
    private func merges(seed: UInt64) throws -> World {
        var random = SeededGenerator(seed: seed)
        let world = try World(["ben": .auditor, "cleo": .auditor, "gus": .lead])
        for (place, finding) in Self.findings.enumerated() {
            let actor = world[place.isMultiple(of: 2) ? "ben" : "cleo"]
            try actor.save(.add("finding/\(finding)", ["state": "draft"]))
            try actor.save(raise("4.1", in: finding), .put("finding/\(finding)/evidence/e1"))
            // Another program may cite a clause twice: both have one and the same counterpart.
            try actor.save(raise("4.1", in: finding, id: "c-\(finding)"))
        }
        try world.syncAll()
        for _ in 1...90 {
            let name = random.pick(["ada", "ben", "cleo", "gus"])
            try world[name].save(changes(&random))
            if random.oneIn(3) { try world.sync(name) }
        }
        return world
    }

    private func changes(_ random: inout SeededGenerator) -> [Change] {
        let finding = random.pick(Self.findings)
        let clause = random.pick(["4.1", "4.2"])
        let criterion =
            random.oneIn(4) ? "criterion/c-\(finding)" : "criterion/\(id(clause, in: finding))"
        let piece = "finding/\(finding)/evidence/\(random.pick(["e1", "e2"]))"
        switch random.below(16) {
        case 0..<6: return Histories.merge(finding, into: random.pick(Self.findings))
        case 6: return [.set("finding/\(finding)/state", "draft", reason: "so")]
        case 7: return [.set("finding/\(finding)/state", "withdrawn", reason: "so")]
        case 8: return [raise(clause, in: finding)]
        case 9: return [.hide(criterion)]
        case 10: return [.restore(criterion)]
        case 11, 12: return [.set("\(criterion)/grade", random.pick(["minor", "major"]))]
        case 13: return [.put(piece)]
        case 14: return [.take(piece)]
        default:
            let record = "finding/\(finding)"
            return [random.oneIn(2) ? .hide(record) : .restore(record)]
        }
    }

    private func id(_ clause: String, in finding: String) -> WireText {
        DerivedID.criterion(finding: WireText(finding), standard: "s", clause: WireText(clause))
    }

    private func raise(_ clause: String, in finding: String, id: WireText? = nil) -> Change {
        .add(
            "criterion/\(id ?? self.id(clause, in: finding))",
            [
                "finding": .string(finding), "standard": "s", "clause": .string(clause),
                "grade": "minor",
            ]
        )
    }
}
