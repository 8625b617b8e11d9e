import Concord
import ConcordDiff
import ConcordEncoding
import Testing

@testable import ConcordLab

// The sample's concurrent edits through the built programs: a server, a device for each person, edits
// without a network, every order of syncing; then every field that the sample expects, on every device.
// The cases about more than one finding, or about what has no command yet, are in the other files here.
@Suite("The sample's concurrent edits, with the programs")
struct SampleCaseTests {
    @Test func allSixteenCasesArePlayed() throws {
        let ids = try CaseTeam.sample().cases.map(\.id)
        let elsewhere = ["c08", "c12", "c14", "c15"]

        #expect(ids == (1...16).map { $0 < 10 ? "c0\($0)" : "c\($0)" })
        #expect(Set(CasePlay.all.map(\.id)) == Set(ids).subtracting(elsewhere))
        #expect(CasePlay.all.count == 10 * 2 + 2 * 6)
    }

    @Test(arguments: CasePlay.all)
    func itEndsAsTheSampleSays(_ play: CasePlay) throws {
        let played = try PlayedCase(play)

        for person in played.team.people {
            try CaseComparison(view: try CaseView(played, on: person)).compareAll()
        }
        try played.team.expectOneState()

        try settle(played)
        try played.team.expectOneState()
    }

    /// The leader decides what is contested, and everything said before stays in the trail.
    private func settle(_ played: PlayedCase) throws {
        let item = played.item
        let before = try CaseView(played, on: played.team.leader)
        for conflict in before.conflicts {
            let name = try #require(conflict["name"]?.plain)
            let value = item.expected["resolution"]?.plain.map { ["--value", $0] }
            try played.team[played.team.leader].json(
                ["resolve", name] + (value ?? ["--keep"]) + ["--reason", item.why]
            )
        }
        try played.team.sync()
        for person in played.team.people {
            let after = try CaseView(played, on: person)
            #expect(after.demo.conflicts.isEmpty)
            #expect(after.blocked.isEmpty)
            for conflict in before.conflicts { try expectTrail(of: conflict, after) }
        }
    }

    private func expectTrail(of conflict: JSON, _ after: CaseView) throws {
        let place: Comment = "\(after.played.item.id), on the device of \(after.person)"
        let path = try #require(conflict["path"]?.plain)
        for side in conflict["candidates"]?.arrayValue ?? [] {
            let cell = try #require(CellPath(side["path"]?.plain ?? path))
            let writes = try after.history(of: cell).map { $0.entry.write.description }
            #expect(writes.contains(try #require(side["write"]?.plain)), place)
        }
        let trail = try after.history(of: try #require(CellPath(path)))
        let expected = after.played.item.expected
        if let person = expected["resolvedBy"]?.plain {
            #expect(trail.last?.by == person, place)
            #expect(trail.last?.entry.value == expected["resolution"], place)
        }
        for value in expected["keptInTrail"]?.arrayValue ?? [] {
            #expect(trail.dropLast().contains { $0.entry.value == value }, place)
        }
    }
}

extension CaseTeam {
    /// Every device shows the same, and what its log says.
    func expectOneState() throws {
        var digests: Set<JSON> = []
        for id in people {
            digests.insert(try self[id].json("state", "--digest"))
            #expect(try self[id].json("rebuild", "--check")["same"] == true)
        }
        #expect(digests.count == 1)
    }
}
