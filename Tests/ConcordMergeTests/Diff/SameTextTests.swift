import ConcordEncoding
import ConcordTesting
import Testing

@testable import ConcordDiff
@testable import ConcordMerge
@testable import ConcordText

/// Texts are the same if their scalars are: Swift's own comparison takes canonically equivalent ones
/// for equal, and would lose one of two.
@Suite("Texts that only look the same")
struct SameTextTests {
    /// "é" as one scalar and as two; their bytes are in the other order.
    private static let alike = ["\u{E9}", "e\u{301}"]

    @Test func candidatesAtPlacesThatLookTheSameAreTwoInTheOrderOfBytes() throws {
        let write = WriteReference(seq: 1, author: HashSigner("ada").author)
        let candidates = Self.alike.map { name in
            Conflict.Candidate(write: write, value: true, path: "/finding/f1/relatedTo/\(name)")
        }
        let path = CellPath(kind: "finding", record: "f1")

        let conflict = Conflict(
            kind: .removedEdited,
            path: path,
            candidates: candidates,
            shown: true
        )

        #expect(candidates[0] != candidates[1])
        let names = conflict.candidates.compactMap { $0.path?.unicodeScalars.last?.value }
        #expect(names == [0x301, 0xE9])
    }

    @Test func valuesThatLookTheSameAreOrderedByBytes() {
        let write = WriteReference(seq: 1, author: HashSigner("ada").author)
        let candidates = Self.alike.map {
            Conflict.Candidate(write: write, value: .string($0))
        }

        let conflict = Conflict(
            kind: .values,
            path: CellPath(kind: "finding", record: "f1", field: "unit"),
            candidates: candidates,
            shown: nil
        )

        #expect(conflict.candidates.map(\.value) == ["e\u{301}", "\u{E9}"])
    }

    @Test func insertsThatLookTheSameAreNoTwins() {
        let splices = Self.alike.map { TextSplice(at: 0, delete: 0, insert: $0) }

        #expect(splices[0] != splices[1])
    }

    @Test(
        arguments: ["caf\u{E9}", "\u{212A}", "a b", "a\u{1}", "a\u{7F}", "\u{200B}"] as [WireText]
    )
    func kindsRecordsAndFieldsAreOfVisibleASCII(name: WireText) {
        #expect(CellPath("/\(name)/f1") == nil)
        #expect(CellPath("/finding/\(name)") == nil)
        #expect(CellPath("/finding/f1/\(name)") == nil)
        #expect(CellPath("/finding/f1/evidence/\(name)")?.member == name)
    }
}
