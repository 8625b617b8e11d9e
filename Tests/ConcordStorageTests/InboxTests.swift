import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Testing

@testable import ConcordStorage

/// Whoever was overruled is told; parallel edits are listed.
@Suite struct InboxTests {
    private let unit = cell("/finding/f1/unit")

    private func team() throws -> (Team, ann: Device, ben: Device, cem: Device) {
        let team = try Team()
        try team.devices[1].save(
            add("/finding/f1", ["title": "One two three", "unit": "IT", "state": "draft"]),
            add("/criterion/c1", ["finding": "f1", "standard": "iso", "grade": "minor"])
        )
        try team.syncAll()
        return (team, team.devices[0], team.devices[1], team.devices[2])
    }

    /// Ben's finding, which ann has confirmed, and the cell of its state.
    private func confirmed() throws -> (Team, ann: Device, ben: Device, state: CellPath) {
        let (team, ann, ben, _) = try team()
        let state = cell("/finding/f1/state")
        try ben.edit { $0.set(state, to: "submitted") }
        try team.syncAll()
        try ann.edit { $0.set(state, to: "confirmed") }
        try team.syncAll()
        return (team, ann, ben, state)
    }

    @Test func aConflictThatWasSettledOtherwiseIsTold() throws {
        let (team, ann, ben, _) = try team()
        try ann.edit { $0.set(unit, to: "HR") }
        try ben.edit { $0.set(unit, to: "MH") }
        try team.syncAll()
        #expect(try ben.inbox().isEmpty)
        let point = try #require(try ben.edit { $0.set(cell("/finding/f1/title"), to: "One") })

        let decision = try #require(
            try ann.edit { $0.resolve(unit, to: "HR", reason: "they say so") }
        )
        try team.syncAll()

