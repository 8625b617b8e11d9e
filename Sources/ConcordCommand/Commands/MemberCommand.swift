import ArgumentParser
import Concord
import ConcordChanges
import ConcordEncoding
import ConcordModel

/// `concord member`.
struct MemberCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "member",
        abstract: "List the team; change a role; end a membership.",
        discussion: """
            Roles and revocations count from their place in the server's log. What a revoked device \
            had not delivered by then is kept without effect, and the leader can admit it.
            """,
        subcommands: [MemberList.self, MemberRole.self, MemberRevoke.self],
        defaultSubcommand: MemberList.self
    )
}

struct MemberList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List members and planned people, with their devices."
    )

    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let devices = view.snapshot.state["device"]?.objectValue ?? JSONObject()
        if options.json {
            return try Output.json([
                "members": .array(view.audit.members.map { json($0, devices) })
            ])
        }
        let rows = view.audit.members.map { member in
            let own = devices.filter { $0.value["member"]?.stringValue == member.id }
            let names = own.map {
                $0.value["name"]?.stringValue ?? WireText(String($0.key.string.prefix(8)))
            }
            return [
                member.letter?.string ?? "", member.name?.string ?? AuditView.handle(member.id),
                member.role?.title ?? "no role",
                status(member, hasDevice: !own.isEmpty),
                names.joined(separator: ", "),
            ]
        }
        try Output.lines(Layout.table(rows))
    }

    private func json(_ member: MemberRecord, _ devices: JSONObject) -> JSON {
        var object: JSONObject = [
            "id": .string(member.id),
            "standards": .array(member.standards.map { .string($0) }),
            "inTraining": .array(member.inTraining.map { .string($0) }),
            "devices": .array(
                devices.filter { $0.value["member"]?.stringValue == member.id }.map { device in
                    ["author": .string(device.key), "name": device.value["name"] ?? .null]
                }
            ),
        ]
        object["name"] = member.name.map { .string($0) }
        object["role"] = member.role.map { .string($0.rawValue) }
        object["letter"] = member.letter.map { .string($0) }
        let hasDevice = devices.contains { $0.value["member"]?.stringValue == member.id }
        object["status"] = .string(status(member, hasDevice: hasDevice))
        return .object(object)
    }

    /// `active`, `revoked`, or `planned` for a person of the plan who has not joined.
    private func status(_ member: MemberRecord, hasDevice: Bool) -> String {
        member.status?.string ?? (hasDevice ? "active" : "planned")
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
    @Option(parsing: .unconditional, help: "Why.")
    var reason: WireText?
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let member = try view.member(member)
        let role = try RoleNames.checked(role)
        guard member.status != "revoked" else {
            throw CommandFailure(
                .refused,
                "membership-ended",
                "the membership of \(member.name ?? member.id) was ended, so that a role would say nothing",
                next: "To take them in again, invite them: `concord invite`."
            )
        }
        var edit = Edit(reason: reason)
        edit.set(
            CellPath(kind: "member", record: member.id, field: "role"),
            to: .string(role.rawValue)
        )
        try options.save(
            edit,
            in: view,
            said: ["\(member.name ?? member.id) is now \(role.title)."],
            record: ("member", member.id, member.name ?? member.id)
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
    @Option(parsing: .unconditional, help: "Why; it is part of the record.")
    var reason: WireText
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let member = try view.member(member)
        var edit = Edit(reason: reason)
        var path = CellPath(kind: "member", record: member.id, field: "status")
        if let device {
            path = CellPath(
                kind: "device",
                record: try author(of: device, member, view),
                field: "status"
            )
        }
        edit.set(path, to: "revoked")
        let what = device.map { "the device \($0) of " } ?? ""
        try options.save(
            edit,
            in: view,
            said: ["Revoked \(what)\(member.name ?? member.id)."],
            record: (path.kind, path.record, member.name ?? member.id)
        )
    }

    private func author(
        of device: String,
        _ member: MemberRecord,
        _ view: AuditView
    ) throws -> WireText {
        let own = (view.snapshot.state["device"]?.objectValue ?? JSONObject()).filter {
            $0.value["member"]?.stringValue == member.id
        }
        let found = own.filter {
            $0.value["name"]?.stringValue == WireText(device) || $0.key.string.hasPrefix(device)
        }
        if let only = found.first, found.count == 1 { return only.key }
        throw CommandFailure(
            .notFound,
            "not-found",
            "\(member.name ?? member.id) has no one device '\(device)'",
            next: NearNames.sentence(
                device,
                among: own.map { ($0.value["name"]?.stringValue ?? $0.key).string },
                what: "device"
            )
        )
    }
}
