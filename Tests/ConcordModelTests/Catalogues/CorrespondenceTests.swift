import ConcordEncoding
import Testing

@testable import ConcordModel

struct CorrespondenceTests {
    let quality: WireText = "iso-9001-2008"
    let service: WireText = "iso-iec-20000-1-2011"

    @Test func clausesWithNoRelatedClauseAreThePublishedOnes() throws {
        let set = try #require(Catalogues.shipped.correspondence(quality, service))
        let published = try #require(Catalogues.shipped.published.first)

        #expect(set.isComplete)
        #expect(set.unrelatedLeft == published.unrelatedLeft)
        #expect(set.unrelatedRight.filter { $0.utf8.count == 3 } == published.unrelatedRight)
        #expect(set.isUnrelated(ClauseReference(standard: quality, clause: "7.5.4")))
        #expect(!set.isUnrelated(ClauseReference(standard: service, clause: "7.1")))
    }

    @Test func everyPairIsFoundFromBothSides() throws {
        for set in Catalogues.shipped.correspondences {
            for pair in set.pairs {
                let left = ClauseReference(standard: set.left, clause: pair.left)
                let right = ClauseReference(standard: set.right, clause: pair.right)

                #expect(set.related(to: left).contains { $0.reference == right })
                #expect(set.related(to: right).contains { $0.reference == left })
            }
        }
    }

    @Test func nearestRelationComesFirst() throws {
        for set in Catalogues.shipped.correspondences {
            for pair in set.pairs {
                let related = set.related(
                    to: ClauseReference(standard: set.left, clause: pair.left)
                ).map(\.relation)

                #expect(related == related.sorted(by: >))
            }
        }
    }

