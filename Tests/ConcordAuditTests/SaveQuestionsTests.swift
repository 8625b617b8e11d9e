import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel
import Testing

@testable import ConcordMerge

/// Which saves wait for a decision, and which have no effect.
@Suite struct SaveQuestionsTests {
    private let standard: WireText = "iso-9001-2008"

    private func write(_ seq: Int, by letter: String = "A") throws -> WriteReference {
        let author = Author(String(repeating: letter, count: 42) + "A")
        return WriteReference(seq: seq, author: try #require(author))
    }

    private func criterion(of finding: WireText) -> WireText {
        DerivedID.criterion(finding: finding, standard: standard, clause: "8.4")
    }

    /// Findings with one criterion against the same clause: state, grade, and what each is merged into.
    private func audit(
        _ findings: [WireText: (state: WireText, grade: Grade, into: WireText?)]
    ) -> Audit {
        var records = JSONObject()
        var criteria = JSONObject()
        for (id, finding) in findings {
            var fields: JSONObject = ["state": .string(finding.state), "draftNumber": .string(id)]
            fields["duplicateOf"] = finding.into.map { .string($0) }
            records[id] = .object(fields)
            criteria[criterion(of: id)] = [
                "finding": .string(id), "standard": .string(standard), "clause": "8.4",
                "grade": .string(WireText(finding.grade.rawValue)),
            ]
        }
        return Audit(state: ["finding": .object(records), "criterion": .object(criteria)])
    }

    private func proposal(
        _ value: JSON,
        at path: CellPath,
        by write: WriteReference,
        in conflict: CellPath? = nil
    ) -> OpenProposal {
        OpenProposal(
            account: WriteAccount(
                write: write,
                diff: DiffID(hashing: Array(write.description.utf8)),
                time: "",
                position: nil,
                path: path,
                value: value,
                reason: nil,
                isProposal: true,
                standing: .surviving,
                admission: nil,
                over: []
            ),
            shown: value,
            conflict: conflict
        )
    }

    private func grade(of finding: WireText) -> CellPath {
        .criterion(criterion(of: finding), .grade)
    }

    @Test func proposalsAreGroupedBySaveInTheirOrder() throws {
        let (first, second) = try (write(2, by: "B"), write(1))
        let unit = CellPath.finding("x", .unit)
        let open = [
            proposal("MH", at: unit, by: first),
            proposal("S", at: .finding("x", .site), by: second),
            proposal("p", at: .finding("x", .process), by: first, in: unit),
            proposal("q", at: .finding("x", .slot), by: first, in: unit),
        ]

        let saves = ProposedSave.all(open, shown: audit([:]))

        #expect(saves.map(\.write) == [first, second])
        #expect(saves.map(\.proposals.count) == [3, 1])
        #expect(saves[0].conflicts == [unit])
        #expect(saves[0].isAbout(["x"]) && !saves[0].isAbout(["y"]))
    }

    @Test(
        arguments: [
            ("draft", false), ("submitted", false), ("confirmed", true), ("issued", true),
        ] as [(WireText, Bool)]
    )
    func aGradeIsDecidedWithTheConfirmationOfItsFinding(state: WireText, isDecided: Bool) throws {
        let shown = audit(["f": (state: state, grade: .minor, into: nil)])
        let open = try proposal("minor", at: grade(of: "f"), by: write(1))
        let contested = try proposal("minor", at: grade(of: "f"), by: write(2), in: grade(of: "f"))

        #expect(ProposedSave.all([open], shown: shown).isEmpty == isDecided)
        #expect(ProposedSave.all([contested], shown: shown).count == 1, "a candidate always waits")
    }

    @Test(arguments: Grade.allCases)
    func aGradeIsDecidedWithAMergeThatKeepsItOrMore(kept: Grade) throws {
        let shown = audit([
            "f": (state: "merged", grade: .minor, into: "g"),
            "g": (state: "draft", grade: kept, into: nil),
        ])
        let open = try proposal("minor", at: grade(of: "f"), by: write(1))

        let saves = ProposedSave.all([open], shown: shown)

        #expect(saves.isEmpty == (kept >= .minor))
        let toDecide = try #require(shown.gradeToDecide(open))
        #expect(toDecide.finding.id == "g" && toDecide.isMerged)
    }

    @Test func whatIsOpenIsOnesOwnAndALeadersToDecide() throws {
        let (own, other) = try (write(1, by: "A"), write(1, by: "B"))
        var membership = Membership()
        membership.join("ann", with: own.author, as: .auditor)
        membership.join("lea", with: other.author, as: .lead)
        let unit = CellPath.finding("x", .unit)
        let saves = ProposedSave.all([proposal("MH", at: unit, by: own)], shown: audit([:]))
        let conflict = Conflict(
            kind: .values,
            path: unit,
            candidates: [Conflict.Candidate(write: other, value: "S")],
            shown: nil
        )
        func matters(_ member: WireText) -> OpenMatters {
            OpenMatters(
                of: member,
                conflicts: [conflict],
                proposed: saves,
                membership: membership
            )
        }

        #expect(matters("ann").proposed == [unit])
        #expect(matters("ann").contested.isEmpty && matters("ann").waiting == 0)
        #expect(matters("lea").contested == [unit])
        #expect(matters("lea").proposed.isEmpty && matters("lea").waiting == 1)
    }

    @Test func savesWithoutEffectKeepTheOrderOfTheLogAndSayWhoDeclined() throws {
        let (first, second) = try (write(7), write(1, by: "B"))
        func void(_ write: WriteReference, _ path: CellPath, _ reason: VoidReason) -> VoidWrite {
            VoidWrite(
                path: path,
                reason: reason,
                write: write,
                diff: DiffID(hashing: Array(write.description.utf8)),
                time: ""
            )
        }
        let voids = [
            void(first, .finding("f", .unit), .noRight), void(second, .finding("f"), .lastLeader),
            void(first, .finding("g", .unit), .lifeCycle),
        ]
        let state: JSONObject = [
            "declined": ["r": ["diff": .string(voids[1].diff.text), "reason": "no"]]
        ]

        let saves = VoidSave.all(voids, declined: VoidSave.Declined.all(in: state))

        #expect(saves.map(\.write) == [first, second])
        #expect(saves.map(\.writes.count) == [2, 1])
        #expect(saves.map(\.canBeAdmitted) == [true, false])
        #expect(saves.map(\.declined?.reason) == [nil, "no"])
        let title = Operation(.add("T"), at: .finding("g", .title))
        let other = Operation(.add("T"), at: .finding("h", .title))
        #expect(saves[0].concerned([title, other]) == [title])
    }
}
