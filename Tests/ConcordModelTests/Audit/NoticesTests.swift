import ConcordEncoding
import Testing

@testable import ConcordModel

struct NoticesTests {
    private let members: JSON = [
        "lead": ["name": "L", "role": "lead", "standards": ["iso-9001-2008"]],
        "trainee": [
            "name": "T", "role": "inTraining", "inTraining": ["iso-9001-2008"],
            "supervisor": "lead",
        ],
    ]

    @Test func slotsOfOneAuditorThatMeetAreAnError() {
        let overlapping = notices(
            slot(from: "2014-06-03T09:00:00+02:00", to: "2014-06-03T10:00:00+02:00"),
            slot(from: "2014-06-03T07:59:00Z", to: "2014-06-03T09:00:00Z")
        )
        let touching = notices(
            slot(from: "2014-06-03T09:00:00+02:00", to: "2014-06-03T10:00:00+02:00"),
            slot(from: "2014-06-03T08:00:00Z", to: "2014-06-03T09:00:00Z")
        )

        #expect(overlapping.filter { $0.code == .slotOverlap }.count == 1)
        #expect(touching.filter { $0.code == .slotOverlap }.isEmpty)
    }

    @Test func slotNeedsACompetentAuditorForEachStandard() {
        let supervised = notices(slot(auditors: ["trainee": true]))
        let competent = notices(slot(auditors: ["trainee": true, "lead": true]))
        let foreign = notices(
            slot(clauses: ["iso-9001-2008 4.1": true, "iso-iec-20000-1-2011 4.2": true])
        )

        #expect(competence(supervised) == [.slotInTrainingOnly])
        #expect(competence(competent).isEmpty)
        #expect(competence(foreign) == [.slotWithoutCompetence])
    }

    @Test func aTraineeWithoutASupervisorIsNotCompetent() {
        let alone: JSON = [
            "trainee": ["name": "T", "role": "inTraining", "inTraining": ["iso-9001-2008"]]
        ]
        let audit = Audit(state: [
            "member": alone, "planSlot": ["s": slot(auditors: ["trainee": true])],
        ])

        #expect(competence(Notices(audit, catalogues: .shipped).all) == [.slotWithoutCompetence])
    }

    /// Evidence that was removed is none, and its finding says that it is missing.
    @Test(arguments: [["e1"], ["e1", "e2"], []] as [[WireText]])
    func evidenceThatWasRemovedIsNoticed(there: [WireText]) {
        let evidence = there.map { ($0, JSON.object(["title": "Photo"])) }
        let audit = Audit(state: [
            "finding": ["f": ["draftNumber": "A-01", "evidence": ["e1": true, "e2": true]]],
            "criterion": ["k": ["finding": "f", "standard": "iso-9001-2008", "grade": "minor"]],
            "evidence": .object(JSONObject(uniqueKeysWithValues: evidence)),
        ])

        let codes = Notices(audit, catalogues: .shipped).all.filter { $0.record == "f" }.map(\.code)
        #expect(codes.contains(.citedEvidenceRemoved) == (there.count < 2))
        #expect(codes.contains(.nonconformityWithoutEvidence) == there.isEmpty)
    }

    @Test func aFindingOnAnExcludedClauseIsNoticed() {
        let audit = Audit(state: [
            "engagement": ["e": ["standards": ["iso-9001-2008": true]]],
            "exclusion": ["x": ["standard": "iso-9001-2008", "clause": "7.3"]],
            "finding": ["f": ["draftNumber": "A-01"], "g": ["draftNumber": "A-02"]],
            "criterion": [
                "k": ["finding": "f", "standard": "iso-9001-2008", "clause": "7.3.1"],
                "l": ["finding": "g", "standard": "iso-9001-2008", "clause": "8.3"],
            ],
        ])

        let found = Notices(audit, catalogues: .shipped).all.filter {
            $0.code == .findingOnExcludedClause
        }

        #expect(found.map(\.record) == ["f"])
        #expect(found.first?.severity == .warning)
    }

    @Test func scopesThatDoNotMeetAreNoticed() {
        let standards: JSON = ["iso-9001-2008": true, "iso-iec-20000-1-2011": true]
        func notices(_ quality: WireText, _ service: WireText) -> [Notice] {
            let audit = Audit(state: [
                "engagement": ["e": ["standards": standards]],
                "scope": [
                    "q": ["standard": "iso-9001-2008", "units": [quality: true]],
                    "s": ["standard": "iso-iec-20000-1-2011", "units": [service: true]],
                ],
            ])
            return Notices(audit, catalogues: .shipped).all.filter { $0.code == .scopesDisjoint }
        }

        #expect(notices("MH", "FD").map(\.severity) == [.warning])
        #expect(notices("MH", "MH").isEmpty)
    }

