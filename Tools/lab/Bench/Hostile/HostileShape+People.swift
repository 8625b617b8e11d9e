import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordSigning

/// Shapes of membership: devices, joins, roles, admissions, seals.
extension HostileShape {
    static let people = [
        devices, wrongJoins, surplusJoins, invitations, roles, revocations, admissions, proposals,
        seals,
    ]

    /// N further devices of one member, and an edit of each.
    private static let devices = HostileShape(name: "devices", size: 500) { count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let device = try team.stranger(number)
            let join = try device.join(team, by: team.first)
            diffs.append(try device.diff([join], seen: [team.start]))
            diffs.append(try device.diff([.set("/finding/x1/site", .string("s\(number)"))]))
        }
        return try HostileWork(team, diffs)
    }

    /// N joins with a wrong proof, to a member of N devices.
    private static let wrongJoins = HostileShape(name: "joins with wrong proofs", size: 500) {
        count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        var wrong: [UnverifiedDiff] = []
        for number in 0..<count {
            let device = try team.stranger(number)
            let right = try device.join(team, by: team.first)
            diffs.append(try device.diff([right], seen: [team.start]))
            let other = try team.stranger(count + number)
            let join = try other.join(team, by: other, of: team.first)
            wrong.append(try other.diff([join], seen: [team.start]))
        }
        var work = try HostileWork(team, diffs)
        work.refused = wrong
        return work
    }

    /// N strangers who join on an invitation whose one use is spent, and write.
    private static let surplusJoins = HostileShape(name: "surplus joins", size: 1000) { count in
        let team = try HostileTeam()
        let invitation = try InvitationSample(0)
        team.begin(try team.leader.diff([invitation.operation], seen: [team.start]))
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let device = try team.stranger(number)
            let join = try device.join(team, on: invitation, member: "s\(number)")
            diffs.append(try device.diff(join, seen: [team.start]))
            diffs.append(try device.diff([.splice(1, "x")]))
        }
        return try HostileWork(team, diffs, edit: .statement)
    }

    /// N invitations, on each of which somebody joins and writes.
    private static let invitations = HostileShape(name: "invitations", size: 1000) { count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let invitation = try InvitationSample(number)
            let seen = number == 0 ? [team.start] : []
            diffs.append(try team.leader.diff([invitation.operation], seen: seen))
            let device = try team.stranger(number)
            let join = try device.join(team, on: invitation, member: "s\(number)")
            diffs.append(try device.diff(join, seen: [diffs[diffs.count - 1].id]))
            diffs.append(
                try device.diff([.set("/finding/x1/site", .string("s\(number)"))], seen: [])
            )
        }
        return try HostileWork(team, diffs)
    }

    /// N changes of a member's role, and their writes at the same time.
    private static let roles = HostileShape(name: "roles", size: 1500) { count in
        let team = try HostileTeam()
        return try orders(team, count) { number in
            .set("/member/m1/role", number.isMultiple(of: 2) ? "observer" : "auditor")
        }
    }

    /// N revocations of a device, which is undone each time, and its writes at the same time.
    private static let revocations = HostileShape(name: "revocations", size: 1500) { count in
        let team = try HostileTeam()
        return try orders(team, count) { number in
            let status: JSON = number.isMultiple(of: 2) ? "revoked" : "active"
            return .set("/device/\(team.second.id)/status", status)
        }
    }

    /// N void writes of an observer that the leader admits one by one.
    private static let admissions = HostileShape(name: "admissions", size: 1500) { count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let set = Operation.set("/finding/x1/site", .string("s\(number)"))
            let written = try team.observer.diff([set], seen: number == 0 ? [team.start] : [])
            let name = written.id.base64url
            let order = Operation.set(
                "/admission/\(DerivedID.admission(of: WireText(name)))",
                ["diff": .string(name)]
            )
            diffs.append(written)
            diffs.append(try team.leader.diff([order], seen: [written.id]))
        }
        return try HostileWork(team, diffs)
    }

    /// N proposals of an auditor on the plan, and the leader's values at the same time.
    private static let proposals = HostileShape(name: "proposals", size: 1500) { count in
        let team = try HostileTeam()
        let slot: JSON = ["title": "Opening"]
        team.begin(try team.leader.diff([.set("/planSlot/p1", slot)], seen: [team.start]))
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            for (device, name) in [(team.second, "a"), (team.leader, "b")] {
                let set = Operation.set("/planSlot/p1/from", .string("\(name)\(number)"))
                let isFirst = number == 0 && device === team.second
                diffs.append(try device.diff([set], seen: isFirst ? [team.start] : []))
            }
        }
        return try HostileWork(team, diffs)
    }

    /// N seals and reopenings.
    private static let seals = HostileShape(name: "seals", size: 500) { count in
        let team = try HostileTeam()
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let seen = number == 0 ? [team.start] : []
            let digest = SHA256Digest(hashing: [UInt8(number & 255)]).base64url
            diffs.append(
                try team.leader.diff(
                    [.set("/seal/s\(number)", ["digest": .string(digest)])],
                    seen: seen
                )
            )
            let end: JSON = ["seal": .string("s\(number)")]
            diffs.append(try team.leader.diff([.set("/reopening/r\(number)", end)]))
        }
        return try HostileWork(team, diffs)
    }

    /// N orders of the leader against N writes of a device that has not seen them.
    private static func orders(
        _ team: HostileTeam,
        _ count: Int,
        _ order: (Int) -> Operation
    ) throws -> HostileWork {
        var diffs: [UnverifiedDiff] = []
        for number in 0..<count {
            let seen = number == 0 ? [team.start] : []
            diffs.append(try team.leader.diff([order(number)], seen: seen))
            diffs.append(
                try team.second.diff(
                    [.set("/finding/x1/site", .string("s\(number)"))],
                    seen: seen
                )
            )
        }
        return try HostileWork(team, diffs)
    }
}

