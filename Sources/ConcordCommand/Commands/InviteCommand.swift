import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel
import ConcordSyncClient

/// `concord invite`.
struct InviteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite",
        abstract: "Invite a colleague, list invitations, or withdraw one.",
        discussion: """
            Send the code over a channel you trust: anyone who has it can join. It is valid for 14 \
            days unless you say otherwise. For someone on the planned team, --name is enough; the \
            role and standards come from the plan.

            Examples:
              concord invite --name "Tomas Ebrel"
              concord invite --role technicalExpert --name "Jonas Weir" --expires never
              concord invite --role auditor --standard 9001 --in-training 20000-1
              concord invite list
              concord invite withdraw Tomas --reason "the code was sent to a wrong address"
            """,
        subcommands: [InviteNew.self, InviteList.self, InviteWithdraw.self],
        defaultSubcommand: InviteNew.self
    )
}

struct InviteNew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make an invitation code that lets a colleague's device join."
    )

    @Option(help: "The role: lead, auditor, inTraining, technicalExpert, observer, auditeeRep …")
    var role: String?
    @Option(
        parsing: .unconditional,
        help: "The person to invite; on the planned team, by name or by the id in the file."
    )
    var name: WireText?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A standard that the person is competent in (repeatable).",
            valueName: "id"
        )
    )
    var standard: [String] = []
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A standard that the person is in training for (repeatable).",
            valueName: "id"
        )
    )
    var inTraining: [String] = []
    @Option(help: "The letter of the person's draft numbers (default: the next free one).")
    var letter: WireText?
    @Option(
        help: ArgumentHelp(
            "When the code expires: a time (RFC 3339), a number of days (30d), or never.",
            discussion: "Default: 14d.",
            valueName: "when"
        ),
        transform: InvitationExpiry.init
    )
    var expires = InvitationExpiry.usual
    @Option(help: "How many devices can join with the code.")
    var uses = 1
    @Option(help: ArgumentHelp("The server address to put into the code.", valueName: "url"))
    var server: String?
    @OptionGroup var options: EngagementOptions

    func validate() throws {
        guard (1...1000).contains(uses) else { throw ValidationError("--uses is 1 to 1000.") }
        if let letter { try LetterArgument.check(letter.string) }
        try TextArgument.requireTitle(name, option: "--name")
    }

    func run() throws {
        if let server { _ = try SyncServer(server) }
        let replica = try options.open()
        let view = try AuditView(replica)
        let planned = name.flatMap { plannedPerson($0, view) }
        let word = role ?? planned?["role"]?.stringValue?.string
        guard let word else {
            throw CommandFailure(
                .role,
                name.map {
                    "the plan's team has no '\(Layout.short($0.string))', so Concord does not know the role"
                }
                    ?? "you gave neither a name nor a role",
                next: (name.map { NearNames.hint($0, among: plannedNames(view)) } ?? "")
                    + "Give --role, such as --role auditor, and --name for the person to invite."
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
            expires: expires.time,
            uses: uses,
            server: try SyncServer.known(to: replica, given: server)?.address.description
        )
        try options.output.show(
            CodeView(code: code, role: role, expires: expires.time, now: options.environment.now())
        )
    }

    private func plannedPerson(_ name: WireText, _ view: AuditView) -> JSONObject? {
        view.listed(PlannedTeam.kind).values
            .compactMap(\.objectValue)
            .first { $0["name"]?.stringValue == name || $0["fileID"]?.stringValue == name }
    }

    private func plannedNames(_ view: AuditView) -> [WireText] {
        view.listed(PlannedTeam.kind).values
            .flatMap { [$0["name"]?.stringValue, $0["fileID"]?.stringValue] }.compactMap { $0 }
    }

    private func texts(_ value: JSON?) -> [WireText] {
        value?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    private func freeLetter(_ view: AuditView) -> WireText {
        let given = view.frameRecords(of: Schema.member.name).values
            .compactMap { $0[MemberField.letter]?.stringValue }
        return view.membership.freeLetter(
            besides: view.frame.members.compactMap(\.letter) + given
        )
    }
}

/// A new invitation's code, which is shown once.
private struct CodeView: View {
    let code: InvitationCode
    let role: Role
    /// When the code expires; nil for never.
    let expires: Timestamp?
    let now: Timestamp

    var json: JSON {
        var object: JSONObject = [
            "code": .string(code.description), "role": .string(role.rawValue),
            "invitation": .string(code.invitation),
        ]
        object["expires"] = expires.map { .string($0.description) }
        return .object(object)
    }

    var lines: [Shown] { ["\(code)"] }

    var notes: [Shown] {
        var notes: [Shown] = []
        if let expires, expires.milliseconds < now.milliseconds {
            notes.append("That time has passed, so nobody can join with this code.")
        }
        let until = expires.map { "until \(Signature.moment($0))" } ?? "until it is withdrawn"
        notes.append("It is valid \(until). On the colleague's device: concord join")
        notes.append("Run `concord sync` here first, so that the server learns of the invitation.")
        return notes
    }
}
