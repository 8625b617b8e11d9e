import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Testing

@testable import ConcordStorage

/// Taking back one's last save, and taking that back.
@Suite struct UndoTests {
    private let unit = cell("/finding/f1/unit")
    private let statement = cell("/finding/f1/statement")

    private func team() throws -> (Team, Device, Device) {
        let team = try Team()
        try team.devices[1].save(
            add("/finding/f1", ["statement": "One two three", "unit": "IT", "state": "draft"]),
            add("/criterion/c1", ["finding": "f1", "standard": "iso", "grade": "minor"])
        )
        try team.syncAll()
        return (team, team.devices[0], team.devices[1])
    }

    @Test func aValueIsPutBackAndForth() throws {
        let (_, _, ben) = try team()
        try ben.edit { $0.set(unit, to: "HR") }
        try ben.edit { $0.set(unit, to: "MH") }

        #expect(try ben.undo().changes.map(\.to) == ["HR"])
        #expect(try ben.undo().changes.map(\.to) == ["IT"])
        #expect(try ben.value("/finding/f1/unit") == "IT")
        #expect(try ben.undo(redo: true).changes.map(\.to) == ["HR"])
        #expect(try ben.undo(redo: true).changes.map(\.to) == ["MH"])
        #expect(throws: UndoError.self) { try ben.undo(redo: true) }
        #expect(try ben.undo().changes.map(\.to) == ["HR"])
        try ben.edit { $0.set(unit, to: "PR") }
        #expect(throws: UndoError.self) { try ben.undo(redo: true) }
        #expect(try ben.undo().changes.map(\.to) == ["HR"])
        #expect(try ben.undo().changes.map(\.to) == ["IT"])
        #expect(try ben.store.checkState().differences == [])
    }

    /// What another one said too is not a conflict, and stays.
    @Test func whatAnotherOneWroteAlikeStays() throws {
        let (team, ann, ben) = try team()
        for device in [ann, ben] { try device.edit { $0.set(unit, to: "HR") } }
        try team.syncAll()

        #expect(try ben.undo().leftAlone.map(\.why) == [.changedSince])
        #expect(try ben.value("/finding/f1/unit") == "HR")
    }

    @Test func whatWasEmptyIsClearedAgain() throws {
        let (_, _, ben) = try team()
        try ben.edit { $0.set(cell("/finding/f1/site"), to: "s1") }

        try ben.undo()

        #expect(try ben.value("/finding/f1/site") == nil)
    }

    @Test func whatSomebodyChangedSinceIsLeftAloneAndNamed() throws {
        let (team, ann, ben) = try team()
        try ben.edit {
            $0.set(unit, to: "HR")
            $0.set(cell("/finding/f1/site"), to: "s1")
        }
        try team.syncAll()
        let later = try #require(try ann.edit { $0.set(unit, to: "MH") })
        try team.syncAll()

        let result = try ben.undo()

        #expect(result.changes.map(\.path) == [cell("/finding/f1/site")])
        #expect(result.leftAlone.map(\.why) == [.changedSince])
        #expect(result.leftAlone.first?.by?.diff == later.id)
        #expect(try ben.value("/finding/f1/unit") == "MH")
    }

    @Test func aSideOfAConflictIsLeftToWhoeverDecides() throws {
        let (team, ann, ben) = try team()
        try ann.edit { $0.set(unit, to: "HR") }
        try ben.edit { $0.set(unit, to: "MH") }
        try team.syncAll()

        #expect(try ben.undo().leftAlone.map(\.why) == [.contested])
        #expect(try ben.conflicts().count == 1)
        try ann.edit { $0.resolve(unit, to: "MH", reason: "seen") }
    }