/// An invitation for one, with its secret.
private struct InvitationSample {
    let id: String
    let key: InvitationKey

    init(_ number: Int) throws {
        id = "i\(number)"
        let secret = SHA256Digest(hashing: Array("invitation \(number)".utf8)).bytes
        guard let key = InvitationKey(secret: secret) else {
            throw HostileFailure("the seed is not a key")
        }
        self.key = key
    }

    var operation: ConcordDiff.Operation {
        let key = Base64URL.encode(key.publicKey)
        return .set("/invitation/\(id)", ["key": .string(key), "role": "auditor"])
    }
}

extension HostileTeam {
    /// A device that nobody knows yet.
    fileprivate func stranger(_ number: Int) throws -> HostileDevice {
        let engagement = try id()
        return try HostileDevice("stranger \(number)") { engagement }
    }
}

extension HostileDevice {
    /// The join of this device, which a device of a member admits.
    ///
    /// - Parameter claimed: the device that is said to have signed; the signer by default.
    fileprivate func join(
        _ team: HostileTeam,
        by signer: HostileDevice,
        of claimed: HostileDevice? = nil
    ) throws -> ConcordDiff.Operation {
        let message = JoinProof.message(
            engagement: try team.id(),
            member: "m1",
            author: key.author
        )
        return .set(
            "/device/\(id)",
            [
                "by": .string((claimed ?? signer).id), "member": "m1",
                "proof": .string(Base64URL.encode(try signer.key.signature(over: message))),
            ]
        )
    }

    /// The join of this device on an invitation, with its member.
    fileprivate func join(
        _ team: HostileTeam,
        on invitation: InvitationSample,
        member: String
    ) throws -> [ConcordDiff.Operation] {
        let proof = try invitation.key.joinProof(
            engagement: try team.id(),
            invitation: WireText(invitation.id),
            author: key.author
        )
        return [
            .set(
                "/member/\(member)",
                ["invitation": .string(invitation.id), "name": "Stranger", "role": "auditor"]
            ),
            .set(
                "/device/\(id)",
                [
                    "invitation": .string(invitation.id), "member": .string(member),
                    "proof": .string(Base64URL.encode(proof)),
                ]
            ),
        ]
    }
}
