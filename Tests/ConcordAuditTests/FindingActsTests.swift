import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Testing

@Suite struct FindingActsTests {
    @Test func mergingWritesWhatTheTargetShowsAlready() throws {
        let audit = audit([
            "a": (state: "draft", grades: ["8.4": "major"], evidence: ["v"]),
            "b": (state: "draft", grades: ["8.4": "major"], evidence: ["v"]),
        ])
        let acts = FindingActs(on: audit, by: "ines")

        let edit = try acts.merge([finding("a", audit)], into: finding("b", audit))

        let criterion = DerivedID.criterion(finding: "b", standard: "iso-9001-2008", clause: "8.4")
        var expected = Edit()
        expected.set(path("a", "state"), to: "merged")
        expected.set(path("a", "duplicateOf"), to: "b")
        expected.restore(kind: "criterion", id: criterion)
        expected.set(
            CellPath(kind: "criterion", record: criterion, field: "grade"),
            to: "major"
        )
        expected.insert("v", into: path("b", "evidence"), again: true)
        #expect(edit == expected)
    }

    @Test func mergingAddsWhatTheTargetLacks() throws {
        let audit = audit([
            "a": (state: "submitted", grades: ["8.4": "minor"], evidence: []),
            "b": (state: "draft", grades: [:], evidence: []),
        ])

        let edit = try FindingActs(on: audit, by: "ines")
            .merge([finding("a", audit)], into: finding("b", audit), reason: "one sheet")

        var expected = Edit(reason: "one sheet")
        expected.set(path("a", "state"), to: "merged")
        expected.set(path("a", "duplicateOf"), to: "b")
        expected.add(
            "criterion",
            id: DerivedID.criterion(finding: "b", standard: "iso-9001-2008", clause: "8.4"),
            fields: [
                "finding": "b", "standard": "iso-9001-2008", "clause": "8.4", "grade": "minor",
            ]
        )
        #expect(edit == expected)
    }

