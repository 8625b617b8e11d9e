import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordTesting
import Testing

@testable import ConcordMerge

/// No decided grade is lost by a merge: what a merged finding raises is in the finding into which it is merged, as
/// severe, and decided there too.
@Suite("Grades of merged findings") struct MergedGradeTests {
    private static let findings = ["f1", "f2", "f3"]
    private static let people = ["ada", "ben", "cleo", "dot", "gus"]

    /// Leaders, an auditor, somebody in training and somebody in that role merge, grade, confirm and withdraw; anyone
    /// also writes what only looks like a criterion.
    @Test func theTargetHoldsWhatWasDecidedInWhatIsMergedIntoIt() throws {
        var found = Found()
        var voids: Set<String> = []
        for seed in UInt64(900)..<(Size.isFull ? 960 : 908) {
            try work(seed, &found, &voids)
        }

        #expect(found.merged > 20, "so few clauses were looked at that it means nothing")
        #expect(voids.count { $0.hasSuffix("malformed-value") } > 5)
    }

    /// Somebody merges a finding into itself after others had looked whether merges lead round: then they do, and the
    /// merge waits on each device at once.
    @Test func aFindingThatIsMergedIntoItselfIsOnALoopAtOnce() throws {
        let world = try team()
        let ada = world.ada
        try ada.save(merge("f2", into: "f1", ["4.1"]))
        try ada.save(merge("f3", into: "f1", ["4.1"]))
        #expect(try ada.shown("finding/f3/state") == "merged")
        try ada.save(merge("f3", into: "f3", ["4.1"]))
        #expect(try ada.shown("finding/f3/state") == "draft")
        try world.settle()
    }

    private func work(_ seed: UInt64, _ found: inout Found, _ voids: inout Set<String>) throws {
        var random = SeededGenerator(seed: seed)
        let world = try team()
        for step in 1...60 {
            let name = random.pick(Self.people)
            try world[name].save(changes(&random))
            if random.oneIn(3) { try world.sync(name) }
            if step.isMultiple(of: 10) { try look(at: world[name], &found, seed) }
            if step % 20 == 11 {
                try mergeWhole(random.pick(["f1", "f3"]), into: "f2", by: world)
                try look(at: world.ada, &found, seed)
            }
        }
        voids.formUnion(try world.settle().voids)
        for name in Self.people { try look(at: world[name], &found, seed) }
    }

    /// What was met of what the property is about.
    private struct Found { var merged = 0 }

    /// A criterion of somebody's finding as one desk has it.
    private struct Shown {
        let place: [WireText]
        let decided: Int
    }

