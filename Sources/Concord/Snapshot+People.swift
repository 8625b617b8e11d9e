import ConcordDiff
import ConcordEncoding
import ConcordModel

// What is listed follows from membership and rights: a record that a colleague writes, or that nobody
// wrote, hides nobody and adds nothing to what a leader recorded.

extension Membership {
    /// The members' records as they are listed: every member and nobody else, with the role and the
    /// status that count. Who joined without a name is called as the invitation calls them.
    func listed(in state: JSONObject) -> JSONObject {
        let records = state[Schema.member.name]
        let invited = state[Schema.invitation.name]
        return JSONObject(
            uniqueKeysWithValues: members.map { id, member in
                var fields = records?[id]?.objectValue ?? [:]
                fields[MemberField.role] = .string(WireText(member.role.rawValue))
                fields[MemberField.status] = member.isRevoked ? "revoked" : "active"
                if let invitation = member.invitation {
                    fields[MemberField.invitation] = .string(invitation)
                    fields[MemberField.name] =
                        fields[MemberField.name] ?? invited?[invitation]?["name"]
                }
                return (id, .object(fields))
            }
        )
    }
}

extension MemberLabels {
    /// What the members of an engagement are called, given their records.
    init(_ membership: Membership, people: JSONObject) {
        var keys: [WireText: Author] = [:]
        for (author, device) in membership.devices {
            keys[device.member] = keys[device.member].map { min($0, author) } ?? author
        }
        let order = membership.members.sorted { $0.value.rank < $1.value.rank }
        self.init(
            order.map { id, _ in
                let fields = people[id]
                return Person(
                    id: id,
                    name: fields?["name"]?.stringValue,
                    letter: fields?["letter"]?.stringValue,
                    key: keys[id]?.text
                )
            }
        )
    }
}

extension Snapshot {
    /// A state document, or a part of one, as lists and reports are made from it: without what is only
    /// proposed for what leaders decide, and with the members as membership has them.
    package static func standing(
        _ state: JSONObject,
        without proposals: [CellPath],
        people: JSONObject
    ) -> JSONObject {
        var standing = leavingOut(proposals, of: state)
        standing[Schema.member.name] = .object(people)
        return standing
    }

    /// The state document without the records, fields and members of sets that somebody only proposes for
    /// what leaders decide: they wait for a leader, and neither replace what a leader recorded nor fill
    /// what a leader left open.
    private static func leavingOut(_ proposals: [CellPath], of state: JSONObject) -> JSONObject {
        var left: [WireText: [WireText: [CellPath]]] = [:]
        for path in proposals where isLeaders(path) {
            left[path.kind, default: [:]][path.record, default: []].append(path)
        }
        var state = state
        for (kind, records) in left {
            let all = state[kind]?.objectValue ?? [:]
            state[kind] = .object(
                JSONObject(
                    uniqueKeysWithValues: all.compactMap { id, value in
                        guard let paths = records[id] else { return (id, value) }
                        if paths.contains(where: { $0.field == nil }) { return nil }
                        return (id, without(paths, value))
                    }
                )
            )
        }
        return state
    }

    /// Whether leaders decide the value. A state is not proposed as a value: it follows from the steps that
    /// count.
    private static func isLeaders(_ path: CellPath) -> Bool {
        guard let kind = Schema.kind(path.kind) else { return false }
        guard let name = path.field else { return kind.addActivity == .editPlan }
        guard let field = kind.field(name), field.activity == .editPlan else { return false }
        if case .state = field.rule { return false }
        return true
    }

    private static func without(_ cells: [CellPath], _ record: JSON) -> JSON {
        guard var fields = record.objectValue else { return record }
        for (field, paths) in Dictionary(grouping: cells, by: { $0.field ?? "" }) {
            guard paths.allSatisfy({ $0.member != nil }) else {
                fields[field] = nil
                continue
            }
            let proposed = Set(paths.compactMap(\.member))
            guard let set = fields[field]?.objectValue else { continue }
            fields[field] = .object(
                JSONObject(
                    uniqueKeysWithValues: set.filter { !proposed.contains($0.key) }
                        .map { ($0.key, $0.value) }
                )
            )
        }
        return .object(fields)
    }
}