    @Test func whatAMergeBroughtAlongStaysWhileTheMergeIsDisputed() throws {
        let (team, ann, ben) = try team()
        try ann.edit { $0.add("finding", id: "f2", fields: ["state": "draft"]) }
        try team.syncAll()
        try ann.edit {
            $0.set(cell("/finding/f1/state"), to: "merged")
            $0.set(cell("/finding/f1/duplicateOf"), to: "f2")
            $0.insert("e1", into: cell("/finding/f2/evidence"), again: true)
        }
        try ben.edit { $0.set(cell("/finding/f1/state"), to: "submitted") }
        try team.syncAll()

        let error = #expect(throws: UndoError.self) { try ann.undo() }

        #expect(error?.code == .mergeStands)
        #expect(error?.path == cell("/finding/f1/state"))
        #expect(try ann.value("/finding/f2/evidence") == ["e1": true])
    }

    @Test func whatEndedAConflictIsNotTakenBack() throws {
        let (team, ann, ben) = try team()
        try ann.edit { $0.set(unit, to: "HR") }
        try ben.edit { $0.set(unit, to: "MH") }
        try team.syncAll()
        try ann.edit {
            $0.resolve(unit, to: "MH", reason: "seen")
            $0.set(cell("/finding/f1/site"), to: "S9")
        }

        let error = #expect(throws: UndoError.self) { try ann.undo() }

        #expect(error?.code == .resolvedConflict)
        #expect(error?.path == unit)
        #expect(try ann.value("/finding/f1/site") == "S9")
        // To decide otherwise is an ordinary edit.
        try ann.edit { $0.set(unit, to: "HR") }
        #expect(try ann.value("/finding/f1/unit") == "HR")
        try ann.undo()
        #expect(try ann.value("/finding/f1/unit") == "MH")
    }

    @Test func anUndoMeetsAnEditMadeAtTheSameTime() throws {
        let (team, ann, ben) = try team()
        try ben.save(add("/finding/f3", ["unit": "IT"]))
        try team.syncAll()
        let edit = try #require(try ann.edit { $0.set(cell("/finding/f3/unit"), to: "HR") })

        try ben.undo()
        try team.syncAll()

        let conflict = try #require(try ann.account("/finding/f3")?.conflict)
        #expect(conflict.kind == .removedEdited)
        #expect(conflict.candidates.contains { $0.write == edit.reference })
        #expect(Set(conflict.candidates.map(\.write.author)).count == 2)
        #expect(try ben.value("/finding/f3/unit") == "HR")
    }

    @Test func anUndoMeetsACitationMadeAtTheSameTime() throws {
        let (team, ann, ben) = try team()
        try ben.save(add("/evidence/e3", ["kind": "note", "title": "Seen"]))
        try team.syncAll()
        let citation = try #require(
            try ann.edit { $0.insert("e3", into: cell("/finding/f1/evidence")) }
        )

        try ben.undo()
        try team.syncAll()

