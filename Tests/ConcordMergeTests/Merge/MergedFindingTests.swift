import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

@Suite("Merged findings")
struct MergedFindingTests {
    private func team(_ count: Int = 3) throws -> World {
        let world = try World(["ben": .auditor, "gus": .lead])
        for number in 1...count {
            try world["ben"].save(.add("finding/f\(number)", ["state": "draft"]))
        }
        try world.syncAll()
        return world
    }

    private func state(_ picture: Picture, _ finding: String) -> JSON? {
        picture["finding/\(finding)/state"]
    }

    @Test func mergesInBothDirectionsAtOnceLeaveBothCounting() throws {
        let world = try team()

        try world.ada.save(Histories.merge("f1", into: "f2"))
        try world["gus"].save(Histories.merge("f2", into: "f1"))

        let picture = try world.settle()
        for finding in ["f1", "f2"] {
            #expect(state(picture, finding) == "draft")
            #expect(picture.conflict("/finding/\(finding)/state")?["kind"] == "ended-edited")
        }
    }

    /// Into which of two findings it goes is asked; that it is merged, both have said.
    @Test func mergesIntoTwoTargetsAtOnceAreAConflictOfTheTarget() throws {
        let world = try team()

        let one = try world.ada.save(Histories.merge("f1", into: "f2"))
        let other = try world["gus"].save(Histories.merge("f1", into: "f3"))

        let picture = try world.settle()
        #expect(state(picture, "f1") == "merged")
        #expect(picture.conflicts.keys.sorted() == ["/finding/f1/duplicateOf"])
        let sides = picture.conflict("/finding/f1/duplicateOf")?["candidates"]?.arrayValue ?? []
        #expect(
            Set(sides.compactMap { $0["write"] })
                == [.string(one.reference.description), .string(other.reference.description)]
        )

