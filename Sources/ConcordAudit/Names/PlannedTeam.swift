package import ConcordEncoding
import ConcordModel

/// The people that a plan names before they have joined.
///
/// A file's team travels as records of kind `teamMember`, and the plan names people by the ids that
/// they have in the file. Somebody who has joined under such a person's name takes that place: so
/// the plan, its notices and the report speak of people from the first day on, whether they have a
/// device or never will.
package enum PlannedTeam {
    /// The kind of the records.
    package static let kind: WireText = Schema.teamMember.name

    /// The state document with the planned people among the members, and the plan naming members.
    package static func joined(_ state: JSONObject) -> JSONObject {
        guard let planned = state[kind]?.objectValue, !planned.isEmpty else { return state }
        var state = state
        var members = state[Schema.member.name]?.objectValue ?? JSONObject()
        let joined = Joined(members, invitations: state[Schema.invitation.name]?.objectValue ?? [:])
        var byFileID: [WireText: WireText] = [:]
        var added: [(WireText, JSON)] = []
        for (_, value) in planned {
            guard let person = value.objectValue, let fileID = person["fileID"]?.stringValue,
                byFileID[fileID] == nil
            else { continue }
            if let id = joined.member(called: person["name"]?.stringValue) {
                byFileID[fileID] = id
                guard var fields = members[id]?.objectValue else { continue }
                fields[TeamMemberField.supervisor] =
                    fields[TeamMemberField.supervisor] ?? person["supervisor"]
                members[id] = .object(fields)
                continue
            }
            // An id in a file is anybody's choice: it takes no member's place.
            guard members[fileID] == nil else { continue }
            added.append((fileID, .object(member(person))))
            byFileID[fileID] = fileID
        }
        let everybody =
            members.map { ($0.key, supervised($0.value, byFileID)) }
            + added.map { ($0.0, supervised($0.1, byFileID)) }
        state[Schema.member.name] = .object(JSONObject(uniqueKeysWithValues: everybody))
        state[Schema.planSlot.name] = state[Schema.planSlot.name].map { slots($0, byFileID) }
        return state
    }

    /// Who has joined, by the names under which the plan may know them: the name that a leader invited
    /// them by; of who was invited by none, their own. Otherwise a colleague would take an absent
    /// person's place by taking their name.
    private struct Joined {
        private var invited: [WireText: [WireText]] = [:]
        private var named: [WireText: [WireText]] = [:]

        init(_ members: JSONObject, invitations: JSONObject) {
            for (id, member) in members {
                if let invitation = member["invitation"]?.stringValue,
                    let name = invitations[invitation]?["name"]?.stringValue
                {
                    invited[name, default: []].append(id)
                } else if let name = member["name"]?.stringValue {
                    named[name, default: []].append(id)
                }
            }
        }

        func member(called name: WireText?) -> WireText? {
            guard let name else { return nil }
            let found = invited[name] ?? named[name] ?? []
            return found.count == 1 ? found[0] : nil
        }
    }

    private static func supervised(_ member: JSON, _ byFileID: [WireText: WireText]) -> JSON {
        guard var fields = member.objectValue,
            let supervisor = fields[TeamMemberField.supervisor]?.stringValue,
            let known = byFileID[supervisor]
        else { return member }
        fields[TeamMemberField.supervisor] = .string(known)
        return .object(fields)
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
