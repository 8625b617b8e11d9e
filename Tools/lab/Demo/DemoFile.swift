import ConcordEncoding
import Foundation

/// An engagement file as the demo plays it: who, what they find, which edits collide, what has to
/// come out. Every name and number of the demo comes from here.
struct DemoFile {
    /// A person of the team.
    struct Person {
        let id: String
        let name: String
        let role: String
        let device: String?
    }

    /// A clause with a grade.
    struct Criterion: Hashable {
        let standard: String
        let clause: String
        var grade: String?

        /// How `concord` takes it.
        var argument: String { "\(standard):\(clause)" + (grade.map { "=\($0)" } ?? "") }
        /// Without the grade.
        var reference: String { "\(standard) \(clause)" }
    }

    /// A finding, as it is in the end or as it is before a case.
    struct Finding {
        let id: String
        var fields: [String: String]
        var criteria: [Criterion]
        var evidence: [String]
        var included: String?
        let raisedBy: String
        let raisedAt: Timestamp?
        var state: String
    }

    let path: String
    let json: JSON
    let team: [Person]
    let findings: [Finding]
    let cases: [DemoCase]

    /// The fields of a finding that are texts or plain values, with the option of `concord` for each.
    static let options = [
        "title": "--title", "statement": "--statement", "requirementNote": "--requirement-note",
        "divergingOpinion": "--diverging-opinion", "unit": "--unit", "site": "--site",
        "process": "--process", "repeats": "--repeats",
    ]

    init(path: String) throws {
        self.path = path
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw DemoFailure("\(path) cannot be read: \(error.localizedDescription)")
        }
        do {
            json = try JSON(parsing: [UInt8](bytes))
        } catch {
            throw DemoFailure("\(path) is not JSON that can be played: \(error)")
        }
        team = try Self.list(json, "team").map { person in
            guard let id = person["id"]?.text, let name = person["name"]?.text else {
                throw DemoFailure("\(path): a person of the team lacks id or name")
            }
            return Person(
                id: id,
                name: name,
                role: person["role"]?.text ?? "",
                device: person["device"]?.text
            )
        }
        findings = try Self.list(json, "findings").map { try Finding($0) }
        cases = try Self.list(json, "concurrentEdits").map { try DemoCase($0) }
    }

    /// The elements of a list; none if it is missing.
    static func list(_ json: JSON, _ name: String) throws -> [JSON] {
        guard let value = json[WireText(name)] else { return [] }
        guard let list = value.arrayValue else { throw DemoFailure("'\(name)' is not a list") }
        return list
    }

    func list(_ name: String) -> [JSON] { json[WireText(name)]?.arrayValue ?? [] }

    /// An item of evidence.
    func evidence(_ id: String) -> JSON? { list("evidence").first { $0["id"]?.text == id } }

    /// A question of the checklist.
    func question(_ id: String) -> JSON? { list("checklist").first { $0["id"]?.text == id } }

    func finding(_ id: String) -> Finding? { findings.first { $0.id == id } }
}

extension DemoFile.Finding {
    init(_ json: JSON) throws {
        guard let id = json["id"]?.text else { throw DemoFailure("a finding lacks its id") }
        self.id = id
        fields = [:]
        for name in DemoFile.options.keys { fields[name] = json[WireText(name)]?.text }
        if fields["title"] == nil { fields["title"] = "Finding \(id)" }
        criteria = try DemoFile.list(json, "criteria").map { try DemoFile.Criterion($0) }
        evidence = try DemoFile.list(json, "evidence").compactMap(\.text)
        raisedBy = json["raisedBy"]?.text ?? ""
        raisedAt = json["raisedAt"]?.text.flatMap { Timestamp($0) }
        state = json["state"]?.text ?? "draft"
        if let included = json["includedRequirement"],
            let standard = included["standard"]?.text,
            let clause = included["clause"]?.text
        {
            self.included =
                "\(standard):\(clause)" + (included["route"]?.text.map { "@\($0)" } ?? "")
        }
    }
}

extension DemoFile.Criterion {
    /// Reads `["iso-9001-2008", "4.1", "minor"]` or an object with these three.
    init(_ json: JSON) throws {
        if let parts = json.arrayValue?.compactMap(\.text), parts.count >= 2 {
            // A remark in brackets, such as "minor (contested)", is for people.
            let grade =
                parts.count > 2 ? parts[2].split(separator: " ").first.map(String.init) : nil
            self.init(standard: parts[0], clause: parts[1], grade: grade)
        } else if let standard = json["standard"]?.text,
            let clause = json["clause"]?.text
        {
            self.init(standard: standard, clause: clause, grade: json["grade"]?.text)
        } else {
            throw DemoFailure("\(json) is not a criterion")
        }
    }
}
