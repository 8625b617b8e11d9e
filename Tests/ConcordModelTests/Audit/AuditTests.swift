import ConcordEncoding
import Testing

@testable import ConcordModel

struct AuditTests {
    @Test func oddFieldsReadAsMissingAndNeverStopReading() {
        let audit = Audit(state: [
            "engagement": ["e": ["standards": 7, "objectives": "none", "state": ["a"]]],
            "organization": ["o": ["sites": [1, ["name": "no id"]], "units": true]],
            "member": ["m": ["role": "stranger", "standards": ["x", 1]], "n": "not a record"],
            "planSlot": ["s": ["clauses": ["nonsense": true, "a b": true, "a c": false]]],
            "checklistItem": ["q": ["order": "first", "answer": "perhaps"]],
            "finding": ["f": ["includedRequirement": ["clause": "6.4"], "title": ""]],
            "criterion": ["c": ["finding": 1], "d": [:]],
            "evidence": ["v": ["size": "big", "personalData": 1]],
            "action": ["a": ["effective": "yes"]],
            "conclusion": ["k": ["recommendation": "as agreed"]],
            "somethingNewer": ["z": ["y": 1]],
            "scope": [],
        ])

        #expect(audit.engagement?.standards.isEmpty == true)
        #expect(audit.members.map(\.id) == ["m"])
        #expect(audit.members.first?.standards == ["x"])
        #expect(audit.planSlots.first?.clauses == [ClauseReference(standard: "a", clause: "b")])
        #expect(audit.checklistItems.first?.answer == nil)
        #expect(audit.findings.first?.title == nil)
        #expect(audit.findings.first?.includedRequirement == nil)
        #expect(audit.conclusions.first?.recommendationText == "as agreed")
        #expect(audit.scopes.isEmpty)
    }

    @Test func findingsComeInTheOrderInWhichPeopleCount() {
        let audit = Audit(state: [
            "finding": [
                "1": ["number": "F-10"], "2": ["number": "F-2"], "3": ["draftNumber": "B-07"],
                "4": ["number": "F-1"],
            ]
        ])

        #expect(audit.findings.map(\.label) == ["B-07", "F-1", "F-2", "F-10"])
    }

    /// What was merged into a finding brings its answers along: it is closed when all of them are.
    @Test(arguments: [("open", "closed", 1), ("closed", "closed", 0), ("closed", "open", 1)])
    func aMergedFindingsOpenAnswerKeepsTheOtherOneOpen(
        merged: WireText,
        kept: WireText,
        open: Int
    ) {
        let audit = Audit(state: [
            "finding": [
                "a": ["state": "merged", "duplicateOf": "b"],
                "b": ["state": "merged", "duplicateOf": "c"],
                "c": ["state": "confirmed"],
                // In a circle, or into nothing, each stands for itself.
                "d": ["state": "merged", "duplicateOf": "d"],
                "e": ["state": "merged", "duplicateOf": "g"],
                "g": ["state": "merged", "duplicateOf": "e"],
                "h": ["state": "merged", "duplicateOf": "e"],
            ],
            "criterion": [
                "k": ["finding": "c", "standard": "s", "clause": "8", "grade": "major"]
            ],
            "action": [
                "x": ["finding": "a", "state": .string(merged)],
                "y": ["finding": "c", "state": .string(kept)],
                "z": ["finding": "d", "state": "open"],
                "u": ["finding": "e", "state": "open"],
                "v": ["finding": "g", "state": "open"],
                "w": ["finding": "h", "state": "open"],
            ],
        ])

        let facts = ConclusionFacts(standard: "s", in: audit)
        #expect(facts.openNonconformities.count == open)
        #expect(audit.answers(countingFor: "c").map(\.id) == ["x", "y"])
        #expect(audit.actions(for: "c").map(\.id) == ["y"])
        for (finding, answer) in ["d": "z", "e": "u", "g": "v", "h": "w"] as [WireText: WireText] {
            #expect(audit.answers(countingFor: finding).map(\.id) == [answer])
        }
    }

    @Test func sampleIsReadWhole() throws {
        let sample = try SampleEngagement()
        let audit = sample.audit

        #expect(audit.findings.count == sample.items("findings").count)
        #expect(audit.evidence.count == sample.items("evidence").count)
        #expect(audit.planSlots.count == sample.items("plan").count)
        #expect(audit.actions.count == sample.items("actions").count)
        #expect(audit.conclusions.count == sample.items("conclusions").count)
        #expect(audit.findings.allSatisfy { !$0.criteria.isEmpty && $0.state == "issued" })
        #expect(audit.organization?.units.isEmpty == false)
    }

    @Test func aNonconformityIsClosedByAllItsAnswersThatWereNotCancelled() {
        func open(_ states: WireText...) -> Int {
            let actions = states.enumerated().map { index, state -> (WireText, JSON) in
                ("a\(index)", ["finding": "f", "state": .string(state)])
            }
            let audit = Audit(state: [
                "finding": ["f": [:]],
                "criterion": [
                    "c": ["finding": "f", "standard": "s", "clause": "1", "grade": "minor"]
                ],
                "action": .object(JSONObject(uniqueKeysWithValues: actions)),
            ])
            return ConclusionFacts(standard: "s", in: audit).openNonconformities.count
        }

        #expect(open() == 1)
        #expect(open("closed") == 0)
        #expect(open("closed", "open") == 1)
        #expect(open("closed", "cancelled") == 0)
        #expect(open("cancelled") == 1)
    }

    @Test func whoCapturedTheEvidenceOfAFindingHelpedWithIt() throws {
        let audit = Audit(state: [
            "finding": ["f": ["contributors": ["m2": true], "evidence": ["e": true]]],
            "evidence": ["e": ["capturedBy": "m1"], "d": ["capturedBy": "m3"]],
        ])

        #expect(audit.contributors(to: try #require(audit.finding("f"))) == ["m1", "m2"])
    }

    @Test func openNonconformitiesAreThoseOfTheStandardAlone() throws {
        let audit = try SampleEngagement().audit

        for standard in audit.standards {
            let facts = ConclusionFacts(standard: standard, in: audit)
            let closed = audit.countedFindings.filter { finding in
                finding.headGrade(in: standard)?.isNonconformity == true
                    && audit.actions(for: finding.id).contains(where: \.isClosed)
            }
            let graded = audit.countedFindings.filter {
                $0.headGrade(in: standard)?.isNonconformity == true
            }
            #expect(!closed.isEmpty)
            #expect(facts.openNonconformities.count == graded.count - closed.count)
            #expect(facts.allows(.certifyAfterPlans) == facts.openMajors.isEmpty)
            #expect(!facts.allows(.certify))
            #expect(facts.allows(.doNotCertify))
        }
    }
}
