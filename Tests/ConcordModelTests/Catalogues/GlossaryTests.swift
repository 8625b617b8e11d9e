import ConcordEncoding
import Testing

@testable import ConcordModel

struct GlossaryTests {
    let glossary = Catalogues.shipped.glossary

    @Test func termsAreFoundByNameAndRelation() throws {
        #expect(glossary.term(named: "Nonconformity")?.relation == .common)
        #expect(glossary.term(named: "corrective action")?.relation == .adapted)
        #expect(glossary.term(named: "incident")?.counterpart == "defect")
        #expect(
            glossary.term(named: "service management system")?.term.string.hasSuffix("(SMS)")
                == true
        )
        #expect(glossary.term(named: "no such term") == nil)
        #expect(glossary.added == ["information technology (IT)"])
    }

    @Test func everyTermHasExactlyOneRelation() {
        let sorted = Term.Relation.allCases.flatMap { glossary.terms($0) }

        #expect(sorted.count == glossary.terms.count)
        #expect(Set(glossary.terms.map(\.relation)) == Set(Term.Relation.allCases))
    }

    @Test func termOfAnUnknownRelationIsRefused() {
        let error = #expect(throws: CatalogueError.self) {
            try Glossary(json: [
                "basis": "x", "addedBy90006": [],
                "terms": [
                    ["term": "t", "relation": "cousin", "note": "n", "provenance": "p"]
                ],
            ])
        }

        #expect(error?.code == .unknownWord)
        #expect(error?.message.contains("terms[0].relation") == true)
    }
}
