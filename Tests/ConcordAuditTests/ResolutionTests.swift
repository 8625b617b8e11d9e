import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

/// What goes with the decision of a conflict over a merge.
@Suite struct ResolutionTests {
    private let standard: WireText = "iso-9001-2008"

    private func criterion(_ finding: WireText) -> WireText {
        DerivedID.criterion(finding: finding, standard: standard, clause: "8.4")
    }

    private func fields(_ finding: WireText) -> JSONObject {
        [
            "finding": .string(finding), "standard": .string(standard), "clause": "8.4",
            "grade": "major",
        ]
    }

    /// Finding `a`, with a criterion and a piece of evidence, is merged into `b`; `d` into `c`, with the evidence.
    private func audit(_ state: JSON = "merged") -> Audit {
        Audit(state: [
            "finding": [
                "a": ["state": state, "duplicateOf": "b", "evidence": ["v": true]],
                "b": ["state": "draft"], "c": ["state": "draft", "evidence": ["v": true]],
                "d": ["state": "merged", "duplicateOf": "c", "evidence": ["v": true]],
            ],
            "criterion": [criterion("a"): .object(fields("a"))],
            "member": ["ines": ["role": "lead"]],
        ])
    }

    private func path(_ finding: WireText, _ field: WireText) -> CellPath {
        CellPath(kind: "finding", record: finding, field: field)
    }

    private func write(_ seq: Int) throws -> WriteReference {
        let key = try #require(Author(publicKey: [UInt8](repeating: 7, count: 32)))
        return WriteReference(seq: seq, author: key)
    }

    private var keeping: Set<CellPath> {
        var evidence = path("c", "evidence")
        evidence.member = "v"
        return [evidence]
    }

    @Test func toChooseATargetCarriesEverythingThereAndTakesItOutOfTheOther() throws {
        let conflict = Conflict(
            kind: .values,
            path: path("a", "duplicateOf"),
            candidates: [
                Conflict.Candidate(write: try write(1), value: "b"),
                Conflict.Candidate(write: try write(2), value: "c"),
            ],
            shown: "b"
        )

        let edit = try FindingActs(on: audit(), by: "ines")
            .resolve(conflict, to: "b", reason: "the same sheet")

        var expected = Edit()
        expected.resolve(
            conflict.path,
            to: "b",
            reason: "the same sheet",
            candidates: conflict.candidates.map(\.write)
        )
        expected.set(path("a", "state"), to: "merged")
        expected.add("criterion", id: criterion("b"), fields: fields("b"))
        expected.insert("v", into: path("b", "evidence"), again: true)
        expected.takeOut(broughtBy: [try write(2)], of: "a", keeping: keeping)
        #expect(edit == expected)
    }

    @Test func toDecideAgainstAMergeTakesOutWhatItBrought() throws {
        let conflict = Conflict(
            kind: .endedEdited,
            path: path("a", "state"),
            candidates: [
                Conflict.Candidate(write: try write(1), value: "merged"),
                Conflict.Candidate(write: try write(2), value: "HR", path: "/finding/a/unit"),
            ],
            shown: "draft"
        )

        let edit = try FindingActs(on: audit("draft"), by: "ines")
            .resolve(conflict, to: "draft", reason: "two things")

        var expected = Edit()
        expected.resolve(
            conflict.path,
            to: "draft",
            reason: "two things",
            candidates: conflict.candidates.map(\.write)
        )
        expected.takeOut(broughtBy: [try write(1)], of: "a", keeping: keeping)
        #expect(edit == expected)
    }

    @Test func whatIsKeptInAMergedFindingCountsWhereItIsMerged() throws {
        let presence = CellPath(kind: "criterion", record: criterion("a"))
        let conflict = Conflict(kind: .removedEdited, path: presence, candidates: [], shown: true)

        let edit = try FindingActs(on: audit(), by: "ines")
            .resolve(conflict, to: true, reason: "it is one")

        var expected = Edit()
        expected.resolve(presence, to: true, reason: "it is one", candidates: [])
        expected.set(path("a", "state"), to: "merged")
        expected.add("criterion", id: criterion("b"), fields: fields("b"))
        #expect(edit == expected)
    }

    @Test func evidenceIsTakenOutOfWhatWasMergedToo() throws {
        let audit = audit()
        var edit = Edit()

        try FindingActs(on: audit, by: "ines")
            .detach("v", from: try #require(audit.finding("c")), edit: &edit)

        var expected = Edit()
        expected.remove("v", from: path("c", "evidence"))
        expected.remove("v", from: path("d", "evidence"))
        #expect(edit == expected)
    }

    /// Who decides for a confirmation that somebody could only ask for confirms the finding; one that somebody took stays theirs.
    @Test(arguments: [true, false])
    func whoDecidesForAnAskedConfirmationConfirms(isAsked: Bool) throws {
        let audit = Audit(state: [
            "finding": ["a": ["state": "submitted", "confirmedBy": "kai"]],
            "member": ["ines": ["role": "lead"]],
        ])
        let confirmed = Conflict.Candidate(
            write: try write(2),
            value: "confirmed",
            isProposal: isAsked
        )
        let conflict = Conflict(
            kind: .values,
            path: path("a", "state"),
            candidates: [Conflict.Candidate(write: try write(1), value: "submitted"), confirmed],
            shown: "submitted"
        )

        let edit = try FindingActs(on: audit, by: "ines")
            .resolve(conflict, to: "confirmed", reason: "seen")

        var expected = Edit()
        expected.resolve(
            conflict.path,
            to: "confirmed",
            reason: "seen",
            candidates: conflict.candidates.map(\.write)
        )
        if isAsked { expected.set(path("a", "confirmedBy"), to: "ines") }
        #expect(edit == expected)
    }
}
