import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Testing

@testable import ConcordStorage

/// What people are told of a conflict, and how each kind of it ends.
@Suite struct ConflictAccountTests {
    private let unit = cell("/finding/f1/unit")
    private let statement = cell("/finding/f1/statement")
    private let state = cell("/finding/f1/state")

    private func team() throws -> (Team, ann: Device, ben: Device, cem: Device) {
        let team = try Team()
        try team.devices[1].save(
            add(
                "/finding/f1",
                [
                    "statement": "One two three", "unit": "IT", "state": "draft",
                    "evidence": ["e1": true],
                ]
            ),
            add("/criterion/c1", ["finding": "f1", "standard": "iso", "grade": "minor"])
        )
        try team.syncAll()
        return (team, team.devices[0], team.devices[1], team.devices[2])
    }

    // MARK: What is told.

    @Test func everySideSaysWhatItsAuthorHadBeforeHim() throws {
        let (team, ann, ben, cem) = try team()
        let first = try #require(try ann.edit(reason: "asked") { $0.set(unit, to: "HR") })
        try team.sync(ann)
        try team.sync(cem)
        let second = try #require(try cem.edit { $0.set(unit, to: "PR") })
        let third = try #require(try ben.edit { $0.set(unit, to: "MH") })
        try team.syncAll()

        let account = try #require(try ann.account("/finding/f1/unit"))

        // cem's write has the longer history before it, so it is the newest.
        #expect(account.because == .newest)
        #expect(account.winner == second.reference)
        let sides = Dictionary(
            uniqueKeysWithValues: account.sides.map { ($0.account.diff, $0.before.shown) }
        )
        #expect(sides == [second.id: "HR", third.id: "IT"])
        #expect(account.sides.map(\.account.diff).contains(first.id) == false)
        let blame = try #require(try ann.blame("/finding/f1/unit"))
        #expect(blame.write?.diff == second.id)
        #expect(blame.replaced.map(\.reason) == ["asked"])
        #expect(blame.beside.map(\.diff) == [third.id])
        #expect(blame.conflict == .values)
    }

    @Test func blameOfWhatIsClearedOrHiddenNamesWhoDidThat() throws {
        let (team, ann, ben, _) = try team()
        let clearing = try #require(try ann.edit(reason: "moved") { $0.set(unit, to: nil) })
        let hiding = try #require(try ann.edit { $0.hide(kind: "finding", id: "f1") })
        try team.syncAll()

        let cleared = try #require(try ben.blame("/finding/f1/unit"))
        let hidden = try #require(try ben.blame("/finding/f1"))

        #expect(cleared.shown == nil)
        #expect(cleared.write?.diff == clearing.id)
        #expect(cleared.write?.reason == "moved")
        #expect(hidden.shown == nil)
        #expect(hidden.write?.diff == hiding.id)
    }

    @Test func whoeverWroteWithinAConflictHadItsSidesBeforeHim() throws {
        let (team, ann, ben, cem) = try team()
        try ann.edit { $0.set(unit, to: "HR") }
        try cem.edit { $0.set(unit, to: "MH") }
        try team.syncAll()
        let shown = try #require(try ben.account("/finding/f1/unit")?.conflict.shown)
        let late = try #require(try ben.edit { $0.set(unit, to: "PR") })
        try team.syncAll()

        let account = try #require(try ann.account("/finding/f1/unit"))

        // He decides nothing between the others: his own value stands beside theirs.
        let his = try #require(account.sides.first { $0.account.diff == late.id })
        #expect(his.before.shown == shown)
        #expect(Set(his.before.candidates.map(\.value)) == ["HR", "MH"])
        #expect(Set(account.conflict.candidates.map(\.value)) == ["HR", "MH", "PR"])
        #expect(try ann.blame("/finding/f1/unit")?.isResolution == false)
    }

