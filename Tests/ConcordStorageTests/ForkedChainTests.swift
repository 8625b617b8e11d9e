import ConcordDiff
import ConcordEncoding
import ConcordTesting
import Testing

@testable import ConcordStorage

/// A device that was cloned: two branches of one chain, of which the second in the log is void.
@Suite struct ForkedChainTests {
    private let unit = cell("/finding/f1/unit")

    /// The author goes on where the log has them, though the other branch is longer and was first here.
    @Test func anAuthorGoesOnOnTheBranchThatStands() throws {
        let team = try Team()
        let ben = team.devices[1]
        try ben.save(add("/finding/f1", ["unit": "IT"]))
        try team.syncAll()
        let clone = try Device(copyOf: ben, in: try TemporaryFolder())
        for value in ["1", "2", "3"] { try ben.set("/finding/f1/unit", .string(value)) }
        let standing = try #require(try clone.set("/finding/f1/unit", "HR"))
        try team.sync(clone)

        try team.syncAll()

        for device in team.devices + [clone] {
            try team.sync(device)
            let tip = try device.store.read { try $0.tip(of: ben.signer.author) }
            #expect(tip?.id == standing.id)
            #expect(try device.value("/finding/f1/unit") == "HR")
        }
        let next = try #require(try ben.set("/finding/f1/unit", "QA"))
        #expect(next.reference.seq == standing.reference.seq + 1 && next.voided.isEmpty)
        try team.syncAll()
        #expect(try team.devices[0].value("/finding/f1/unit") == "QA")
        #expect(try team.devices[0].store.read { try $0.tip(of: ben.signer.author) }?.id == next.id)
        #expect(try ben.store.checkState().differences == [])
    }

    /// The other way round: what stands is the longer branch, and the void one came later.
    @Test func aVoidBranchIsNotGoneOn() throws {
        let team = try Team()
        let ben = team.devices[1]
        try ben.save(add("/finding/f1", ["unit": "IT"]))
        try team.syncAll()
        let clone = try Device(copyOf: ben, in: try TemporaryFolder())
        try ben.set("/finding/f1/unit", "1")
        let standing = try #require(try ben.set("/finding/f1/unit", "2"))
        for value in ["7", "8", "9"] { try clone.set("/finding/f1/unit", .string(value)) }
        try team.sync(ben)

        try team.sync(clone)

        #expect(try clone.store.read { try $0.tip(of: ben.signer.author) }?.id == standing.id)
        let next = try #require(try clone.set("/finding/f1/unit", "QA"))
        #expect(next.reference.seq == standing.reference.seq + 1 && next.voided.isEmpty)
    }

    /// Which diffs of a forked chain share a branch depends on which came first; what is stored beside does not.
    @Test func whatIsStoredDoesNotDependOnWhichBranchCameFirst() throws {
        let team = try Team()
        let ben = team.devices[1]
        try ben.save(add("/finding/f1", ["unit": "IT"]))
        try team.syncAll()
        let clone = try Device(copyOf: ben, in: try TemporaryFolder())
        try ben.set("/finding/f1/unit", "HR")
        try clone.set("/finding/f1/site", "North")
        try team.sync(clone)

        try team.syncAll()

        for device in team.devices + [clone] {
            #expect(try device.store.checkState().differences == [])
        }
    }
}
