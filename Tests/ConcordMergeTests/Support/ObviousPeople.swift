import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordTesting

/// Who is in the engagement, told from the control operations in order.
struct ObviousPeople {
    struct Person {
        var role: Role
        var inTraining: [WireText]
        var isRevoked = false
        /// The invitation by which they joined.
        var invitation: WireText?
    }

    struct Device {
        var member: WireText
        var isRevoked = false
        var isSurplus = false
        /// How many devices there were before.
        var place = 0
    }

    struct Invitation {
        var key: [UInt8]
        var role: Role
        /// All that its record says.
        var fields: JSONObject
        var uses: Int
        var joined = 0
        var isWithdrawn = false
    }

    var engagement: DiffID?
    var persons: [WireText: Person] = [:]
    var devices: [WireText: Device] = [:]
    var invitations: [WireText: Invitation] = [:]

    /// Why nothing that an author writes has effect, or nil.
    func ban(on author: Author, isFork: Bool) -> VoidReason? {
        guard let device = devices[author.text] else { return .notMember }
        if device.isSurplus { return .surplus }
        guard let person = persons[device.member] else { return .notMember }
        if isFork { return .fork }
        return device.isRevoked || person.isRevoked ? .revoked : nil
    }

    func person(_ author: Author) -> (name: WireText, person: Person)? {
        guard let device = devices[author.text], let person = persons[device.member] else {
            return nil
        }
        return (device.member, person)
    }

    /// Takes in a diff that brings its author's device in with a valid proof, and answers whether it
    /// does.
    mutating func join(_ diff: VerifiedDiff, isFork: Bool) -> Bool {
        let author = diff.head.author.text
        guard devices[author] == nil, !isFork, let engagement,
            let fields = added(by: diff, "device", author),
            let member = fields["member"]?.stringValue,
            let proof = fields["proof"]?.stringValue.flatMap(Base64URL.decode)
        else { return false }
        func isProven(_ message: [UInt8], by key: [UInt8]) -> Bool {
            HashVerifier().isValid(signature: proof, over: message, by: key)
        }
        guard let id = fields["invitation"]?.stringValue else {
            // Where none is named it is the member's first one.
            let first = devices.filter { $0.value.member == member && !$0.value.isSurplus }
                .min { $0.value.place < $1.value.place }?.key
            let named = fields["by"].map { $0.stringValue } ?? first
            guard let by = named, let sibling = Author(by) else { return false }
            let message = JoinProof.message(
                engagement: engagement,
                member: member,
                author: diff.head.author
            )
            guard ban(on: sibling, isFork: false) == nil, devices[by]?.member == member,
                isProven(message, by: sibling.publicKey)
            else { return false }
            let others = devices.values.filter { $0.member == member && !$0.isSurplus }
            devices[author] = Device(
                member: member,
                isSurplus: others.count >= 32,
                place: devices.count
            )
            return true
        }
        let message = JoinProof.message(
            engagement: engagement,
            invitation: id,
            author: diff.head.author
        )
        guard fields["by"] == nil, var invitation = invitations[id],
            isProven(message, by: invitation.key)
        else {
            return false
        }
        var device = Device(member: member, place: devices.count)
        if invitation.isWithdrawn || invitation.joined >= invitation.uses {
            device.isSurplus = true
        } else {
            invitation.joined += 1
            if persons[member] == nil {
                persons[member] = Person(
                    role: invitation.role,
                    inTraining: strings(invitation.fields["inTraining"]),
                    invitation: id
                )
            } else {
                device.isSurplus = true
            }
        }
        invitations[id] = invitation
        devices[author] = device
        return true
    }

    private func added(by diff: VerifiedDiff, _ kind: WireText, _ record: WireText) -> JSONObject? {
        for operation in diff.body.operations
        where operation.path == CellPath(kind: kind, record: record) {
            if case .add(.object(let fields)) = operation.action { return fields }
        }
        return nil
    }

    /// Why a control operation whose author may write has no right to it, or nil.
    func refusal(
        of operation: ConcordDiff.Operation,
        by author: Author,
        joins: Bool
    ) -> VoidReason? {
        guard let (name, person) = person(author) else { return .notMember }
        let path = operation.path
        if joins, path.field == nil, case .add(.object(let fields)) = operation.action {
            if path.kind == "device", path.record == author.text { return nil }
            if path.kind == "member", path.record == name, let id = person.invitation,
                claims(fields, noMoreThan: id)
            {
                return nil
            }
        }
        if path.field == "name",
            path.kind == "member" && path.record == name
                || path.kind == "device" && path.record == author.text
        {
            return nil
        }
        // A leader makes invitations and gives orders; members and devices make themselves.
        let isOrder = ["admission", "seal", "reopening", "erasure"].contains(path.kind)
        if isOrder, person.role != .lead { return .noRight }
        if !isOrder, Rights.right(of: person.role, to: .editTeam) != .yes { return .noRight }
        if isOrder, path.kind != "admission", path.field == nil, case .remove = operation.action {
            return .noRight
        }
        if person.role != .lead, isAboutLeader(operation) { return .noRight }
        let isPerson = ["member", "device"].contains(path.kind)
        if path.kind == "invitation", path.record == "recovery", path.field == nil,
            case .add = operation.action
        {
            return .noRight
        }
        if path.field == nil {
            if case .remove = operation.action { return nil }
            return isPerson ? .noRight : nil
        }
        if path.kind == "member", persons[path.record] == nil { return .noRight }
        if path.kind == "device", devices[path.record] == nil { return .noRight }
        if let field = ObviousFold.field(of: path), field.activity == .join, field.rule != .control
        {
            return .noRight
        }
        var after = self
        after.carryOut(operation)
        return leaders > 0 && after.leaders == 0 ? .lastLeader : nil
    }