    @Test func theMostSevereIsSaidToBeShownForThat() throws {
        let (team, ann, ben, _) = try team()
        let grade = cell("/criterion/c1/grade")
        try ben.edit { $0.set(grade, to: "major") }
        try ann.edit { $0.set(grade, to: "observation") }
        try team.syncAll()

        #expect(try ann.account("/criterion/c1/grade")?.because == .mostSevere)
        #expect(
            try ann.account("/criterion/c1/grade")?.sides.map(\.before.shown) == ["minor", "minor"]
        )
    }

    @Test func aTextSaysWhatEachSideDeletedAndTyped() throws {
        let (team, ann, ben, cem) = try team()
        try ann.edit { $0.setText(statement, to: "One four three") }
        try ben.edit { $0.setText(statement, to: "One five three") }
        try cem.edit { $0.setText(statement, to: "Zero One two three") }
        try team.syncAll()

        let account = try #require(try ann.account("/finding/f1/statement"))

        // What cem wrote elsewhere is in no question.
        #expect(account.commonText == "Zero One two three")
        #expect(account.because == .merged)
        let changes = account.sides.map { side in
            side.changes.filter { $0.kind != .kept }.map { "\($0.kind) \($0.text)" }
        }
        #expect(
            Set(changes) == [
                ["deleted two", "inserted four"], ["deleted two", "inserted five"],
            ]
        )
        let stretches = try #require(try ann.blame("/finding/f1/statement")).stretches
        #expect(
            stretches.map(\.text).joined()
                == (try ann.value("/finding/f1/statement"))?.stringValue?.string
        )
        let authors = Dictionary(
            team.devices.map { ($0.signer.author, $0.name) },
            uniquingKeysWith: { first, _ in first }
        )
        let words = stretches.map { "\(authors[$0.by.write.author] ?? "") \($0.text)" }
        #expect(words.contains("ann four") && words.contains("ben five"))
        #expect(words.first == "cem Zero ")
    }

    @Test func ofWhatIsGoneWhoTookItAwayIsNamed() throws {
        let (_, ann, ben, _) = try team()
        let cleared = try #require(try ben.edit { $0.set(unit, to: nil) })
        #expect(try ben.blame("/finding/f1/unit")?.shown == nil)
        #expect(try ben.blame("/finding/f1/unit")?.write?.diff == cleared.id)

        let removed = try #require(
            try ben.edit { $0.remove("e1", from: cell("/finding/f1/evidence")) }
        )
        #expect(try ben.value("/finding/f1/evidence") == nil)
        #expect(try ben.blame("/finding/f1/evidence/e1")?.write?.diff == removed.id)

        let hidden = try #require(try ann.edit { $0.hide(kind: "finding", id: "f1") })

        #expect(try ann.shown("finding", "f1") == nil)
        #expect(try ann.blame("/finding/f1")?.write?.diff == hidden.id)
    }

    @Test func theReasonOfAnAdditionIsThatOfItsFields() throws {
        let (_, _, ben, _) = try team()
        try ben.save(
            Operation(.add(["unit": "HR"]), at: cell("/finding/f2"), reason: "seen on site"),
            Operation(.add("s1"), at: cell("/finding/f2/site"), reason: "asked")
        )

        #expect(try ben.blame("/finding/f2")?.write?.reason == "seen on site")
        #expect(try ben.blame("/finding/f2/unit")?.write?.reason == "seen on site")
        #expect(try ben.blame("/finding/f2/site")?.write?.reason == "asked")
    }

    // MARK: How it ends.

    @Test func twoWhoResolveAlikeMakeNoNewConflict() throws {
        let (team, ann, ben, _) = try team()
        try ann.edit { $0.set(unit, to: "HR") }
        try ben.edit { $0.set(unit, to: "MH") }
        try team.syncAll()

        for device in [ann, ben] {
            try device.edit { $0.resolve(unit, to: "MH", reason: "agreed by \(device.name)") }
        }
        try team.syncAll()

        #expect(try ann.conflicts().isEmpty)
        let blame = try #require(try ann.blame("/finding/f1/unit"))
        #expect(blame.isResolution && blame.because == .agreed)
        #expect(blame.replaced.count == 2 && blame.beside.count == 1)
    }

    @Test func aTextIsSettledByAcceptingIt() throws {
        let (team, ann, ben, _) = try team()
        try ann.edit { $0.setText(statement, to: "One four three") }
        try ben.edit { $0.setText(statement, to: "One five three") }
        try team.syncAll()
        let merged = try #require(try ann.value("/finding/f1/statement"))

        for device in [ann, ben] {
            try device.edit { $0.resolve(statement, to: merged, reason: "both") }
        }
        try team.syncAll()

        #expect(try ann.conflicts().isEmpty)
        #expect(try ben.value("/finding/f1/statement") == merged)
        #expect(try ben.blame("/finding/f1/statement")?.isResolution == true)
        #expect(try ben.inbox().isEmpty)
    }

    @Test func anEditByWhoWasNotShownASideEndsNothing() throws {
        let (team, ann, ben, cem) = try team()
        try ann.edit { $0.set(unit, to: "HR") }
        try cem.edit { $0.set(unit, to: "PR") }
        try team.syncAll()
        try ben.edit { $0.set(unit, to: "MH") }
        try team.sync(ben)
        // ann settles what she was shown; ben's side is not among it.
        try ann.edit { $0.resolve(unit, to: "PR", reason: "asked") }
        try team.syncAll()

        let conflict = try #require(try ann.conflicts().first)
        #expect(conflict.candidates.map(\.value).contains("MH"))
        #expect(conflict.candidates.map(\.value).contains("PR"))
    }

    @Test func whatWasEndedHereAndEditedThereIsDecided() throws {
        let (team, ann, ben, _) = try team()
        try ann.edit(reason: "twice") { $0.set(state, to: "withdrawn") }
        try ben.edit { $0.set(unit, to: "MH") }
        try team.syncAll()
        let account = try #require(try ben.account("/finding/f1/state"))
        #expect(account.because == .stays)
        #expect(account.conflict.shown == "draft")
        #expect(Set(account.sides.map(\.before.shown)) == ["draft", "IT"])

        try ann.edit { $0.resolve(state, to: "withdrawn", reason: "twice after all") }
        try team.syncAll()

        #expect(try ben.value("/finding/f1/state") == "withdrawn")
        let item = try #require(try ben.inbox().first)
        #expect(item.kind == .resolved && item.mine.path == unit)
        #expect(item.by?.reason == "twice after all")
        #expect(try ann.inbox().isEmpty)
    }

    @Test func whatWasRemovedHereAndEditedThereIsDecided() throws {
        let (team, ann, ben, _) = try team()
        try ann.edit { $0.hide(kind: "finding", id: "f1") }
        try ben.edit { $0.set(unit, to: "MH") }
        try team.syncAll()
        let account = try #require(try ben.account("/finding/f1"))
        #expect(account.because == .stays)
        #expect(Set(account.sides.map(\.before.shown)) == [true, "IT"])

        try ben.edit { $0.resolve(cell("/finding/f1"), to: true, reason: "still open") }
        try team.syncAll()

        #expect(try ann.conflicts().isEmpty)
        #expect(try ann.shown("finding", "f1") != nil)
        #expect(try ann.inbox().map(\.kind) == [.resolved])
        #expect(try ann.blame("/finding/f1")?.isResolution == true)
    }

    @Test func aMemberOfASetThatWasTakenOutAndPutInIsDecided() throws {
        let (team, ann, ben, _) = try team()
        let evidence = cell("/finding/f1/evidence")
        let member = cell("/finding/f1/evidence/e1")
        try ann.edit { $0.remove("e1", from: evidence) }
        try ben.save { context in
            let over = try context.survivors(of: member).map(\.write)
            return [Operation(.add(true), at: member, over: over)]
        }
        try team.syncAll()
        #expect(try ann.account("/finding/f1/evidence/e1")?.because == .stays)

        try ann.edit { $0.resolve(member, to: nil, reason: "another finding's") }
        try team.syncAll()

        #expect(try ben.value("/finding/f1/evidence") == nil)
        #expect(try ben.inbox().map(\.kind) == [.resolved])
    }

    /// It is shown, since it stays while the conflict is open; to put it in again is a change all the same.
    @Test func whoeverTookAMemberOutPutsItInAgain() throws {
        let (team, ann, ben, _) = try team()
        let evidence = cell("/finding/f1/evidence")
        try ann.edit { $0.remove("e1", from: evidence) }
        try ben.edit { $0.insert("e1", into: evidence, again: true) }
        try team.syncAll()
        try #require(try ann.conflicts().count == 1)

        let saved = try ann.edit { $0.insert("e1", into: evidence) }
        try team.syncAll()

        #expect(saved != nil)
        #expect(try ben.conflicts().isEmpty)
        #expect(try ben.value("/finding/f1/evidence") == ["e1": true])
    }
}
