import ConcordEncoding
import Testing

@testable import ConcordReports

struct TemplateValueTests {
    private struct Part {
        let name: WireText
        let note: String?
    }

    private struct Whole {
        let title: String?
        let isOpen: Bool
        let parts: [Part]
        let list: Listing<Part>?
        let gone: Listing<Part>?
    }

    @Test func anObjectBecomesADictionaryOfWhatItHolds() throws {
        let parts = [Part(name: "a", note: nil), Part(name: "b", note: "c")]
        let whole = Whole(
            title: "T",
            isOpen: false,
            parts: parts,
            list: Listing(parts),
            gone: nil
        )

        let value = TemplateValue.members(of: whole)

        #expect(Set(value.keys) == ["title", "isOpen", "parts", "list"])
        #expect(value["title"] as? String == "T")
        #expect(value["isOpen"] as? Bool == false)
        let shown = [["name": "a"], ["name": "b", "note": "c"]]
        #expect(value["parts"] as? [[String: String]] == shown)
        let list = try #require(value["list"] as? [String: Any])
        #expect(list["items"] as? [[String: String]] == shown)
    }
}