    /// How many leaders have a device that may write.
    private var leaders: Int {
        persons.filter { name, person in
            person.role == .lead && !person.isRevoked
                && devices.values.contains { device in
                    device.member == name && !device.isRevoked && !device.isSurplus
                }
        }.count
    }

    /// Whether a new member's record says nothing but what the invitation does.
    private func claims(_ fields: JSONObject, noMoreThan id: WireText) -> Bool {
        guard let invitation = invitations[id], fields["status"] == nil,
            fields["supervisor"] == nil
        else { return false }
        for name: WireText in ["role", "standards", "inTraining"] {
            if let claimed = fields[name], claimed != invitation.fields[name] {
                let areNone = name == "inTraining" && strings(claimed).isEmpty
                if !areNone || !strings(invitation.fields[name]).isEmpty { return false }
            }
        }
        if let named = fields["invitation"], named != .string(id) { return false }
        guard let letter = fields["letter"]?.stringValue else { return true }
        guard let given = invitation.fields["letter"]?.stringValue else { return false }
        return letter == given || invitation.uses > 1 && letter.hasPrefix(given)
    }

    /// Whether an operation makes somebody leader, or is about what a leader is.
    private func isAboutLeader(_ operation: ConcordDiff.Operation) -> Bool {
        let path = operation.path
        var value: JSON?
        if case .add(let new) = operation.action { value = new }
        func leads(_ name: WireText) -> Bool { persons[name]?.role == .lead }
        switch (path.kind, path.field) {
        case ("member", "role"): return value == "lead" || leads(path.record)
        case ("member", "status"), ("member", nil): return leads(path.record)
        case ("device", "status"), ("device", nil):
            return devices[path.record].map { leads($0.member) } ?? false
        case ("invitation", nil): return value?["role"] == "lead"
        case ("invitation", "status"):
            return value != "withdrawn" && invitations[path.record]?.role == .lead
        default: return false
        }
    }

    /// Carries out a control operation that has effect.
    mutating func carryOut(_ operation: ConcordDiff.Operation) {
        guard case .add(let value) = operation.action else { return }
        let id = operation.path.record
        let text = value.stringValue ?? ""
        switch (operation.path.kind, operation.path.field) {
        case ("member", "role"): if let role = Role(text) { persons[id]?.role = role }
        case ("member", "inTraining"): persons[id]?.inTraining = strings(value)
        case ("member", "status"):
            persons[id]?.isRevoked = text == "revoked"
            if text == "revoked", let invitation = persons[id]?.invitation, invitation != "recovery"
            {
                invitations[invitation]?.isWithdrawn = true
            }
        case ("device", "status"): devices[id]?.isRevoked = text == "revoked"
        case ("invitation", "status"): invitations[id]?.isWithdrawn = text == "withdrawn"
        case ("member", nil):
            if persons[id] == nil, let role = value["role"]?.stringValue.flatMap(Role.init) {
                persons[id] = Person(role: role, inTraining: strings(value["inTraining"]))
                let isRevoked = value["status"] == "revoked"
                persons[id]?.isRevoked = isRevoked
            }
        case ("device", nil):
            if devices[id] == nil, let member = value["member"]?.stringValue {
                devices[id] = Device(member: member, place: devices.count)
            }
            if let status = value["status"] { devices[id]?.isRevoked = status == "revoked" }
        case ("engagement", nil):
            guard invitations["recovery"] == nil, let text = value["recoveryKey"]?.stringValue,
                let key = Base64URL.decode(text),
                key.count == 32
            else { return }
            invitations["recovery"] = Invitation(
                key: key,
                role: .lead,
                fields: ["role": "lead", "letter": "R"],
                uses: .max
            )
        case ("invitation", nil):
            guard invitations[id] == nil, let role = value["role"]?.stringValue.flatMap(Role.init),
                let key = value["key"]?.stringValue.flatMap(Base64URL.decode)
            else { return }
            if let end = value["expires"]?.stringValue, Timestamp(end) == nil { return }
            invitations[id] = Invitation(
                key: key,
                role: role,
                fields: value.objectValue ?? [:],
                uses: Int(value["uses"]?.integerValue ?? 1),
                isWithdrawn: value["status"] == "withdrawn"
            )
        default: break
        }
    }
}

/// The strings of an array.
private func strings(_ value: JSON?) -> [WireText] {
    (value?.arrayValue ?? []).compactMap(\.stringValue)
}
