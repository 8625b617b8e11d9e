import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// An invitation, as it stands in the records.
struct InvitationView {
    let id: WireText
    let name: WireText?
    let role: Role?
    let letter: WireText?
    let uses: Int64
    /// The names of those who joined by it.
    let joined: [WireText]
    let expires: Timestamp?
    let status: Status

    /// Whether it can still be used, and if not, why.
    enum Status: String {
        case open, withdrawn, expired
        /// Everybody has joined for whom there was a use.
        case used
        /// Somebody who joined by it was revoked.
        case ended

        /// What people call it.
        var words: String {
            switch self {
            case .open, .withdrawn, .expired: rawValue
            case .used: "used up"
            case .ended: "ended by a revocation"
            }
        }
    }

    /// All invitations, the newest last: those that membership has, whatever their records say.
    static func all(_ view: AuditView, now: Timestamp) -> [InvitationView] {
        let membership = view.membership
        let records = view.frameRecords(of: Schema.invitation.name)
        let joined = Dictionary(grouping: membership.members, by: { $0.value.invitation ?? "" })
        return membership.invitations.map { id, invitation in
            let members = (joined[id] ?? []).sorted { $0.value.rank < $1.value.rank }
            return InvitationView(
                id: id,
                name: records[id]?["name"]?.stringValue,
                role: invitation.role,
                letter: invitation.letter,
                uses: Int64(invitation.uses),
                joined: members.map { WireText(view.person($0.key)) },
                expires: invitation.expires,
                status: status(
                    of: invitation,
                    isEnded: members.contains { $0.value.isRevoked },
                    now
                )
            )
        }.sorted { $0.id < $1.id }
    }

    /// The invitations by which somebody could still join and which a member made.
    static func open(madeBy member: WireText, _ view: AuditView) throws -> [InvitationView] {
        try all(view, now: Timestamp(milliseconds: .min)).filter { invitation in
            guard invitation.status == .open else { return false }
            let made = try view.replica.blame(kind: Schema.invitation.name, id: invitation.id)
                .first { $0.path.field == nil }?.write
            return made.flatMap { view.person(of: $0.write.author)?.member } == member
        }
    }

    private static func status(
        of invitation: Membership.Invitation,
        isEnded: Bool,
        _ now: Timestamp
    ) -> Status {
        if isEnded, invitation.isWithdrawn { return .ended }
        if invitation.isWithdrawn { return .withdrawn }
        if invitation.used >= invitation.uses { return .used }
        if let expires = invitation.expires, expires.milliseconds < now.milliseconds {
            return .expired
        }
        return .open
    }

    /// Whether a text is one of the words of the invited person's name, such as the first name.
    func isCalled(_ text: String) -> Bool {
        let words = (name?.string.lowercased() ?? "").split { $0.isWhitespace }
        return words.contains { $0 == text.lowercased() }
    }

    /// What people call it: the name of who is invited, or the end of its id.
    var label: String { name?.string ?? AuditView.handle(id) }

    var json: JSON {
        var object: JSONObject = [
            "id": .string(id), "uses": .integer(uses), "status": .string(status.rawValue),
            "joined": .array(joined.map { .string($0) }),
        ]
        object["name"] = name.map { .string($0) }
        object["role"] = role.map { .string($0.rawValue) }
        object["letter"] = letter.map { .string($0) }
        object["expires"] = expires.map { .string($0.description) }
        return .object(object)
    }

    var row: [String] {
        [
            AuditView.handle(id), name?.string ?? "", role?.title ?? "no role",
            letter?.string ?? "",
            status.words, expires.map { Signature.moment($0) } ?? "never",
            joined.joined(separator: ", "),
        ]
    }
}

/// `concord invite list`.
struct InviteList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List invitations with the person, the expiry, and who joined.",
        discussion: "Codes are not stored. Each code is shown once, when it is made."
    )

    @OptionGroup var options: EngagementOptions

    func run() throws {
        let view = try AuditView(try options.openForReading())
        let all = InvitationView.all(view, now: options.environment.now())
        if options.json { return try Output.json(["invitations": .array(all.map(\.json))]) }
        guard !all.isEmpty else {
            return try Output.lines(["Nobody has been invited yet: `concord invite --name NAME`."])
        }
        let head = ["id", "for", "role", "letter", "state", "valid until", "joined"]
        try Output.lines(Layout.table([head] + all.map(\.row)))
    }
}

/// `concord invite withdraw`.
struct InviteWithdraw: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Withdraw an invitation, so that its code no longer works (leaders only).",
        discussion: """
            People who have already joined stay; `concord member revoke` ends a membership. Run \
            `concord sync`, since a withdrawal counts once it is in the server's log.

            Example:
              concord invite withdraw "Tomas Ebrel" --reason "the code was lost"
            """
    )

    @Argument(help: "The invited person's name, or the invitation's id as listed.")
    var invitation: String
    @Option(
        parsing: .unconditional,
        help: "The reason, which becomes part of the record.",
        transform: TextArgument.reason
    )
    var reason: WireText?
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.open()
        let view = try AuditView(replica)
        let found = try self.found(InvitationView.all(view, now: options.environment.now()))
        var edit = Edit(reason: reason)
        edit.set(CellPath.invitation(found.id, .status), to: "withdrawn")
        try options.save(
            edit,
            in: view,
            said: [
                "Withdrew the invitation for \(found.label). Run `concord sync`: it counts once the server has it."
            ],
            record: (Schema.invitation.name, found.id, WireText(found.label))
        )
    }

    private func found(_ all: [InvitationView]) throws -> InvitationView {
        // One that has expired is still withdrawn: only the server refuses it, and nothing else would.
        let open = all.filter { $0.status == .open || $0.status == .expired }
        let named = { (list: [InvitationView]) in
            list.filter { item in
                item.id == WireText(invitation)
                    || item.name?.string.lowercased() == invitation.lowercased()
                    || invitation.count >= 4 && item.id.string.hasSuffix(invitation)
            }
        }
        var candidates = named(open)
        if candidates.isEmpty, named(all).isEmpty {
            candidates = open.filter { $0.isCalled(invitation) }
        }
        if let only = candidates.first, candidates.count == 1 { return only }
        if let closed = named(all).first, candidates.isEmpty {
            throw CommandFailure(
                .notOpen,
                "the invitation for \(closed.label) is not open any more: \(closed.status.words)",
                next: "`concord invite list` lists them; `concord member revoke` ends a membership."
            )
        }
        throw CommandFailure(
            candidates.isEmpty ? .notFound : .ambiguous,
            candidates.isEmpty
                ? "there is no invitation '\(invitation)'"
                : "'\(invitation)' may be any of \(candidates.count) invitations",
            next: candidates.isEmpty
                ? NearNames.sentence(invitation, among: open.map(\.label), what: "open invitation")
                : "Name it by its id: "
                    + candidates.map { AuditView.handle($0.id) }.joined(separator: ", ") + "."
        )
    }
}
