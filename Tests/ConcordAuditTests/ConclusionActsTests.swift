import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

/// Concluding, as the command and the simulation do it.
@Suite struct ConclusionActsTests {
    private let standard: WireText = "iso-9001-2008"

    private func audit(grade: Grade, isConcluded: Bool = false) -> Audit {
        let criterion = DerivedID.criterion(finding: "a", standard: standard, clause: "8.4")
        var state: JSONObject = [
            "finding": ["a": ["draftNumber": "B-01", "state": "draft"]],
            "criterion": .object([
                criterion: [
                    "finding": "a", "standard": .string(standard), "clause": "8.4",
                    "grade": .string(WireText(grade.rawValue)),
                ]
            ]),
            "scope": ["s1": ["standard": .string(standard), "statement": "Hosting"]],
        ]
        if isConcluded {
            state["conclusion"] = ["k": ["standard": .string(standard), "state": "draft"]]
        }
        return Audit(state: state)
    }

    private func path(_ field: WireText, of conclusion: WireText = "k") -> CellPath {
        CellPath(kind: "conclusion", record: conclusion, field: field)
    }

    @Test func aNewConclusionTakesTheScopesStatement() throws {
        var text = ConclusionText()
        text.fulfilment = "Most of it"
        text.recommendation = .certifyAfterPlans

        let edit = try ConclusionActs(on: audit(grade: .minor)).write(text, for: standard)

        var expected = Edit()
        expected.add(
            "conclusion",
            id: DerivedID.conclusion(standard: standard),
            fields: [
                "standard": .string(standard), "scopeStatement": "Hosting",
                "fulfilment": "Most of it", "recommendation": "certifyAfterPlans",
            ]
        )
        #expect(edit == expected)
    }

    @Test func whatIsNotGivenStaysAsItIs() throws {
        var text = ConclusionText()
        text.effectiveness = "Not shown"
        text.followUp = "onSite"
        text.areObjectivesMet = false
        let acts = ConclusionActs(on: audit(grade: .minor, isConcluded: true))

        let edit = try acts.write(text, for: standard, proposing: true)

        var expected = Edit()
        expected.setText(path("effectiveness"), to: "Not shown")
        expected.set(path("followUp"), to: "onSite")
        expected.set(path("objectivesMet"), to: false)
        expected.set(path("state"), to: "proposed")
        #expect(edit == expected)
    }

    @Test func aNewOneIsProposedByASaveOfItsOwn() throws {
        let acts = ConclusionActs(on: audit(grade: .minor))
        let written = try acts.write(ConclusionText(), for: standard, proposing: true)

        var expected = Edit()
        let id = DerivedID.conclusion(standard: standard)
        expected.set(path("state", of: id), to: "proposed")
        #expect(acts.propose(standard) == expected)
        #expect(written != expected && !written.isEmpty)
    }

    @Test(
        arguments: [
            (Grade.major, Recommendation.certify, false), (.minor, .certify, false),
            (.observation, .certify, true), (.major, .certifyAfterPlans, false),
            (.minor, .certifyAfterPlans, true), (.major, .doNotCertify, true),
        ]
    )
    func openNonconformitiesForbidTheirRecommendations(
        grade: Grade,
        recommendation: Recommendation,
        isAllowed: Bool
    ) throws {
        var text = ConclusionText()
        text.recommendation = recommendation
        let acts = ConclusionActs(on: audit(grade: grade))

        if isAllowed {
            #expect(try !acts.write(text, for: standard).isEmpty)
            // Another standard's nonconformities are not this one's.
            return
        }
        #expect(
            throws: ActRefusal.recommendationNotAllowed(
                recommendation: recommendation,
                open: ["B-01"]
            )
        ) { try acts.write(text, for: standard) }
        #expect(try !acts.write(text, for: "iso-iec-20000-1-2011").isEmpty)
    }

    /// What no act may write, no decision makes true.
    @Test func noDecisionGetsRoundTheRules() throws {
        let acts = FindingActs(on: audit(grade: .major, isConcluded: true), by: "ines")
        let conflict = Conflict(
            kind: .values,
            path: path("recommendation"),
            candidates: [],
            shown: "doNotCertify"
        )

        #expect(
            throws: ActRefusal.recommendationNotAllowed(recommendation: .certify, open: ["B-01"])
        ) { try acts.resolve(conflict, to: "certify", reason: "asked") }
        #expect(try !acts.resolve(conflict, to: "doNotCertify", reason: "asked").isEmpty)
    }

    /// What nobody who closed the answer had seen forbids it too, and is named.
    @Test func whatWasRaisedAfterTheAnswerWasClosedIsNamed() throws {
        let criterion = DerivedID.criterion(finding: "a", standard: standard, clause: "8.4")
        let state: JSONObject = [
            "finding": ["a": ["draftNumber": "B-01", "state": "draft"]],
            "criterion": .object([
                criterion: [
                    "finding": "a", "standard": .string(standard), "clause": "8.4",
                    "grade": "major",
                ]
            ]),
            "action": ["x": ["finding": "a", "state": "closed"]],
        ]
        var text = ConclusionText()
        text.recommendation = .certifyAfterPlans
        _ = try ConclusionActs(on: Audit(state: state)).write(text, for: standard)

        let audit = Audit(state: state, unanswered: [criterion: .raised])
        #expect(
            throws: ActRefusal.recommendationNotAllowed(
                recommendation: .certifyAfterPlans,
                open: ["B-01 (8.4 was raised to major after the answer was closed)"]
            )
        ) {
            try ConclusionActs(on: audit).write(text, for: standard)
        }
        let notice = Notices(audit, catalogues: .shipped).all.first {
            $0.code == .criterionUnanswered
        }
        #expect(notice?.record == "a")
    }
}