        let conflict = try #require(try ann.account("/evidence/e3")?.conflict)
        #expect(conflict.kind == .removedEdited)
        #expect(conflict.candidates.contains { $0.write == citation.reference })
        #expect(Set(conflict.candidates.map(\.write.author)).count == 2)
        #expect(try ben.shown("evidence", "e3") != nil)
    }

    @Test func aTextIsTakenBackThoughOthersTypedMeanwhile() throws {
        let (team, ann, ben) = try team()
        try ben.edit { $0.setText(statement, to: "One three four") }
        try ann.edit { $0.setText(statement, to: "Zero One two three") }
        try team.syncAll()
        #expect(try ben.value("/finding/f1/statement") == "Zero One three four")
        try ann.edit { $0.setText(statement, to: "Zero One three four five") }
        try team.syncAll()

        try ben.undo()

        #expect(try ben.value("/finding/f1/statement") == "Zero One two three five")
        try ben.undo(redo: true)
        #expect(try ben.value("/finding/f1/statement") == "Zero One three four five")
        try team.syncAll()
        #expect(try ann.digest() == ben.digest())
    }

    @Test func textsGoFurtherBackWithEachUndo() throws {
        let (_, _, ben) = try team()
        let texts: [WireText] = ["hello world", "hello there", "there", "over there, world"]
        var before: [JSON?] = [try ben.value("/finding/f1/statement")]
        for text in texts {
            try ben.edit { $0.setText(statement, to: text) }
            before.append(.string(text))
        }

        for text in before.dropLast().reversed() {
            try ben.undo()
            #expect(try ben.value("/finding/f1/statement") == text)
        }
        for text in texts {
            try ben.undo(redo: true)
            #expect(try ben.value("/finding/f1/statement") == .string(text))
        }
    }

    @Test func whatIsKeptOfATakenBackAdditionIsKeptWithItsParts() throws {
        let (team, ann, ben) = try team()
        try ann.edit { $0.set(unit, to: "HR") }
        try ben.undo()
        try team.syncAll()

        #expect(try ann.shown("criterion", "c1") != nil)
        try ann.edit { $0.resolve(cell("/finding/f1"), to: true, reason: "it is one") }
        try team.syncAll()

        #expect(try ben.conflicts().isEmpty)
        #expect(try ben.value("/finding/f1/unit") == "HR")
        #expect(try ben.value("/criterion/c1/grade") == "minor")
    }

    @Test func aMergeIsTakenBackAndForthWhole() throws {
        let (_, ann, _) = try team()
        try ann.edit { $0.add("finding", id: "f2", fields: ["state": "draft"]) }
        try ann.edit {
            $0.set(cell("/finding/f1/state"), to: "merged")
            $0.set(cell("/finding/f1/duplicateOf"), to: "f2")
            $0.add(
                "criterion",
                id: "c2",
                fields: ["finding": "f2", "standard": "iso", "grade": "minor"]
            )
        }
        try ann.undo()
        #expect(try ann.value("/finding/f1/state") == "draft")
        #expect(try ann.shown("criterion", "c2") == nil)

        let result = try ann.undo(redo: true)

        #expect(result.leftAlone.isEmpty)
        #expect(try ann.value("/finding/f1/state") == "merged")
        #expect(try ann.value("/finding/f1/duplicateOf") == "f2")
        #expect(try ann.value("/criterion/c2/grade") == "minor")
    }

    @Test func aMemberOfASetIsKeptOrTakenOutAndNothingElse() throws {
        let (team, ann, ben) = try team()
        let member = cell("/finding/f1/evidence/e1")
        try ben.edit { $0.insert("e1", into: cell("/finding/f1/evidence")) }
        try team.syncAll()
        try ben.edit { $0.remove("e1", from: cell("/finding/f1/evidence")) }
        try ann.edit { $0.insert("e1", into: cell("/finding/f1/evidence"), again: true) }
        try team.syncAll()

        let error = #expect(throws: EditError.self) {
            try ann.edit { $0.resolve(member, to: "banana", reason: "x") }
        }
        #expect(error?.code == .malformedValue)
        try ann.edit { $0.resolve(member, to: true, reason: "kept") }
        #expect(try ann.value("/finding/f1/evidence") == ["e1": true])
    }

    @Test func anAddedRecordIsHiddenUnlessSomebodyMadeSomethingOfIt() throws {
        let (team, ann, ben) = try team()
        try ben.save(
            add("/finding/f2", ["title": "New"]),
            add("/criterion/c2", ["finding": "f2", "grade": "minor"])
        )
        try ben.undo()
        #expect(try ben.shown("finding", "f2") == nil)
        // Its criterion goes with it, and comes back with it.
        #expect(try ben.conflicts().isEmpty)
        try ben.undo(redo: true)
        #expect(try ben.shown("finding", "f2") == ["title": "New"])
        #expect(try ben.shown("criterion", "c2") != nil)

        try team.syncAll()
        try ann.edit { $0.set(cell("/finding/f2/unit"), to: "IT") }
        try team.syncAll()
        let result = try ben.undo()
        #expect(result.leftAlone.contains { $0.why == .changedSince && $0.path.kind == "finding" })
        #expect(try ben.shown("finding", "f2") != nil)
    }

    @Test func aHiddenRecordComesBack() throws {
        let (_, _, ben) = try team()
        let before = try ben.document()
        try ben.edit { $0.hide(kind: "finding", id: "f1") }
        #expect(try ben.shown("finding", "f1") == nil)

        try ben.undo()

        #expect(try ben.document() == before)
        try ben.undo(redo: true)
        #expect(try ben.shown("finding", "f1") == nil)
    }

    @Test func membersOfSetsGoInAndOut() throws {
        let (_, _, ben) = try team()
        try ben.edit { $0.insert("e1", into: cell("/finding/f1/evidence")) }
        try ben.undo()
        #expect(try ben.value("/finding/f1/evidence") == nil)
        try ben.undo(redo: true)
        try ben.edit { $0.remove("e1", from: cell("/finding/f1/evidence")) }
        try ben.undo()
        #expect(try ben.value("/finding/f1/evidence") == ["e1": true])
    }

    @Test func aStepGoesBackOnlyWhereTheLifeCycleHasAStepBack() throws {
        let (team, ann, ben) = try team()
        let state = cell("/finding/f1/state")
        try ben.edit { $0.set(state, to: "submitted") }

        let missing = #expect(throws: UndoError.self) { try ben.undo() }
        #expect(missing?.code == .reasonMissing)
        try ben.undo(reason: "too early")
        #expect(try ben.value("/finding/f1/state") == "draft")
        try ben.undo(redo: true)
        #expect(try ben.value("/finding/f1/state") == "submitted")

        try team.syncAll()
        try ann.edit { $0.set(state, to: "confirmed") }
        #expect(throws: UndoError.self) { try ann.undo() }
        try ann.undo(reason: "too early")
        #expect(try ann.value("/finding/f1/state") == "submitted")
        try ann.edit(reason: "twice") { $0.set(state, to: "withdrawn") }
        let none = #expect(throws: UndoError.self) { try ann.undo() }
        #expect(none?.code == .noStepBack)
        #expect(none?.states == ["withdrawn", "submitted"])
    }

    @Test func aWithdrawnDraftIsADraftAgain() throws {
        let (_, ann, _) = try team()
        let state = cell("/finding/f1/state")
        try ann.edit(reason: "twice") { $0.set(state, to: "withdrawn") }

        try ann.undo()

        #expect(try ann.value("/finding/f1/state") == "draft")
        let blame = try #require(try ann.blame("/finding/f1/state"))
        #expect(blame.write?.reason?.hasPrefix("undo 2@") == true)
    }

    @Test func controlOperationsAndFoundingAreNotTakenBack() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ann.set("/member/ben/role", "observer", reason: "conflict of interest")

        #expect(#expect(throws: UndoError.self) { try ann.undo() }?.code == .control)
        #expect(#expect(throws: UndoError.self) { try ben.undo() }?.code == .nothing)
        try team.syncAll()
        let voided = try ben.set("/engagement/e/number", "A-2")
        #expect(voided?.voided.map(\.reason) == [.noRight])
        #expect(#expect(throws: UndoError.self) { try ben.undo() }?.code == .nothing)
    }

    @Test func whatASealHasFrozenIsNotTakenBack() throws {
        let (team, ann, ben) = try team()
        try ben.edit { $0.set(unit, to: "HR") }
        try team.syncAll()
        let number = Operation(.add("F-01"), at: cell("/finding/f1/number"))
        try ann.save(add("/seal/s1", ["digest": "d"]), number)
        try team.syncAll()

        let error = #expect(throws: UndoError.self) { try ben.undo() }

        #expect(error?.code == .sealed && error?.path == unit)
        #expect(try ben.value("/finding/f1/unit") == "HR")
    }

    @Test func aProposalIsTakenBackBesideTheValue() throws {
        let (team, ann, ben) = try team()
        let kind = cell("/engagement/e/kind")
        try ann.edit { $0.set(kind, to: "initial") }
        try team.syncAll()
        try ben.edit { $0.set(kind, to: "renewal") }
        #expect(try ben.conflicts().count == 1)

        let result = try ben.undo()

        #expect(result.changes.map(\.path) == [kind] && result.leftAlone.isEmpty)
        #expect(try ben.conflicts().isEmpty)
        #expect(try ben.value("/engagement/e/kind") == "initial")
    }

    /// A reason that looks like somebody else's undo is a reason.
    @Test func theMarkOfAnotherAuthorTakesNothingBack() throws {
        let (_, ann, ben) = try team()
        try ben.edit { $0.set(unit, to: "HR") }
        let mark = "undo 2@\(ann.signer.author.description.prefix(8))"
        try ben.edit(reason: mark) { $0.set(unit, to: "MH") }

        #expect(try ben.undo().changes.map(\.to) == ["HR"])
        #expect(try ben.undo().changes.map(\.to) == ["IT"])
    }

    @Test func whatHadNoEffectIsPassedOver() throws {
        let (_, _, ben) = try team()
        try ben.edit { $0.set(unit, to: "HR") }
        try ben.set("/engagement/e/number", "A-2")
        try ben.edit { $0.set(unit, to: "HR") }

        #expect(try ben.undo().changes.map(\.to) == ["IT"])
    }

    /// Whatever was saved last, taking it back shows what was shown before, and taking that back what
    /// was shown after.
    @Test(arguments: Size.seeds(1, inFull: 8))
    func takingBackShowsWhatWasShownBefore(_ seed: UInt64) throws {
        var work = RandomWork(seed: seed, try Team())
        var count = 0
        for _ in 0..<40 {
            try work.step()
            let device = work.team.devices[work.dice.below(3)]
            let before = try device.document()
            guard let saved = try work.save(on: device) else { continue }
            let after = try device.document()
            do {
                let result = try device.undo(reason: "again")
                let left = Set(result.leftAlone.map(\.why))
                if result.target != saved.reference {
                    // Passed over: it had changed nothing.
                    #expect(plain(before) == plain(after), "seed \(seed): \(result)")
                    continue
                }
                guard left.isSubset(of: [.restated, .noEffect]) else { continue }
                count += 1
                #expect(try device.plain() == plain(before), "seed \(seed): \(result)")
                try device.undo(redo: true, reason: "after all")
                #expect(try device.plain() == plain(after), "seed \(seed): \(result)")
            } catch let error as UndoError {
                #expect(
                    [.noStepBack, .resolvedConflict, .noRight].contains(error.code),
                    "\(error)"
                )
            }
        }
        #expect(count > 11, "\(count) of 40")
        try work.team.syncAll()
        #expect(Set(try work.team.devices.map { try $0.digest() }).count == 1)
    }
}

extension Device {
    fileprivate func plain() throws -> JSONObject { ConcordStorageTests.plain(try document()) }
}

/// Without what says the same as nothing: the first state, an empty text, criteria of a finding that is hidden.
private func plain(_ document: JSONObject) -> JSONObject {
    var document = document
    var findings = document["finding"]?.objectValue ?? [:]
    for (id, finding) in findings {
        var fields = finding.objectValue ?? [:]
        if fields["state"] == "draft" { fields["state"] = nil }
        if fields["statement"] == "" { fields["statement"] = nil }
        findings[id] = .object(fields)
    }
    document["finding"] = .object(findings)
    var criteria = document["criterion"]?.objectValue ?? [:]
    for (id, criterion) in criteria where findings[criterion["finding"]?.stringValue ?? ""] == nil {
        criteria[id] = nil
    }
    document["criterion"] = .object(criteria)
    return document
}