        try world.ada.save(.set("finding/f1/duplicateOf", "f2"))
        let after = try world.settle()
        #expect(after.conflicts.isEmpty)
        #expect(state(after, "f1") == "merged")
    }

    @Test func mergesInACircleWaitThoughEachHadSeenTheLast() throws {
        let world = try team()
        try world.ada.save(Histories.merge("f1", into: "f2"))
        try world.syncAll()
        try world["gus"].save(Histories.merge("f2", into: "f3"))
        try world.syncAll()

        try world.ada.save(Histories.merge("f3", into: "f1"))

        let picture = try world.settle()
        for finding in ["f1", "f2", "f3"] {
            #expect(state(picture, finding) == "draft")
            #expect(picture.conflict("/finding/\(finding)/state")?["kind"] == "merged-ended")
            #expect(picture.candidates("/finding/\(finding)/state").count == 2)
        }
    }

    @Test func aMergeIntoWhatIsWithdrawnWaitsUntilThatCountsAgain() throws {
        let world = try team()
        try world.ada.save(Histories.merge("f1", into: "f2"))
        try world.syncAll()

        try world["gus"].save(.set("finding/f2/state", "withdrawn", reason: "no finding"))

        let picture = try world.settle()
        #expect(state(picture, "f1") == "draft")
        #expect(picture.conflict("/finding/f1/state")?["kind"] == "merged-ended")
        #expect(Set(picture.candidates("/finding/f1/state")) == ["merged", "withdrawn"])

        try world["gus"].save(.set("finding/f2/state", "draft"))
        let after = try world.settle()
        #expect(state(after, "f1") == "merged")
        #expect(after.conflicts.isEmpty)
    }

    /// The record of the target is made by its own `add`, or before by a criterion that names it.
    @Test(arguments: [false, true])
    func aMergeIntoWhatComesLaterStandsOnceThatIsThere(isNamedBefore: Bool) throws {
        let world = try team()
        try world.ada.save(Histories.merge("f1", into: "f2"))
        try world.ada.save(Histories.merge("f2", into: "late"))
        try world.syncAll()
        #expect(try world.ada.shown("finding/f2/state") == "draft")
        if isNamedBefore {
            try world.ada.save(.add("criterion/c9", ["finding": "late"]))
            #expect(try world.settle().conflict("/finding/f2/state")?["kind"] == "merged-ended")
        }

        try world["gus"].save(.add("finding/late", ["state": "draft"]))

        let picture = try world.settle()
        #expect(state(picture, "f1") == "merged")
        #expect(state(picture, "f2") == "merged")
        #expect(picture.conflicts.isEmpty)
    }

    @Test func aMergeHoldsUpAnEndingOfItsTargetAtTheSameTime() throws {
        let world = try team()

        try world.ada.save(Histories.merge("f1", into: "f2"))
        try world["gus"].save(.set("finding/f2/state", "withdrawn", reason: "no finding"))

        let picture = try world.settle()
        #expect(state(picture, "f2") == "draft")
        #expect(state(picture, "f1") == "merged")
        let conflict = try #require(picture.conflict("/finding/f2/state"))
        let paths = (conflict["candidates"]?.arrayValue ?? []).compactMap { $0["path"] }
        #expect(conflict["kind"] == "ended-edited")
        #expect(paths == ["/finding/f1/duplicateOf"])
    }

    @Test func aHiddenTargetMakesTheMergeWait() throws {
        let world = try team()
        try world.ada.save(Histories.merge("f1", into: "f2"))
        try world.syncAll()

        try world["gus"].save(.hide("finding/f2"))

        let picture = try world.settle()
        #expect(state(picture, "f1") == "draft")
        #expect(picture.conflict("/finding/f1/state")?["kind"] == "merged-ended")
        #expect(picture.candidates("/finding/f1/state").contains(.null))
    }

    @Test(arguments: ["draft", "submitted", "confirmed"])
    func aMergeIsTakenBackToWhatTheFindingWas(former: String) throws {
        let world = try team()
        try world.ada.save(Histories.merge("f1", into: "f2"))
        try world.syncAll()

        try world["gus"].save(.set("finding/f1/state", .string(former)))

        #expect(state(try world.settle(), "f1") == .string(former))
    }

    @Test func aWaitingMergeEndsWithAStepThatNamesIt() throws {
        let world = try team()
        try world.ada.save(Histories.merge("f1", into: "f2"))
        try world.syncAll()
        try world["gus"].save(.set("finding/f2/state", "withdrawn", reason: "no finding"))
        try world.syncAll()

        try world["gus"].save(.set("finding/f1/state", "draft"))

        let picture = try world.settle()
        #expect(state(picture, "f1") == "draft")
        #expect(picture.conflicts.isEmpty)
    }

    @Test func aMergeWithoutATargetWaits() throws {
        let world = try team()

        try world.ada.save(.set("finding/f1/state", "merged"))
        try world["gus"].save(
            .set("finding/f2/state", "merged"),
            .set("finding/f2/duplicateOf", "nowhere")
        )

        let picture = try world.settle()
        for finding in ["f1", "f2"] {
            #expect(state(picture, finding) == "draft")
            #expect(picture.candidates("/finding/\(finding)/state") == ["merged"])
        }
    }

    @Test func aChainOfAThousandEndsInWhatCounts() throws {
        let count = 1000
        let world = try World()
        var changes: [Change] = []
        for number in 0..<count {
            changes.append(.add("finding/f\(number)", ["state": "draft"]))
        }
        try world.ada.save(changes)
        changes = (1..<count).flatMap { Histories.merge("f\($0 - 1)", into: "f\($0)") }
        try world.ada.save(changes)
        #expect(world.ada.picture()["finding/f0/state"] == "merged")

        try world.ada.save(Histories.merge("f\(count - 1)", into: "f0"))

        let picture = world.ada.picture()
        #expect(picture["finding/f0/state"] == "draft")
        #expect(picture.conflicts.count == count)
        var fresh = Desk()
        _ = try fresh.takeIn(log: world.ada.diffs.map(LogItem.new))
        #expect(fresh.picture().difference(from: picture).isEmpty)
    }
}