    @Test func slotThatEndsBeforeItBeginsIsAnError() {
        let notices = notices(slot(from: "2014-06-03T10:00:00Z", to: "2014-06-03T09:00:00Z"))

        #expect(notices.contains { $0.code == .slotEndsBeforeItBegins && $0.severity == .error })
    }

    @Test func planOfTheSampleHasNoErrors() throws {
        let sample = try SampleEngagement()

        let notices = Notices(sample.audit, catalogues: .shipped)

        #expect(notices.errors.isEmpty, "\(notices.errors.map(\.message))")
        #expect(notices.all.contains { $0.code == .slotInTrainingOnly })
    }

    @Test func whatIsContestedIsAnErrorOncePerFinding() {
        let audit = Audit(state: [
            "finding": ["f": ["draftNumber": "A-01"], "g": ["draftNumber": "A-02"]],
            "criterion": [
                "k": ["finding": "f", "standard": "iso-9001-2008", "clause": "8.4"],
                "l": ["finding": "f", "standard": "iso-9001-2008", "clause": "8.3"],
            ],
            "checklistItem": ["p": ["order": 1], "q": ["order": 2]],
        ])

        let notices = Notices(audit, catalogues: .shipped, contested: ["k", "l", "f", "q", "s"])
        let open = notices.all.filter { $0.code == .openConflict }

        #expect(open.map(\.record) == ["f", "q", "s"])
        #expect(open.allSatisfy { $0.severity == .error })
        #expect(open[0].message.hasPrefix("A-01 has an open conflict"))
        #expect(open[1].message.hasPrefix("Question 2 has an open conflict"))
        #expect(!Notices(audit, catalogues: .shipped).all.contains { $0.code == .openConflict })
    }

    /// A record is named as people know it, not by its id.
    @Test func aNoticeOfAConflictNamesTheRecord() {
        let audit = Audit(state: [
            "conclusion": ["k": ["standard": "iso-9001-2008"]], "evidence": ["v": ["title": "Log"]],
            "member": ["m": ["name": "Ines"]], "planSlot": ["p": ["title": "Opening"]],
        ])

        let notices = Notices(audit, catalogues: .shipped, contested: ["k", "v", "m", "p"])

        let open = notices.all.filter { $0.code == .openConflict }.map(\.message)
        #expect(
            open == [
                "The conclusion for ISO 9001:2008 has an open conflict",
                "Evidence Log has an open conflict", "Member Ines has an open conflict",
                "The plan slot Opening has an open conflict",
            ]
        )
    }

    @Test func nonconformityNeedsEvidenceAndAUnitInScope() {
        let audit = Audit(state: [
            "engagement": ["e": ["standards": ["iso-iec-20000-1-2011": true]]],
            "scope": ["s": ["standard": "iso-iec-20000-1-2011", "units": ["MH (part)": true]]],
            "finding": ["f": ["unit": "FD"], "g": ["unit": "MH", "evidence": ["e": true]]],
            "evidence": ["e": ["title": "Photo"]],
            "criterion": [
                "1": criterion("f"), "2": criterion("g"),
            ],
        ])

        let notices = Notices(audit, catalogues: .shipped).errors

        #expect(notices.map(\.record) == ["f", "f"])
        #expect(
            Set(notices.map(\.code)) == [.nonconformityWithoutEvidence, .findingOutsideScope]
        )
    }

    @Test func recommendationMustGoTogetherWithOpenNonconformities() {
        let audit = Audit(state: [
            "finding": ["f": ["evidence": ["e": true]]],
            "evidence": ["e": ["title": "Photo"]],
            "criterion": ["1": criterion("f")],
            "conclusion": [
                "c": ["standard": "iso-iec-20000-1-2011", "recommendation": "certify"]
            ],
        ])

        let notices = Notices(audit, catalogues: .shipped).errors

        #expect(notices.map(\.code) == [.recommendationNotAllowed])
    }

    private func criterion(_ finding: WireText) -> JSON {
        [
            "finding": .string(finding), "standard": "iso-iec-20000-1-2011", "clause": "6.4",
            "grade": "minor",
        ]
    }

    private func competence(_ notices: [Notice]) -> [Notice.Code] {
        notices.map(\.code).filter { $0 == .slotInTrainingOnly || $0 == .slotWithoutCompetence }
    }

    private func slot(
        from: WireText = "2014-06-03T09:00:00Z",
        to: WireText = "2014-06-03T10:00:00Z",
        auditors: JSON = ["lead": true],
        clauses: JSON = ["iso-9001-2008 4.1": true]
    ) -> JSON {
        ["from": .string(from), "to": .string(to), "auditors": auditors, "clauses": clauses]
    }

    private func notices(_ slots: JSON...) -> [Notice] {
        let pairs = slots.enumerated().map { ("s\($0.offset)" as WireText, $0.element) }
        let audit = Audit(state: [
            "member": members, "planSlot": .object(JSONObject(uniqueKeysWithValues: pairs)),
        ])
        return Notices(audit, catalogues: .shipped).all
    }
}
