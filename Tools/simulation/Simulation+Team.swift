import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordStorage
import ConcordSync
import ConcordTesting

/// An invitation that somebody has signed, and the secret that its code would carry.
struct OpenInvitation {
    let id: WireText
    let key: SimulatedKey
    let role: Role
    let inTraining: JSON?
}

extension Simulation {
    static let devicesMax = 9
    private static let roles: [Role] = [
        .auditor, .auditor, .inTraining, .lead, .auditeeRep, .technicalExpert, .programmeManager,
        .observer,
    ]

    func key(_ name: String) -> SimulatedKey {
        SimulatedKey(
            seed: SHA256Digest(hashing: Array("\(seed) \(name)".utf8)).bytes,
            settings.signatures
        )
    }

    /// The engagement's first diff, which names everybody who is there from the beginning.
    func found() throws {
        var operations = [
            add("engagement", "e", ["number": "A-1", "state": "planned"])
        ]
        for index in 0..<settings.replicas {
            let name = "d\(index)"
            let device = try SimulatedDevice(
                name,
                member: "m\(index)",
                key: key(name),
                in: folder,
                verifier: verifier
            )
            devices.append(device)
            let role = index == 0 ? Role.lead : random.pick(roles(ofNumber: index))
            var member: JSONObject = ["name": .string(name), "role": .string(role.rawValue)]
            if random.oneIn(5) { member["inTraining"] = ["iso9001"] }
            operations.append(add("member", device.member, member))
            operations.append(
                add("device", device.author.text, ["member": .string(device.member)])
            )
        }
        let first = devices[0]
        let result = try first.save { _ in operations }
        engagement = result?.id
        try note(result, by: first)
        for device in devices { try syncAtOnce(device) }
    }

    /// Of which roles one of those who are there from the beginning has one: where a team works on one audit,
    /// there are mostly two leaders, and always an auditor.
    private func roles(ofNumber index: Int) -> [Role] {
        guard settings.hasMeetings, isOneAudit else { return Self.roles }
        return index == 1 ? [.lead, .lead, .auditor] : index == 2 ? [.auditor] : Self.roles
    }

    func add(_ kind: WireText, _ id: WireText, _ fields: JSONObject) -> Operation {
        Operation(.add(.object(fields)), at: CellPath(kind: kind, record: id))
    }

    // MARK: Membership.

    func changeTeam(_ device: SimulatedDevice) throws {
        guard canWrite(device) else { return }
        let leader = random.oneIn(4) ? device : devices[0]
        switch random.below(8) {
        case 0, 1: try invite(canWrite(leader) ? leader : device)
        case 2: try join()
        case 3: try joinBeside(device)
        case 4:
            let path = CellPath(kind: "member", record: randomMember(), field: "role")
            try set(path, .string(random.pick(Self.roles).rawValue), by: leader)
        case 5:
            let path = CellPath(kind: "member", record: randomMember(), field: "status")
            try set(path, random.oneIn(2) ? "revoked" : "active", by: leader)
        case 6:
            let id = random.pick(devices).author.text
            let path = CellPath(kind: "device", record: id, field: "status")
            try set(path, random.oneIn(2) ? "revoked" : "active", by: leader)
        default:
            guard let invitation = invitations.last else { return }
            let path = CellPath(kind: "invitation", record: invitation.id, field: "status")
            try set(path, random.oneIn(3) ? "open" : "withdrawn", by: leader)
        }
    }

    private func randomMember() -> WireText {
        // Mostly others than the first leader, so that somebody is left who can act.
        let member = random.pick(devices).member
        return member == "m0" && !random.oneIn(4) ? "m1" : member
    }

    private func set(_ path: CellPath, _ value: JSON, by device: SimulatedDevice) throws {
        guard canWrite(device) else { return }
        var edit = Edit()
        edit.set(path, to: value)
        try save(edit, by: device)
    }

    private func invite(_ device: SimulatedDevice) throws {
        serial += 1
        let id: WireText = "i\(serial)"
        let key = key("invitation \(id)")
        let role = random.pick(Self.roles)
        var fields: JSONObject = [
            "key": .string(Base64URL.encode(key.author.publicKey)),
            "role": .string(role.rawValue),
            "uses": .integer(Int64(1 + random.below(2))),
        ]
        let inTraining: JSON? = random.oneIn(4) ? ["iso9001"] : nil
        if let inTraining { fields["inTraining"] = inTraining }
        if random.oneIn(6) { fields["expires"] = "2000-01-01T00:00:00Z" }
        var edit = Edit()
        edit.add("invitation", id: id, fields: fields)
        try save(edit, by: device)
        invitations.append(OpenInvitation(id: id, key: key, role: role, inTraining: inTraining))
        if random.oneIn(2) { try syncAtOnce(device) }
    }

    /// Somebody new joins on an invitation, also on one whose uses are spent.
    private func join() throws {
        guard devices.count < Self.devicesMax, !invitations.isEmpty, let engagement else { return }
        let invitation = random.pick(invitations)
        let isKnown = server.membership(of: engagement)?.invitations[invitation.id] != nil
        guard isKnown else { return }
        serial += 1
        let name = "d\(devices.count)"
        let device = try SimulatedDevice(
            name,
            member: random.oneIn(9) ? "m1" : "m\(devices.count)",
            key: key(name),
            in: folder,
            verifier: verifier
        )
        devices.append(device)
        try syncAtOnce(device)
        let message = JoinProof.message(
            engagement: engagement,
            invitation: invitation.id,
            author: device.author
        )
        let proof = try invitation.key.signature(over: message)
        var member: JSONObject = [
            "name": .string(name), "role": .string(invitation.role.rawValue),
            "invitation": .string(invitation.id),
        ]
        if let inTraining = invitation.inTraining { member["inTraining"] = inTraining }
        if random.oneIn(9) { member["role"] = "lead" }
        let own: JSONObject = [
            "invitation": .string(invitation.id), "member": .string(device.member),
            "proof": .string(Base64URL.encode(proof)),
        ]
        let operations = [
            add("member", device.member, member), add("device", device.author.text, own),
        ]
        tell("    \(name) joins on \(invitation.id)")
        try note(try device.save { _ in operations }, by: device)
        if random.oneIn(2) { try syncAtOnce(device) }
    }

    /// A member's second device joins, admitted by the first, which the server knows by then.
    private func joinBeside(_ sibling: SimulatedDevice) throws {
        guard devices.count < Self.devicesMax, let engagement,
            server.membership(of: engagement)?.devices[sibling.author] != nil
        else { return }
        let name = "d\(devices.count)"
        let device = try SimulatedDevice(
            name,
            member: sibling.member,
            key: key(name),
            in: folder,
            verifier: verifier
        )
        devices.append(device)
        try syncAtOnce(device)
        let message = JoinProof.message(
            engagement: engagement,
            member: sibling.member,
            author: device.author
        )
        let fields: JSONObject = [
            "by": .string(sibling.author.description), "member": .string(device.member),
            "proof": .string(Base64URL.encode(try sibling.key.signature(over: message))),
        ]
        let operation = add("device", device.author.text, fields)
        tell("    \(name) joins beside \(sibling.name)")
        try note(try device.save { _ in [operation] }, by: device)
        if random.oneIn(2) { try syncAtOnce(device) }
    }
}
