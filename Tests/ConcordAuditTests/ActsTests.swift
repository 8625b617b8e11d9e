import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordTesting
import Testing

@testable import ConcordMerge

/// What the acts beside findings write, and what they refuse.
@Suite struct ActsTests {
    /// The code with which an act refuses; nil where it does not.
    private func code(_ act: () throws -> Void) throws -> ActRefusal.Code? {
        do {
            try act()
            return nil
        } catch let refusal as ActRefusal {
            #expect(!refusal.message.isEmpty)
            #expect(refusal.next.last.map { ".?".contains($0) } ?? false)
            return refusal.code
        }
    }

    @Test func anAnswerRestatesNothingThatIsNotSaid() throws {
        let audit = Audit(state: ["checklistItem": ["q": ["question": "Q?", "note": "old"]]])
        let question = try #require(audit.checklistItems.first)

        var expected = Edit(reason: "r")
        expected.set(.checklistItem("q", .answer), to: "conforming")
        expected.insert("v", into: .checklistItem("q", .evidence))

        #expect(
            ChecklistActs().answer(question, with: .conforming, citing: ["v"], reason: "r")
                == expected
        )
        #expect(
            try code { _ = try ChecklistAnswer.named("conform") } == .unknownAnswer
        )
    }

    @Test func evidenceIsRecordedWithWhoCapturedItAndWhen() throws {
        let audit = Audit(state: [
            "finding": ["f": ["state": "draft"], "g": ["state": "withdrawn"]]
        ])
        let acts = EvidenceActs(on: audit, by: "ann")
        var draft = EvidenceDraft(kind: "interviewNote", title: "T")
        draft.confidentiality = "Internal"
        let digest = SHA256Digest(hashing: [1])
        draft.sha256 = digest
        let time = Timestamp(milliseconds: 0)
        let (open, ended) = (
            try #require(audit.finding("f")), try #require(audit.finding("g"))
        )

        var expected = Edit()
        expected.add(
            "evidence",
            id: "v",
            fields: [
                "kind": "interview-note", "title": "T", "capturedBy": "ann",
                "capturedAt": .string(time.description), "confidentiality": "internal",
                "sha256": .string(WireText(digest.hex)),
            ]
        )
        expected.insert("v", into: .finding("f", .evidence), again: true)
        #expect(try acts.record(draft, id: "v", at: time, citedBy: [open]) == expected)

        #expect(
            try code { _ = try acts.record(draft, id: "v", at: time, citedBy: [ended]) }
                == .findingEnded
        )
        draft.confidentiality = "secret"
        #expect(
            try code { _ = try acts.record(draft, id: "v", at: time) } == .unknownConfidentiality
        )
        draft.kind = "foto"
        #expect(try code { _ = try acts.record(draft, id: "v", at: time) } == .unknownKind)
    }

    /// Every pair of states: a step is written where the life cycle has it, and refused elsewhere.
    @Test func anEngagementTakesTheStepsOfItsLifeCycleAlone() throws {
        let cycle = LifeCycle.engagement
        for from in cycle.states {
            let audit = Audit(state: ["engagement": ["e": ["state": .string(from)]]])
            let acts = EngagementActs(on: try #require(audit.engagement))
            for to in cycle.states {
                let isOpen = cycle.next(from: from).contains(to)
                let needsReason = cycle.step(from: from, to: to)?.needsReason ?? false

                let bare = try code { _ = try acts.step(to: to) }
                let reasoned = try code { _ = try acts.step(to: to, reason: "why") }

                #expect(reasoned == (isOpen ? nil : .lifeCycle), "\(from) to \(to)")
                #expect(bare == (isOpen && needsReason ? .reason : reasoned), "\(from) to \(to)")
            }
        }
    }

    @Test func aRoleMeansNothingAfterAMembershipEnded() throws {
        let audit = Audit(state: [
            "member": [
                "a": ["name": "Ann", "status": "active"],
                "b": ["name": "Ben", "status": "revoked"],
            ]
        ])
        let (ann, ben) = (try #require(audit.member("a")), try #require(audit.member("b")))

        var expected = Edit()
        expected.set(.member("a", .role), to: "lead")
        #expect(try TeamActs().give(.lead, to: ann) == expected)
        #expect(try code { _ = try TeamActs().give(.lead, to: ben) } == .membershipEnded)
    }

    @Test func anInvitationIsWithdrawnAsLongAsItCouldBeUsed() throws {
        var membership = Membership()
        membership.invite("open")
        membership.invite("used", used: 1)
        for listed in ListedInvitation.all(
            membership,
            records: [:],
            now: Timestamp(milliseconds: 0)
        ) {
            let refused = try code { _ = try TeamActs().withdraw(listed, called: "N") }

            #expect(refused == (listed.canBeWithdrawn ? nil : .notOpen))
        }
    }

    @Test func whoDecidesOnSavesWithoutEffectIsALeaderWithAReason() throws {
        let path = CellPath.finding("f", .unit)
        func save(_ reason: VoidReason) throws -> VoidSave {
            let write = WriteReference(seq: 1, author: HashSigner("a").author)
            let diff = DiffID(hashing: [1])
            return try #require(
                VoidSave.all([
                    VoidWrite(path: path, reason: reason, write: write, diff: diff, time: "")
                ]).first
            )
        }
        let (late, wrong) = try (save(.revoked), save(.malformedValue))

        for role in Role.allCases {
            let acts = SaveDecisionActs(by: role)
            let refused = try code { _ = try acts.admit([late], reason: "r") }
            #expect(refused == (role == .lead ? nil : .noRight), "\(role)")
        }
        let acts = SaveDecisionActs(by: .lead)
        var admitted = Edit(reason: "r")
        admitted.admit(late.diff)
        #expect(try acts.admit([late], reason: "r") == admitted)
        var declined = Edit(reason: "r")
        declined.add(
            "declined",
            id: "new",
            fields: ["diff": .string(wrong.diff.base64url), "reason": "r"]
        )
        #expect(try acts.decline([wrong], reason: "r") { "new" } == declined)
        #expect(try code { _ = try acts.admit([wrong], reason: "r") } == .cannotBeAdmitted)
        #expect(try code { _ = try acts.admit([late], reason: "  ") } == .reason)
    }

    @Test func aChoiceInAConflictIsWhatIsWritten() throws {
        func author(_ letter: String) throws -> Author {
            try #require(Author(String(repeating: letter, count: 42) + "A"))
        }
        // In the order in which a conflict has its candidates.
        let (own, other) = try (author("A"), author("B"))
        func conflict(_ kind: ConflictKind, _ candidates: [Conflict.Candidate]) -> Conflict {
            Conflict(
                kind: kind,
                path: kind == .removedEdited ? .finding("f") : .finding("f", .unit),
                candidates: candidates,
                shown: "shown"
            )
        }
        func decide(_ choice: ConflictChoice, in conflict: Conflict) throws -> JSON? {
            try conflict.decision(for: choice, told: ToldCandidates(of: conflict)) { nil }
        }
        let first = Conflict.Candidate(write: WriteReference(seq: 1, author: own), value: "x")
        let second = Conflict.Candidate(
            write: WriteReference(seq: 1, author: other),
            value: "y",
            isProposal: true
        )
        let elsewhere = Conflict.Candidate(
            write: WriteReference(seq: 2, author: other),
            value: "z",
            path: "/finding/f/title"
        )
        let values = conflict(.values, [first, second, elsewhere])

        #expect(try decide(.candidate(1), in: values) == "x")
        #expect(try decide(.candidate(2), in: values) == "y")
        #expect(try decide(.candidate(3), in: values) == "shown", "it speaks for what is shown")
        #expect(try code { _ = try decide(.candidate(4), in: values) } == .candidate)
        #expect(try code { _ = try decide(.candidate(0), in: values) } == .candidate)
        #expect(try decide(.keep, in: values) == "shown")
        #expect(try decide(.value("v"), in: values) == "v")
        let proposed = conflict(.values, [first, second])
        #expect(try decide(.remove, in: proposed) == "x", "what was decided beside the proposal")
        #expect(
            try code { _ = try decide(.remove, in: conflict(.values, [first])) } == .remove
        )

        let removal = Conflict.Candidate(
            write: WriteReference(seq: 3, author: other),
            value: nil,
            isProposal: true
        )
        let removed = conflict(.removedEdited, [removal])
        #expect(try decide(.remove, in: removed) == nil)
        #expect(try decide(.keep, in: removed) == true)
        #expect(try decide(.candidate(2), in: removed) == true, "to keep it is a choice")
        #expect(try code { _ = try decide(.candidate(3), in: removed) } == .candidate)
        #expect(try code { _ = try decide(.value("v"), in: removed) } == .takesNoValue)
    }
}
