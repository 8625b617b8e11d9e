import ConcordDiff
import ConcordEncoding
import ConcordModel
import Testing

// The sample's concurrent edits, as far as the fold decides them: base, edits made without sync, what
// must be shown afterwards.
@Suite("The sample's concurrent edits")
struct SampleCaseTests {
    static let standard = "iso-iec-20000-1-2011"

    /// carrow leads (as ada), sandel is an auditor, ebrel an auditor in training.
    private func team() throws -> (World, carrow: Actor, sandel: Actor, ebrel: Actor) {
        let world = try World(["sandel": .auditor, "ebrel": .inTraining])
        return (world, world.ada, world["sandel"], world["ebrel"])
    }

    @Test func c01EditsOfDifferentFieldsNeverExcludeEachOther() throws {
        let (world, carrow, sandel, _) = try team()
        try sandel.save(.add("finding/f15", ["statement": "Four were not reviewed."]))
        try world.syncAll()

        try sandel.save(.type("finding/f15/statement", at: 4, " of fifteen"))
        try carrow.save(.set("finding/f15/unit", "MH"))

        let picture = try world.settle()
        #expect(picture["finding/f15/statement"] == "Four of fifteen were not reviewed.")
        #expect(picture["finding/f15/unit"] == "MH")
        #expect(picture.conflicts.isEmpty)
    }

    @Test func c02GradesNeverMergeSilentlyAndTheMostSevereCounts() throws {
        let (world, carrow, sandel, ebrel) = try team()
        let path = "criterion/k1/grade"
        try sandel.save(
            .add("finding/f15", [:]),
            .add(
                "criterion/k1",
                [
                    "finding": "f15", "standard": .string(Self.standard), "clause": "9.2",
                    "grade": "minor",
                ]
            )
        )
        try world.syncAll()

        try sandel.save(.set(path, "major"))
        try carrow.save(.set(path, "minor"))
        try ebrel.save(.set(path, "observation"))
        let disputed = try world.settle()

        #expect(disputed["criterion/k1/grade"] == "major")
        #expect(Set(disputed.candidates("/" + path)) == ["major", "minor", "observation"])
        try carrow.save(.set(path, "minor", reason: "seen together"))
        let decided = try world.settle()
        #expect(decided["criterion/k1/grade"] == "minor")
        #expect(decided.conflicts.isEmpty)
    }

    @Test func c02ATraineeNeverLowersTheGrade() throws {
        let (world, _, sandel, ebrel) = try team()
        try sandel.save(
            .add("finding/f15", [:]),
            .add(
                "criterion/k1",
                ["finding": "f15", "standard": .string(Self.standard), "clause": "9.2"]
            )
        )
        try world.syncAll()

        try sandel.save(.set("criterion/k1/grade", "observation"))
        try ebrel.save(.set("criterion/k1/grade", "major"))

        let picture = try world.settle()
        #expect(picture["criterion/k1/grade"] == "observation")
        #expect(picture.conflict("/criterion/k1/grade") != nil)
    }

    @Test func c03SetsAreJoined() throws {
        let (world, carrow, sandel, _) = try team()
        try sandel.save(.add("finding/f01", ["evidence": ["e01": true]]))
        try world.syncAll()

        try sandel.save(.put("finding/f01/evidence/e03"))
        try carrow.save(.put("finding/f01/evidence/e02"))

        let picture = try world.settle()
        #expect(picture["finding/f01/evidence"] == ["e01": true, "e02": true, "e03": true])
        #expect(picture.conflicts.isEmpty)
    }

    @Test func c04TwoCapturesOfOneFileAreBothKept() throws {
        let (world, carrow, sandel, ebrel) = try team()
        try sandel.save(.add("finding/f02", [:]))
        try world.syncAll()

        try ebrel.save(
            .add("evidence/e04", ["sha256": "c0ffee", "capturedBy": "ebrel"]),
            .put("finding/f02/evidence/e04"),
            .put("finding/f02/contributors/ebrel")
        )
        try carrow.save(
            .add("evidence/e04-copy", ["sha256": "c0ffee", "capturedBy": "ada"]),
            .put("finding/f02/evidence/e04-copy"),
            .put("finding/f02/contributors/ada")
        )

        let picture = try world.settle()
        #expect(picture["evidence/e04/sha256"] == picture["evidence/e04-copy/sha256"])
        #expect(picture["finding/f02/evidence"] == ["e04": true, "e04-copy": true])
        #expect(picture["finding/f02/contributors"] == ["ada": true, "ebrel": true])
        #expect(picture.conflicts.isEmpty)
    }

