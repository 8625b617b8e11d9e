import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Testing

@testable import ConcordStorage

/// Taking back what was typed: its own words go and come, nobody else's, and none of a later save.
@Suite struct UndoTextTests {
    private let statement = cell("/finding/f1/statement")

    private func team(_ text: WireText) throws -> (Team, ann: Device, ben: Device, cem: Device) {
        let team = try Team()
        try team.devices[1].save(
            add("/finding/f1", ["statement": .string(text), "state": "draft"]),
            add("/criterion/c1", ["finding": "f1", "standard": "iso", "grade": "minor"])
        )
        try team.syncAll()
        return (team, team.devices[0], team.devices[1], team.devices[2])
    }

    private func type(_ text: WireText, by device: Device) throws -> DiffID {
        try #require(try device.edit { $0.setText(statement, to: text) }).id
    }

    @Test func anEarlierSaveIsTakenBackAndTheLaterOnesStay() throws {
        let (team, ann, ben, _) = try team("one two three four.")
        let early = try type("one two NEW three four.", by: ben)
        _ = try type("one two NEW three four. More words.", by: ben)
        try team.syncAll()
        _ = try type("one two NEW three four. More words. End.", by: ann)
        try team.syncAll()

        try ben.undo(save: early)
        #expect(
            try ben.value("/finding/f1/statement") == "one two three four. More words. End."
        )
        try ben.undo(redo: true)
        #expect(
            try ben.value("/finding/f1/statement") == "one two NEW three four. More words. End."
        )
        try ben.undo()
        #expect(try ben.value("/finding/f1/statement") == "one two NEW three four. End.")
        try ben.undo()
        #expect(try ben.value("/finding/f1/statement") == "one two three four. End.")
    }

    @Test func anEarlierSaveIsLeftAloneWhereALaterOneOfOnesOwnChangedItsWords() throws {
        let (_, _, ben, _) = try team("one two.")
        let early = try type("one new two.", by: ben)
        _ = try type("one newer two.", by: ben)
        _ = try type("one nwer two.", by: ben)

        let taken = try ben.undo(save: early)

        #expect(taken.leftAlone.map(\.why) == [.changedSince])
        #expect(try ben.value("/finding/f1/statement") == "one nwer two.")
    }

    @Test func whatWasReplacedComesBackBesideWhatAColleagueAdded() throws {
        let (team, ann, ben, _) = try team("The plan is tested yearly.")
        _ = try type("The plan is untested.", by: ben)
        try team.syncAll()
        _ = try type("The plan is untested, said MH.", by: ann)
        try team.syncAll()

        try ben.undo()

        #expect(try ben.value("/finding/f1/statement") == "The plan is tested yearly, said MH.")
    }

    @Test func theOtherSideOfAConflictIsWhatItsAuthorTyped() throws {
        let (team, ann, ben, cem) = try team("Four of fifteen changes were not reviewed.")
        _ = try type("Four of fifteen emergency changes were reviewed late.", by: ben)
        _ = try type("Five of twenty changes were reviewed too late.", by: ann)
        _ = try type("None of fifteen were reviewed.", by: cem)
        try team.syncAll()
        let before = try #require(try ann.account("/finding/f1/statement"))

        try ben.undo()
        try team.syncAll()

        let account = try #require(try ann.account("/finding/f1/statement"))
        func texts(_ account: ConflictAccount) -> [Author: JSON?] {
            let sides = account.sides.filter { $0.candidate.write.author != ben.signer.author }
            return Dictionary(
                sides.map { ($0.candidate.write.author, $0.candidate.value) },
                uniquingKeysWith: { first, _ in first }
            )
        }
        #expect(texts(account).count == 2)
        #expect(texts(account) == texts(before))
    }
}
