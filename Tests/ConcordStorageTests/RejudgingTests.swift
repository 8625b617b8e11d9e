import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordTesting
import Testing

@testable import ConcordStorage

/// Verdicts that are made again once the log has grown, over what was written to the file meanwhile.
@Suite struct RejudgingTests {
    /// The leader's admission gives effect from its place in the log on: what stands before it is judged
    /// as if it were not there, though the file had it.
    @Test func anAdmissionThatIsStillPendingIsTakenBackWithWhatItChanged() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        let voided = try #require(try ben.save(add("/conclusion/c1", ["days": "3"])))
        try team.syncAll()
        try ann.save { context in
            var edit = Edit(reason: "seen")
            edit.admit(voided.id)
            return try context.operations(for: edit)
        }
        try ben.save(add("/conclusion/c1", ["fulfilment": "A text is added with its record alone"]))
        try team.sync(ben)
        try team.syncAll()

        #expect(try ann.digest() == ben.digest())
        #expect(try ann.value("/conclusion/c1/days") == "3")
        for device in team.devices { #expect(try device.store.checkState().differences == []) }
        let reasons = try team.devices.map { device in
            try device.store.read { Set(try $0.voids().map(\.reason)) }
        }
        #expect(Set(reasons) == [[.noRight]])
    }

    /// A citation that counts again only by an admission keeps what it cites only as long as that counts.
    @Test func whatAnAdmittedCitationKeptGoesWithTheAdmission() throws {
        let team = try Team()
        let (ann, ben, cem) = (team.devices[0], team.devices[1], team.devices[2])
        try ann.save(add("/finding/f1", ["state": "draft"]), add("/evidence/e1", ["title": "seen"]))
        try ann.set("/member/ben/role", "auditeeRep")
        try ann.set("/member/cem/role", "lead")
        try team.syncAll()
        let voided = try #require(
            try ben.edit { $0.insert("e1", into: cell("/finding/f1/evidence"), again: true) }
        )
        try team.syncAll()
        try ann.edit { $0.hide(kind: "evidence", id: "e1") }
        try team.syncAll()
        #expect(try ann.shown("evidence", "e1") == nil)
        try ann.edit(reason: "seen") { $0.admit(voided.id) }
        #expect(try ann.shown("evidence", "e1") != nil)
        try cem.set("/member/ann/role", "auditor")
        try team.sync(cem)
        try team.syncAll()

        #expect(voided.voided.map(\.reason) == [.noRight])
        #expect(try ann.shown("evidence", "e1") == nil)
        for device in team.devices {
            #expect(try device.store.checkState().differences == [])
            #expect(try device.digest() == ann.digest())
        }
    }

    /// Which branch of a chain came first here does not matter, as little as in any other order.
    @Test func aForkedChainIsFoldedAnewAsItIsStored() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        let folder = try TemporaryFolder()
        let clone = try Device("ben", in: folder)
        let log = try team.log.map { LogItem.new(try verified($0)) }
        #expect(try clone.store.takeIn(log: log, from: 0).refused == nil)
        let first = try #require(try ben.save(add("/finding/f1", ["unit": "IT"])))
        let second = try #require(try clone.save(add("/finding/f1", ["unit": "HR"])))
        let envelope = try #require(try clone.store.read { try $0.envelope(of: second.id) })

        _ = try ann.store.takeIn(pending: [try verified(envelope)])
        #expect(try ann.store.checkState().differences == [])
        try team.sync(ben)
        try team.sync(ann)

        #expect(first.id != second.id)
        #expect(try ann.value("/finding/f1/unit") == "IT")
        #expect(try ann.store.checkState().differences == [])
    }

    /// A field that this version does not know is a text once anybody has spliced it, also after that
    /// splice was replaced and is not loaded any more.
    @Test func anUnknownTextStaysATextWhenItsSpliceIsReplaced() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        let path = cell("/robot/r1/colour")
        try ann.save(Operation(.splice(at: 0, delete: 0, insert: "r"), at: path))
        try team.syncAll()
        try ben.set("/robot/r1/colour", "IT")
        try ben.set("/robot/r1/colour", "IT")
        try team.syncAll()

        #expect(try ann.digest() == ben.digest())
        for device in team.devices { #expect(try device.store.checkState().differences == []) }
    }

    /// Whoever had a void edit not before him counts without it, also where it was admitted since.
    @Test func positionsCountWithoutWhatWasVoidForTheirAuthor() throws {
        let team = try Team()
        let (ann, ben, cem) = (team.devices[0], team.devices[1], team.devices[2])
        try ann.save(add("/finding/f1", ["statement": "One Two"]))
        try team.syncAll()
        try ann.set("/member/ben/status", "revoked")
        try team.sync(ann)
        let statement = cell("/finding/f1/statement")
        let lost = Operation(.splice(at: 0, delete: 0, insert: "lost "), at: statement)
        let voided = try #require(try ben.save(lost))
        try team.sync(ben)
        try team.sync(cem)
        try team.sync(ann)
        try cem.save { context in
            var edit = Edit()
            edit.setText(statement, to: "One")
            return try context.operations(for: edit)
        }
        try ann.save { context in
            var edit = Edit(reason: "seen")
            edit.admit(voided.id)
            return try context.operations(for: edit)
        }
        #expect(try ann.value("/finding/f1/statement") == "lost One Two")
        try team.syncAll()

        for device in team.devices {
            #expect(try device.value("/finding/f1/statement") == "lost One")
            #expect(try device.store.checkState().differences == [])
        }
    }

    /// Proposals are not shown in a text that somebody wrote with effect: positions count without them.
    @Test func whatIsTypedBesideAHiddenProposalStandsWhereItWasTyped() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ann.save(add("/scope/s1", ["standard": "iso9001"]))
        try team.syncAll()
        let statement = cell("/scope/s1/statement")
        try ben.save(Operation(.splice(at: 0, delete: 0, insert: "All sites"), at: statement))
        try team.syncAll()
        #expect(try ann.value("/scope/s1/statement") == "All sites")
        for text: WireText in ["All sites but two", "All sites but three"] {
            try ann.save { context in
                var edit = Edit()
                edit.setText(statement, to: text)
                return try context.operations(for: edit)
            }
            #expect(try ann.value("/scope/s1/statement")?.stringValue == text)
        }
        try team.syncAll()

        for device in team.devices {
            #expect(try device.value("/scope/s1/statement") == "All sites but three")
            #expect(try device.conflicts() == [])
            #expect(try device.store.checkState().differences == [])
        }
    }
}
