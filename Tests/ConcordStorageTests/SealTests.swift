import ConcordDiff
import ConcordEncoding
import ConcordMerge
import Testing

@testable import ConcordStorage

@Suite struct SealTests {
    private func admit(_ id: DiffID, _ leader: Device) throws -> SaveReceipt {
        var edit = Edit(reason: "made before the sign-off")
        edit.admit(id)
        return try #require(try leader.save { try $0.operations(for: edit) })
    }

    @Test func aLateEditIsAdmittedAfterAReopeningThoughItWasAdmittedInVainBefore() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ann.save(add("/finding/f1", ["unit": "IT"]))
        try team.syncAll()
        let late = try #require(try ben.set("/finding/f1/unit", "HR"))
        let number = Operation(.add("F-01"), at: cell("/finding/f1/number"))
        try ann.save(add("/seal/s1", ["digest": "d"]), number)
        try team.sync(ann)
        try team.syncAll()
        #expect(try ann.store.read { try $0.voids() }.map(\.reason) == [.sealed])

        let first = try admit(late.id, ann)
        try team.syncAll()
        #expect(first.voided.isEmpty)
        #expect(try ben.value("/finding/f1/unit") == "IT")

        try ann.save(add("/reopening/r1", ["seal": "s1"]))
        let second = try admit(late.id, ann)
        try team.syncAll()
        #expect(second.voided.isEmpty)
        for device in team.devices {
            #expect(try device.value("/finding/f1/unit") == "HR")
            #expect(try device.value("/finding/f1/number") == "F-01")
            #expect(try device.store.checkState().differences == [])
        }
    }
}
