import ConcordEncoding
import ConcordModel

/// A file that describes an engagement before it begins: who, where, against which standards, when.
///
/// What the auditors find is theirs to capture, so findings, evidence, answers, actions and
/// conclusions in the file are not taken over. What this version has no kind of record for travels
/// as records of unknown kinds, which newer versions will know. A file with a fault anywhere is not
/// taken at all (`EngagementFileCheck`).
struct EngagementFile {
    /// One record to be written.
    struct Record {
        let kind: WireText
        let fields: JSONObject
    }

    /// A person of the team.
    struct Person {
        let id: WireText
        let name: WireText
        let role: WireText
        let standards: [WireText]
        let inTraining: [WireText]
        let device: WireText?
    }

    /// The number that people quote; nil if the file gives none.
    let number: WireText?
    /// The standards, by catalogue id.
    let standards: [WireText]
    /// The fields of the engagement itself.
    let fields: JSONObject
    /// The people, in the file's order.
    let team: [Person]
    /// The other records, in the file's order.
    let records: [Record]

    /// Reads a file.
    init(_ json: JSON) throws {
        let file = FileValue(value: json, path: "")
        _ = try file.object()
        if let failure = EngagementFileCheck(file).failure { throw failure }
        guard let engagement = file["engagement"] else { throw file.wrong("an engagement file") }
        number = try engagement["id"]?.text()
        standards = try EngagementFileRecords.standards(of: engagement)
        let names = StandardNames(ids: standards)
        team = try file.items("team").map { try Person($0, names) }
        let reader = EngagementFileRecords(file: file, standards: standards, team: team)
        fields = try reader.engagement(engagement)
        records = try reader.records()
    }

    /// The person who leads: the one of this id or name, else the first whose role says so.
    func leader(_ wanted: String?) throws -> Person {
        if let wanted {
            if let person = team.first(where: {
                $0.id == WireText(wanted) || $0.name == WireText(wanted)
            }) {
                return person
            }
            throw CommandFailure(
                .badInput,
                "leader",
                "the file's team has no '\(wanted)'",
                next: NearNames.sentence(wanted, among: team.map(\.id.string), what: "person")
            )
        }
        guard let leader = team.first(where: { RoleNames.role($0.role.string) == .lead }) else {
            throw CommandFailure(
                .badInput,
                "leader",
                "the file's team has no leader",
                next: "Name the leader: --leader ID, or the role \"lead auditor\" in the file."
            )
        }
        return leader
    }
}

extension EngagementFile.Person {
    fileprivate init(_ value: FileValue, _ known: StandardNames) throws {
        id = try value.text("id")
        name = try value.text("name")
        role = try value["role"]?.text() ?? ""
        standards = try value.texts("standards").map { try known.id($0) }
        inTraining = try value.texts("inTraining").map { try known.id($0) }
        device = try value["device"]?.text()
    }
}
