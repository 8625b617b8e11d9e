import ConcordEncoding
import Testing

@testable import ConcordModel

struct AuditTimeTests {
    @Test func auditTimeOfTheSampleComesOut() throws {
        let sample = try SampleEngagement()
        let expected = try #require(sample.file["auditTime"])
        func days(_ key: WireText) -> AuditDays? {
            expected[key].flatMap { value in
                AuditDays(value.stringValue ?? value.integerValue.map { "\($0)" } ?? "")
            }
        }
        let audit = sample.audit
        let people = try #require(audit.organization?.effectivePersonnel["iso-9001-2008"])
        let auditors = audit.members.filter { $0.role == .lead || $0.role == .auditor }

        let quality = try #require(Catalogues.shipped.auditTime.qualityDays(people: people))
        let start = try quality + #require(days("smsDays"))
        let percent = try #require(expected["reductionPercent"]?.integerValue)
        let result = start.reduced(byPercent: Int(percent))

        #expect(quality == days("qmsDays"))
        #expect(start == days("start"))
        #expect(result == days("result"))
        #expect(result.roundedToHalfDays == days("rounded"))
        let ability = AuditTimeTable.teamAbility(
            standardsByAuditor: auditors.map(\.standards.count),
            standards: audit.standards.count
        )
        #expect(ability.map { $0 * 10 } == days("abilityPercent")?.hundredths)
    }

    @Test func abilityIsTheShareOfFurtherStandardsThatTheTeamCanAudit() {
        #expect(AuditTimeTable.teamAbility(standardsByAuditor: [2, 1, 2], standards: 2) == 667)
        #expect(AuditTimeTable.teamAbility(standardsByAuditor: [3, 3], standards: 3) == 1000)
        #expect(AuditTimeTable.teamAbility(standardsByAuditor: [1], standards: 2) == 0)
        #expect(AuditTimeTable.teamAbility(standardsByAuditor: [2], standards: 1) == nil)
        #expect(AuditTimeTable.teamAbility(standardsByAuditor: [], standards: 2) == nil)
    }

    @Test func reducedDaysAreRoundedToTheNearestHundredth() {
        #expect(AuditDays(hundredths: 101).reduced(byPercent: 50) == AuditDays(hundredths: 51))
        #expect(AuditDays(hundredths: 101).reduced(byPercent: 30) == AuditDays(hundredths: 71))
        #expect(AuditDays(hundredths: 102).reduced(byPercent: 30) == AuditDays(hundredths: 71))
    }

    @Test func bandsHaveNoGapsAndEndSomewhere() {
        let table = Catalogues.shipped.auditTime

        #expect(table.qualityDays(people: 0) == nil)
        #expect(table.qualityDays(people: 5) == AuditDays("1.5"))
        #expect(table.qualityDays(people: 6) == AuditDays("2"))
        #expect(table.qualityDays(people: 1_000_000) == nil)
        #expect(throws: CatalogueError.self) {
            try AuditTimeTable(json: [
                "qms": [
                    "source": "x",
                    "rows": [
                        ["from": 1, "to": 5, "days": "1"], ["from": 7, "to": 9, "days": "2"],
                    ],
                ],
                "rules": [],
            ])
        }
    }

    @Test(arguments: ["0", "6", "6.5", "9.35", "0.05", "12.01"])
    func daysAreWrittenAsTheyWereRead(text: String) {
        #expect(AuditDays(WireText(text))?.description == text)
    }

    @Test(arguments: ["", ".", "1.", ".5", "1.234", "-1", "1,5", "1e3", "12345678"])
    func whatIsNoDecimalOfTwoPlacesIsRefused(text: String) {
        #expect(AuditDays(WireText(text)) == nil)
    }
}