    @Test func newerStandardsAreAlignedEachWithEach() throws {
        let catalogues = Catalogues.shipped

        #expect(catalogues.correspondence("iso-9001-2015", "iso-iec-20000-1-2018") != nil)
        #expect(catalogues.correspondence("iso-iec-27001-2022", "iso-iec-20000-1-2018") != nil)
        #expect(catalogues.correspondence("iso-iec-27001-2022", "iso-9001-2015") != nil)
        #expect(catalogues.correspondence("iso-9001-2008", "iso-9001-2015") == nil)
        #expect(
            !catalogues.isUnrelated(
                ClauseReference(standard: "iso-9001-2015", clause: "6.3"),
                among: ["iso-9001-2015", "iso-iec-20000-1-2018"]
            )
        )
    }

    @Test func comparisonCountsEveryLeafOfItsBaseOnce() throws {
        for (base, other) in [(quality, service), (service, quality)] {
            let comparison = try #require(Catalogues.shipped.comparison(base: base, with: other))
            let counted = comparison.groups.flatMap(\.counts.values).reduce(0, +)

            #expect(counted == comparison.rows.count)
            #expect(comparison.rows.count == comparison.base.auditableLeaves.count)
            #expect(
                comparison.clauses(nearest: nil)
                    == comparison.rows.filter(\.isUnrelated).map(\.clause)
            )
            let similarities = comparison.groups.map(\.similarity)
            #expect(comparison.greatestSimilarity.first?.similarity == similarities.max())
            #expect(comparison.greatestDifference.first?.similarity == similarities.min())
            #expect(similarities.allSatisfy { (0...1000).contains($0) })
        }
    }

    @Test func setThatLeavesALeafOutIsRefused() throws {
        let error = refusal { file in
            file["pairs"] = .array(
                (file["pairs"]?.arrayValue ?? []).filter {
                    $0["iso9001"]?.stringValue != "8.3"
                }
            )
        }

        #expect(error?.code == .unaccounted)
        #expect(error?.message.contains("8.3") == true)
    }

    @Test func setThatPairsAnUnrelatedLeafIsRefused() {
        #expect(refusal { $0.appendPair("6.4", "7.1") }?.code == .contradictory)
        #expect(refusal { $0.appendPair("4.1", "6.3") }?.code == .contradictory)
    }

    @Test func setThatContradictsThePublishedListsIsRefused() {
        let error = refusal { file in
            file.appendPair("6.4", "7.1")
            file.removeUnrelated("iso9001", "6.4")
        }

        #expect(error?.code == .unpublished)
        #expect(error?.message.contains("6.4") == true)
    }

    @Test func publishedListsHoldWhicheverStandardIsOnTheLeft() throws {
        let set = try #require(Catalogues.shipped.correspondence(quality, service))
        func swapped(pairing clause: WireText? = nil) -> JSON {
            var pairs = set.pairs.map { ($0.right, $0.left) }
            if let clause { pairs.append(("7.1", clause)) }
            return [
                "base": ["annexA": .string(service), "annexB": .string(quality)],
                "pairs": .array(
                    pairs.map { left, right in
                        [
                            "left": .string(left), "right": .string(right), "relation": "partial",
                            "provenance": "test",
                        ]
                    }
                ),
                "unrelated": [
                    "left": .array(set.unrelatedRight.map { .string($0) }),
                    "right": .array(
                        set.unrelatedLeft.filter { $0 != clause }.map { .string($0) }
                    ),
                ],
            ]
        }

        let accepted = try Catalogues.shipped.replacing(swapped())
        let error = #expect(throws: CatalogueError.self) {
            try Catalogues.shipped.replacing(swapped(pairing: "6.4"))
        }

        #expect(accepted.correspondence(quality, service)?.left == service)
        #expect(error?.code == .unpublished)
    }

    @Test func aClauseIsUnrelatedOnlyIfItIsSoInEveryOtherStandard() throws {
        let third: WireText = "iso-iec-27001-2022"
        let left = try #require(Catalogues.shipped[quality]?.auditableLeaves.map(\.number))
        let right = try #require(Catalogues.shipped[third]?.auditableLeaves.map(\.number))
        var pairs = left.map { ($0, right[0]) }
        pairs += right.dropFirst().map { (left[0], $0) }
        let catalogues = try Catalogues.shipped.replacing([
            "base": ["annexA": .string(quality), "annexB": .string(third)],
            "pairs": .array(
                pairs.map { left, right in
                    [
                        "left": .string(left), "right": .string(right), "relation": "partial",
                        "provenance": "test",
                    ]
                }
            ),
            "unrelated": ["left": [], "right": []],
        ])
        let clause = ClauseReference(standard: quality, clause: "7.5.4")

        #expect(catalogues.isUnrelated(clause, among: [quality, service]))
        #expect(!catalogues.isUnrelated(clause, among: [quality, service, third]))
    }

    @Test func setWithUnknownClausesWordsOrDoublePairsIsRefused() {
        #expect(refusal { $0.appendPair("9.9", "7.1") }?.code == .unknownReference)
        #expect(refusal { $0.appendPair("4.1", "4.2") }?.code == .duplicate)
        #expect(refusal { $0.appendPair("8.1", "9.1", "same") }?.code == .unknownWord)
        #expect(refusal { $0["base"] = ["annexA": "x", "annexB": "y"] }?.code == .unknownReference)
        #expect(refusal { $0["unrelated"] = nil }?.code == .shape)
    }

    @Test func goodReplacementReplacesTheShippedSet() throws {
        var file = Self.shippedFile
        file.appendPair("8.1", "9.1")

        let catalogues = try Catalogues.shipped.replacing(.object(file))

        let before = try #require(Catalogues.shipped.correspondence(quality, service))
        let after = try #require(catalogues.correspondence(quality, service))
        #expect(after.pairs.count == before.pairs.count + 1)
        #expect(catalogues.correspondences.count == Catalogues.shipped.correspondences.count)
    }

    @Test func catalogueThatBreaksAnExistingSetIsRefused() throws {
        let json: JSON = [
            "id": "iso-9001-2008", "title": "X", "edition": "X", "system": "QMS",
            "exclusionRule": "none", "clauses": [],
        ]

        let error = #expect(throws: CatalogueError.self) {
            try Catalogues.shipped.replacing(json)
        }

        #expect(error?.code == .unknownReference)
    }

    private func refusal(_ change: (inout JSONObject) -> Void) -> CatalogueError? {
        var file = Self.shippedFile
        change(&file)
        return #expect(throws: CatalogueError.self) {
            try Catalogues.shipped.replacing(.object(file))
        }
    }

    /// The shipped set, written back to the form of a file.
    private static var shippedFile: JSONObject {
        guard let set = Catalogues.shipped.correspondences.first(where: \.isComplete) else {
            return JSONObject()
        }
        let pairs = set.pairs.map { pair -> JSON in
            [
                "iso9001": .string(pair.left), "iso20000": .string(pair.right),
                "relation": .string(pair.relation.rawValue), "note": .string(pair.note),
                "provenance": .string(pair.provenance),
            ]
        }
        return [
            "base": ["annexA": .string(set.left), "annexB": .string(set.right)],
            "pairs": .array(pairs),
            "unrelated": [
                "iso9001": .array(set.unrelatedLeft.map { .string($0) }),
                "iso20000": .array(set.unrelatedRight.map { ["clause": .string($0)] }),
            ],
        ]
    }
}

extension JSONObject {
    fileprivate mutating func appendPair(
        _ left: WireText,
        _ right: WireText,
        _ relation: WireText = "partial"
    ) {
        let pair: JSON = [
            "iso9001": .string(left), "iso20000": .string(right), "relation": .string(relation),
            "provenance": "test",
        ]
        self["pairs"] = .array((self["pairs"]?.arrayValue ?? []) + [pair])
    }

    fileprivate mutating func removeUnrelated(_ side: WireText, _ clause: WireText) {
        var unrelated = self["unrelated"]?.objectValue ?? JSONObject()
        let kept = (unrelated[side]?.arrayValue ?? []).filter { $0.stringValue != clause }
        unrelated[side] = .array(kept)
        self["unrelated"] = .object(unrelated)
    }
}