    @Test func twoGradesOfOneClauseAreDecidedBeforeAMerge() throws {
        let audit = audit([
            "a": (state: "draft", grades: ["8.4": "minor"], evidence: []),
            "b": (state: "draft", grades: ["8.4": "major"], evidence: []),
            "c": (state: "draft", grades: [:], evidence: []),
        ])
        let acts = FindingActs(on: audit, by: "ines")

        #expect(throws: ActRefusal.self) {
            try acts.merge([finding("a", audit)], into: finding("b", audit))
        }
        #expect(throws: ActRefusal.self) {
            try acts.merge(
                [finding("a", audit), finding("b", audit)],
                into: finding("c", audit)
            )
        }
    }

    /// No refusal offers the step that it refuses, whatever somebody tries from whatever state.
    @Test func noRefusalOffersWhatItRefuses() throws {
        let states: [WireText] = ["draft", "submitted", "confirmed", "withdrawn", "merged"]
        for state in states {
            let audit = Audit(state: ["finding": ["a": ["state": .string(state)]]])
            let acts = FindingActs(on: audit, by: "ann")
            let finding = try #require(audit.finding("a"))
            let steps: [(WireText, () throws(ActRefusal) -> Edit)] = [
                ("submitted", { () throws(ActRefusal) in try acts.submit([finding]) }),
                ("confirmed", { () throws(ActRefusal) in try acts.confirm([finding]) }),
                ("draft", { () throws(ActRefusal) in try acts.giveBack([finding], reason: "r") }),
                (
                    "withdrawn",
                    { () throws(ActRefusal) in try acts.withdraw([finding], reason: "r") }
                ),
                ("draft", { () throws(ActRefusal) in try acts.reopen([finding]) }),
            ]
            for (target, step) in steps {
                do throws(ActRefusal) {
                    _ = try step()
                    #expect(state != "merged", "a merged finding would count twice as \(target)")
                } catch {
                    #expect(!error.next.contains("become \(target)"), "\(state): \(error.next)")
                    if state == "merged" { #expect(error.code == .findingEnded) }
                }
            }
        }
    }

    @Test(arguments: ["withdrawn", "merged"])
    func nothingIsMergedIntoWhatDoesNotCount(state: WireText) throws {
        let audit = audit([
            "a": (state: "draft", grades: [:], evidence: []),
            "b": (state: state, grades: [:], evidence: []),
        ])

        #expect(
            throws: ActRefusal.targetDoesNotCount(finding: "b", state: state, counting: nil)
        ) {
            try FindingActs(on: audit, by: "ines")
                .merge([finding("a", audit)], into: finding("b", audit))
        }
    }

    @Test func nothingIsMergedIntoItself() throws {
        let audit = audit(["a": (state: "draft", grades: [:], evidence: [])])

        #expect(throws: ActRefusal.intoItself(finding: "a")) {
            try FindingActs(on: audit, by: "ines")
                .merge([finding("a", audit)], into: finding("a", audit))
        }
    }

    @Test func aMergeThatIsToStandCarriesEverythingToWhereItCounts() throws {
        let audit = audit(
            [
                "a": (state: "draft", grades: ["8.4": "major"], evidence: []),
                "b": (state: "merged", grades: [:], evidence: []),
                "c": (state: "draft", grades: [:], evidence: []),
            ],
            targets: ["a": "b", "b": "c"]
        )
        let conflict = Conflict(
            kind: .endedEdited,
            path: path("a", "state"),
            candidates: [],
            shown: "draft"
        )

        let edit = try FindingActs(on: audit, by: "ines")
            .resolve(conflict, to: "merged", reason: "the same sheet")

        var expected = Edit()
        expected.resolve(
            conflict.path,
            to: "merged",
            reason: "the same sheet",
            candidates: []
        )
        expected.set(path("a", "duplicateOf"), to: "c")
        expected.add(
            "criterion",
            id: DerivedID.criterion(finding: "c", standard: "iso-9001-2008", clause: "8.4"),
            fields: [
                "finding": "c", "standard": "iso-9001-2008", "clause": "8.4", "grade": "major",
            ]
        )
        #expect(edit == expected)
    }

    /// Chains, circles and merges into what is not there or does not count; the seed is the argument.
    @Test(arguments: 0..<20 as Range<UInt64>) func whereManyCountIsFoundAsForEach(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let ids = (0..<12).map { WireText("f\($0)") }
        var findings: [WireText: Shown] = [:]
        var targets: [WireText: WireText] = [:]
        for id in ids {
            let state = ["merged", "merged", "merged", "draft", "withdrawn"].randomElement(
                using: &random
            )
            findings[id] = (state: WireText(state ?? ""), grades: [:], evidence: [])
            targets[id] = (ids + ["gone"]).randomElement(using: &random)
        }
        let audit = audit(findings, targets: targets)
        let acts = FindingActs(on: audit, by: "ines")

        let counting = acts.counting(audit.findings)

        for finding in audit.findings {
            #expect(counting[finding.id]?.id == acts.counting(finding)?.id)
        }
    }

    @Test func aMergeIntoItsOwnMergesDoesNotStand() throws {
        let audit = audit(
            [
                "a": (state: "draft", grades: [:], evidence: []),
                "b": (state: "merged", grades: [:], evidence: []),
            ],
            targets: ["a": "b", "b": "a"]
        )
        let conflict = Conflict(
            kind: .endedEdited,
            path: path("a", "state"),
            candidates: [],
            shown: "draft"
        )

        #expect(throws: ActRefusal.self) {
            try FindingActs(on: audit, by: "ines")
                .resolve(conflict, to: "merged", reason: "the same sheet")
        }
    }

    @Test func aClauseNamedTwiceWithTwoGradesIsRefused() throws {
        let audit = audit(["a": (state: "draft", grades: [:], evidence: [])])
        let clause = ClauseReference(standard: "iso-9001-2008", clause: "8.4")
        var edit = Edit()

        #expect(
            throws: ActRefusal.clauseTwice(
                clause: WireText(clause.description),
                grades: ["minor", "major"]
            )
        ) {
            try FindingActs(on: audit, by: "ines").cite(
                [(clause, .minor), (clause, .major)],
                in: finding("a", audit),
                edit: &edit
            )
        }
    }

    @Test func stepsThatThereAreNotAreRefusedWithThoseThatThereAre() throws {
        let audit = audit(["a": (state: "draft", grades: [:], evidence: [])])
        let acts = FindingActs(on: audit, by: "ines")
        let draft = try finding("a", audit)

        #expect(throws: ActRefusal.self) { try acts.confirm([draft]) }
        // A draft becomes a draft neither by giving it back nor by reopening it.
        #expect(throws: ActRefusal.self) { try acts.giveBack([draft], reason: "so") }
        #expect(throws: ActRefusal.self) { try acts.reopen([draft]) }
        #expect(throws: ActRefusal.self) { try acts.unmerge([draft]) }
        let refusal = #expect(throws: ActRefusal.self) { try acts.confirm([draft]) }
        #expect(refusal?.next.contains("submitted") == true)
    }

    /// Whatever a finding was before its merge, there is a way back from that: one that was withdrawn, and merged by a
    /// decision against that, becomes a draft.
    @Test(arguments: LifeCycle.finding.states)
    func everyMergedFindingCanBeUnmerged(before: WireText) throws {
        let audit = audit(
            [
                "a": (state: "merged", grades: [:], evidence: []),
                "b": (state: "draft", grades: [:], evidence: []),
            ],
            targets: ["a": "b"]
        )

        let edit = try FindingActs(on: audit, by: "ines").unmerge(
            [finding("a", audit)],
            to: before
        )

        let states = LifeCycle.finding.next(from: "merged")
        let ways = states.map { state in
            var way = Edit()
            way.set(path("a", "state"), to: .string(state))
            way.set(path("a", "duplicateOf"), to: nil)
            return way
        }
        let wanted = states.firstIndex(of: before) ?? states.firstIndex(of: "draft")
        #expect(edit == ways[try #require(wanted)])
    }

    // MARK: What holds for merged findings too.

    private func lowered(by member: WireText, to grade: Grade?) throws -> Edit {
        let audit = audit(
            [
                "a": (state: "merged", grades: ["8.4": "major"], evidence: []),
                "b": (state: "draft", grades: ["8.4": "major"], evidence: []),
                "c": (state: "merged", grades: ["8.4": "ofi", "7.2": "major"], evidence: []),
            ],
            targets: ["a": "b", "c": "b"],
            members: ["ines": ["role": "lead"], "tomas": ["role": "auditor"]]
        )
        var edit = Edit()
        let acts = FindingActs(on: audit, by: member)
        let clause = ClauseReference(standard: "iso-9001-2008", clause: "8.4")
        if let grade {
            try acts.cite([(clause, grade)], in: finding("b", audit), edit: &edit)
        } else {
            try acts.uncite(clause, in: finding("b", audit), edit: &edit)
        }
        return edit
    }

    private func criterion(_ finding: WireText) -> WireText {
        DerivedID.criterion(finding: finding, standard: "iso-9001-2008", clause: "8.4")
    }

    private func grade(_ finding: WireText) -> CellPath {
        CellPath(kind: "criterion", record: criterion(finding), field: "grade")
    }

    @Test func whoLowersAGradeLowersWhatWasMergedIntoTheFindingToo() throws {
        var expected = Edit()
        expected.set(grade("b"), to: "minor")
        expected.set(grade("a"), to: "minor")
        expected.set(path("a", "state"), to: "merged")
        #expect(try lowered(by: "ines", to: .minor) == expected)
    }

    @Test func whoTakesAClauseOutTakesItOutOfWhatWasMergedIntoTheFindingToo() throws {
        var expected = Edit()
        expected.hide(kind: "criterion", id: criterion("b"))
        for finding: WireText in ["a", "c"] {
            expected.hide(kind: "criterion", id: criterion(finding))
            expected.set(path(finding, "state"), to: "merged")
        }
        #expect(try lowered(by: "ines", to: nil) == expected)
    }

    @Test func nobodyLowersWhatTheyMayNotDecideOn() throws {
        var expected = Edit()
        expected.set(grade("b"), to: "minor")
        #expect(try lowered(by: "tomas", to: .minor) == expected)
    }

    /// To confirm it would end its merge: it would count beside the finding in which it counts.
    @Test func aMergedFindingIsNotConfirmed() throws {
        let audit = audit(
            [
                "a": (state: "merged", grades: [:], evidence: []),
                "b": (state: "draft", grades: [:], evidence: []),
            ],
            targets: ["a": "b"]
        )
        let merged = try finding("a", audit)
        let refusal = #expect(throws: ActRefusal.self) {
            try FindingActs(on: audit, by: "ines").confirm([merged])
        }
        #expect(refusal?.code == .findingEnded)
    }

    /// A confirmation is taken back with a reason, not by handing the finding over once more.
    @Test func aConfirmationIsGivenBack() throws {
        let audit = audit(["a": (state: "confirmed", grades: [:], evidence: [])])
        let acts = FindingActs(on: audit, by: "ines")
        let confirmed = try finding("a", audit)

        #expect(throws: ActRefusal.self) { try acts.submit([confirmed]) }
        let back = try acts.giveBack([confirmed], reason: "too early")
        var expected = Edit(reason: "too early")
        expected.set(CellPath(kind: "finding", record: "a", field: "state"), to: "submitted")
        #expect(back == expected)
    }

    // MARK: What is shown.

    private typealias Shown = (state: WireText, grades: [WireText: WireText], evidence: [WireText])

    private func audit(
        _ findings: [WireText: Shown],
        targets: [WireText: WireText] = [:],
        members: JSONObject = [:]
    ) -> Audit {
        var records = JSONObject()
        var criteria = JSONObject()
        for (id, shown) in findings {
            var fields: JSONObject = ["draftNumber": .string(id), "state": .string(shown.state)]
            fields["duplicateOf"] = targets[id].map { .string($0) }
            var evidence = JSONObject()
            for member in shown.evidence { evidence[member] = true }
            fields["evidence"] = .object(evidence)
            records[id] = .object(fields)
            for (clause, grade) in shown.grades {
                let standard: WireText = "iso-9001-2008"
                let criterion = DerivedID.criterion(
                    finding: id,
                    standard: standard,
                    clause: clause
                )
                criteria[criterion] = [
                    "finding": .string(id), "standard": .string(standard),
                    "clause": .string(clause), "grade": .string(grade),
                ]
            }
        }
        return Audit(state: [
            "finding": .object(records), "criterion": .object(criteria), "member": .object(members),
        ])
    }

    private func finding(_ id: WireText, _ audit: Audit) throws -> FindingRecord {
        try #require(audit.finding(id))
    }

    private func path(_ finding: WireText, _ field: WireText) -> CellPath {
        CellPath(kind: "finding", record: finding, field: field)
    }
}
