import ArgumentParser
import Concord
import ConcordEncoding
import ConcordModel
import ConcordSyncClient
import Foundation

/// `concord join`.
struct JoinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Join an engagement with an invitation code.",
        discussion: """
            Creates this device's key, joins through the server and receives everything. Without a \
            code, the command asks for one, or reads it from standard input. Others on this \
            machine can see a code on the command line, and it stays in the shell's history.

            Examples:
              concord join --device "Ruth's tablet"
              concord join < code.txt
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The invitation code.",
            discussion: "If it is left out or -, the command asks for it, or reads standard input."
        )
    )
    var code: String?
    @Option(parsing: .unconditional, help: "Your name (default: the one in the invitation).")
    var name: WireText?
    @Option(parsing: .unconditional, help: "This device's name (default: the host's name).")
    var device: WireText?
    @Option(
        help: ArgumentHelp(
            "The server, if it is a different one from the code's.",
            valueName: "url"
        )
    )
    var server: String?
    @OptionGroup var encryption: PassphraseOptions
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        try TextArgument.requireTitle(name, option: "--name")
        try TextArgument.requireTitle(device, option: "--device")
    }

    func run() async throws {
        let text =
            try code.flatMap { $0 == "-" ? nil : $0 }
            ?? SecretInput.read("Invitation code: ", orFail: Self.missing)
        guard let invitation = InvitationCode(text) else {
            throw CommandFailure(
                .wrongInvitation,
                "this is not an invitation code, or a part of it is missing",
                next: "Copy the whole code, from `concord1:` on, or ask the leader for a new one."
            )
        }
        guard let url = server ?? invitation.server else {
            throw CommandFailure(
                .serverAddress,
                "the invitation does not name a server",
                next: "Ask the leader for the address and give it with --server."
            )
        }
        let synced = try SyncServer(url)
        let passphrase = try encryption.ofNewKey()
        let id = String(invitation.engagement.base64url.prefix(8))
        let path = try options.newPath(named: "audit-" + DataFolder.name(from: id))
        let replica = try await HTTPTransport.withTransport(to: synced.address) { transport in
            try await Replica.join(
                at: path,
                code: invitation,
                name: name,
                device: device ?? WireText(HostName.current),
                through: transport,
                environment: options.environment,
                passphrase: passphrase,
                renaming: options.path(ofNumber:)
            )
        }
        try synced.remember(for: replica)
        let me = try replica.identity()
        let local = URL(fileURLWithPath: replica.path).deletingPathExtension().lastPathComponent
        var object: JSONObject = [
            "engagement": .string(replica.engagement.base64url), "name": .string(local),
            "path": .string(replica.path), "member": .string(me.member),
            "role": .string(me.role.rawValue),
        ]
        object["person"] = me.name.map { .string($0) }
        object["letter"] = me.letter.map { .string($0) }
        try options.output.show(
            Message(
                json: .object(object),
                lines: [
                    "Joined as \(me.name ?? "member"), \(me.role.title). On this device the engagement is called \(local).",
                    next(me.role),
                ]
            )
        )
    }

    private static let missing = CommandFailure(
        .wrongInvitation,
        "no invitation code was given",
        next:
            "Type it when asked, or pipe it in; an audit team leader makes one with `concord invite`."
    )

    /// What there is to do for someone of this role.
    private func next(_ role: Role) -> Shown {
        if Rights.right(of: role, to: .raiseFinding) != .no {
            return "Next: `concord status`, `concord finding add`, and `concord sync` now and then."
        }
        return "You can read: `concord status`, `concord finding list`, `concord report`."
    }
}
