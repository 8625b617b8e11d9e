import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

@testable import ConcordStorage

/// Whoever decides against a merge takes out of its target what it brought there, and only that.
@Suite struct LostMergeTests {
    private func criterion(of finding: WireText) -> WireText {
        DerivedID.criterion(finding: finding, standard: "iso", clause: "8")
    }

    private func fields(of finding: WireText) -> JSONObject {
        ["finding": .string(finding), "standard": "iso", "clause": "8", "grade": "major"]
    }

    /// Ann and ben lead; f1 raises clause 8 and cites e1 and e2, f3 cites e2 too.
    private func team() throws -> Team {
        let team = try Team()
        try team.devices[0].set("/member/ben/role", "lead")
        try team.devices[0].save(
            add("/finding/f1", ["state": "draft", "evidence": ["e1": true, "e2": true]]),
            add("/finding/f2", ["state": "draft"]),
            add("/finding/f3", ["state": "draft", "evidence": ["e2": true]]),
            add("/criterion/\(criterion(of: "f1"))", fields(of: "f1"))
        )
        try team.syncAll()
        return team
    }

    private func merge(into target: WireText, by device: Device) throws -> SaveReceipt {
        try #require(
            try device.edit {
                $0.set(cell("/finding/f1/state"), to: "merged")
                $0.set(cell("/finding/f1/duplicateOf"), to: .string(target))
                $0.add("criterion", id: criterion(of: target), fields: fields(of: target))
                for id in ["e1", "e2"] as [WireText] {
                    $0.insert(id, into: cell("/finding/\(target)/evidence"), again: true)
                }
            }
        )
    }

    private func expectSame(_ team: Team) throws {
        for device in team.devices {
            #expect(try device.store.checkState().differences == [])
            #expect(try device.digest() == team.devices[0].digest())
        }
    }

    @Test func whatTheLosingOfTwoMergesBroughtIsTakenOut() throws {
        let team = try team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        _ = try merge(into: "f2", by: ann)
        let lost = try merge(into: "f3", by: ben)
        try team.syncAll()

        try ann.edit {
            $0.resolve(cell("/finding/f1/duplicateOf"), to: "f2", reason: "the same sheet")
            $0.takeOut(broughtBy: [lost.reference], of: "f1")
        }
        try team.syncAll()

        #expect(try ann.value("/finding/f1/state") == "merged")
        #expect(try ann.value("/finding/f2/evidence") == ["e1": true, "e2": true])
        #expect(try ann.value("/criterion/\(criterion(of: "f2"))/grade") == "major")
        // Evidence that it found there stays.
        #expect(try ann.value("/finding/f3/evidence") == ["e2": true])
        #expect(try ann.shown("criterion", "\(criterion(of: "f3"))") == nil)
        try expectSame(team)
    }

    @Test func whatSomebodyMadeOfItSinceStays() throws {
        let team = try team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        let lost = try merge(into: "f3", by: ben)
        try team.syncAll()
        try ann.edit {
            $0.insert("e1", into: cell("/finding/f3/evidence"), again: true)
            $0.set(cell("/criterion/\(criterion(of: "f3"))/grade"), to: "major")
        }
        try team.syncAll()

        try ann.edit {
            $0.set(cell("/finding/f1/state"), to: "draft")
            $0.takeOut(broughtBy: [lost.reference], of: "f1")
        }
        try team.syncAll()

        #expect(try ann.value("/finding/f1/state") == "draft")
        #expect(try ann.value("/finding/f3/evidence") == ["e1": true, "e2": true])
        #expect(try ann.value("/criterion/\(criterion(of: "f3"))/grade") == "major")
        try expectSame(team)
    }

    @Test func whatIsToStayStays() throws {
        let team = try team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        let lost = try merge(into: "f3", by: ben)
        try team.syncAll()

        try ann.edit {
            $0.set(cell("/finding/f1/state"), to: "draft")
            $0.takeOut(
                broughtBy: [lost.reference],
                of: "f1",
                keeping: [cell("/criterion/\(criterion(of: "f3"))")]
            )
        }

        #expect(try ann.value("/finding/f3/evidence") == ["e2": true])
        #expect(try ann.value("/criterion/\(criterion(of: "f3"))/grade") == "major")
    }

    /// Two leaders merge into the same finding at once, and both are overruled.
    @Test func whatTwoMergesBroughtIsTakenOutOnce() throws {
        let team = try team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        let lost = [try merge(into: "f3", by: ann), try merge(into: "f3", by: ben)]
        try team.syncAll()

        try ben.edit {
            $0.set(cell("/finding/f1/state"), to: "draft")
            $0.takeOut(broughtBy: lost.map(\.reference), of: "f1")
        }
        try team.syncAll()

        #expect(try ann.shown("criterion", "\(criterion(of: "f3"))") == nil)
        try expectSame(team)
    }

    /// What does not count yet may still be admitted: a piece of evidence that the merge's author had put in before.
    @Test func whatItsAuthorHadPutInBeforeStays() throws {
        let team = try team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ann.set("/member/ben/role", "auditeeRep")
        try team.syncAll()
        let voided = try #require(
            try ben.edit { $0.insert("e1", into: cell("/finding/f3/evidence"), again: true) }
        )
        #expect(voided.voided.map(\.reason) == [.noRight])
        try team.syncAll()
        try ann.set("/member/ben/role", "lead")
        try team.syncAll()
        let lost = try merge(into: "f3", by: ben)
        try team.syncAll()

        try ben.edit {
            $0.set(cell("/finding/f1/state"), to: "draft")
            $0.takeOut(broughtBy: [lost.reference], of: "f1")
        }
        try team.syncAll()
        try ann.edit(reason: "seen") { $0.admit(voided.id) }
        try team.syncAll()

        #expect(try ann.value("/finding/f3/evidence") == ["e1": true, "e2": true])
        #expect(try ann.shown("criterion", "\(criterion(of: "f3"))") == nil)
        try expectSame(team)
    }

    /// An auditor has no right to take things out of a colleague's finding: their decision is saved all the same.
    @Test func whoHasNotTheRightDecidesWithoutIt() throws {
        let team = try Team()
        let (ann, cem) = (team.devices[0], team.devices[2])
        try cem.save(
            add("/finding/f1", ["state": "draft"]),
            add("/criterion/\(criterion(of: "f1"))", fields(of: "f1"))
        )
        try ann.save(add("/finding/f3", ["state": "draft"]))
        try team.syncAll()
        let lost = try merge(into: "f3", by: ann)
        try team.syncAll()

        let saved = try cem.edit {
            $0.set(cell("/finding/f1/state"), to: "draft")
            $0.takeOut(broughtBy: [lost.reference], of: "f1")
        }
        try team.syncAll()

        #expect(saved?.voided.isEmpty == true)
        #expect(try ann.value("/finding/f1/state") == "draft")
        #expect(try ann.value("/criterion/\(criterion(of: "f3"))/grade") == "major")
    }
}
