import ConcordEncoding
import Testing

@testable import ConcordModel

struct TallyTests {
    let sample: SampleEngagement
    let tally: Tally

    init() throws {
        sample = try SampleEngagement()
        tally = Tally(sample.audit, catalogues: .shipped)
    }

    @Test func findingsAndNonconformitiesOfTheSampleAreCounted() throws {
        #expect(tally.findings == sample.expected["findings"]?.integerValue.map { Int($0) })
        #expect(
            tally.nonconformities
                == sample.expected["nonconformities"]?.integerValue.map { Int($0) }
        )
    }

    @Test func eachFindingCountsOncePerStandardWithItsHeadGrade() throws {
        let expected = try #require(sample.expected["countsByStandard"]?.objectValue)

        #expect(Set(tally.gradesByStandard.keys) == Set(expected.keys))
        for (standard, counts) in expected {
            for grade in Grade.allCases {
                let count = counts[WireText(grade.rawValue)]?.integerValue ?? 0
                #expect(tally.count(grade, in: standard) == Int(count), "\(standard) \(grade)")
            }
        }
    }

    @Test func includedAndUnrelatedFindingsOfTheSampleAreNamed() {
        #expect(
            tally.includedRequirementFindings
                == sample.expected["includedRequirementFindings"]?.texts
        )
        #expect(tally.unrelatedClauseFindings == sample.expected["unrelatedClauseFindings"]?.texts)
    }

    @Test func withdrawnAndMergedFindingsDoNotCount() throws {
        let states: JSONObject = [
            "a": ["state": "draft"], "b": ["state": "withdrawn"], "c": ["state": "merged"],
            "d": [:],
        ]

        let tally = Tally(Audit(state: ["finding": .object(states)]), catalogues: .shipped)

        #expect(tally.findings == 2)
    }

    @Test func headGradeIsTheMostSevereOfTheStandardAlone() throws {
        let audit = Audit(state: [
            "finding": ["f": [:]],
            "criterion": [
                "1": ["finding": "f", "standard": "x", "clause": "1", "grade": "observation"],
                "2": ["finding": "f", "standard": "x", "clause": "2", "grade": "minor"],
                "3": ["finding": "f", "standard": "y", "clause": "1", "grade": "ofi"],
                "4": ["finding": "f", "standard": "z", "clause": "1", "grade": "no such grade"],
            ],
        ])

        let finding = try #require(audit.finding("f"))

        #expect(finding.headGrade(in: "x") == .minor)
        #expect(finding.headGrade(in: "y") == .opportunity)
        #expect(finding.headGrade(in: "z") == nil)
        #expect(finding.headGrade == .minor)
    }

    @Test func wordsAreThoseOfTheSchemaInItsOrder() {
        #expect(Grade.allCases.map { WireText($0.rawValue) } == Schema.grades)
        #expect(Grade.allCases.sorted() == Grade.allCases)
        #expect(ChecklistAnswer.allCases.map { WireText($0.rawValue) } == Schema.answers)
        #expect(Recommendation.allCases.map { WireText($0.rawValue) } == Schema.recommendations)
    }
}
