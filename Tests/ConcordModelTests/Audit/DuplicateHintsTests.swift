import ConcordEncoding
import Testing

@testable import ConcordModel

struct DuplicateHintsTests {
    /// The pairs that are hinted at, of findings on ISO 9001 4.2.3 and on another clause.
    private func hints(
        clause: WireText = "iso-iec-20000-1-2011 4.3.2",
        units: (JSON?, JSON?) = ("MH", "MH"),
        evidence: (WireText, WireText) = ("e1", "e2"),
        first: JSONObject = ["source": "PR-12 rev 3 seen, master list shows rev 5"],
        second: JSONObject = ["source": "PR-12 rev 3"],
        state: JSON = "draft"
    ) throws -> [Notice] {
        let cited = try #require(ClauseReference(clause))
        var one: JSONObject = ["draftNumber": "A-01", "evidence": .object([evidence.0: true])]
        var two: JSONObject = [
            "draftNumber": "B-01", "evidence": .object([evidence.1: true]), "state": state,
        ]
        one["unit"] = units.0
        two["unit"] = units.1
        let audit = Audit(state: [
            "engagement": [
                "e": ["standards": ["iso-9001-2008": true, "iso-iec-20000-1-2011": true]]
            ],
            "finding": ["f": .object(one), "g": .object(two)],
            "criterion": [
                "k": ["finding": "f", "standard": "iso-9001-2008", "clause": "4.2.3"],
                "l": [
                    "finding": "g", "standard": .string(cited.standard),
                    "clause": .string(cited.clause),
                ],
            ],
            "evidence": ["e1": .object(first), "e2": .object(second)],
        ])
        return DuplicateHints(audit, .shipped).notices
    }

    @Test func relatedClausesOneUnitAndOneDocumentAreHintedAt() throws {
        let found = try hints()

        #expect(found.map(\.record) == ["g"])
        #expect(found.first?.severity == .warning)
        #expect(found.first?.message.hasPrefix("B-01 may say the same as A-01") == true)
        #expect(found.first?.message.hasSuffix("PR-12") == true)
    }

    @Test func theSameClauseTheSameBytesOrTheSameItemWillDo() throws {
        #expect(try hints(clause: "iso-9001-2008 4.2.3").count == 1)
        #expect(try hints(first: ["sha256": "c0"], second: ["sha256": "c0"]).count == 1)
        #expect(try hints(evidence: ("e1", "e1"), first: [:]).count == 1)
        #expect(try hints(units: ("MH", nil)).count == 1)
        #expect(try hints(units: (nil, "MH")).count == 1)
    }

    @Test func eachOfTheThreeIsNeeded() throws {
        #expect(try hints(clause: "iso-iec-20000-1-2011 9.2").isEmpty)
        #expect(try hints(units: ("MH", "FD")).isEmpty)
        #expect(try hints(second: ["source": "PR-13 rev 3"]).isEmpty)
        #expect(try hints(first: ["source": "rev 3"], second: ["source": "rev 3"]).isEmpty)
        #expect(try hints(first: ["source": "2013-12"], second: ["source": "2013-12"]).isEmpty)
        #expect(try hints(first: ["sha256": "c0"], second: ["sha256": "c1"]).isEmpty)
    }

    @Test func whatWasMergedIsNoDuplicateAnyMore() throws {
        #expect(try hints(state: "merged").isEmpty)
    }

    @Test func theSampleAsItEndsHasNone() throws {
        #expect(DuplicateHints(try SampleEngagement().audit, .shipped).notices.isEmpty)
    }
}
