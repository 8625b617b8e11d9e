import ConcordAudit
import ConcordEncoding
import Testing

/// Opening an engagement from a file, as an app does it.
@Suite struct EngagementFileTests {
    private static let file: JSON = [
        "engagement": ["id": "E-1", "standards": ["iso-9001-2008", "iso-iec-20000-1-2011"]],
        "client": ["name": "Meridale", "units": [["id": "MH", "name": "Hosting"]]],
        "team": [
            ["id": "ines", "name": "Ines Carrow", "role": "lead auditor", "standards": ["QMS"]],
            ["id": "tomas", "name": "Tomas Reyl", "role": "auditor", "inTraining": ["20000-1"]],
        ],
    ]

    @Test func aFileSaysWhoWhereAndAgainstWhat() throws {
        let file = try EngagementFile(Self.file)

        #expect(file.number == "E-1")
        #expect(file.standards.count == 2)
        #expect(try file.leader(nil).name == "Ines Carrow")
        #expect(try file.leader("tomas").competence["inTraining"]?.arrayValue?.count == 1)
        #expect(file.records.filter { $0.kind == "organization" }.count == 1)
        #expect(file.records.filter { $0.kind == "teamMember" }.count == 2)
    }

    @Test func allFaultsAreToldAtOnce() throws {
        var json = Self.file.objectValue ?? [:]
        json["team"] = [["id": "ines", "name": " ", "role": "captain"]]
        json["plan"] = [["id": "p1", "clauses": [["standard": "9001", "clause": "99"]]]]
        json["checklits"] = []

        let refusal = #expect(throws: ActRefusal.self) { try EngagementFile(.object(json)) }

        let told = refusal?.details.joined(separator: "\n") ?? ""
        #expect(refusal?.code == .file)
        for words in [
            "'checklits'", "'name' is empty", "'captain' is not a role", "no clause 99",
        ] {
            #expect(told.contains(words), "\(told)")
        }
    }

    @Test func whoIsNotInTheTeamDoesNotLead() throws {
        let file = try EngagementFile(Self.file)

        let refusal = #expect(throws: ActRefusal.self) { try file.leader("inez") }

        #expect(refusal == .noLeader(named: "inez", team: ["ines", "tomas"]))
        #expect(refusal?.next.contains("ines") ?? false)
    }
}
