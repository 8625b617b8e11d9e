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
        let devices = view.devices
        let rows = view.frame.members.map { MemberRow(member: $0, devices: devices[$0.id] ?? []) }
        try options.output.show(Table(name: "members", rows: rows))
    }
}

/// A member, or a person of the plan who has not joined.
private struct MemberRow: Row {
    let member: MemberRecord
    let devices: [ListedDevice]

    var cells: [String] {
        [
            member.letter?.string ?? "", member.name?.string ?? AuditView.handle(member.id),
            member.role?.title ?? "no role", status.string,
            devices.map(\.label).joined(separator: ", "),
        ]
    }

    var json: JSON {
        var object: JSONObject = [
            "id": .string(member.id),
            "standards": .array(member.standards.map { .string($0) }),
            "inTraining": .array(member.inTraining.map { .string($0) }),
            "devices": .array(
                devices.map { device in
                    [
                        "author": .string(device.author.text),
                        "name": device.name.map { .string($0) } ?? .null,
                        "status": .string(device.status.rawValue),
                    ]
                }
            ),
        ]
        object["name"] = member.name.map { .string($0) }
        object["role"] = member.role.map { .string($0.rawValue) }
        object["letter"] = member.letter.map { .string($0) }
        object["status"] = .string(status)
        return .object(object)
    }

    /// `active`, `revoked`, or `planned` for a person of the plan who has not joined.
    private var status: WireText { member.status ?? "planned" }
}

extension ListedDevice {
    /// What lists call it.
    fileprivate var label: String {
        let called = name?.string ?? String(author.description.prefix(8))
        return status == .active ? called : "\(called) (\(status.rawValue))"
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
        try options.save(
            try TeamActs().give(role, to: member, reason: reason),
            in: view,
            said: [said(role, of: member)],
            record: (Schema.member.name, member.id, member.name ?? member.id)
        )
    }

    private func said(_ role: Role, of member: MemberRecord) -> String {
        let ends = TeamActs().endsTraining(of: member, as: role)
        return
            "\(member.name ?? member.id) is now \(role.titleWithArticle)\(ends ? ", and no longer in training" : "")."
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
        let name = member.name ?? member.id
        guard let device else { return try end(member, called: name, view) }
        try options.revoke(device, of: member, reason: reason, in: view)
    }

    private func end(_ member: MemberRecord, called name: WireText, _ view: AuditView) throws {
        let invitations = try view.openInvitations(madeBy: member.id)
        let withdrawn = invitations.map {
            "Withdrew the invitation for \($0.label), which they had made."
        }
        try options.save(
            TeamActs().end(member, withdrawing: invitations, reason: reason),
            in: view,
            said: ["Revoked \(name)."] + withdrawn + Self.others(than: member, view),
            record: (Schema.member.name, member.id, name)
        )
    }

    /// That somebody goes on who joined by the same invitation: that is often another device of the same
    /// person, which is a member of its own.
    private static func others(than member: MemberRecord, _ view: AuditView) -> [String] {
        let others = view.membership.othersByInvitation(of: member.id)
        return view.frame.members.filter { others.contains($0.id) }.map { other in
            "\(other.name ?? other.id) joined by the same invitation and stays a member; to end that too, revoke"
                + " that member as well."
        }
    }
}

extension EngagementOptions {
    /// Revokes a device of a member, which is named by its name or the beginning of its key.
    func revoke(
        _ device: String,
        of member: MemberRecord,
        reason: WireText,
        in view: AuditView
    ) throws {
        let name = member.name ?? member.id
        let author = try author(of: device, member, view)
        try save(
            TeamActs().revoke(device: author, reason: reason),
            in: view,
            said: ["Revoked the device \(device) of \(name)."],
            record: (Schema.device.name, author.text, name)
        )
    }

    private func author(
        of device: String,
        _ member: MemberRecord,
        _ view: AuditView
    ) throws -> Author {
        let own = view.devices[member.id] ?? []
        let named = own.filter { $0.name == WireText(device) }
        let found = named + own.filter { $0.author.description.hasPrefix(device) }
        if let only = found.first, found.count == 1 { return only.author }
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
