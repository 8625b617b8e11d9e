import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

/// What the auditee answers, as edits.
struct AnswerActsTests {
    private func audit(answer state: WireText?) -> Audit {
        var records: JSONObject = [
            "finding": ["f": ["draftNumber": "A-01", "title": "T", "state": "issued"]]
        ]
        if let state {
            records["action"] = [
                "a": ["finding": "f", "correction": "none yet", "state": .string(state)]
            ]
        }
        return Audit(state: records)
    }

    @Test func theFirstAnswerIsANewRecordOfTheFinding() throws {
        let audit = audit(answer: nil)
        let finding = try #require(audit.finding("f"))
        let draft = AnswerDraft(correction: "replaced", cause: "", owner: "Mara")
        let edit = AnswerActs(on: audit).answer(finding, with: draft, id: "new")

        var expected = Edit()
        expected.add(
            "action",
            id: "new",
            fields: ["finding": "f", "correction": "replaced", "cause": "", "owner": "Mara"]
        )
        #expect(edit == expected)
        #expect(AnswerActs(on: audit).submit(for: finding).isEmpty)
    }

    @Test(arguments: ["open", "responseRejected"] as [WireText])
    func anAnswerThatIsWorkedOnIsWrittenFurther(state: WireText) throws {
        let audit = audit(answer: state)
        let finding = try #require(audit.finding("f"))
        let draft = AnswerDraft(correction: "replaced", owner: "Mara")
        let edit = AnswerActs(on: audit).answer(finding, with: draft, id: "new")

        var expected = Edit()
        expected.setText(.action("a", .correction), to: "replaced")
        expected.set(.action("a", .owner), to: "Mara")
        #expect(edit == expected)

        var submitted = Edit()
        submitted.set(.action("a", .state), to: "responseSubmitted")
        #expect(AnswerActs(on: audit).submit(for: finding) == submitted)
    }

    @Test func anAcceptedAnswerIsNotWrittenInto() throws {
        let audit = audit(answer: "accepted")
        let finding = try #require(audit.finding("f"))
        let edit = AnswerActs(on: audit).answer(finding, with: AnswerDraft(cause: "c"), id: "new")

        var expected = Edit()
        expected.add("action", id: "new", fields: ["finding": "f", "cause": "c"])
        #expect(edit == expected)
    }
}
