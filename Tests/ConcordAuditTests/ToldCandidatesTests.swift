import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

/// How a conflict's candidates are told and numbered, and which of them were undone.
@Suite struct ToldCandidatesTests {
    private func write(_ seq: Int, by letter: String = "A") throws -> WriteReference {
        let author = Author(String(repeating: letter, count: 42) + "A")
        return WriteReference(seq: seq, author: try #require(author))
    }

    private func conflict(_ candidates: [(WriteReference, WireText?)]) -> Conflict {
        Conflict(
            kind: .endedEdited,
            path: .finding("f", .state),
            candidates: candidates.map { write, path in
                Conflict.Candidate(write: write, value: "x", path: path)
            },
            shown: "draft"
        )
    }

    @Test func theWritesOfOneSaveAtOtherPlacesAreOneCandidate() throws {
        let (ended, edit) = try (write(1, by: "A"), write(2, by: "B"))
        let conflict = conflict([
            (ended, nil), (edit, "/finding/f/title"), (edit, "/finding/f/unit"),
        ])

        let told = ToldCandidates(of: conflict)

        #expect(told.told.map(\.number) == [1, 2])
        #expect(told.told.map(\.candidates.count).sorted() == [1, 2])
        #expect(told.numbers.compactMap(\.self).sorted() == [1, 2, 2])
    }

    @Test func whatWasUndoneIsNotToldAndNumbersHaveNoGap() throws {
        let conflict = try conflict([
            (write(1, by: "A"), nil), (write(2, by: "B"), "/finding/f/title"),
            (write(3, by: "B"), "/finding/f/unit"),
        ])
        let undone = try #require(
            conflict.candidates.firstIndex { $0.path == "/finding/f/title" }
        )

        let told = ToldCandidates(of: conflict, without: [undone])

        #expect(told.told.map(\.number) == [1, 2])
        #expect(told.numbers[undone] == nil)
        #expect(!told.told.contains { $0.candidates.contains { $0.path == "/finding/f/title" } })
    }

    @Test func anUndoCountsThatPutsBackWhatWasThere() throws {
        let (first, second, undo) = try (write(1), write(2), write(3))
        let reason: WireText = "undo 2@\(String(second.author.description.prefix(8)))"
        let mark = UndoMark(reason, of: undo)
        #expect(mark != nil)
        func history(back value: JSON) -> [PlaceWrite] {
            [
                PlaceWrite(write: first, value: "a", over: [], mark: nil),
                PlaceWrite(write: second, value: "b", over: [first], mark: nil),
                PlaceWrite(write: undo, value: value, over: [second], mark: mark),
            ]
        }

        #expect(PlaceWrite.undos(in: history(back: "a")) == [second: undo])
        #expect(PlaceWrite.undos(in: history(back: "c")) == [:])
    }
}
