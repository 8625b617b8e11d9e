import ConcordDiff
import ConcordEncoding
import ConcordModel

/// The operations of the first diffs: of an engagement, and of a device that joins one.
enum Genesis {
    /// What the engagement's first diff holds: the engagement, its leader and their device.
    static func founding(
        _ draft: EngagementDraft,
        author: Author,
        member: WireText,
        engagement: WireText,
        recoveryKey: [UInt8]
    ) -> [Operation] {
        var fields = draft.fields
        fields[EngagementField.recoveryKey] = .string(Base64URL.encode(recoveryKey))
        fields[EngagementField.state] =
            fields[EngagementField.state] ?? .string(LifeCycle.engagement.initial)
        var leader = draft.leaderFields
        leader["name"] = .string(draft.leader)
        leader["role"] = .string(Role.lead.rawValue)
        leader["letter"] = .string(draft.letter)
        leader["status"] = "active"
        let device: JSONObject = [
            "member": .string(member), "name": .string(draft.device), "status": "active",
        ]
        return [
            add(Schema.engagement, engagement, fields), add(Schema.member, member, leader),
            add(Schema.device, author.text, device),
        ]
    }

    /// What a join holds: the new member and their device, with the proof that they were invited.
    static func join(
        author: Author,
        member: WireText,
        invitation: WireText,
        fields: JSONObject,
        name: WireText,
        device: WireText,
        letter: WireText?,
        proof: [UInt8]
    ) -> [Operation] {
        var person: JSONObject = ["invitation": .string(invitation), "name": .string(name)]
        if let letter { person["letter"] = .string(letter) }
        for key: WireText in ["role", "standards", "inTraining"] {
            if let value = fields[key] { person[key] = value }
        }
        let own: JSONObject = [
            "invitation": .string(invitation), "member": .string(member), "name": .string(device),
            "proof": .string(Base64URL.encode(proof)),
        ]
        return [
            add(Schema.member, member, person), add(Schema.device, author.text, own),
        ]
    }

    /// What a join holds that another device of the member admits: the device, and nothing else.
    static func sibling(
        author: Author,
        member: WireText,
        by former: Author,
        proof: [UInt8],
        name: WireText?,
        reason: WireText?
    ) -> Operation {
        var device: JSONObject = [
            "by": .string(former.text), "member": .string(member),
            "proof": .string(Base64URL.encode(proof)),
        ]
        if let name { device["name"] = .string(name) }
        let path = CellPath(kind: Schema.device.name, record: author.text)
        return Operation(.add(.object(device)), at: path, reason: reason)
    }

    private static func add(_ kind: RecordKind, _ id: WireText, _ fields: JSONObject) -> Operation {
        Operation(.add(.object(fields)), at: CellPath(kind: kind.name, record: id))
    }
}
