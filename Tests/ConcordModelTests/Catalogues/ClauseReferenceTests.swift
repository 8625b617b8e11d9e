import ConcordEncoding
import Testing

@testable import ConcordModel

struct ClauseReferenceTests {
    @Test func textFormIsReadAndWrittenAlike() throws {
        let reference = try #require(ClauseReference("iso-9001-2008 5.1"))

        #expect(reference.standard == "iso-9001-2008")
        #expect(reference.clause == "5.1")
        #expect(reference.description == "iso-9001-2008 5.1")
    }

    @Test(arguments: [
        "", " ", "a", "a ", " a", "a  b", "a b ", " a b", "a b c", "a\tb", "a b\n", "ä b",
    ])
    func everyOtherSpellingIsRefused(text: String) {
        #expect(ClauseReference(WireText(text)) == nil)
    }

    @Test func numbersAreOrderedAsPeopleCount() {
        let numbers = ["10.1", "4.10", "4.2", "A.5.10", "4.2.1", "A.5.9", "4"]

        let sorted = numbers.map { ClauseReference(standard: "x", clause: WireText($0)) }.sorted()

        #expect(sorted.map(\.clause) == ["4", "4.2", "4.2.1", "4.10", "10.1", "A.5.9", "A.5.10"])
    }

    @Test func naturalOrderIsAStrictTotalOrder() {
        let texts = [
            "", "0", "00", "1", "01", "a", "a1", "a01", "a1b", "a10", "a2", "b", "1a", "é",
        ]
        for left in texts {
            #expect(!NaturalOrder.precedes(WireText(left), WireText(left)))
            for right in texts where left != right {
                #expect(
                    NaturalOrder.precedes(WireText(left), WireText(right))
                        != NaturalOrder.precedes(WireText(right), WireText(left)),
                    "\(left) \(right)"
                )
                for third in texts
                where NaturalOrder.precedes(WireText(left), WireText(right))
                    && NaturalOrder.precedes(WireText(right), WireText(third))
                {
                    #expect(
                        NaturalOrder.precedes(WireText(left), WireText(third)),
                        "\(left) \(right) \(third)"
                    )
                }
            }
        }
    }
}
