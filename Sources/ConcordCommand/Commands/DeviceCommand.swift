import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordSyncClient
import Foundation

/// `concord device`.
struct DeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device",
        abstract: "Use a second device, list yours, or revoke one.",
        discussion: """
            A second device is you again: the same member, the same role and the same letter. It makes \
            its own key, which never leaves it.

            On the new device:           concord device request
            On a device that you have:   concord device admit CODE
            Back on the new device:      paste the answer

            Neither code is secret: nobody else can join with them.
            """,
        subcommands: [
            DeviceList.self, DeviceRequestCommand.self, DeviceAdmit.self, DeviceJoin.self,
            DeviceRevoke.self,
        ],
        defaultSubcommand: DeviceList.self
    )
}

struct DeviceList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List your devices."
    )

    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.openForReading()
        let me = try replica.identity()
        let devices = try AuditView(replica).devices[me.member] ?? []
        let rows = devices.map { DeviceRow(device: $0, isThis: $0.author == replica.author) }
        try options.output.show(Table(name: "devices", rows: rows))
    }
}

private struct DeviceRow: Row {
    let device: ListedDevice
    let isThis: Bool

    var cells: [String] {
        [
            String(device.author.description.prefix(8)), device.name?.string ?? "no name",
            device.status.rawValue, isThis ? "this device" : "",
        ]
    }

    var json: JSON {
        [
            "author": .string(device.author.text),
            "name": device.name.map { .string($0) } ?? .null,
            "status": .string(WireText(device.status.rawValue)), "isThis": .bool(isThis),
        ]
    }
}

struct DeviceRequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "On a new device: make its key, and show the code for a device that you have.",
        discussion: """
            At a terminal the command waits for the answer and joins with it. Elsewhere give the \
            answer to `concord device join`. It is the same code each time until the device has joined.

            If the key of a replica that is here was lost, name the engagement: its file joins again, \
            and what it had not delivered is sent.

            Examples:
              concord device request --device "Ruth's phone"
              concord device request --engagement audit-7     (its key was lost)
            """
    )

    @Option(parsing: .unconditional, help: "This device's name (default: the host's name).")
    var device: WireText?
    @OptionGroup var encryption: PassphraseOptions
    @OptionGroup var options: EngagementOptions

    func validate() throws { try TextArgument.requireTitle(device, option: "--device") }

    func run() async throws {
        let name = device ?? WireText(HostName.current)
        let request = try Replica.requestDevice(
            at: try options.path(ofNewDevice: ()),
            device: name,
            environment: options.environment,
            passphrase: try encryption.ofNewKey()
        )
        let asks = Terminal.isInput && Terminal.isOutput
        try options.output.show(
            Message(
                json: [
                    "code": .string(WireText(request.description)),
                    "author": .string(request.author.text), "device": .string(name),
                ],
                lines: [
                    "On a device that you have already: concord device admit, and then this code:",
                    Shown(request.description),
                    "That device shows that the new one's key begins with \(request.mark).",
                ] + (asks ? [] : ["Then, here: concord device join < answer.txt"])
            )
        )
        guard asks else { return }
        let text = try SecretInput.read("Answer: ", orFail: DeviceJoin.missing)
        try await DeviceJoining(options: options, server: nil, device: name, log: nil).run(text)
    }
}

struct DeviceAdmit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admit",
        abstract: "On a device that you have: let a new one in, and show the answer for it.",
        discussion: """
            Compare the beginning of the key with what the new device shows: who has that key is you \
            from then on.

            Examples:
              concord device admit concord-device1:eyJh…
              concord device admit < code.txt
            """
    )

    @Argument(help: "The code that the new device shows; asked for, or read from standard input.")
    var code: String?
    @Option(help: ArgumentHelp("The server address to put into the answer.", valueName: "url"))
    var server: String?
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let text =
            try code.flatMap { $0 == "-" ? nil : $0 }
            ?? SecretInput.read("Code of the new device: ", orFail: Self.missing)
        guard let request = DeviceRequest(text) else {
            throw CommandFailure(
                .wrongInvitation,
                "this is not the code of a new device, or a part of it is missing",
                next:
                    "Copy the whole code, from `concord-device1:` on, as `concord device request` shows it there."
            )
        }
        let replica = try options.open()
        _ = try replica.identity()
        let known = try SyncServer.known(to: replica, given: server)?.address.description
        let admission = try replica.admit(request, server: known)
        try options.output.show(
            Message(
                json: [
                    "code": .string(WireText(admission.description)),
                    "author": .string(request.author.text),
                    "device": request.name.map { .string($0) } ?? .null,
                ],
                lines: [
                    "This lets in \(request.name ?? "a device") with a key that begins with \(request.mark).",
                    "Does the new device show the same beginning? Then paste this answer there:",
                    Shown(admission.description),
                ]
            )
        )
    }

    private static let missing = CommandFailure(
        .wrongInvitation,
        "no code was given",
        next: "`concord device request` shows it, on the new device."
    )
}