        let item = try #require(try ben.inbox().first)
        #expect(item.kind == .resolved)
        #expect(item.mine.value == "MH")
        #expect(item.by?.diff == decision.id)
        #expect(item.by?.reason == "they say so")
        #expect(try ben.inbox(since: point.id).count == 1)
        #expect(try ben.inbox(since: decision.id).isEmpty)
        #expect(try ann.inbox().isEmpty)
    }

    /// Who submits a finding and who changes it at the same time are both told of the other.
    @Test func whatWasSubmittedUnseenIsToldToBoth() throws {
        let (team, ann, ben, cem) = try team()
        let grade = cell("/criterion/c1/grade")
        try ben.edit { $0.set(cell("/finding/f1/state"), to: "submitted") }
        let change = try #require(try ann.edit { $0.set(grade, to: "ofi") })
        try team.syncAll()

        let told = try #require(try ben.inbox().first)
        #expect(told.kind == .unseen)
        #expect(told.by?.diff == change.id)
        #expect(told.mine.value == "submitted")
        let editor = try #require(try ann.inbox().first)
        #expect(editor.kind == .unseen)
        #expect(editor.mine.value == "ofi")
        #expect(editor.by?.value == "submitted")
        #expect(try cem.inbox().isEmpty)

        // Who confirms it has seen both.
        try ann.edit { $0.set(cell("/finding/f1/state"), to: "confirmed") }
        try team.syncAll()
        #expect(try Set(ben.inbox().map(\.kind)) == [.decided, .replaced])
        #expect(try ann.inbox().isEmpty)
    }

    @Test func aConfirmationThatIsTakenBackIsTold() throws {
        let (team, ann, ben, state) = try confirmed()
        try ann.edit { edit in
            edit.set(state, to: "submitted")
            edit.reason = "too early"
        }
        try team.syncAll()

        #expect(try ben.inbox().map(\.by?.value) == ["confirmed", "submitted"])
    }

    /// Nobody disagrees, and still whoever wrote the grade, or put the clause in, is told what became of it.
    @Test func whatAColleagueReplacesKnowingItIsTold() throws {
        let (team, ann, ben, cem) = try team()
        let grade = cell("/criterion/c1/grade")
        let lowered = try #require(try ann.edit { $0.set(grade, to: "ofi") })
        try team.syncAll()
        let told = try #require(try ben.inbox().first)
        #expect(told.kind == .replaced)
        #expect(told.mine.value == "minor")
        #expect(told.by?.diff == lowered.id)
        #expect(try cem.inbox().isEmpty)

        // What is written again is nobody's loss.
        try cem.edit { $0.set(cell("/finding/f1/title"), to: "Four") }
        try ann.edit { $0.set(grade, to: "minor") }
        try team.syncAll()
        #expect(try ben.inbox().map(\.mine.path) == [cell("/finding/f1/title")])

        try ann.edit { $0.hide(kind: "criterion", id: "c1") }
        try team.syncAll()
        let items = try ben.inbox().filter { $0.mine.path == cell("/criterion/c1") }
        #expect(items.map(\.kind) == [.replaced])
        #expect(items.first?.by?.value == nil)
    }

    /// Who restates a colleague's value and changes it then has changed the colleague's; so has who empties a text.
    @Test func whatWasRestatedFirstIsToldToo() throws {
        let (team, ann, ben, _) = try team()
        let grade = cell("/criterion/c1/grade")
        let statement = cell("/finding/f1/statement")
        try ben.edit { $0.setText(statement, to: "No list was shown.") }
        try team.syncAll()
        try ann.set("/criterion/c1/grade", "minor")
        try ann.edit { $0.set(grade, to: "ofi") }
        try ann.edit { $0.setText(statement, to: "") }
        try team.syncAll()

        let told = try ben.inbox()
        #expect(Set(told.map(\.mine.path)) == [grade, statement])
        #expect(told.allSatisfy { $0.kind == .replaced })
    }

    /// Whoever graded or cited in a finding of a colleague's is told that it was withdrawn, or its criterion removed.
    @Test func whoWroteInWhatEndsIsTold() throws {
        let (team, ann, ben, cem) = try team()
        try cem.edit { $0.insert("v1", into: cell("/finding/f1/evidence")) }
        try team.syncAll()
        try ann.edit { $0.set(cell("/criterion/c1/grade"), to: "major") }
        try team.syncAll()
        try ben.edit { $0.hide(kind: "criterion", id: "c1") }
        try team.syncAll()
        let lost = try #require(try ann.inbox().first)
        #expect(lost.kind == .replaced)
        #expect(lost.mine.value == "major")

        try ben.edit { edit in
            edit.set(cell("/finding/f1/state"), to: "withdrawn")
            edit.reason = "not so"
        }
        try team.syncAll()
        let ended = try #require(try cem.inbox().first)
        #expect(ended.kind == .decided)
        #expect(ended.by?.value == "withdrawn")
    }

    @Test func whoConfirmedIsToldThatItsAuthorWithdrew() throws {
        let (team, ann, ben, state) = try confirmed()
        try ben.edit { edit in
            edit.set(state, to: "withdrawn")
            edit.reason = "not so"
        }
        try team.syncAll()

        let told = try #require(try ann.inbox().first)
        #expect(told.kind == .replaced)
        #expect(told.mine.value == "confirmed")
        #expect(told.by?.value == "withdrawn")
    }

    /// A conflict that was settled twice, the second time for what somebody wrote, overruled them not.
    @Test func whatStandsInTheEndWasNotSettledOtherwise() throws {
        let (team, ann, ben, _) = try team()
        try ann.edit { $0.set(unit, to: "HR") }
        try ben.edit { $0.set(unit, to: "MH") }
        try team.syncAll()
        try ann.edit { $0.resolve(unit, to: "HR", reason: "they say so") }
        try team.syncAll()
        #expect(try ben.inbox().map(\.kind) == [.resolved])
        try ann.edit { $0.set(unit, to: "MH") }
        try team.syncAll()

        #expect(try ben.inbox().isEmpty)
    }

    /// Who wrote words that a decision holds, with more around them, was not overruled.
    @Test func whatADecisionHoldsWasNotSettledOtherwise() throws {
        let (team, ann, ben, _) = try team()
        let statement = cell("/finding/f1/statement")
        try ann.edit { $0.setText(statement, to: "There is no list.") }
        try ben.edit { $0.setText(statement, to: "Nobody has a plan.") }
        try team.syncAll()
        let both: WireText = "There is no list. Nobody has a plan."
        try ann.edit { $0.resolve(statement, to: .string(both), reason: "both") }
        try team.syncAll()

        #expect(try ben.inbox().isEmpty)
    }

    @Test func whatARuleOutranksIsTold() throws {
        let (team, ann, ben, _) = try team()
        let grade = cell("/criterion/c1/grade")
        try ben.edit {
            $0.set(grade, to: "observation")
            $0.set(cell("/finding/f1/draftNumber"), to: "B-01")
        }
        try ann.edit { $0.set(cell("/finding/f1/draftNumber"), to: "L-01") }
        try ann.edit { $0.set(grade, to: "major") }
        try ann.edit { $0.set(cell("/finding/f1/draftNumber"), to: "L-02") }
        try team.syncAll()

        let items = try ben.inbox()

        #expect(items.map(\.kind) == [.outranked, .outranked])
        #expect(Set(items.map(\.because)) == [.mostSevere, .newest])
        #expect(Set(items.map(\.shown)) == ["major", "L-02"])
        #expect(Set(items.map(\.conflict)) == [.values, nil])
        #expect(try ann.inbox().isEmpty)
    }

    @Test func aStepThatRanksLowerIsTold() throws {
        let (team, ann, ben, _) = try team()
        let state = cell("/finding/f1/state")
        try ben.edit { $0.set(state, to: "submitted") }
        try team.syncAll()
        try ben.edit(reason: "again") { $0.set(state, to: "submitted") }
        try ann.edit { $0.set(state, to: "confirmed") }
        try team.syncAll()

        #expect(try ben.inbox().map(\.because) == [.stepRank])
        #expect(try ben.inbox().first?.shown == "confirmed")
    }

    /// A role and a membership count for all: everybody is told but who changed it.
    @Test func aChangeOfTheTeamIsToldToEverybodyElse() throws {
        let (team, ann, ben, cem) = try team()
        let role = cell("/member/ben/role")
        try ann.edit(reason: "he observes") { $0.set(role, to: "observer") }
        try team.syncAll()

        for device in [ben, cem] {
            let item = try #require(try device.inbox().first)
            #expect(item.kind == .team)
            #expect(item.mine.path == role)
            #expect(item.by?.value == "observer")
            #expect(item.by?.reason == "he observes")
        }
        #expect(try ann.inbox().isEmpty)

        try ann.edit(reason: "left") { $0.set(cell("/member/ben/status"), to: "revoked") }
        try team.syncAll()
        #expect(try cem.inbox().map(\.mine.value) == ["observer", "revoked"])
    }

    @Test func aDeviceThatIsRevokedIsTold() throws {
        let team = try Team(["ann", "ben", "ben2", "cem"], members: ["ben2": "ben"])
        let device = cell("/device/\(team.devices[2].signer.author)/status")
        try team.devices[0].edit(reason: "stolen") { $0.set(device, to: "revoked") }
        try team.syncAll()

        for index in [1, 3] {
            #expect(try team.devices[index].inbox().map(\.kind) == [.team])
        }
    }

    /// Whatever kind of record a proposal is about, it is listed until somebody decides it.
    @Test func everyProposalThatWaitsIsListed() throws {
        let (team, ann, ben, _) = try team()
        func open() throws -> [OpenProposal] { try ann.store.read { try $0.openProposals() } }
        try ben.save(
            add("/scope/s1", ["standard": "iso", "statement": "All sites."]),
            add("/planSlot/p1", ["start": "2026-03-02T09:00:00+01:00"])
        )
        try ben.edit { $0.set(cell("/engagement/e/state"), to: "planApproved") }
        try ann.edit { $0.set(cell("/engagement/e/kind"), to: "initial") }
        try team.syncAll()
        try ben.edit { $0.set(cell("/engagement/e/kind"), to: "renewal") }
        try team.syncAll()

        let all = try open()
        #expect(Set(all.map(\.account.path.kind)) == ["scope", "planSlot", "engagement"])
        let kind = try #require(all.first { $0.account.path.field == "kind" })
        #expect(kind.conflict == kind.account.path)

        try ann.edit { $0.resolve(kind.account.path, to: "initial", reason: "decided") }
        try team.syncAll()
        #expect(try !open().contains { $0.account.path.field == "kind" })
    }

    /// A step that is only proposed, beside one that somebody who may took at the same time.
    @Test func aProposedStepBesideATakenOneIsListed() throws {
        let (team, ann, ben, _) = try team()
        let state = cell("/engagement/e/state")
        try ann.edit { $0.set(state, to: "planApproved") }
        try team.syncAll()
        try ben.edit { $0.set(state, to: "inProgress") }
        try ann.edit { $0.set(state, to: "planApproved") }
        try team.syncAll()

        let proposal = try #require(try ann.store.read { try $0.openProposals() }.first)
        #expect(proposal.account.value == "inProgress")
        #expect(proposal.shown == "planApproved")
    }

    @Test func whatHasNoEffectIsToldOnceForItsRecord() throws {
        let (team, ann, ben, _) = try team()
        let saved = try #require(try ben.save(add("/conclusion/c1", ["days": "3"])))
        try team.syncAll()

        #expect(try ben.inbox().map(\.kind) == [.void])
        #expect(try ben.inbox().first?.mine.path == cell("/conclusion/c1"))
        try ann.edit(reason: "he was asked to") { $0.admit(saved.id) }
        try team.syncAll()
        #expect(try ben.inbox().isEmpty)
        let admission = try ann.blame("/conclusion/c1/days")?.write?.admission
        #expect(admission?.from == .noRight)
    }

    @Test func whoAddsTheSameASecondTimeHasLostNothing() throws {
        let (team, ann, ben, _) = try team()
        for device in [ann, ben] {
            try device.save(
                add("/criterion/c2", ["finding": "f1", "standard": "tsm", "clause": "9.2"])
            )
        }
        try team.syncAll()

        #expect(try ann.inbox().isEmpty)
        #expect(try ben.inbox().isEmpty)
    }

    @Test func aProposalThatWasDecidedIsTold() throws {
        let (team, ann, ben, _) = try team()
        let kind = cell("/engagement/e/kind")
        try ann.edit { $0.set(kind, to: "initial") }
        try team.syncAll()
        for (value, decision, outcome) in [
            ("surveillance", "initial", InboxItem.Kind.declined),
            ("renewal", "renewal", .accepted),
        ] {
            let saved = try #require(try ben.edit { $0.set(kind, to: .string(value)) })
            #expect(saved.proposals == [kind])
            try team.syncAll()
            #expect(try ann.account("/engagement/e/kind")?.because == .decidedBeforeProposals)
            let before = Set(try ben.inbox().map(\.id))

            try ann.edit { $0.resolve(kind, to: .string(decision), reason: "decided") }
            try team.syncAll()

            let new = try ben.inbox().filter { !before.contains($0.id) }
            #expect(new.map(\.kind) == [outcome])
        }
    }

    /// Two decisions in turn, of which the second one names the proposal too: the first decided it.
    @Test func whoDecidedAProposalFirstDecidedIt() throws {
        let (team, ann, ben, _) = try team()
        let kind = cell("/engagement/e/kind")
        try ann.edit { $0.set(kind, to: "initial") }
        try team.syncAll()
        let proposal = try #require(try ben.edit { $0.set(kind, to: "surveillance") })
        try team.syncAll()
        let first = try #require(
            try ann.edit { $0.resolve(kind, to: "initial", reason: "as agreed") }
        )
        try ann.save(
            Operation(.add("surveillance"), at: kind, over: [proposal.reference, first.reference])
        )
        try team.syncAll()

        let items = try ben.inbox()

        #expect(items.map(\.kind) == [.declined])
        #expect(items.first?.by?.diff == first.id)
        #expect(items.first?.by?.reason == "as agreed")
    }

    /// An ending that waits is a side of a conflict, and was outranked by nobody.
    @Test func anEndingThatWaitsIsNotToldAsOutranked() throws {
        let (team, ann, ben, _) = try team()
        let state = cell("/finding/f1/state")
        try ann.edit(reason: "twice") { $0.set(state, to: "withdrawn") }
        try ben.edit { $0.set(unit, to: "MH") }
        try team.syncAll()
        try #require(try ann.account("/finding/f1/state") != nil)

        #expect(try ann.inbox().isEmpty)
        #expect(try ben.inbox().isEmpty)
    }

    // MARK: Two devices of one member.

    private func pair() throws -> (Team, ann: Device, ben: Device, tablet: Device) {
        let team = try Team(["ann", "ben", "tablet"], members: ["tablet": "ben"])
        try team.devices[1].save(
            add("/finding/f1", ["title": "One two three", "unit": "IT", "state": "draft"])
        )
        try team.syncAll()
        return (team, team.devices[0], team.devices[1], team.devices[2])
    }

    @Test func nobodyIsToldWhatTheyDidOnAnotherDevice() throws {
        let (team, ann, ben, tablet) = try pair()
        let number = cell("/finding/f1/draftNumber")
        // Another member wrote there, so the cell is looked at.
        try ann.edit { $0.set(number, to: "A-01") }
        try team.syncAll()
        for device in [ben, tablet] {
            try device.edit { $0.set(number, to: .string("B-\(device.name)")) }
        }
        try ann.edit { $0.set(unit, to: "HR") }
        try ben.edit { $0.set(unit, to: "MH") }
        try team.syncAll()
        #expect(try ben.inbox().isEmpty)

        try tablet.edit { $0.resolve(unit, to: "HR", reason: "they say so") }
        try team.syncAll()

        #expect(try ann.conflicts().isEmpty)
        #expect(try ben.inbox().isEmpty)
    }

    @Test func editsOnTwoDevicesOfOneMemberAreNotParallel() throws {
        let (team, ann, ben, tablet) = try pair()
        try ben.edit { $0.set(unit, to: "HR") }
        try tablet.edit { $0.set(cell("/finding/f1/site"), to: "s1") }
        try team.syncAll()

        #expect(try ann.parallel(all: true).isEmpty)
    }

    // MARK: Parallel edits.

    @Test func editsOfDifferentFieldsAtTheSameTimeAreListed() throws {
        let (team, ann, ben, _) = try team()
        let site = cell("/finding/f1/site")
        let first = try #require(try ann.edit { $0.set(unit, to: "HR") })
        let second = try #require(try ben.edit { $0.set(site, to: "s1") })
        #expect(try ann.parallel().isEmpty)
        try team.syncAll()

        let found = try #require(try ann.parallel().first)

        #expect(try ann.conflicts().isEmpty)
        #expect(found.record == cell("/finding/f1"))
        #expect(Set(found.edits.map(\.diff)) == [first.id, second.id])
        #expect(Set(found.edits.flatMap(\.paths)) == [unit, site])
        try ben.edit { $0.set(site, to: "s2") }
        #expect(try ben.parallel().isEmpty)
        #expect(try ben.parallel(all: true).count == 1)
    }

    @Test func whatOneHadSeenOrOnePlaceInTwoHandsIsNotParallel() throws {
        let (team, ann, ben, _) = try team()
        try ann.edit { $0.set(unit, to: "HR") }
        try team.syncAll()
        try ben.edit { $0.set(cell("/finding/f1/site"), to: "s1") }
        try team.syncAll()
        #expect(try ann.parallel(all: true).isEmpty)

        try ann.edit { $0.set(unit, to: "PR") }
        try ben.edit { $0.set(unit, to: "MH") }
        try team.syncAll()
        #expect(try ann.parallel(all: true).isEmpty)
        #expect(try ann.conflicts().count == 1)
    }
}
