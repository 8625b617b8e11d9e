import ArgumentParser
import Concord
import ConcordChanges
import ConcordEncoding
import ConcordModel
import ConcordSyncClient
import Foundation

/// `concord invite`.
struct InviteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite",
        abstract: "Make an invitation code with which a colleague's device can join.",
        discussion: """
            Hand the code over by a way that you trust: whoever has it can join. A person of the \
            plan's team needs only be named; role and standards come from the plan.

            Examples:
              concord invite --name "Tomas Ebrel"
              concord invite --role technicalExpert --name "Jonas Weir" --uses 1
              concord invite --role auditor --standard 9001 --in-training 20000-1
            """
    )

    @Option(help: "The role: lead, auditor, inTraining, technicalExpert, observer, auditeeRep …")
    var role: String?
    @Option(
        parsing: .unconditional,
        help: "Who is invited; a person of the plan's team is known by name or file id."
    )
    var name: String?
    @Option(
        name: .long,
        help: ArgumentHelp("A standard of competence (repeatable).", valueName: "id")
    )
    var standard: [String] = []
    @Option(
        name: .long,
        help: ArgumentHelp("A standard in training (repeatable).", valueName: "id")
    )
    var inTraining: [String] = []
    @Option(help: "The letter of the person's draft numbers (default: the next free one).")
    var letter: String?
    @Option(
        help: ArgumentHelp("When the code ends to be valid (RFC 3339).", valueName: "time"),
        transform: EngagementOptions.timestamp
    )
    var expires: Timestamp?
    @Option(help: "How many devices may join with it.")
    var uses = 1
    @Option(help: ArgumentHelp("The server, to be part of the code.", valueName: "url"))
    var server: String?
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        guard (1...1000).contains(uses) else { throw ValidationError("--uses is 1 to 1000.") }
    }

    func run() throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let planned = name.flatMap { plannedPerson($0, view) }
        let word = role ?? planned?["role"]?.stringValue
        guard let word else {
            throw CommandFailure(
                .usage,
                "role",
                "the plan's team has no '\(name ?? "")', so the role is not known",
                next: "Give --role, such as --role auditor."
            )
        }
        let role = try RoleNames.checked(word)
        let names = view.standards
        let code = try replica.invite(
            role: role,
            name: planned?["name"]?.stringValue ?? name,
            standards: try standard.isEmpty
                ? texts(planned?["standards"]) : standard.map { try names.id($0) },
            inTraining: try inTraining.isEmpty
                ? texts(planned?["inTraining"]) : inTraining.map { try names.id($0) },
            letter: letter ?? freeLetter(view),
            expires: expires,
            uses: uses,
            server: try SyncServer.known(to: replica, given: server)?.address.description
        )
        if options.json {
            return try Output.json([
                "code": .string(code.description), "role": .string(role.rawValue),
            ])
        }
        try Output.lines([code.description])
        Output.note("On the colleague's device: concord join CODE")
        Output.note("The server has to hear of it first: run `concord sync` here.")
    }

    private func plannedPerson(_ name: String, _ view: AuditView) -> JSONObject? {
        (view.snapshot.state[PlannedTeam.kind]?.objectValue?.values ?? [])
            .compactMap(\.objectValue)
            .first { $0["name"]?.stringValue == name || $0["fileID"]?.stringValue == name }
    }

    private func texts(_ value: JSON?) -> [String] {
        value?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    private func freeLetter(_ view: AuditView) -> String {
        let invitations = view.snapshot.state["invitation"]?.objectValue?.values ?? []
        let members = view.snapshot.state["member"]?.objectValue?.values ?? []
        let taken = Set((invitations + members).compactMap { $0["letter"]?.stringValue })
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map { String($0) }
        let pairs = letters.flatMap { first in letters.map { first + $0 } }
        return (letters + pairs).first { !taken.contains($0) } ?? "Z"
    }
}

/// `concord join`.
struct JoinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Join an engagement with an invitation code.",
        discussion: """
            Makes this device's key, joins through the server and takes everything in.

            Example:
              concord join concord1:… --device "Ruth's tablet"
            """
    )

    @Argument(help: "The invitation code.")
    var code: String
    @Option(parsing: .unconditional, help: "Your name (default: the one in the invitation).")
    var name: String?
    @Option(parsing: .unconditional, help: "What this device is called (default: the host's name).")
    var device: String?
    @Option(help: ArgumentHelp("The server, if not the one in the code.", valueName: "url"))
    var server: String?
    @OptionGroup var options: EngagementOptions

    func run() async throws {
        guard let invitation = InvitationCode(code) else {
            throw CommandFailure(
                .badInput,
                "wrongInvitation",
                "this is no invitation code, or a part of it is missing",
                next: "Copy the whole code, from `concord1:` on, or ask the leader for a new one."
            )
        }
        guard let url = server ?? invitation.server else {
            throw CommandFailure(
                .usage,
                "server",
                "the invitation names no server",
                next: "Ask the leader for the address and give it with --server."
            )
        }
        let synced = try SyncServer(url)
        let id = String(invitation.engagement.base64url.prefix(8))
        let path = try options.newPath(named: "audit-" + DataFolder.name(from: id))
        let replica = try await HTTPTransport.withTransport(to: synced.address) { transport in
            try await Replica.join(
                at: path,
                code: invitation,
                name: name,
                device: device ?? HostName.current,
                through: transport,
                environment: options.environment,
                passphrase: EngagementOptions.passphrase
            )
        }
        try synced.remember(for: replica)
        let me = try replica.identity()
        let local = URL(fileURLWithPath: replica.path).deletingPathExtension().lastPathComponent
        if options.json {
            var object: JSONObject = [
                "engagement": .string(replica.engagement.base64url), "name": .string(local),
                "path": .string(replica.path), "member": .string(me.member),
                "role": .string(me.role.rawValue),
            ]
            object["person"] = me.name.map { .string($0) }
            object["letter"] = me.letter.map { .string($0) }
            return try Output.json(.object(object))
        }
        try Output.lines([
            "Joined as \(me.name ?? "member"), \(me.role.title). On this device it is called \(local).",
            "Next: `concord status`, `concord finding add`, and `concord sync` now and then.",
        ])
    }
}

/// `concord list`.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the engagements on this device."
    )

    @OptionGroup var output: OutputOptions

    func run() throws {
        let folder = DataFolder.standard
        let names = try folder.names()
        if output.json {
            return try Output.json([
                "engagements": .array(
                    names.map { ["name": .string($0), "path": .string(folder.file(of: $0))] }
                )
            ])
        }
        guard !names.isEmpty else {
            return try Output.lines([
                "No engagement on this device yet: `concord new` or `concord join CODE`."
            ])
        }
        try Output.lines(Layout.table(names.map { [$0, folder.file(of: $0)] }))
    }
}
