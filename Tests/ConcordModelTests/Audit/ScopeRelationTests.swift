import ConcordEncoding
import Testing

@testable import ConcordModel

struct ScopeRelationTests {
    @Test func sampleHasTheServiceScopeWithinTheQualityScope() throws {
        #expect(try SampleEngagement().audit.scopeRelation(.shipped) == .smsInQms)
    }

    @Test(arguments: [
        (["A", "B"], ["A", "B"], ScopeRelation.identical),
        (["A", "B"], ["A"], .smsInQms),
        (["A"], ["A", "B"], .qmsInSms),
        (["A", "B"], ["B", "C"], .overlapping),
        (["A"], ["B"], .disjoint),
        (["A"], ["A (in part)"], .smsInQms),
        (["A (in part)"], ["A (in part)"], .identical),
        (["A (one part)"], ["A (another part)"], .overlapping),
        ([], ["A"], .identical),
    ])
    func relationFollowsFromTheUnits(
        quality: [WireText],
        service: [WireText],
        expected: ScopeRelation
    ) {
        #expect(relation(units: (quality, service)) == expected)
    }

    @Test func sitesAndUnitsAreComparedTogether() {
        #expect(
            relation(units: (["A"], ["A"]), sites: (["1", "2"], ["1"])) == .smsInQms
        )
        #expect(
            relation(units: (["A", "B"], ["A"]), sites: (["1"], ["1", "2"])) == .overlapping
        )
        #expect(relation(units: (["A", "B"], ["B", "C"]), sites: (["1"], ["2"])) == .disjoint)
    }

    @Test func servicesTellScopesApartToo() {
        let units: ([WireText], [WireText]) = (["A"], ["A"])

        #expect(relation(units: units, services: (["mail", "print"], ["mail"])) == .smsInQms)
        #expect(relation(units: units, services: (["mail"], ["print"])) == .disjoint)
    }

    private func relation(
        units: ([WireText], [WireText]),
        sites: ([WireText], [WireText]) = ([], []),
        services: ([WireText], [WireText]) = ([], [])
    ) -> ScopeRelation {
        func scope(_ units: [WireText], _ sites: [WireText], _ services: [WireText]) -> ScopeRecord
        {
            let fields: JSONObject = [
                "units": set(units), "sites": set(sites), "services": set(services),
            ]
            return ScopeRecord(RecordFields(id: "", fields: fields))
        }
        return ScopeRelation(
            quality: scope(units.0, sites.0, services.0),
            service: scope(units.1, sites.1, services.1)
        )
    }

    private func set(_ members: [WireText]) -> JSON {
        .object(JSONObject(uniqueKeysWithValues: members.map { ($0, true) }))
    }
}
