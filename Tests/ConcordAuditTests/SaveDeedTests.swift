import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel
import Testing

/// What a save did, in the terms of the audit.
@Suite struct SaveDeedTests {
    private func added(_ kind: RecordKind, _ id: WireText, _ fields: JSON) -> ConcordDiff.Operation
    {
        Operation(.add(fields), at: CellPath(kind: kind.name, record: id))
    }

    private func set(_ path: CellPath, _ value: JSON) -> ConcordDiff.Operation {
        Operation(.add(value), at: path)
    }

    @Test func aFindingIsToldOnceWithItsCriteria() {
        let fields: JSON = ["title": "T", "draftNumber": "A-01"]
        let criteria: [JSON] = ["8.4", "9.2"].map {
            ["finding": "f", "standard": "iso-9001-2008", "clause": .string(WireText($0))]
        }
        let operations =
            [added(Schema.criterion, "c1", criteria[0]), added(Schema.finding, "f", fields)]
            + [added(Schema.criterion, "c2", criteria[1])]

        let deeds = SaveDeed.all(in: operations)

        #expect(
            deeds == [
                .raised(finding: "f", fields: fields.objectValue, criteria: criteria)
            ]
        )
    }

    @Test func aCriterionOfAFindingThatWasThereIsCited() {
        let fields: JSON = ["finding": "f", "standard": "iso-9001-2008", "clause": "8.4"]

        #expect(
            SaveDeed.all(in: [added(Schema.criterion, "c", fields)])
                == [.cited(finding: "f", criterion: fields)]
        )
    }

    @Test func manySplicesOfOneTextAreOneDeed() {
        let path = CellPath.finding("f", .statement)
        let splices = (0..<10).map { index in
            Operation(.splice(at: index, delete: 0, insert: "x"), at: path)
        }

        #expect(SaveDeed.all(in: splices) == [.edited(path)])
    }

    @Test func whatBelongsToAStepIsSaidWithIt() {
        let state = CellPath.finding("f", .state)
        let operations = [
            set(state, "merged"), set(.finding("f", .duplicateOf), "g"),
            set(.finding("h", .confirmedBy), "ines"),
        ]

        #expect(SaveDeed.all(in: operations) == [.step(state, to: "merged")])
    }

    @Test func rolesStatesSetsAndValuesAreToldApart() {
        var evidence = CellPath.finding("f", .evidence)
        evidence.member = "v"
        let status = CellPath.device("d", .status)
        let unit = CellPath.finding("f", .unit)

        #expect(
            SaveDeed.all(in: [
                set(.member("m", .role), "lead"), set(.member("n", .role), "wizard"),
                set(status, "revoked"), set(evidence, true),
                Operation(.remove, at: evidence), set(unit, "MH"),
                Operation(.remove, at: .evidence("v")),
            ]) == [
                .role(member: "m", .lead), .role(member: "n", nil), .status(status, "revoked"),
                .inserted(evidence, member: "v"), .set(unit, "MH"), .removed(.evidence("v")),
            ]
        )
    }
}
