import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

@testable import ConcordStorage

/// What people who propose words, or are overruled in a text, are told.
@Suite struct InboxTextTests {
    private func team() throws -> (Team, ann: Device, ben: Device, cem: Device) {
        let team = try Team()
        try team.devices[1].save(add("/finding/f1", ["title": "One", "state": "draft"]))
        try team.syncAll()
        return (team, team.devices[0], team.devices[1], team.devices[2])
    }

    /// What an auditor proposes to write into what was confirmed can be taken, refused, or written otherwise.
    @Test(arguments: [nil, "One two. More.", "One and two."] as [JSON?])
    func aProposalOfATextIsDecided(_ decision: JSON?) throws {
        let (team, ann, ben, statement) = try confirmed("One two.")
        let saved = try #require(try ben.edit { $0.setText(statement, to: "One two. More.") })
        #expect(saved.proposals == [statement])
        try team.syncAll()
        #expect(try ann.value("/finding/f1/statement") == "One two.")

        try ann.edit { $0.resolve(statement, to: decision, reason: "decided") }
        try team.syncAll()

        #expect(try ben.conflicts().isEmpty)
        #expect(try ben.value("/finding/f1/statement") == decision ?? "One two.")

        // The next proposal stands on what is shown, not on the one that was decided.
        try ben.edit { $0.setText(statement, to: "One. Again.") }
        try team.syncAll()
        let side = try #require(try ann.account("/finding/f1/statement")?.sides.first)
        #expect(side.candidate.value == "One. Again.")
        try ann.edit { $0.resolve(statement, to: "One. Again.", reason: "better") }
        try team.syncAll()
        #expect(try ben.value("/finding/f1/statement") == "One. Again.")
        for device in [ann, ben] { #expect(try device.store.checkState().isSame) }
    }

    /// What a leader writes in the words of a proposal would be there twice once it is taken; elsewhere they may
    /// write, and whoever takes it then accepts it. Another one they decline by leaving the text as it is.
    @Test func aProposalOfATextIsDecidedBesideOtherEdits() throws {
        let (team, ann, ben, statement) = try confirmed("Two of five were late.")
        for (decision, outcome) in [(true, InboxItem.Kind.accepted), (false, .declined)] {
            let shown = try #require(try ann.value("/finding/f1/statement")?.stringValue?.string)
            let wanted = shown.replacing(decision ? "Two" : "Three", with: "Three more")
            try ben.edit { $0.setText(statement, to: WireText(wanted)) }
            try team.syncAll()
            let before = Set(try ben.inbox().map(\.id))

            let error = #expect(throws: EditError.self) {
                try ann.edit { $0.setText(statement, to: WireText(wanted)) }
            }
            #expect(error?.code == .inConflict)
            try ann.edit {
                $0.setText(statement, to: WireText(shown.replacing("late", with: "too late")))
            }
            let side = try #require(try ann.account("/finding/f1/statement")?.sides.first)
            try ann.edit {
                $0.resolve(statement, to: decision ? side.candidate.value : nil, reason: "decided")
            }
            try team.syncAll()

            let new = try ben.inbox().filter { !before.contains($0.id) }
            #expect(new.map(\.kind).contains(outcome), "\(new)")
        }
    }

    private func confirmed(
        _ text: WireText
    ) throws -> (Team, ann: Device, ben: Device, text: CellPath) {
        let (team, ann, ben, _) = try team()
        let statement = cell("/finding/f1/statement")
        try ben.edit { $0.setText(statement, to: text) }
        try ben.edit { $0.set(cell("/finding/f1/state"), to: "submitted") }
        try team.syncAll()
        try ann.edit { $0.set(cell("/finding/f1/state"), to: "confirmed") }
        try team.syncAll()
        return (team, ann, ben, statement)
    }

    /// Somebody who may only propose words cannot decide about them first.
    @Test func whoProposedWordsProposesOthers() throws {
        let (_, _, ben, statement) = try confirmed("Two of five were late.")
        try ben.edit { $0.setText(statement, to: "Thre of five were late.") }

        let saved = try ben.edit { $0.setText(statement, to: "Three of five were late.") }

        #expect(saved?.proposals == [statement])
    }

    /// Somebody else did what a proposal asks for: whoever takes it then has nothing to change.
    @Test func aProposalThatWasDoneMeanwhileIsAccepted() throws {
        let (team, ann, ben, statement) = try confirmed("It was not tested.")
        try ben.edit { $0.setText(statement, to: "It was tested.") }
        try ann.edit { $0.setText(statement, to: "It was tested.") }
        try team.syncAll()
        let side = try #require(try ann.account("/finding/f1/statement")?.sides.first)
        let before = Set(try ben.inbox().map(\.id))

        try ann.edit { $0.resolve(statement, to: side.candidate.value, reason: "so it is") }
        try team.syncAll()

        #expect(try ann.value("/finding/f1/statement") == "It was tested.")
        let new = try ben.inbox().filter { !before.contains($0.id) }
        #expect(new.map(\.kind).contains(.accepted))
        #expect(!new.map(\.kind).contains(.declined))
    }

    /// What has no effect names what it likes, and hides no decision.
    @Test func whatHasNoEffectHidesNoDecisionOverAText() throws {
        let (team, ann, ben, cem) = try team()
        let statement = cell("/finding/f1/statement")
        try ben.edit { $0.setText(statement, to: "One two three.") }
        try team.syncAll()
        let mine = try #require(try ben.edit { $0.setText(statement, to: "One 2 three.") })
        try cem.edit { $0.setText(statement, to: "One TWO three.") }
        try team.syncAll()
        try ann.edit { $0.resolve(statement, to: "One TWO three.", reason: "spelt out") }
        try team.syncAll()
        #expect(try ben.inbox().map(\.kind).contains(.resolved))
        for _ in 0..<70 {
            try ann.save(
                Operation(
                    .splice(at: 0, delete: 0, insert: ""),
                    at: statement,
                    over: [mine.reference]
                )
            )
        }
        try team.syncAll()

        #expect(try ben.inbox().map(\.kind).contains(.resolved))
    }
}