    private func look(at actor: Actor, _ found: inout Found, _ seed: UInt64) throws {
        let picture = actor.picture()
        let stale = picture.difference(from: try actor.desk.freshPicture())
        #expect(stale.isEmpty, "seed \(seed), \(actor.member): not looked at again: \(stale)")
        for finding in Self.findings where picture["finding/\(finding)/state"] == "merged" {
            guard let target = picture["finding/\(finding)/duplicateOf"]?.stringValue else {
                Issue.record("\(finding) is merged into nothing")
                continue
            }
            let there = try criteria(of: target.string, on: actor, picture)
            for part in try criteria(of: finding, on: actor, picture) where part.decided >= 0 {
                let holds = there.contains { $0.place == part.place && $0.decided >= part.decided }
                #expect(
                    holds,
                    "seed \(seed), \(actor.member): \(finding) in \(target): \(part.place)"
                )
                found.merged += 1
            }
        }
    }

    private func criteria(
        of finding: String,
        on actor: Actor,
        _ picture: Picture
    ) throws -> [Shown] {
        let ids = Set(
            picture.shown.keys.compactMap { path -> String? in
                let parts = path.split(separator: "/")
                return parts.first == "criterion" ? String(parts[1]) : nil
            }
        )
        return try ids.compactMap { id -> Shown? in
            func text(_ field: String) -> WireText? {
                picture["criterion/\(id)/\(field)"]?.stringValue
            }
            guard text("finding") == WireText(finding), let standard = text("standard"),
                let clause = text("clause")
            else { return nil }
            let grades = try actor.desk.survivors(Actor.path("criterion/\(id)/grade"))
            let decided = grades.filter { $0.write.effect == .effective }.map { grade in
                grade.write.value?.stringValue.flatMap(Schema.grades.firstIndex(of:)) ?? -1
            }
            return Shown(place: [standard, clause], decided: decided.max() ?? -1)
        }
    }

    private func team() throws -> World {
        let world = try World(
            ["ben": .auditor, "cleo": .auditor, "dot": .inTraining, "gus": .lead],
            inTraining: ["cleo": ["s"]]
        )
        for (finding, name) in zip(Self.findings, ["ben", "cleo", "dot"]) {
            try world[name].save(.add("finding/\(finding)", ["state": "draft"]))
            try world[name].save(raise("4.1", in: finding, "minor"))
        }
        try world.syncAll()
        return world
    }

    private func changes(_ random: inout SeededGenerator) -> [Change] {
        let finding = random.pick(Self.findings)
        let clause = random.pick(["4.1", "4.2", "9.9"])
        let id = DerivedID.criterion(
            finding: WireText(finding),
            standard: "s",
            clause: WireText(clause)
        )
        let grade = random.pick(["minor", "major", "ofi"])
        switch random.below(20) {
        case 0..<6: return merge(finding, into: random.pick(Self.findings), &random)
        case 6: return [.set("finding/\(finding)/state", "draft", reason: "so")]
        case 7: return [.set("finding/\(finding)/state", "submitted", reason: "so")]
        case 8: return [.set("finding/\(finding)/state", "confirmed")]
        case 9 where random.oneIn(3):
            return [.set("finding/\(finding)/state", "withdrawn", reason: "so")]
        case 9, 10: return clause == "9.9" ? [] : [raise(clause, in: finding, grade)]
        // What looks like a criterion.
        case 11: return [.add("criterion/\(id)", ["grade": .string(grade)])]
        case 12: return [.add("criterion/\(id)", [:])]
        case 13: return [.set("criterion/\(id)/otherCriterion", "own")]
        case 14: return [.hide("criterion/\(id)")]
        default: return [.set("criterion/\(id)/grade", .string(grade))]
        }
    }

    /// A merge by a leader who has seen everything and leaves nothing behind.
    private func mergeWhole(_ finding: String, into other: String, by world: World) throws {
        try world.syncAll()
        let ada = world.ada
        if try ada.shown("finding/\(other)/state") == "merged" {
            try ada.save(.set("finding/\(other)/state", "draft"))
        }
        let criteria = try ["4.1", "4.2"].map { clause -> Change in
            let id = DerivedID.criterion(
                finding: WireText(other),
                standard: "s",
                clause: WireText(clause)
            )
            return try ada.shown("criterion/\(id)/finding") == nil
                ? raise(clause, in: other, "major") : .set("criterion/\(id)/grade", "major")
        }
        try ada.save(Histories.merge(finding, into: other) + criteria)
    }

    /// A merge that brings the clauses along, or does not.
    private func merge(
        _ finding: String,
        into other: String,
        _ random: inout SeededGenerator
    ) -> [Change] {
        let merge = Histories.merge(finding, into: other)
        if random.oneIn(3) { return merge }
        return merge
            + ["4.1", "4.2"].map { raise($0, in: other, random.pick(["minor", "major"])) }
    }

    private func merge(_ finding: String, into other: String, _ clauses: [String]) -> [Change] {
        Histories.merge(finding, into: other) + clauses.map { raise($0, in: other, "minor") }
    }

    private func raise(_ clause: String, in finding: String, _ grade: String) -> Change {
        let id = DerivedID.criterion(
            finding: WireText(finding),
            standard: "s",
            clause: WireText(clause)
        )
        return .add(
            "criterion/\(id)",
            [
                "finding": .string(finding), "standard": "s", "clause": .string(clause),
                "grade": .string(grade),
            ]
        )
    }
}
