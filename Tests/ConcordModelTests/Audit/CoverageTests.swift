import ConcordEncoding
import Testing

@testable import ConcordModel

struct CoverageTests {
    let sample: SampleEngagement

    init() throws { sample = try SampleEngagement() }

    @Test func coverageOfTheSampleIsAsExpectedForEachStandard() throws {
        let coverages = sample.audit.coverage(.shipped)

        #expect(coverages.map(\.catalogue.id) == sample.audit.standards)
        #expect(!coverages.isEmpty)
        for coverage in coverages {
            let standard = coverage.catalogue.id
            func number(_ key: WireText) -> Int? {
                sample.expected[key]?[standard]?.integerValue.map { Int($0) }
            }
            #expect(coverage.leaves.count == number("leafClauses"))
            #expect(coverage.planned.count == number("plannedClauses"))
            #expect(coverage.notPlanned == sample.expected["notPlanned"]?[standard]?.texts)
            #expect(
                coverage.clausesWithFinding
                    == sample.expected["clausesWithFinding"]?[standard]?.texts
            )
        }
    }

    @Test func statusFollowsWhatWasRecorded() throws {
        #expect(try status(planned: false) == .notPlanned)
        #expect(try status(planned: true) == .planned)
        #expect(try status(planned: true, engagement: "inReview") == .notReached)
        #expect(try status(planned: true, item: ["note": "seen"]) == .inProgress)
        #expect(try status(planned: true, item: ["answer": "notAssessed"]) == .planned)
        #expect(try status(planned: true, item: ["answer": "conforming"]) == .covered)
        #expect(try status(planned: false, finding: "draft") == .covered)
        #expect(try status(planned: true, finding: "withdrawn") == .planned)
        #expect(try status(planned: true, finding: "merged") == .planned)
    }

    @Test func exclusionCountsOnlyWhereTheStandardAllowsIt() throws {
        let audit = Audit(state: [
            "exclusion": [
                "1": ["standard": "iso-9001-2008", "clause": "7.3"],
                "2": ["standard": "iso-9001-2008", "clause": "8.3"],
                "3": ["standard": "iso-iec-20000-1-2011", "clause": "6.4"],
            ]
        ])

        let quality = try #require(Catalogues.shipped["iso-9001-2008"])
        let service = try #require(Catalogues.shipped["iso-iec-20000-1-2011"])

        #expect(
            Coverage(of: quality, in: audit).clauses(.excluded)
                == quality.children(of: "7.3").map(\.number)
        )
        #expect(Coverage(of: service, in: audit).clauses(.excluded).isEmpty)
        #expect(
            Notices(audit, catalogues: .shipped).all.filter { $0.code == .exclusionNotAllowed }
                .map(\.record) == ["3", "2"].sorted()
        )
    }

    @Test func aFindingIsShownBesideAnExclusion() throws {
        let audit = Audit(state: [
            "exclusion": ["1": ["standard": "iso-9001-2008", "clause": "7.5.4"]],
            "finding": ["f": [:]],
            "criterion": [
                "c": ["finding": "f", "standard": "iso-9001-2008", "clause": "7.5.4"]
            ],
        ])
        let quality = try #require(Catalogues.shipped["iso-9001-2008"])

        let leaf = Coverage(of: quality, in: audit).leaves.first { $0.clause.number == "7.5.4" }

        #expect(leaf?.status == .excluded)
        #expect(leaf?.findings == ["f"])
    }

    @Test func aFindingThatCitesAClauseTwiceIsListedOnce() throws {
        let criterion: JSON = ["finding": "f", "standard": "iso-9001-2008", "clause": "8.3"]
        let audit = Audit(state: [
            "finding": ["f": [:]], "criterion": ["c": criterion, "d": criterion],
        ])
        let quality = try #require(Catalogues.shipped["iso-9001-2008"])

        let leaf = Coverage(of: quality, in: audit).leaves.first { $0.clause.number == "8.3" }

        #expect(leaf?.findings == ["f"])
    }

    @Test func clauseInThePlanStandsForItsSubClauses() throws {
        let audit = Audit(state: ["planSlot": ["s": ["clauses": ["iso-9001-2008 7.4": true]]]])

        let quality = try #require(Catalogues.shipped["iso-9001-2008"])

        #expect(Coverage(of: quality, in: audit).planned == ["7.4.1", "7.4.2", "7.4.3"])
    }

    @Test func conflictOnAFindingItsCriterionOrAQuestionContestsTheClause() throws {
        let audit = Audit(state: [
            "finding": ["f": [:]],
            "criterion": [
                "c": ["finding": "f", "standard": "iso-9001-2008", "clause": "8.3"]
            ],
            "checklistItem": ["q": ["clauses": ["iso-9001-2008 8.4": true]]],
        ])
        let quality = try #require(Catalogues.shipped["iso-9001-2008"])
        func contested(_ records: Set<WireText>) -> [WireText] {
            Coverage(of: quality, in: audit, contested: records).leaves.filter(\.isContested)
                .map(\.clause.number)
        }

        #expect(contested([]).isEmpty)
        #expect(contested(["f"]) == ["8.3"])
        #expect(contested(["c"]) == ["8.3"])
        #expect(contested(["q"]) == ["8.4"])
    }

    private func status(
        planned: Bool,
        engagement: WireText = "inProgress",
        item: JSON? = nil,
        finding: WireText? = nil
    ) throws -> CoverageStatus {
        var state: JSONObject = ["engagement": ["e": ["state": .string(engagement)]]]
        let clauses: JSON = ["iso-9001-2008 8.3": true]
        if planned { state["planSlot"] = ["s": ["clauses": clauses]] }
        if var item = item?.objectValue {
            item["clauses"] = clauses
            state["checklistItem"] = ["q": .object(item)]
        }
        if let finding {
            state["finding"] = ["f": ["state": .string(finding)]]
            state["criterion"] = [
                "c": ["finding": "f", "standard": "iso-9001-2008", "clause": "8.3"]
            ]
        }
        let quality = try #require(Catalogues.shipped["iso-9001-2008"])
        let coverage = Coverage(of: quality, in: Audit(state: state))
        return try #require(coverage.leaves.first { $0.clause.number == "8.3" }).status
    }
}
