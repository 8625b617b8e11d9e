import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

@testable import ConcordStorage

/// A closed answer answers what its closing had seen.
@Suite struct UnansweredTests {
    let state = cell("/action/a1/state")
    let grade = cell("/criterion/c1/grade")

    /// A leader, an auditor with a nonconformity, and the auditee's representative, who has answered it.
    func team() throws -> (leader: Device, auditor: Device, Team) {
        let team = try Team()
        let (leader, auditor, auditee) = (team.devices[0], team.devices[1], team.devices[2])
        try leader.set("/member/cem/role", "auditeeRep")
        try auditor.save(
            add("/finding/f1", ["state": "draft"]),
            criterion("c1", of: "f1", "8.1", "minor")
        )
        try team.syncAll()
        try auditee.save(add("/action/a1", ["finding": "f1", "state": "open"]))
        try auditee.edit { $0.set(state, to: "responseSubmitted") }
        try team.syncAll()
        try leader.edit { $0.set(state, to: "planAccepted") }
        try team.syncAll()
        return (leader, auditor, team)
    }

    func criterion(
        _ id: WireText,
        of finding: WireText,
        in standard: WireText = "iso",
        _ clause: WireText,
        _ grade: WireText
    ) -> ConcordDiff.Operation {
        add(
            "/criterion/\(id)",
            [
                "finding": .string(finding), "standard": .string(standard),
                "clause": .string(clause), "grade": .string(grade),
            ]
        )
    }

    func close(_ device: Device) throws {
        try device.edit { $0.set(state, to: "closedOnPlan") }
    }

    func facts(_ device: Device, _ standard: WireText = "iso") throws -> ConclusionFacts {
        let audit = try device.store.read { reader in
            try Audit(state: reader.document(), unanswered: reader.unansweredCriteria())
        }
        return ConclusionFacts(standard: standard, in: audit)
    }

    enum Change: CaseIterable { case raised, added, none, lowered, alike }

    /// - Parameter knows: whether who changes the finding had seen that its answer was closed.
    @Test(arguments: Change.allCases, [true, false])
    func whatTheClosingHadNotSeenIsOpen(change: Change, knows: Bool) throws {
        let (leader, auditor, team) = try team()
        try close(leader)
        if knows { try team.syncAll() }
        let saved: SaveReceipt?
        switch change {
        case .raised: saved = try auditor.edit { $0.set(grade, to: "major") }
        case .added: saved = try auditor.save(criterion("c2", of: "f1", "9.1", "major"))
        case .lowered: saved = try auditor.edit { $0.set(grade, to: "observation") }
        case .alike: saved = try auditor.edit { $0.set(grade, to: "minor") }
        case .none: saved = nil
        }
        try team.syncAll()

        let open = try facts(leader)
        let told = try leader.inbox().filter { $0.kind == .unanswered }
        guard change == .raised || change == .added else {
            #expect(open.openNonconformities.isEmpty)
            #expect(told.isEmpty)
            return
        }
        #expect(try leader.conflicts().isEmpty)
        #expect(open.openMajors == ["f1"])
        #expect(!open.allows(.certify))
        #expect(open.unanswered.map(\.unanswered) == [change == .raised ? .raised : .added])
        #expect(told.map(\.by?.diff) == [saved?.id])
        #expect(told.map(\.mine.path) == [state])
        #expect(try auditor.inbox().filter { $0.kind == .unanswered }.isEmpty)

        // Who has seen it closes the answer again.
        try close(leader)
        try team.syncAll()
        #expect(try facts(leader).allows(.certify))
        #expect(try leader.inbox().filter { $0.kind == .unanswered }.isEmpty)
        #expect(try facts(auditor) == facts(leader))
    }

    @Test func aGradeThatWasLoweredBeforeTheClosingAndRaisedAgainIsOpen() throws {
        let (leader, auditor, team) = try team()
        try auditor.edit { $0.set(grade, to: "major") }
        try auditor.edit { $0.set(grade, to: "minor") }
        try team.syncAll()
        try close(leader)
        try team.syncAll()
        #expect(try facts(leader).allows(.certify))

        try auditor.edit { $0.set(grade, to: "major") }
        try team.syncAll()
        #expect(try facts(leader).openMajors == ["f1"])
    }

