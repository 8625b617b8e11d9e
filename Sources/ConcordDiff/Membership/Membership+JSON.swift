package import ConcordEncoding
import ConcordModel

/// The form in which storage keeps who is in the engagement, so that a fold can go on from there.
extension Membership {
    /// The whole value.
    package var json: JSON {
        var object: JSONObject = [
            "devices": .object(
                JSONObject(
                    uniqueKeysWithValues: devices.map { ($0.key.text, $0.value.json) }
                )
            ),
            "invitations": .object(
                JSONObject(uniqueKeysWithValues: invitations.map { ($0.key, $0.value.json) })
            ),
            "members": .object(
                JSONObject(uniqueKeysWithValues: members.map { ($0.key, $0.value.json) })
            ),
        ]
        if let engagement { object["engagement"] = .string(engagement.base64url) }
        return .object(object)
    }

    /// The value that `json` made, or nil if it did not.
    package init?(_ json: JSON) {
        self.init()
        guard let devices = json["devices"]?.objectValue,
            let members = json["members"]?.objectValue,
            let invitations = json["invitations"]?.objectValue
        else { return nil }
        if let text = json["engagement"]?.stringValue {
            guard let id = DiffID(base64url: text) else { return nil }
            found(id)
        }
        var read: (devices: [Author: Device], members: [WireText: Member]) = ([:], [:])
        for (name, value) in devices {
            guard let author = Author(name), let device = Device(value) else { return nil }
            read.devices[author] = device
        }
        for (id, value) in members {
            guard let member = Member(value) else { return nil }
            read.members[id] = member
        }
        var admitting: [WireText: Invitation] = [:]
        for (id, value) in invitations {
            guard let invitation = Invitation(value) else { return nil }
            admitting[id] = invitation
        }
        restore(members: read.members, devices: read.devices, invitations: admitting)
    }
}

extension Membership.Member {
    fileprivate var json: JSON {
        var object: JSONObject = [
            "inTraining": .array(inTraining.map { .string($0) }), "isRevoked": .bool(isRevoked),
            "rank": .integer(Int64(rank)), "role": .string(role.rawValue),
        ]
        if let invitation { object["invitation"] = .string(invitation) }
        return .object(object)
    }

    fileprivate init?(_ json: JSON) {
        guard let role = json["role"]?.stringValue.flatMap(Role.init),
            let inTraining = json["inTraining"]?.strings,
            let isRevoked = json["isRevoked"]?.boolValue,
            let rank = json["rank"]?.integerValue
        else { return nil }
        self.init(role: role, inTraining: inTraining, isRevoked: isRevoked)
        self.rank = Int(rank)
        invitation = json["invitation"]?.stringValue
    }
}

extension Membership.Device {
    fileprivate var json: JSON {
        [
            "isFirst": .bool(isFirst), "isRevoked": .bool(isRevoked),
            "isSurplus": .bool(isSurplus), "member": .string(member),
        ]
    }

    fileprivate init?(_ json: JSON) {
        guard let member = json["member"]?.stringValue,
            let isRevoked = json["isRevoked"]?.boolValue,
            let isSurplus = json["isSurplus"]?.boolValue,
            let isFirst = json["isFirst"]?.boolValue
        else { return nil }
        self.init(member: member, isRevoked: isRevoked, isSurplus: isSurplus)
        self.isFirst = isFirst
    }
}

extension Membership.Invitation {
    fileprivate var json: JSON {
        var object: JSONObject = [
            "inTraining": .array(inTraining.map { .string($0) }),
            "isWithdrawn": .bool(isWithdrawn), "key": .string(Base64URL.encode(key)),
            "role": .string(role.rawValue), "used": .integer(Int64(used)),
            "uses": .integer(Int64(uses)),
        ]
        if let standards { object["standards"] = standards }
        if let letter { object["letter"] = .string(letter) }
        if let expires { object["expires"] = .string(expires.description) }
        return .object(object)
    }

    fileprivate init?(_ json: JSON) {
        guard let key = json["key"]?.stringValue.flatMap(Base64URL.decode),
            let role = json["role"]?.stringValue.flatMap(Role.init),
            let inTraining = json["inTraining"]?.strings, let uses = json["uses"]?.integerValue,
            let used = json["used"]?.integerValue,
            let isWithdrawn = json["isWithdrawn"]?.boolValue
        else { return nil }
        self.init(
            key: key,
            role: role,
            inTraining: inTraining,
            standards: json["standards"],
            letter: json["letter"]?.stringValue,
            uses: Int(uses),
            used: Int(used),
            expires: json["expires"]?.stringValue.flatMap { Timestamp($0) },
            isWithdrawn: isWithdrawn
        )
    }
}
