public import ConcordEncoding
import ConcordModel

/// A file that describes an engagement before it begins: who, where, against which standards, when.
///
/// What the auditors find is theirs to capture, so findings, evidence, answers, actions and
/// conclusions in the file are not taken over. What this version has no kind of record for travels
/// as records of unknown kinds, which newer versions will know. A file with a fault anywhere is not
/// taken at all (`EngagementFileCheck`).
public struct EngagementFile: Sendable {
    /// One record to be written.
    public struct Record: Sendable {
        /// Its kind.
        public let kind: WireText
        /// Its fields.
        public let fields: JSONObject
    }

    /// A person of the team.
    public struct Person: Sendable {
        /// The id in the file.
        public let id: WireText
        /// What people call them.
        public let name: WireText
        /// Their role, in the file's words; empty where it gives none.
        public let role: WireText
        /// For which standards they are competent, by catalogue id.
        public let standards: [WireText]
        /// For which they are in training.
        public let inTraining: [WireText]
        /// What their device is to be called.
        public let device: WireText?

        /// What the member record says of the person's competence.
        public var competence: JSONObject {
            var fields = JSONObject()
            for (name, list): (WireText, [WireText]) in [
                ("standards", standards), ("inTraining", inTraining),
            ]
            where !list.isEmpty {
                fields[name] = .array(list.map { .string($0) })
            }
            return fields
        }
    }

    /// One thing that is wrong with a file.
    public struct Fault: Error, Hashable, Sendable {
        /// Its place: `plan[3].unit`; empty if the message names it, or for the whole file.
        public let path: String
        /// What is wrong.
        public let message: String

        /// The place and what is wrong there.
        public var text: String { path.isEmpty ? message : "\(path): \(message)" }
    }

    /// The number that people quote; nil if the file gives none.
    public let number: WireText?
    /// The standards, by catalogue id.
    public let standards: [WireText]
    /// The fields of the engagement itself.
    public let fields: JSONObject
    /// The people, in the file's order.
    public let team: [Person]
    /// The other records, in the file's order.
    public let records: [Record]

    /// Reads a file.
    ///
    /// - Throws: `ActRefusal.engagementFile` with everything that is wrong.
    public init(_ json: JSON) throws(ActRefusal) {
        let file = FileValue(value: json, path: "")
        guard json.objectValue != nil else { throw .engagementFile([file.wrong("an object")]) }
        let faults = EngagementFileCheck(file).faults
        guard faults.isEmpty else { throw .engagementFile(faults) }
        do {
            try self.init(checked: file)
        } catch let refusal as ActRefusal {
            throw refusal
        } catch let fault as Fault {
            throw .engagementFile([fault])
        } catch {
            throw .engagementFile([Fault(path: "", message: "\(error)")])
        }
    }

    private init(checked file: FileValue) throws {
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
    public func leader(_ wanted: String?) throws(ActRefusal) -> Person {
        if let wanted {
            if let person = team.first(where: {
                $0.id == WireText(wanted) || $0.name == WireText(wanted)
            }) {
                return person
            }
            throw .noLeader(named: WireText(wanted), team: team.map(\.id))
        }
        guard let leader = team.first(where: { RoleNames.role($0.role.string) == .lead }) else {
            throw .noLeader(named: nil, team: team.map(\.id))
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
