import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

/// What counts, and what is only proposed.
@Suite struct AuditTotalsTests {
    private let quality: WireText = "iso-9001-2008"
    private let services: WireText = "iso-iec-20000-1-2011"
    private let author = Author(String(repeating: "A", count: 43))

    /// Findings by id: state, and the grades of their criteria by clause of the quality standard.
    private func state(
        _ findings: [WireText: (state: WireText, grades: [WireText: Grade])],
        merged: [WireText: WireText] = [:]
    ) -> JSONObject {
        var records: [WireText: JSON] = [:]
        var criteria: [WireText: JSON] = [:]
        for (id, finding) in findings {
            var fields: JSONObject = ["state": .string(finding.state), "draftNumber": .string(id)]
            fields["duplicateOf"] = merged[id].map { .string($0) }
            records[id] = .object(fields)
            for (clause, grade) in finding.grades {
                criteria[criterion(id, clause)] = [
                    "finding": .string(id), "standard": .string(quality),
                    "clause": .string(clause), "grade": .string(WireText(grade.rawValue)),
                ]
            }
        }
        func object(_ members: [WireText: JSON]) -> JSON {
            .object(JSONObject(uniqueKeysWithValues: members.map { ($0.key, $0.value) }))
        }
        return [
            "engagement": ["e": ["standards": .object([quality: true, services: true])]],
            "finding": object(records), "criterion": object(criteria),
        ]
    }

    private func criterion(_ finding: WireText, _ clause: WireText) -> WireText {
        DerivedID.criterion(finding: finding, standard: quality, clause: clause)
    }

    private func grade(of finding: WireText, _ clause: WireText) -> CellPath {
        .criterion(criterion(finding, clause), .grade)
    }

    /// A conflict between proposals alone.
    private func proposing(_ value: JSON?, at path: CellPath) throws -> Conflict {
        let author = try #require(author)
        return Conflict(
            kind: .values,
            path: path,
            candidates: [
                Conflict.Candidate(
                    write: WriteReference(seq: 1, author: author),
                    value: value,
                    isProposal: true
                )
            ],
            shown: nil
        )
    }

    @Test func aFindingCountsOnceForEachStandardWithItsMostSevereGrade() {
        let totals = AuditTotals(
            of: state([
                "A-01": ("draft", ["8.4": .minor, "7.3": .major]),
                "A-02": ("withdrawn", ["8.4": .major]), "A-03": ("draft", ["8.4": .observation]),
            ]),
            conflicts: [],
            proposals: []
        )

        let counted = totals.count()

        #expect(counted.tally.findings == 2)
        #expect(counted.tally.nonconformities == 1)
        #expect(counted.tally.gradesByStandard[quality] == [.major: 1, .observation: 1])
        #expect(counted.tally.gradesByStandard[services] == [:])
        #expect(counted.proposedByStandard.isEmpty)
    }

    @Test func aProposedGradeCountsAsProposedUntilItIsConfirmed() {
        for (step, isDecided) in [("draft", false), ("confirmed", true)] as [(WireText, Bool)] {
            let totals = AuditTotals(
                of: state(["A-01": (step, ["8.4": .major])]),
                conflicts: [],
                proposals: [grade(of: "A-01", "8.4")]
            )

            let counted = totals.count()

            #expect(counted.tally.nonconformities == (isDecided ? 1 : 0), "\(step)")
            #expect(counted.proposedByStandard[quality] == (isDecided ? nil : [.major: 1]))
            #expect(totals.findingsWithProposedGrades == (isDecided ? [] : ["A-01"]))
        }
    }

    @Test func aFindingThatIsOnlyProposedDoesNotCount() {
        let totals = AuditTotals(
            of: state(["A-01": ("draft", ["8.4": .minor]), "A-02": ("draft", ["8.4": .minor])]),
            conflicts: [],
            proposals: [.finding("A-02")]
        )

        #expect(totals.count().tally.findings == 1)
        #expect(totals.audit.findings.count == 2)
    }

    @Test func aFindingWhoseRemovalIsOnlyProposedCounts() throws {
        let removal = try proposing(nil, at: .finding("A-01"))
        let addition = try proposing([:], at: .finding("A-01"))
        let shown = state(["A-01": ("draft", ["8.4": .minor])])

        let removed = AuditTotals(of: shown, conflicts: [removal], proposals: [])
        let added = AuditTotals(of: shown, conflicts: [addition], proposals: [])

        #expect(removed.count().tally.findings == 1)
        #expect(added.count().tally.findings == 0)
    }

    @Test func aGradeProposedInAMergedFindingIsWeighedWhereItCounts() throws {
        let shown = state(
            ["A-01": ("draft", ["8.4": .minor]), "A-02": ("merged", ["8.4": .minor])],
            merged: ["A-02": "A-01"]
        )
        let conflict = try proposing("major", at: grade(of: "A-02", "8.4"))

        let totals = AuditTotals(of: shown, conflicts: [conflict], proposals: [])

        #expect(totals.proposedGrades(in: quality) == [.major: 1])
        #expect(totals.weighed().finding("A-01")?.headGrade == .major)
        #expect(totals.decided.finding("A-01")?.headGrade == .minor)
    }

    @Test func aListCountsItsFindingsAlone() {
        let totals = AuditTotals(
            of: state([
                "A-01": ("draft", ["8.4": .minor]), "A-02": ("withdrawn", ["8.4": .major]),
                "A-03": ("draft", ["8.4": .major]),
            ]),
            conflicts: [],
            proposals: [grade(of: "A-03", "8.4")]
        )

        let counted = totals.count(of: ["A-01", "A-02"])

        #expect(counted.tally.findings == 1)
        #expect(counted.notCounted == 1)
        #expect(counted.proposedByStandard.isEmpty)
    }

    @Test func aFilterLetsThroughWhatAllItsPartsDo() throws {
        let audit = Audit(
            state: state([
                "A-01": ("draft", ["8.4": .minor]), "A-02": ("submitted", ["8.4": .major]),
                "A-03": ("submitted", [:]),
            ])
        )
        func found(_ filter: FindingFilter, contested: Set<WireText> = []) -> [WireText] {
            audit.findings.filter { filter.lets($0, contested: contested) }.map(\.id)
        }

        #expect(found(FindingFilter()) == ["A-01", "A-02", "A-03"])
        #expect(found(FindingFilter(state: "submitted")) == ["A-02", "A-03"])
        #expect(found(FindingFilter(standard: quality)) == ["A-01", "A-02"])
        #expect(found(FindingFilter(standard: services)) == [])
        #expect(found(FindingFilter(state: "submitted", standard: quality)) == ["A-02"])
        let contested: Set = ["A-03", criterion("A-01", "8.4")]
        #expect(found(FindingFilter(isContested: true), contested: contested) == ["A-01", "A-03"])
    }
}