    @Test func c05AWithdrawalNeverSwallowsEvidenceAddedMeanwhile() throws {
        let (world, carrow, _, ebrel) = try team()
        try ebrel.save(.add("finding/f06", ["state": "draft", "evidence": ["e11": true]]))
        try world.syncAll()

        try carrow.save(.set("finding/f06/state", "withdrawn", reason: "no finding"))
        try ebrel.save(.put("finding/f06/evidence/e25"))

        let picture = try world.settle()
        #expect(picture["finding/f06/state"] == "draft")
        #expect(picture["finding/f06/evidence"] == ["e11": true, "e25": true])
        #expect(picture.conflict("/finding/f06/state")?["kind"] == "ended-edited")
        try carrow.save(.set("finding/f06/state", "withdrawn", reason: "still none"))
        let decided = try world.settle()
        #expect(decided["finding/f06/state"] == "withdrawn")
        #expect(decided.conflicts.isEmpty)
    }

    @Test func c09TheMoreSevereAnswerIsShownWhileTheAnswerIsOpen() throws {
        let (world, _, sandel, ebrel) = try team()
        try sandel.save(.add("checklistItem/q07", ["answer": "notAssessed"]))
        try world.syncAll()

        try sandel.save(.set("checklistItem/q07/answer", "conforming"))
        try ebrel.save(.set("checklistItem/q07/answer", "notConforming"))

        let picture = try world.settle()
        #expect(picture["checklistItem/q07/answer"] == "notConforming")
        #expect(
            Set(picture.candidates("/checklistItem/q07/answer")) == ["conforming", "notConforming"]
        )
    }

    @Test func c10OfTwoStepsThatOfTheRoleThatOwnsItStands() throws {
        let (world, carrow, _, ebrel) = try team()
        try ebrel.save(.add("finding/f24", ["state": "draft"]))
        try ebrel.save(.set("finding/f24/state", "submitted"))
        try world.syncAll()

        try carrow.save(.set("finding/f24/state", "confirmed"))
        try ebrel.save(.set("finding/f24/state", "draft", reason: "more to say"))

        let picture = try world.settle()
        #expect(picture["finding/f24/state"] == "confirmed")
        #expect(picture.conflicts.isEmpty)
        #expect(picture.voids.isEmpty)
    }

    @Test func c11AGradeKeepsAClauseThatAnotherRemoved() throws {
        let (world, carrow, sandel, _) = try team()
        try sandel.save(
            .add("finding/f21", [:]),
            .add(
                "criterion/k2",
                [
                    "finding": "f21", "standard": "iso-9001-2008", "clause": "8.4",
                    "grade": "observation",
                ]
            )
        )
        try world.syncAll()

        try sandel.save(.hide("criterion/k2"))
        try carrow.save(.set("criterion/k2/grade", "minor"))

        let picture = try world.settle()
        #expect(picture["criterion/k2/grade"] == "minor")
        #expect(picture.conflict("/criterion/k2")?["kind"] == "removed-edited")
    }

    @Test func c13WhoHadSeenWhatDecidesAndNoClock() throws {
        let (world, carrow, sandel, _) = try team()
        try sandel.save(.add("finding/f17", ["unit": "IT"]))
        for _ in 0..<5 { try sandel.save(.set("finding/f17/unit", "CO")) }
        try world.syncAll()

        try carrow.save(.set("finding/f17/unit", "MH"))

        let picture = try world.settle()
        #expect(picture["finding/f17/unit"] == "MH")
        #expect(picture.conflicts.isEmpty)
        #expect(carrow.diffs.last.map { $0.head.time.milliseconds < 1_400_000_000_005 } ?? false)
    }

    @Test func c16TheSameAdditionTwiceIsOneAddition() throws {
        let (world, carrow, sandel, ebrel) = try team()
        try ebrel.save(.add("finding/f23", [:]))
        try world.syncAll()
        let id = DerivedID.criterion(finding: "f23", standard: "iso-9001-2008", clause: "4.1")
        let fields: JSONObject = ["finding": "f23", "standard": "iso-9001-2008", "clause": "4.1"]
        var graded = fields
        graded["grade"] = "minor"

        try ebrel.save(.add("criterion/\(id)", graded))
        try carrow.save(.add("criterion/\(id)", graded))
        try sandel.save(.put("finding/f23/evidence/e08"))

        let picture = try world.settle()
        #expect(picture["criterion"]?.objectValue?.count == 1)
        #expect(picture["criterion/\(id)"] == .object(graded))
        #expect(picture["finding/f23/evidence"] == ["e08": true])
        #expect(picture.conflicts.isEmpty)
        // Said twice is void the second time, and only that.
        #expect(picture.voids.allSatisfy { $0.hasSuffix("written-once") })
    }
}
