import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Testing

@Suite("What a fold refuses")
struct ChainTests {
    /// A replica with the log, and one that makes what it shall refuse.
    private func team() throws -> (World, desk: Desk) {
        let world = try World(["ben": .auditor])
        var desk = Desk()
        _ = try desk.takeIn(log: world.log.map(LogItem.new))
        return (world, desk)
    }

    private func diff(
        by signer: HashSigner,
        seq: Int,
        engagement: DiffID?,
        parents: [DiffID]
    ) throws -> VerifiedDiff {
        let head = Head(
            author: signer.author,
            seq: seq,
            engagement: engagement,
            parents: parents,
            time: Timestamp(milliseconds: 0),
            body: SHA256Digest(hashing: [])
        )
        let path = CellPath(kind: "finding", record: "f1", field: "unit")
        let body = Body(operations: [Operation(.add("IT"), at: path)])
        return VerifiedDiff(
            unchecked: try UnverifiedDiff(head: head, body: body, signer: signer),
            proof: .signature
        )
    }

    /// Expects a refusal that changes nothing, as pending and from the log.
    private func expectRefusal(
        _ refusal: DiffRefusal,
        of diff: VerifiedDiff,
        in desk: Desk,
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        var desk = desk
        let before = desk.picture()
        let size = desk.fold.logSize

        let pending = try desk.takeIn(pending: diff)
        let logged = try desk.takeIn(log: [.new(diff)])

        #expect(pending == .refused(DiffError(refusal)), sourceLocation: place)
        #expect(logged?.error == DiffError(refusal), sourceLocation: place)
        #expect(desk.picture() == before, sourceLocation: place)
        #expect(desk.fold.logSize == size, sourceLocation: place)
    }

    @Test func aChainWithAGapIsRefused() throws {
        let (world, desk) = try team()
        let own = try #require(world["ben"].diffs.last { $0.head.author == world["ben"].author })

        let gap = try diff(
            by: world["ben"].signer,
            seq: own.head.seq + 2,
            engagement: own.diff.engagement,
            parents: [own.id]
        )

        try expectRefusal(.brokenChain, of: gap, in: desk)
    }

    @Test func aChainThatContinuesAnotherAuthorsIsRefused() throws {
        let (world, desk) = try team()
        let ben = try #require(world.log.last { $0.head.author == world["ben"].author })

        let stolen = try diff(
            by: world.ada.signer,
            seq: ben.head.seq + 1,
            engagement: ben.diff.engagement,
            parents: [ben.id]
        )

        try expectRefusal(.brokenChain, of: stolen, in: desk)
    }

    @Test func aParentThatIsNotHereIsMissing() throws {
        let (world, desk) = try team()
        let unseen = try world.ada.save(.add("finding/f9", [:]))
        let later = try world.ada.save(.set("finding/f9/unit", "IT"))

        try expectRefusal(.missingParent, of: later, in: desk)
        #expect(unseen.id == later.head.parents.first)
    }

    @Test func anotherEngagementIsRefused() throws {
        let (world, desk) = try team()
        let first = try #require(world.log.first)

        let foreign = try diff(
            by: world.ada.signer,
            seq: 2,
            engagement: SHA256Digest(hashing: [1]),
            parents: [first.id]
        )
        let second = try diff(
            by: HashSigner("somebody"),
            seq: 1,
            engagement: nil,
            parents: []
        )

        try expectRefusal(.wrongEngagement, of: foreign, in: desk)
        try expectRefusal(.wrongEngagement, of: second, in: desk)
    }

    @Test func whatIsHereAlreadyIsKnownAndChangesNothing() throws {
        let (world, desk) = try team()
        var twice = desk
        let edit = try world.ada.save(.add("finding/f1", ["unit": "IT"]))
        _ = try twice.takeIn(pending: edit)
        let before = twice.picture()

        guard case .known = try twice.takeIn(pending: edit) else {
            Issue.record("a diff was taken in twice")
            return
        }
        #expect(twice.picture() == before)
        #expect(try twice.takeIn(log: [.new(edit)]) == nil)
        #expect(twice.picture() == before)
    }

    @Test func aLogThatHoldsADiffTwiceIsRefusedAtTheSecond() throws {
        let (world, desk) = try team()
        var twice = desk
        let edit = try world.ada.save(.add("finding/f1", ["unit": "IT"]))

        let refused = try twice.takeIn(log: [.new(edit), .new(edit)])
        let again = try twice.takeIn(log: [.held(edit.id)])

        #expect(refused?.index == 1)
        #expect(refused?.error.code == .duplicate)
        #expect(again?.error.code == .duplicate)
        #expect(twice.fold.logSize == world.log.count + 1)
        #expect(twice.picture()["finding/f1/unit"] == "IT")
    }

    @Test func aLogThatIsOutOfCausalOrderIsRefused() throws {
        let (world, desk) = try team()
        var unordered = desk
        let first = try world.ada.save(.add("finding/f1", ["unit": "IT"]))
        let second = try world.ada.save(.set("finding/f1/unit", "HR"))
        _ = try unordered.takeIn(pending: first)
        _ = try unordered.takeIn(pending: second)

        let held = try unordered.takeIn(log: [.held(second.id)])

        #expect(held?.error.code == .missingParent)
        #expect(unordered.picture()["finding/f1/unit"] == "HR")
        #expect(try unordered.takeIn(log: [.held(first.id), .held(second.id)]) == nil)
    }
}
