import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import Testing

/// What a field may name.
@Suite struct ReferencesTests {
    private var audit: Audit {
        Audit(state: [
            "engagement": ["e": ["standards": ["iso-9001-2008": true]]],
            "organization": [
                "o": [
                    "units": [["id": "MH", "name": "Hosting"], ["id": "FD", "name": "Desk"]],
                    "sites": [["id": "s1", "name": "House"]],
                ]
            ],
            "finding": ["f": ["draftNumber": "A-01", "title": "One", "state": "draft"]],
            "evidence": ["v": ["title": "Log"]], "planSlot": ["p": ["title": "Change"]],
            "member": ["ines": ["name": "Ines", "role": "lead"]],
        ])
    }

    /// Every field of the schema that names something, asked of the schema so that none is forgotten.
    @Test func noFieldNamesWhatIsNotThere() throws {
        let references = References(in: audit)
        var count = 0
        for kind in Schema.kinds where !kind.isControl {
            for field in kind.fields {
                let names = ["unit", "units", "site", "sites"].contains(field.name)
                guard names || field.cites != nil || field.namesWriter else { continue }
                count += 1
                let path = CellPath(kind: kind.name, record: "r", field: field.name)
                #expect(throws: ActRefusal.self, "\(path)") {
                    try references.require("not there!", at: path)
                }
            }
        }
        #expect(count > 14)
    }

    @Test func whatIsThereIsNamedByItsIDOrItsName() throws {
        let references = References(in: audit)

        #expect(try references.id(named: "MH", as: .unit) == "MH")
        #expect(try references.id(named: "hosting", as: .unit) == "MH")
        #expect(try references.id(named: "House", as: .site) == "s1")
        #expect(try references.id(named: "Change", as: .record("planSlot")) == "p")
        #expect(throws: ActRefusal.self) { try references.id(named: "MX", as: .unit) }
    }

    @Test func anEarlierFindingIsNamedByItsNumberAndAProcessInWords() throws {
        let references = References(in: audit)
        let finding = { (field: WireText) in
            CellPath(kind: "finding", record: "f", field: field)
        }

        try references.require("NC-03", at: finding("repeats"))
        try references.require("f", at: finding("repeats"))
        try references.require("field support", at: finding("process"))
        try references.require("8.4", at: finding("process"))
        try references.require("Any unit", at: finding("title"))
        #expect(throws: ActRefusal.self) {
            try references.require("nonsense", at: finding("repeats"))
        }
        #expect(throws: ActRefusal.self) {
            try references.require("8.44", at: finding("process"))
        }
    }

    @Test func whereTheEngagementListsNoUnitsAnyWillDo() throws {
        let path = CellPath(kind: "finding", record: "f", field: "unit")
        try References(in: Audit(state: [:])).require("MH", at: path)
    }

    @Test func aDecisionNamesWhatIsThereOrWhatASideNamed() throws {
        let path = CellPath(kind: "finding", record: "f", field: "unit")
        let key = try #require(Author(publicKey: [UInt8](repeating: 7, count: 32)))
        let conflict = Conflict(
            kind: .values,
            path: path,
            candidates: ["MH", "GONE"].enumerated().map { seq, unit in
                Conflict.Candidate(
                    write: WriteReference(seq: seq + 1, author: key),
                    value: .string(unit)
                )
            },
            shown: "MH"
        )
        let acts = FindingActs(on: audit, by: "ines")

        #expect(throws: ActRefusal.self) {
            try acts.resolve(conflict, to: "MX", reason: "typed")
        }
        _ = try acts.resolve(conflict, to: "FD", reason: "their list")
        // Somebody may have removed since what a side names.
        _ = try acts.resolve(conflict, to: "GONE", reason: "it was there then")
    }

    @Test func whatIsRaisedOrEditedNamesWhatIsThere() throws {
        let acts = FindingActs(on: audit, by: "ines")
        let finding = try #require(audit.finding("f"))
        var edit = Edit()

        #expect(throws: ActRefusal.self) {
            try acts.raise(id: "g", fields: ["title": "T", "site": "s9"], citing: [])
        }
        #expect(throws: ActRefusal.self) {
            try acts.set([(.unit, "MX")], in: finding, edit: &edit)
        }
        try acts.set([(.unit, "MH"), (.site, nil)], in: finding, edit: &edit)
        #expect(!edit.isEmpty)
    }
}
