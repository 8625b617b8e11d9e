import ConcordEncoding
import ConcordModel

/// The people that a plan names before they have joined.
///
/// A file's team travels as records of kind `teamMember`, and the plan names people by the ids that
/// they have in the file. Whoever has joined under such a person's name takes that place: so
/// the plan, its notices and the report speak of people from the first day on, whether they have a
/// device or never will.
enum PlannedTeam {
    static let kind: WireText = "teamMember"

    /// The state document with the planned people among the members, and the plan naming members.
    static func joined(_ state: JSONObject) -> JSONObject {
        guard let planned = state[kind]?.objectValue, !planned.isEmpty else { return state }
        var state = state
        var members = state["member"]?.objectValue ?? JSONObject()
        var byFileID: [WireText: WireText] = [:]
        for (_, value) in planned {
            guard let person = value.objectValue, let fileID = person["fileID"]?.stringValue else {
                continue
            }
            if let member = members.first(where: { $0.value["name"] == person["name"] }) {
                byFileID[fileID] = member.key
                guard var fields = member.value.objectValue else { continue }
                fields["supervisor"] = fields["supervisor"] ?? person["supervisor"]
                members[member.key] = .object(fields)
                continue
            }
            members[fileID] = .object(member(person))
            byFileID[fileID] = fileID
        }
        for (id, value) in members {
            guard var member = value.objectValue,
                let supervisor = member["supervisor"]?.stringValue,
                let known = byFileID[supervisor]
            else { continue }
            member["supervisor"] = .string(known)
            members[id] = .object(member)
        }
        state["member"] = .object(members)
        state["planSlot"] = state["planSlot"].map { slots($0, byFileID) }
        return state
    }

    private static func member(_ person: JSONObject) -> JSONObject {
        var member = JSONObject()
        for name: WireText in ["name", "standards", "inTraining", "supervisor"] {
            member[name] = person[name]
        }
        let role = person["role"]?.stringValue.flatMap { RoleNames.role($0.string) }
        member["role"] = role.map { .string($0.rawValue) }
        return member
    }

    private static func slots(_ slots: JSON, _ byFileID: [WireText: WireText]) -> JSON {
        var renamed = JSONObject()
        for (id, value) in slots.objectValue ?? JSONObject() {
            guard var slot = value.objectValue, let auditors = slot["auditors"]?.objectValue else {
                renamed[id] = value
                continue
            }
            var people = JSONObject()
            for (person, isIn) in auditors { people[byFileID[person] ?? person] = isIn }
            slot["auditors"] = .object(people)
            renamed[id] = .object(slot)
        }
        return .object(renamed)
    }
}
