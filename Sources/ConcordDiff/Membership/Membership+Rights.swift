import ConcordEncoding
import ConcordModel

/// An operation on a control record, with who writes it and how their diff joins them.
struct ControlOperation {
    let operation: Operation
    let kind: RecordKind
    let author: Author
    /// How the diff joins its author, if it does.
    let joins: Join?

    init(_ operation: Operation, of kind: RecordKind, by author: Author, joins: Join?) {
        self.operation = operation
        self.kind = kind
        self.author = author
        self.joins = joins
    }

    var path: CellPath { operation.path }

    /// The fields, if it adds a record.
    var addedFields: JSONObject? {
        guard path.field == nil, case .add(.object(let fields)) = operation.action else {
            return nil
        }
        return fields
    }

    /// The string that it sets its field to.
    var newValue: WireText? {
        guard path.field != nil, case .add(let value) = operation.action else { return nil }
        return value.stringValue
    }
}

// Who may do what to whom: `Protocol/membership.md`, "Rights to control operations".

extension Membership {
    /// Why a control operation is void, or nil.
    func verdict(on asked: ControlOperation, isFork: Bool) -> VoidReason? {
        guard let device = devices[asked.author] else { return .notMember }
        if device.isSurplus { return .surplus }
        if isFork { return .fork }
        guard let member = members[device.member], !device.isRevoked, !member.isRevoked else {
            return .revoked
        }
        if isOwnJoin(asked) || isOwnName(asked, member: device.member) { return nil }
        guard hasRight(member.role, to: asked) else { return .noRight }
        return leavesNoLeader(asked) ? .lastLeader : nil
    }

    /// Whether the operation is the member's or device's record of the author who joins with it, and
    /// claims no more than what admits gives.
    private func isOwnJoin(_ asked: ControlOperation) -> Bool {
        guard let join = asked.joins, let fields = asked.addedFields else { return false }
        if asked.kind.name == Schema.device.name {
            return asked.path.record == asked.author.text
        }
        // Another device of a member brings a device and nothing else.
        guard asked.kind.name == Schema.member.name, asked.path.record == join.member,
            let id = join.invitation, let invitation = invitations[id]
        else { return false }
        return invitation.gives(fields, as: id)
    }

    /// Whether the operation renames its own author's member or device.
    private func isOwnName(_ asked: ControlOperation, member: WireText) -> Bool {
        guard asked.path.field == MemberField.name.name else { return false }
        switch asked.kind.name {
        case Schema.member.name: return asked.path.record == member
        case Schema.device.name: return asked.path.record == asked.author.text
        default: return false
        }
    }

    private func hasRight(_ role: Role, to asked: ControlOperation) -> Bool {
        let kind = asked.kind
        let activity: Activity = kind.addActivity == .join ? .editTeam : kind.addActivity
        guard Rights.right(of: role, to: activity) == .yes else { return false }
        if role != .lead, concernsLeader(asked) { return false }
        guard let name = asked.path.field else {
            if case .remove = asked.operation.action {
                return Rights.right(of: role, to: kind.removeActivity) == .yes
            }
            // The recovery key is the first diff's alone to name.
            if kind == Schema.invitation, asked.path.record == Self.recovery { return false }
            // A leader makes invitations and gives orders; members and devices make themselves.
            return kind.addActivity != .join
        }
        if !isThere(asked) { return false }
        guard let field = kind.field(name) else { return true }
        return field.rule == .control || field.activity != .join
    }

    /// Whether the record of a member or device is there, so that nothing is said of it in advance.
    private func isThere(_ asked: ControlOperation) -> Bool {
        switch asked.kind.name {
        case Schema.member.name: members[asked.path.record] != nil
        case Schema.device.name: Author(asked.path.record).flatMap { devices[$0] } != nil
        default: true
        }
    }

    /// Whether the operation gives or takes the role of leader: that takes a leader.
    private func concernsLeader(_ asked: ControlOperation) -> Bool {
        let id = asked.path.record
        switch (asked.kind.name, asked.path.field) {
        case (Schema.member.name, "role"):
            return isLeader(id) || asked.newValue == WireText(Role.lead.rawValue)
        case (Schema.member.name, "status"), (Schema.member.name, nil): return isLeader(id)
        case (Schema.device.name, "status"), (Schema.device.name, nil):
            return Author(id).flatMap { devices[$0] }.map { isLeader($0.member) } ?? false
        case (Schema.invitation.name, nil):
            return asked.addedFields?["role"]?.stringValue == WireText(Role.lead.rawValue)
        case (Schema.invitation.name, "status"):
            return invitations[id]?.role == .lead && asked.newValue != "withdrawn"
        default: return false
        }
    }

    private func isLeader(_ id: WireText) -> Bool { members[id]?.role == .lead }

    /// Whether nobody would be left who leads and has a device that may write.
    private func leavesNoLeader(_ asked: ControlOperation) -> Bool {
        guard let value = asked.newValue else { return false }
        let id = asked.path.record
        switch (asked.kind.name, asked.path.field) {
        case (Schema.member.name, "role"):
            return isOnlyLeader(id) && value != WireText(Role.lead.rawValue)
        case (Schema.member.name, "status"): return isOnlyLeader(id) && value == "revoked"
        case (Schema.device.name, "status"):
            guard value == "revoked", let device = Author(id).flatMap({ devices[$0] }) else {
                return false
            }
            return isOnlyLeader(device.member) && isOnlyActive(device)
        default: return false
        }
    }
}

extension Membership.Invitation {
    /// An invitation with the fields of its record, or nil where they admit nobody: without a key or a
    /// role, or with an end that is not a time.
    init?(_ fields: JSONObject) {
        guard let role = fields[InvitationField.role]?.stringValue.flatMap(Role.init),
            let key = fields[InvitationField.key]?.stringValue.flatMap(Base64URL.decode),
            key.count == 32
        else { return nil }
        self.key = key
        self.role = role
        if let text = fields[InvitationField.expires]?.stringValue {
            guard let end = Timestamp(text) else { return nil }
            expires = end
        } else {
            expires = nil
        }
        inTraining = fields[InvitationField.inTraining]?.strings ?? []
        standards = fields[InvitationField.standards]
        letter = fields[InvitationField.letter]?.stringValue
        uses = Int(fields[InvitationField.uses]?.integerValue ?? 1)
        used = 0
        isWithdrawn = fields[InvitationField.status] == "withdrawn"
    }

    /// Whether the record of a new member claims no more than the invitation, called `id`, gives.
    func gives(_ fields: JSONObject, as id: WireText) -> Bool {
        fields[MemberField.status] == nil && fields[MemberField.supervisor] == nil
            && (fields[MemberField.invitation].map { $0 == .string(id) } ?? true)
            && (fields[MemberField.role].map { $0 == .string(role.rawValue) } ?? true)
            && (fields[MemberField.inTraining].map { ($0.strings ?? []) == inTraining } ?? true)
            && (fields[MemberField.standards].map { $0 == standards } ?? true)
            && (fields[MemberField.letter].map(givesLetter) ?? true)
    }

    /// Where several may join, each letter begins with the invitation's, so that each has one of their
    /// own.
    private func givesLetter(_ value: JSON) -> Bool {
        guard let letter, let claimed = value.stringValue else { return false }
        return uses > 1 ? claimed.hasPrefix(letter) : claimed == letter
    }
}
