import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordFiles
import ConcordModel
import ConcordTesting
import Foundation
import Testing

/// The figures that the status tells: kept finding by finding, and the same as all records say.
@Suite struct FigureTests {
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func whatIsKeptSaysWhatAllRecordsSay(seed: UInt64) async throws {
        var work = try await FigureWork(seed: seed)
        var seen: Set<AuditFigures> = []

        for step in 0..<60 {
            let replica = try await work.step()
            let kept = try await replica.figures()
            let counted = try await replica.snapshot().figures
            seen.insert(counted)
            try #require(kept == counted, "step \(step): \(work.story.suffix(6))")
        }

        #expect(seen.count > 10, "the figures changed: \(seen.count)")
        #expect(Set(seen.map(\.errors)).count > 2 && Set(seen.map(\.warnings)).count > 2)
    }

    // MARK: What a finding's figures depend on besides itself.

    /// A leader's replica, with a finding for each clause and one item of evidence that all cite.
    private func replica(
        citing clauses: [(id: WireText, standard: WireText, number: WireText)]
    ) async throws -> TestEngagement {
        let engagement = try await TestEngagement()
        var edit = Edit()
        edit.add("evidence", id: "sheet", fields: ["kind": "record", "title": "Sheet"])
        for (id, standard, number) in clauses {
            edit.add(
                "finding",
                id: id,
                fields: [
                    "title": .string(id), "draftNumber": .string(number), "state": "draft",
                    "evidence": ["sheet": true],
                ]
            )
            edit.add(
                "criterion",
                id: DerivedID.criterion(finding: id, standard: standard, clause: "4.1"),
                fields: [
                    "finding": .string(id), "standard": .string(standard), "clause": "4.1",
                    "grade": "minor",
                ]
            )
        }
        edit.add(
            "scope",
            id: DerivedID.scope(standard: "iso-9001-2015"),
            fields: ["standard": "iso-9001-2015"]
        )
        edit.add(
            "conclusion",
            id: DerivedID.conclusion(standard: "iso-9001-2015"),
            fields: ["standard": "iso-9001-2015", "recommendation": "certify"]
        )
        try await engagement.leader.save(edit)
        return engagement
    }

    /// What the figures say before and after an edit, kept and counted.
    private func figures(
        _ replica: Replica,
        around change: (inout Edit) -> Void
    ) async throws -> (before: AuditFigures, after: AuditFigures) {
        let before = try await replica.figures()
        var edit = Edit(reason: "so")
        change(&edit)
        try await replica.save(edit)
        let after = try await replica.figures()
        let counted = try await replica.snapshot().figures
        #expect(after == counted)
        return (before, after)
    }

    @Test func anAnswerToWhatWasMergedIntoAFindingClosesIt() async throws {
        let engagement = try await replica(citing: [
            ("kept", "iso-9001-2015", "A-01"), ("merged", "iso-9001-2015", "A-02"),
        ])
        let leader = engagement.leader
        let auditee = try await engagement.join("Ada Quill", as: .auditeeRep)
        try await leader.merge(["merged"], into: "kept")
        try await engagement.syncAll()
        var edit = Edit()
        edit.add("action", id: "answer", fields: ["finding": "merged", "state": "open"])
        try await auditee.save(edit)
        try await auditee.submitAnswer(to: "merged")
        try await engagement.syncAll()
        edit = Edit()
        edit.set(.action("answer", .state), to: "planAccepted")
        try await leader.save(edit)

        let (before, after) = try await figures(leader) { edit in
            edit.set(.action("answer", .state), to: "closedOnPlan")
        }

        #expect(before.findings == 1 && after.findings == 1)
        #expect(before.errors == after.errors + 1, "the recommendation is possible now")
    }

    @Test func aFindingThatTakesTheNumberOfAnotherOneChangesTheOrder() async throws {
        // Of two that rest on one sheet the later one has a hint, if the clause of the earlier one is near to its own.
        let engagement = try await replica(citing: [
            ("moved", "iso-iec-27001-2022", "A-01"), ("second", "iso-9001-2015", "A-01.5"),
        ])

        let (before, after) = try await figures(engagement.leader) { edit in
            edit.add("finding", id: "a-first", fields: ["draftNumber": "A-01", "title": "New"])
        }

        #expect(after.warnings == before.warnings + 1, "the first one is behind the second now")
    }

    @Test func aScopeThatBecomesSmallerConcernsAllFindings() async throws {
        let engagement = try await replica(citing: [
            ("one", "iso-9001-2015", "A-01"), ("two", "iso-9001-2015", "A-02"),
        ])
        let leader = engagement.leader
        _ = try await figures(leader) { edit in
            for id in ["one", "two"] as [WireText] { edit.set(.finding(id, .unit), to: "IT") }
        }

        let (before, after) = try await figures(leader) { edit in
            let scope = DerivedID.scope(standard: "iso-9001-2015")
            edit.insert("HR", into: CellPath(kind: "scope", record: scope, field: "units"))
        }

        #expect(after.errors == before.errors + 2)
    }

    @Test func evidenceThatIsRemovedConcernsWhatCitesIt() async throws {
        let engagement = try await replica(citing: [
            ("one", "iso-9001-2015", "A-01"), ("two", "iso-9001-2015", "A-02"),
        ])

        let (before, after) = try await figures(engagement.leader) { edit in
            edit.hide(kind: "evidence", id: "sheet")
        }

        #expect(after.errors == before.errors + 2, "neither has evidence")
    }

    @Test func aReplicaThatWasPutBackIsNotToldWhatCameLater() async throws {
        let engagement = try await replica(citing: [("one", "iso-9001-2015", "A-01")])
        let path = engagement.leader.path
        try engagement.leader.close()
        for name in [path, path + ".key"] {
            try FileManager.default.copyItem(atPath: name, toPath: name + "-old")
        }
        var replica = try await Replica.open(at: path)
        try await replica.withdraw(["one"], reason: "shown later")
        #expect(try await replica.figures().findings == 0)
        try replica.close()

        // As from a backup, with the figures of what came later beside it.
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: path + "-old", toPath: path)
        try FileManager.default.removeItem(atPath: FileBeside.newestDiff.of(path))
        replica = try await Replica.open(at: path)

        #expect(try await replica.figures().findings == 1)
        #expect(try await replica.figures() == replica.snapshot().figures)
    }

    @Test func aReplicaWithoutAFolderToWriteInTellsTheSame() async throws {
        let engagement = try await replica(citing: [("one", "iso-9001-2015", "A-01")])
        let replica = engagement.leader
        let file = FileBeside.figures.of(replica.path)
        try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: true)

        let (before, after) = try await figures(replica) { edit in
            edit.set(.finding("one", .state), to: "withdrawn")
        }

        #expect(before.findings == 1 && after.findings == 0)
    }
}
