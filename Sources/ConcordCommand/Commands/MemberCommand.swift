import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord member`.
struct MemberCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "member",
        abstract: "List the team, change a role, or end a membership.",
        discussion: """
            A new role or a revocation counts from its place in the server's log. Edits that a \
            revoked device delivers later are kept without effect; a leader can admit them.
            """,
        subcommands: [MemberList.self, MemberRole.self, MemberRevoke.self],
        defaultSubcommand: MemberList.self
    )
}

struct MemberList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List members and planned team members with their devices."
    )

    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let devices = MemberDevice.byMember(view)
        if options.json {
            return try Output.json([
                "members": .array(view.frame.members.map { json($0, devices[$0.id] ?? []) })
            ])
        }
        let rows = view.frame.members.map { member in
            let own = devices[member.id] ?? []
            return [
                member.letter?.string ?? "", member.name?.string ?? AuditView.handle(member.id),
                member.role?.title ?? "no role", status(member),
                own.map(\.label).joined(separator: ", "),
            ]
        }
        try Output.lines(Layout.table(rows))
    }

    private func json(_ member: MemberRecord, _ devices: [MemberDevice]) -> JSON {
        var object: JSONObject = [
            "id": .string(member.id),
            "standards": .array(member.standards.map { .string($0) }),
            "inTraining": .array(member.inTraining.map { .string($0) }),
            "devices": .array(devices.map(\.json)),
        ]
        object["name"] = member.name.map { .string($0) }
        object["role"] = member.role.map { .string($0.rawValue) }
        object["letter"] = member.letter.map { .string($0) }
        object["status"] = .string(status(member))
        return .object(object)
    }

    /// `active`, `revoked`, or `planned` for a person of the plan who has not joined.
    private func status(_ member: MemberRecord) -> String { member.status?.string ?? "planned" }
}

/// A device of a member, as membership has it: a record may be missing, a device that has rights is not.
struct MemberDevice {
    let author: Author
    /// What the person calls it.
    let name: WireText?
    /// `active`, `revoked`, or `surplus` for one whose invitation had been used up.
    let status: String

    /// What lists call it.
    var label: String {
        let called = name?.string ?? String(author.description.prefix(8))
        return status == "active" ? called : "\(called) (\(status))"
    }

    var json: JSON {
        [
            "author": .string(author.text), "name": name.map { .string($0) } ?? .null,
            "status": .string(status),
        ]
    }

    /// All devices by member, in the order of their keys.
    static func byMember(_ view: AuditView) -> [WireText: [MemberDevice]] {
        let records = view.frameRecords(of: Schema.device.name)
        let sorted = view.membership.devices.sorted { $0.key < $1.key }
        return Dictionary(grouping: sorted, by: { $0.value.member }).mapValues { devices in
            devices.map { author, device in
                MemberDevice(
                    author: author,
                    name: records[author.text]?["name"]?.stringValue,
                    status: device.isSurplus ? "surplus" : device.isRevoked ? "revoked" : "active"
                )
            }
        }
    }
}

extension NameLookup {
    /// A member who has joined: who is only in the plan has no role to change and no membership to end.
    func joinedMember(_ name: String) throws -> MemberRecord {
        let found = try member(name)
        if view.membership.members[found.id] != nil { return found }
        throw CommandFailure(
            .notFound,
            "\(found.name ?? found.id) is in the plan and has not joined yet, as far as this device knows",
            next:
                "`concord sync` brings what others have done; `concord invite --name NAME` invites them."
        )
    }
}

struct MemberRole: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role",
        abstract: "Give a member another role (leaders only)."
    )

    @Argument(help: "The member: name, letter or id.")
    var member: String
    @Argument(help: "The role: lead, auditor, inTraining, technicalExpert, observer …")
    var role: String
    @Option(
        parsing: .unconditional,
        help: "The reason.",
        transform: TextArgument.reason
    )
    var reason: WireText?
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let member = try view.names.joinedMember(member)
        let role = try RoleNames.checked(role)
        guard member.status != "revoked" else {
            throw CommandFailure(
                .membershipEnded,
                "the membership of \(member.name ?? member.id) has ended, so a role has no meaning",
                next: "To bring them back, invite them: `concord invite`."
            )
        }
        var edit = Edit(reason: reason)
        edit.set(
            CellPath.member(member.id, .role),
            to: .string(role.rawValue)
        )
        try options.save(
            edit,
            in: view,
            said: ["\(member.name ?? member.id) is now \(role.title)."],
            record: (Schema.member.name, member.id, member.name ?? member.id)
        )
    }
}

struct MemberRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a membership, or one of its devices (leaders only).",
        discussion: """
            Examples:
              concord member revoke "Jonas Weir" --reason "left the team"
              concord member revoke "Ruth Sandel" --device dev-B --reason "tablet stolen"
            """
    )

    @Argument(help: "The member: name, letter or id.")
    var member: String
    @Option(
        parsing: .unconditional,
        help: "Only this device, by its name or the beginning of its key."
    )
    var device: String?
    @Option(
        parsing: .unconditional,
        help: "The reason, which becomes part of the record.",
        transform: TextArgument.reason
    )
    var reason: WireText
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let member = try view.names.joinedMember(member)
        var edit = Edit(reason: reason)
        var path = CellPath.member(member.id, .status)
        if let device {
            path = .device(try author(of: device, member, view), .status)
        }
        edit.set(path, to: "revoked")
        var said: [String] = []
        if device == nil {
            for invitation in try InvitationView.open(madeBy: member.id, view) {
                edit.set(
                    CellPath.invitation(invitation.id, .status),
                    to: "withdrawn"
                )
                said.append("Withdrew the invitation for \(invitation.label), which they had made.")
            }
        }
        if device == nil { said += Self.others(than: member, view) }
        let what = device.map { "the device \($0) of " } ?? ""
        try options.save(
            edit,
            in: view,
            said: ["Revoked \(what)\(member.name ?? member.id)."] + said,
            record: (path.kind, path.record, member.name ?? member.id)
        )
    }

    /// That somebody goes on who joined by the same invitation: that is often another device of the same
    /// person, which is a member of its own.
    private static func others(than member: MemberRecord, _ view: AuditView) -> [String] {
        let members = view.membership.members
        guard let invitation = members[member.id]?.invitation else { return [] }
        return view.frame.members.filter { other in
            guard let found = members[other.id], other.id != member.id else { return false }
            return found.invitation == invitation && !found.isRevoked
        }.map { other in
            let name = other.name ?? other.id
            return
                "\(name) joined by the same invitation and stays a member; to end that too, revoke"
                + " that member as well."
        }
    }

    private func author(
        of device: String,
        _ member: MemberRecord,
        _ view: AuditView
    ) throws -> WireText {
        let own = MemberDevice.byMember(view)[member.id] ?? []
        let named = own.filter { $0.name == WireText(device) }
        let found = named + own.filter { $0.author.description.hasPrefix(device) }
        if let only = found.first, found.count == 1 { return only.author.text }
        throw CommandFailure(
            .notFound,
            found.isEmpty
                ? "\(member.name ?? member.id) has no device '\(device)'"
                : "\(member.name ?? member.id) has \(found.count) devices called '\(device)'",
            next: NearNames.sentence(
                device,
                among: own.map { "\($0.label) \($0.author.description.prefix(8))" },
                what: "device"
            )
        )
    }
}
