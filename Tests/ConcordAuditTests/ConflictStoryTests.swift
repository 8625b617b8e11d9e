import ConcordDiff
import ConcordEncoding
import ConcordModel
import Testing

@testable import ConcordAudit
@testable import ConcordMerge

/// What a story is told from: authors by the letter of their keys, whose two devices `A` and `D` are one person's.
private struct Source: ConflictStorySource {
    var audit = Audit(state: [:])
    var saves: [WriteReference: [ConcordDiff.Operation]] = [:]
    var owners: [WireText: WireText] = [:]

    func finding(_ id: WireText) -> FindingRecord? { audit.finding(id) }

    func criterion(_ id: WireText) -> (finding: FindingRecord, criterion: CriterionRecord)? {
        audit.criterion(id)
    }

    func member(of author: Author) -> WireText? {
        switch author.description.first {
        case "A", "D": "ann"
        case "B": "ben"
        default: nil
        }
    }

    func owner(ofCriterion id: WireText) -> WireText? { owners[id] }
    func operations(of write: WriteReference) throws -> [ConcordDiff.Operation] {
        saves[write] ?? []
    }
    func stateWrite(ofFinding id: WireText) throws -> WriteAccount? { nil }
}

/// Who did what while who was doing what.
@Suite struct ConflictStoryTests {
    private func write(_ seq: Int, by letter: String) throws -> WriteReference {
        let author = Author(String(repeating: letter, count: 42) + "A")
        return WriteReference(seq: seq, author: try #require(author))
    }

    private func conflict(
        _ kind: ConflictKind,
        at path: CellPath = .finding("f", .state),
        _ candidates: [Conflict.Candidate]
    ) -> Conflict {
        Conflict(kind: kind, path: path, candidates: candidates, shown: nil)
    }

    @Test func onePersonOnTwoDevicesIsToldOnce() throws {
        let conflict = try conflict(
            .values,
            at: .finding("f", .unit),
            [
                .init(write: write(1, by: "A"), value: "MH"),
                .init(write: write(1, by: "D"), value: "S"),
                .init(write: write(1, by: "B"), value: "T", isProposal: true),
                .init(write: write(1, by: "C"), value: "U"),
            ]
        )

        let story = try ConflictStory(of: conflict, asking: Source())

        #expect(story == .differing(proposing: ["ben"], decided: ["ann", nil]))
    }

    @Test func anEndingIsToldFirstAndAnEditLast() throws {
        let edit = try write(2, by: "B")
        let candidates: [Conflict.Candidate] = try [
            .init(write: edit, value: "MH", path: "/finding/f/unit"),
            .init(write: write(3, by: "C"), value: "confirmed"),
            .init(write: write(1, by: "A"), value: "withdrawn"),
            // What belongs to the step of the same save is no edit.
            .init(write: write(3, by: "C"), value: "c", path: "/finding/f/confirmedBy"),
        ]
        let told = ConflictStory.steps(
            [
                .init(act: .step("withdrawn"), people: ["ann"]),
                .init(act: .step("confirmed"), people: [nil]),
                .init(act: .edited, people: ["ben"]),
            ],
            ended: nil
        )

        for order in [candidates, candidates.reversed()] {
            let story = try ConflictStory(of: conflict(.endedEdited, order), asking: Source())
            #expect(story == told)
        }
    }

    @Test func toTakeAConfirmationBackIsNotToSubmit() throws {
        let save = try write(1, by: "A")
        let conflict = try conflict(
            .endedEdited,
            [
                .init(write: save, value: "submitted"),
                .init(write: write(1, by: "B"), value: "submitted"),
            ]
        )
        let back = Operation(.remove, at: .finding("f", .confirmedBy))

        let story = try ConflictStory(of: conflict, asking: Source(saves: [save: [back]]))

        #expect(
            story
                == .steps(
                    [
                        .init(act: .step("submitted"), people: ["ben"]),
                        .init(act: .undidConfirmation, people: ["ann"]),
                    ],
                    ended: nil
                )
        )
    }

    @Test func citedEvidenceIsToldAsThatAndNotAsTheFinding() throws {
        let conflict = try conflict(
            .confirmedEdited,
            [
                .init(write: write(1, by: "A"), value: "confirmed"),
                .init(write: write(1, by: "B"), value: "x", path: "/evidence/v/title"),
                .init(write: write(2, by: "B"), value: nil, path: "/evidence/w"),
            ]
        )

        let story = try ConflictStory(of: conflict, asking: Source())

        #expect(
            story
                == .steps(
                    [
                        .init(act: .step("confirmed"), people: ["ann"]),
                        .init(act: .changedCited(.evidence("v")), people: ["ben"]),
                        .init(act: .removedCited(.evidence("w")), people: ["ben"]),
                    ],
                    ended: nil
                )
        )
    }

    @Test func aMergeThatLacksSomethingNamesWhoRemovedItThere() throws {
        let conflict = try conflict(
            .mergedEnded,
            [
                .init(write: write(1, by: "A"), value: "merged"),
                .init(write: write(1, by: "B"), value: nil, path: "/criterion/there"),
                .init(write: write(1, by: "C"), value: "major", path: "/criterion/here/grade"),
            ]
        )

        let source = Source(owners: ["there": "g", "here": "f"])
        let story = try ConflictStory(of: conflict, asking: source)

        #expect(story == .mergedWithoutAll(by: ["ann"], removed: ["ben"]))
    }

    @Test func aProposedRemovalIsNoRemoval() throws {
        for isProposal in [true, false] {
            let conflict = try conflict(
                .removedEdited,
                at: .finding("f"),
                [.init(write: write(1, by: "A"), value: nil, isProposal: isProposal)]
            )

            let story = try ConflictStory(of: conflict, asking: Source())

            #expect(story == .removed(by: ["ann"], isProposed: isProposal, meanwhile: []))
            #expect(conflict.isProposedRemoval == isProposal)
        }
    }
}
