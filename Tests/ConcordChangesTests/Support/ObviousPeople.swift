import ConcordChanges
import ConcordEncoding
import ConcordModel

/// Who is in the engagement, told from the control operations in order.
struct ObviousPeople {
    struct Person {
        var role: Role
        var inTraining: [WireText]
        var isRevoked = false
    }

    struct Device {
        var member: WireText
        var isRevoked = false
        var isSurplus = false
    }

    struct Invitation {
        var key: [UInt8]
        var role: Role
        var inTraining: [WireText]
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
            TestVerifier().isValid(signature: proof, over: message, by: key)
        }
        guard let id = fields["invitation"]?.stringValue else {
            let message = JoinProof.message(
                engagement: engagement,
                member: member,
                author: diff.head.author
            )
            let vouches = devices.contains { key, device in
                device.member == member && !device.isRevoked && !device.isSurplus
                    && isProven(message, by: Author(key)?.publicKey ?? [])
            }
            if vouches { devices[author] = Device(member: member) }
            return vouches
        }
        let message = JoinProof.message(
            engagement: engagement,
            invitation: id,
            author: diff.head.author
        )
        guard var invitation = invitations[id], isProven(message, by: invitation.key) else {
            return false
        }
        var device = Device(member: member)
        if invitation.isWithdrawn || invitation.joined >= invitation.uses {
            device.isSurplus = true
        } else {
            invitation.joined += 1
            if persons[member] == nil {
                persons[member] = Person(role: invitation.role, inTraining: invitation.inTraining)
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
        of operation: ConcordChanges.Operation,
        by author: Author,
        joins: Bool
    ) -> VoidReason? {
        guard let (name, person) = person(author) else { return .notMember }
        let path = operation.path
        if joins, path.field == nil, case .add(.object(let fields)) = operation.action {
            if path.kind == "device", path.record == author.text { return nil }
            let claims = fields["role"]?.stringValue ?? WireText(person.role.rawValue)
            let training = (fields["inTraining"]?.arrayValue ?? []).compactMap(\.stringValue)
            if path.kind == "member", path.record == name, claims == WireText(person.role.rawValue),
                training == person.inTraining, fields["status"] == nil
            {
                return nil
            }
        }
        if path.field == "name",
            path.kind == "member" ? path.record == name : path.record == author.text
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
        if path.field == nil { return ["member", "device"].contains(path.kind) ? .noRight : nil }
        if let field = ObviousFold.field(of: path), field.activity == .join, field.rule != .control
        {
            return .noRight
        }
        return nil
    }

    /// Carries out a control operation that has effect.
    mutating func carryOut(_ operation: ConcordChanges.Operation) {
        guard case .add(let value) = operation.action else { return }
        let id = operation.path.record
        let text = value.stringValue ?? ""
        func strings(_ value: JSON?) -> [WireText] {
            (value?.arrayValue ?? []).compactMap(\.stringValue)
        }
        switch (operation.path.kind, operation.path.field) {
        case ("member", "role"): if let role = Role(text) { persons[id]?.role = role }
        case ("member", "inTraining"): persons[id]?.inTraining = strings(value)
        case ("member", "status"): persons[id]?.isRevoked = text == "revoked"
        case ("device", "status"): devices[id]?.isRevoked = text == "revoked"
        case ("invitation", "status"): invitations[id]?.isWithdrawn = text == "withdrawn"
        case ("member", nil):
            if persons[id] == nil, let role = value["role"]?.stringValue.flatMap(Role.init) {
                persons[id] = Person(role: role, inTraining: strings(value["inTraining"]))
            }
        case ("device", nil):
            if devices[id] == nil, let member = value["member"]?.stringValue {
                devices[id] = Device(member: member)
            }
        case ("invitation", nil):
            guard invitations[id] == nil, let role = value["role"]?.stringValue.flatMap(Role.init),
                let key = value["key"]?.stringValue.flatMap(Base64URL.decode)
            else { return }
            invitations[id] = Invitation(
                key: key,
                role: role,
                inTraining: strings(value["inTraining"]),
                uses: Int(value["uses"]?.integerValue ?? 1)
            )
        default: break
        }
    }
}
