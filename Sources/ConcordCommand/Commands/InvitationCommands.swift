import ArgumentParser
import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

extension ListedInvitation {
    /// Whether a text is one of the words of the invited person's name, such as the first name.
    fileprivate func isCalled(_ text: String) -> Bool {
        let words = (name?.string.lowercased() ?? "").split { $0.isWhitespace }
        return words.contains { $0 == text.lowercased() }
    }

    /// What people call it: the name of who is invited, or the end of its id.
    var label: String { name?.string ?? AuditView.handle(id) }
}

/// An invitation in a list.
private struct InvitationRow: Row {
    let invitation: ListedInvitation
    /// The names of the people who joined with it.
    let joined: [String]

    var json: JSON {
        var object: JSONObject = [
            "id": .string(invitation.id), "uses": .integer(Int64(invitation.uses)),
            "status": .string(invitation.status.rawValue),
            "joined": .array(joined.map { .string($0) }),
        ]
        object["name"] = invitation.name.map { .string($0) }
        object["role"] = .string(invitation.role.rawValue)
        object["letter"] = invitation.letter.map { .string($0) }
        object["expires"] = invitation.expires.map { .string($0.description) }
        return .object(object)
    }

    var cells: [String] {
        [
            AuditView.handle(invitation.id), invitation.name?.string ?? "",
            invitation.role.title, invitation.letter?.string ?? "", invitation.status.words,
            invitation.expires.map { Signature.moment($0) } ?? "never",
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
        let rows = view.invitations(now: options.environment.now()).map { invitation in
            InvitationRow(
                invitation: invitation,
                joined: invitation.joined.map { view.person($0) }
            )
        }
        try options.output.show(
            Table(
                name: "invitations",
                rows: rows,
                head: ["id", "for", "role", "letter", "state", "valid until", "joined"],
                none: "Nobody has been invited yet: `concord invite --name NAME`."
            )
        )
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
        let found = try self.found(view.invitations(now: options.environment.now()))
        try options.save(
            try TeamActs().withdraw(found, called: WireText(found.label), reason: reason),
            in: view,
            said: [
                "Withdrew the invitation for \(found.label). Run `concord sync`: it counts once the server has it."
            ],
            record: (Schema.invitation.name, found.id, WireText(found.label))
        )
    }

    private func found(_ all: [ListedInvitation]) throws -> ListedInvitation {
        let open = all.filter(\.canBeWithdrawn)
        let named = { (list: [ListedInvitation]) in
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
        // The act refuses it, and says why.
        if let closed = named(all).first, candidates.isEmpty { return closed }
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
