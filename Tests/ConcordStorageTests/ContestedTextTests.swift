import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Foundation
import Testing

@testable import ConcordStorage

/// Where edits of a text touch, only these are in question: what others wrote in it stands, whatever is
/// decided, and whatever is written and taken back meanwhile.
@Suite struct ContestedTextTests {
    private let statement = cell("/finding/f1/statement")
    private let team: Team
    private let ann: Device
    private let ben: Device
    private let cem: Device

    /// ben and cem edit the same words.
    init() throws {
        team = try Team()
        (ann, ben, cem) = (team.devices[0], team.devices[1], team.devices[2])
        try ann.save(
            add("/finding/f1", ["statement": "The plan was not tested. The owner knew it."])
        )
        try team.syncAll()
        try ben.edit {
            $0.setText(statement, to: "The plan was not tested since 2012. The owner knew it.")
        }
        try cem.edit {
            $0.setText(statement, to: "The plan was not tested at all. The owner knew it.")
        }
    }

    private func text(_ device: Device) throws -> WireText? {
        try device.value("/finding/f1/statement")?.stringValue
    }

    private func take(_ author: Device, as decider: Device) throws {
        let account = try #require(try decider.account("/finding/f1/statement"))
        let side = try #require(
            account.sides.last { $0.candidate.write.author == author.signer.author }
        )
        try decider.edit(reason: "seen") {
            $0.resolve(statement, to: side.candidate.value, reason: "seen")
        }
    }

    /// Both replace the same words: what is typed between them would go elsewhere with whatever is decided.
    @Test func whatIsTypedBetweenContestedWordsIsDecidedFirst() throws {
        let note = cell("/finding/f2/statement")
        try ann.save(add("/finding/f2", ["statement": "five six seven eight nine"]))
        try team.syncAll()
        try ben.edit { $0.setText(note, to: "five six k7B nine") }
        try cem.edit { $0.setText(note, to: "five six k8L nine") }
        try team.syncAll()

        let error = #expect(throws: EditError.self) {
            try ann.edit { $0.setText(note, to: "five six seven NOT eight nine") }
        }
        #expect(error?.code == .inConflict)
        for beside in ["five NOT six seven eight nine", "five NOT six seven eight nine, ten"] {
            try ann.edit { $0.setText(note, to: WireText(beside)) }
            #expect(try ann.account("/finding/f2/statement")?.commonText == WireText(beside))
        }
    }

    /// What takes a side back goes with it: beside that the others still edit.
    @Test func othersEditBesideASideThatWasUndone() throws {
        let note = cell("/finding/f2/statement")
        try ann.save(add("/finding/f2", ["statement": "Four were late. Nobody knew."]))
        try team.syncAll()
        try ben.edit { $0.setText(note, to: "Five were late. Nobody knew.") }
        try cem.edit { $0.setText(note, to: "Six were late. Nobody knew.") }
        try team.syncAll()
        try ben.undo()
        try team.syncAll()
        let shown = try #require(try ann.account("/finding/f2/statement")?.commonText?.string)

        try ann.edit { $0.setText(note, to: WireText(shown.replacing("Nobody", with: "All"))) }

        #expect(
            try ann.account("/finding/f2/statement")?.commonText
                == WireText(shown.replacing("Nobody", with: "All"))
        )
    }

    /// A third person's edit elsewhere is in the text that is taken too.
    @Test func theWordsOfASideThatWasTakenAreItsAuthorsBesideAThirdsEdit() throws {
        try ann.edit {
            $0.setText(
                statement,
                to: "The plan was not tested. The owner knew it, and told nobody."
            )
        }
        try team.syncAll()
        try take(cem, as: ann)
        try team.syncAll()

        let blame = try #require(try ben.blame("/finding/f1/statement"))

        let theirs = blame.stretches.filter { $0.text.string.contains("at all") }
        #expect(theirs.map(\.by.write.author) == [cem.signer.author])
        #expect(blame.taken?.write.author == cem.signer.author)
    }

    @Test func whatAThirdWroteStaysWhateverSideIsTaken() throws {
        let third = "The plan was not tested. The owner knew it, and told nobody."
        try ann.edit { $0.setText(statement, to: WireText(third)) }
        try team.syncAll()
        #expect(try ann.account("/finding/f1/statement")?.commonText == WireText(third))

        try take(cem, as: cem)
        try team.syncAll()

        for device in team.devices {
            #expect(
                try text(device)
                    == "The plan was not tested at all. The owner knew it, and told nobody."
            )
            #expect(try device.conflicts() == [])
        }
    }

    @Test func aSideThatIsTakenKeepsWhatItsAuthorWroteElsewhere() throws {
        try ben.edit {
            $0.setText(
                statement,
                to: "The plan was not tested since 2012. The owner knew it, and told nobody."
            )
        }
        try team.syncAll()

        try take(ben, as: cem)

        #expect(
            try text(cem)
                == "The plan was not tested since 2012. The owner knew it, and told nobody."
        )
    }

    @Test func anEditMeanwhileGoesOnFromWhatIsReadAndTakesNothingAway() throws {
        try team.syncAll()
        let read = try #require(try ann.account("/finding/f1/statement")?.commonText)
        #expect(read == "The plan was not tested. The owner knew it.")

        try ann.edit { $0.setText(statement, to: WireText(read.string + " See 7.5.")) }
        try team.syncAll()

        #expect(
            try cem.account("/finding/f1/statement")?.commonText
                == "The plan was not tested. The owner knew it. See 7.5."
        )
        let merged = try #require(try text(cem)).string
        #expect(merged.contains("since 2012") && merged.contains("at all"))
        try take(ben, as: cem)
        #expect(
            try text(cem) == "The plan was not tested since 2012. The owner knew it. See 7.5."
        )
    }

    @Test func anEditMeanwhileIsTakenBackAlone() throws {
        try team.syncAll()
        let before = try text(ann)
        try ann.edit {
            $0.setText(statement, to: "The plan of 2012 was not tested. Nobody knew it.")
        }

        try ann.undo()

        #expect(try text(ann) == before)
    }

    // MARK: Taking back.

    @Test func whatWasSettledIsNotTakenBackByASide() throws {
        try team.syncAll()
        let settled: WireText = "The plan was not tested since 2012, or at all. The owner knew it."
        try ann.edit(reason: "both") {
            $0.resolve(statement, to: .string(settled), reason: "both")
        }
        try team.syncAll()

        for device in [ben, cem] {
            let result = try device.undo()
            #expect(result.leftAlone.map(\.why) == [.changedSince] && result.changes == [])
            #expect(try text(device) == settled)
        }
    }

    @Test func whatSomebodyBuiltUponIsNotTakenBack() throws {
        try team.sync(ben)
        try team.sync(ann)
        let read = try #require(try text(ann)).string
        try ann.edit {
            $0.setText(
                statement,
                to: WireText(read.replacingOccurrences(of: "since 2012", with: "once since 2012"))
            )
        }
        try team.sync(ann)
        try team.sync(ben)

        #expect(try ben.undo().leftAlone.map(\.why) == [.changedSince])
        #expect(try text(ben)?.string.contains("once since 2012") == true)
    }

    @Test func whatStandsApartIsTakenBack() throws {
        try team.sync(ben)
        try team.sync(ann)
        let read = try #require(try text(ann)).string
        try ann.edit { $0.setText(statement, to: WireText(read + " See 7.5.")) }
        try team.sync(ann)
        try team.sync(ben)

        try ben.undo()

        #expect(try text(ben) == "The plan was not tested. The owner knew it. See 7.5.")
    }

    @Test func takingBackBringsNothingBackThatAnotherRemoved() throws {
        try ben.save(
            add("/criterion/c1", ["finding": "f1", "standard": "iso", "grade": "minor"])
        )
        try team.syncAll()
        try ben.edit { $0.set(cell("/criterion/c1/grade"), to: "major") }
        try team.syncAll()
        try ann.edit(reason: "wrong clause") { $0.hide(kind: "criterion", id: "c1") }
        try team.syncAll()

        #expect(try ben.undo().leftAlone.map(\.why) == [.changedSince])
        try team.syncAll()

        for device in team.devices { #expect(try device.shown("criterion", "c1") == nil) }
    }
}
