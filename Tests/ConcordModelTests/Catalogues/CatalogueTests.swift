import ConcordEncoding
import Testing

@testable import ConcordModel

struct CatalogueTests {
    @Test func everyShippedStandardIsLoaded() {
        let ids = Catalogues.shipped.catalogues.map(\.id)

        #expect(
            Set(ids) == [
                "iso-9001-2008", "iso-9001-2015", "iso-iec-20000-1-2011", "iso-iec-20000-1-2018",
                "iso-iec-27001-2022",
            ]
        )
        #expect(Set(Catalogues.shipped.catalogues.map(\.system)) == ["QMS", "SMS", "ISMS"])
    }

    @Test func clausesAreFoundByNumberAndContainEachOther() throws {
        let catalogue = try #require(Catalogues.shipped["iso-9001-2008"])

        #expect(catalogue["7.5.4"]?.title == "Customer property")
        #expect(catalogue["7.5.9"] == nil)
        #expect(catalogue.shortTitle == "ISO 9001:2008")
        #expect(catalogue.topClause(of: "7.5.4")?.number == "7")
        #expect(catalogue.auditableLeaves(under: "8.3").map(\.number) == ["8.3"])
        #expect(catalogue.isWithin("7.5.4", "7"))
        #expect(!catalogue.isWithin("7.5.4", "7.4"))
        #expect(catalogue.clauses.map(\.order) == Array(catalogue.clauses.indices))
    }

    @Test func annexControlsLieWithinTheAnnex() throws {
        let catalogue = try #require(Catalogues.shipped["iso-iec-27001-2022"])

        #expect(catalogue.topClause(of: "A.5.1")?.number == "A")
        #expect(catalogue.auditableLeaves(under: "A").count == 93)
    }

    @Test func faultyCatalogueIsRefusedWithThePlace() throws {
        let good: JSON = clause("1")
        let cases: [(JSON, CatalogueError.Code, WireText)] = [
            (file([good, good]), .duplicate, "clauses[1]"),
            (file([clause("1.1", parent: "1")]), .unknownReference, "clauses[0]"),
            (file([good, clause("1.1", parent: "1")]), .hierarchy, "clause 1"),
            (file([clause("1", leaf: false)]), .hierarchy, "clause 1"),
            (file([clause("1", parent: "1", leaf: false)]), .unknownReference, "clauses[0]"),
            (file([["number": "1"]]), .shape, "clauses[0]"),
            (["id": "x"], .shape, "clauses"),
            (file([good], rule: "some"), .unknownWord, "exclusionRule"),
            (file([good], id: "a b"), .shape, "id"),
        ]
        for (json, code, place) in cases {
            let error = #expect(throws: CatalogueError.self) { try Catalogue(json: json) }

            #expect(error?.code == code, "\(json)")
            #expect(error?.message.contains(place.string) == true, "\(error?.message ?? "")")
        }
    }

    private func clause(_ number: WireText, parent: JSON = .null, leaf: Bool = true) -> JSON {
        [
            "number": .string(number), "title": "T", "parent": parent, "auditable": true,
            "leaf": .bool(leaf),
        ]
    }

    private func file(_ clauses: [JSON], rule: WireText = "none", id: WireText = "x") -> JSON {
        [
            "id": .string(id), "title": "X", "edition": "X:1 (first)", "system": "QMS",
            "exclusionRule": .string(rule), "clauses": .array(clauses),
        ]
    }
}