    /// Of two answers to one finding the one that was closed last, knowing of the other, speaks for both.
    @Test(arguments: [true, false])
    func whatWasClosedLastSpeaksForBoth(isLowered: Bool) throws {
        let (leader, auditor, team) = try team()
        try auditor.edit { $0.set(grade, to: "major") }
        try team.devices[2].save(add("/action/a2", ["finding": "f1", "state": "open"]))
        try team.devices[2].edit { $0.set(cell("/action/a2/state"), to: "responseSubmitted") }
        try team.syncAll()
        try close(leader)
        if isLowered {
            try auditor.edit { $0.set(grade, to: "minor") }
            try team.syncAll()
        }
        try leader.edit { $0.set(cell("/action/a2/state"), to: "planAccepted") }
        try leader.edit { $0.set(cell("/action/a2/state"), to: "closedOnPlan") }
        try team.syncAll()
        #expect(try facts(leader).allows(.certify))

        try auditor.edit { $0.set(grade, to: "major") }
        try team.syncAll()
        #expect(try facts(leader).openMajors == (isLowered ? ["f1"] : []))
    }

    @Test func onlyTheStandardOfTheCriterionIsOpen() throws {
        let (leader, auditor, team) = try team()
        try close(leader)
        try auditor.save(criterion("c2", of: "f1", in: "sms", "9.1", "minor"))
        try team.syncAll()

        #expect(try facts(leader).allows(.certify))
        #expect(try facts(leader, "sms").openNonconformities == ["f1"])
        #expect(try facts(leader, "sms").openMajors.isEmpty)
    }

    /// A major that is answered stays so where a minor clause is added.
    @Test func onlyWhatIsOpenIsGraded() throws {
        let (leader, auditor, team) = try team()
        try auditor.edit { $0.set(grade, to: "major") }
        try team.syncAll()
        try close(leader)
        try auditor.save(criterion("c2", of: "f1", "9.1", "minor"))
        try team.syncAll()

        #expect(try facts(leader).openNonconformities == ["f1"])
        #expect(try facts(leader).allows(.certifyAfterPlans))
    }

    /// Of two who close an answer at the same time one had seen the clause.
    @Test func oneWhoHadSeenItIsEnough() throws {
        let (leader, auditor, team) = try team()
        try close(leader)
        try auditor.save(criterion("c2", of: "f1", "9.1", "minor"))
        try close(auditor)
        try team.syncAll()

        #expect(try facts(leader).allows(.certify))
        #expect(try leader.inbox().filter { $0.kind == .unanswered }.isEmpty)
    }

    /// What was answered before a merge is answered where it goes; what the target raises itself is not.
    @Test func whatIsMergedBringsWhatItsAnswerAnswers() throws {
        let (leader, auditor, team) = try team()
        try close(leader)
        try team.syncAll()
        func twin(_ clause: WireText) -> WireText {
            DerivedID.criterion(finding: "f2", standard: "iso", clause: clause)
        }
        try auditor.save(
            add("/finding/f2", ["state": "draft"]),
            criterion(twin("8.1"), of: "f2", "8.1", "minor"),
            criterion(twin("9.1"), of: "f2", "9.1", "minor")
        )
        try team.syncAll()
        try leader.edit {
            $0.set(cell("/finding/f1/state"), to: "merged")
            $0.set(cell("/finding/f1/duplicateOf"), to: "f2")
        }
        try team.syncAll()
        #expect(try leader.conflicts().isEmpty)
        #expect(try leader.value("/finding/f1/state") == "merged")

        #expect(try facts(leader).unanswered.map(\.criterion.id) == [twin("9.1")])
        try auditor.edit { $0.set(cell("/criterion/\(twin("8.1"))/grade"), to: "major") }
        try team.syncAll()
        #expect(
            try Set(facts(leader).unanswered.map(\.criterion.id)) == [twin("8.1"), twin("9.1")]
        )
        #expect(try leader.inbox().filter { $0.kind == .unanswered }.count == 2)

        // Who closes it with the merge before them closes all of it.
        try close(leader)
        try team.syncAll()
        #expect(try facts(leader).allows(.certify))
    }
}