struct DeviceJoin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "On the new device: join with the answer.",
        discussion: """
            Needs the server, or a file that `concord log --export` wrote on the other device.

            Examples:
              concord device join < answer.txt
              concord device join --log audit.log < answer.txt     (no server here)
            """
    )

    @Argument(help: "The answer; asked for, or read from standard input.")
    var answer: String?
    @Option(parsing: .unconditional, help: "This device's name (default: the host's name).")
    var device: WireText?
    @Option(
        help: ArgumentHelp(
            "The server, if it is a different one from the answer's.",
            valueName: "url"
        )
    )
    var server: String?
    @Option(
        help: ArgumentHelp(
            "Join with an exported log instead of the server.",
            valueName: "file"
        )
    )
    var log: String?
    @OptionGroup var options: EngagementOptions

    func validate() throws { try TextArgument.requireTitle(device, option: "--device") }

    func run() async throws {
        let text =
            try answer.flatMap { $0 == "-" ? nil : $0 }
            ?? SecretInput.read("Answer: ", orFail: Self.missing)
        let joining = DeviceJoining(
            options: options,
            server: server,
            device: device ?? WireText(HostName.current),
            log: log
        )
        try await joining.run(text)
    }

    static let missing = CommandFailure(
        .wrongInvitation,
        "no answer was given",
        next:
            "`concord device admit` shows it, on a device that you have. Then, here: `concord device join`."
    )
}

/// How a new device joins, by either command.
private struct DeviceJoining {
    let options: EngagementOptions
    let server: String?
    let device: WireText
    let log: String?

    func run(_ text: String) async throws {
        guard let admission = DeviceAdmission(text) else {
            throw CommandFailure(
                .wrongInvitation,
                "this is not the answer of `concord device admit`, or a part of it is missing",
                next: "Copy the whole answer, from `concord-admission1:` on."
            )
        }
        let synced = try (server ?? admission.server).map { try SyncServer($0) }
        let lines = try log.map { try InputFile.bytes($0) }
        if synced == nil, lines == nil {
            throw CommandFailure(
                .serverAddress,
                "the answer does not name a server",
                next:
                    "Give the address with --server, or a file of `concord log --export` with --log."
            )
        }
        let replica: Replica
        if let synced, lines == nil {
            replica = try await HTTPTransport.withTransport(to: synced.address) { transport in
                try await join(admission, through: transport, nil)
            }
        } else {
            replica = try await join(admission, through: nil as HTTPTransport?, lines)
        }
        try synced?.remember(for: replica)
        try report(replica)
    }

    private func join(
        _ admission: DeviceAdmission,
        through transport: HTTPTransport?,
        _ log: [UInt8]?
    ) async throws -> Replica {
        let path = try options.path(ofNewDevice: ())
        return try await Passphrase.askingMeanwhile { passphrase in
            try await Replica.join(
                at: path,
                admission: admission,
                device: device,
                through: transport,
                log: log,
                environment: options.environment,
                passphrase: passphrase,
                renaming: options.path(ofNumber:)
            )
        }
    }

    private func report(_ replica: Replica) throws {
        let me = try replica.identity()
        let local = URL(fileURLWithPath: replica.path).deletingPathExtension().lastPathComponent
        var object: JSONObject = [
            "engagement": .string(replica.engagement.base64url), "name": .string(local),
            "path": .string(replica.path), "member": .string(me.member),
            "role": .string(me.role.rawValue), "author": .string(replica.author.text),
        ]
        object["person"] = me.name.map { .string($0) }
        object["letter"] = me.letter.map { .string($0) }
        try options.output.show(
            Message(
                json: .object(object),
                lines: [
                    "This device is \(me.name ?? "yours") too, \(me.role.title). Here the engagement is called \(local).",
                    "Findings that you raise here get numbers of their own. Next: `concord status`, and `concord sync` now and then.",
                ]
            )
        )
    }
}

struct DeviceRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End one of your devices (leaders only).",
        discussion: """
            Only an audit team leader can revoke a device: a lost phone could revoke the others \
            otherwise. If you are not one, tell yours; they use `concord member revoke YOU --device \
            DEVICE`.

            Example:
              concord device revoke "Ruth's phone" --reason "left on the train"
            """
    )

    @Argument(help: "The device: its name, or the beginning of its key.")
    var device: String
    @Option(
        parsing: .unconditional,
        help: "The reason, which becomes part of the record.",
        transform: TextArgument.reason
    )
    var reason: WireText
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.open()
        let me = try replica.identity()
        let name = me.name ?? me.member
        guard Rights.right(of: me.role, to: .editTeam) == .yes else {
            throw CommandFailure(
                .void(.noRight),
                "only an audit team leader can revoke a device",
                next:
                    "Tell yours; they run: concord member revoke \"\(name)\" --device \"\(device)\" --reason WHY"
            )
        }
        let view = try AuditView(replica)
        let member = try view.names.joinedMember(me.member.string)
        try options.revoke(device, of: member, reason: reason, in: view)
    }
}

extension EngagementOptions {
    /// The file of an engagement that a new device is going to join: its name is not known yet.
    fileprivate func path(ofNewDevice: ()) throws -> String {
        if let path = try givenPath() { return path }
        let folder = DataFolder.standard
        try folder.create()
        return folder.file(of: "new-device")
    }
}
