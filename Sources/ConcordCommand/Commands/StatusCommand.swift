import ArgumentParser
import Concord
import ConcordDiff
import ConcordEncoding
import ConcordModel

/// `concord status`.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the engagement's status and pending work.",
        discussion: """
            Shows what the server does not have yet, open conflicts, edits without effect, the \
            totals, and what the leader should look at before sign-off (--notices lists every \
            notice).
            """
    )

    @Flag(help: "List every notice, not only how many there are.")
    var notices = false
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try options.openForReading()
        let view = try AuditView(replica)
        let me = try replica.identity()
        let found = Notices(view.audit, catalogues: .shipped, contested: view.contested).all
        let news = try replica.inbox().count { $0.isNew }
        let proposals = try view.proposedSaves().count
        if options.json {
            return try Output.json(try json(replica, view, me.member, found, news, proposals))
        }
        let status = view.snapshot.status
        let engagement = view.audit.engagement
        let title = [engagement?.number, view.audit.organization?.name].compactMap { $0 }
        var lines = Layout.indented(Shown(title.joined(separator: "  ")), by: 0)
            .map { Style.output.strong($0) }
        let standards = view.audit.standards.map { AuditView.title(ofStandard: $0) }
        let letter = me.letter.map { " (\($0))" } ?? ""
        let waiting =
            status.pending == 0
            ? "everything is on the server" : "\(status.pending) not on the server yet"
        let conflicts = status.conflicts > 0 ? ": `concord conflicts`" : ""
        let path = try options.existingPath()
        let uncounted = self.void(view, me.role)
        let facts: [Shown] = [
            Shown(standards.joined(separator: ", ")),
            Self.standing(
                "\(me.name ?? me.member), \(me.role.title)\(letter)",
                view.snapshot.membership.revocation(of: replica.author)
            ),
            "replica \(path)",
            "",
            "\(Layout.count(status.diffs, "diff")) here, \(waiting)",
            "\(Layout.count(status.conflicts, "conflict")) open\(conflicts)",
            "\(Layout.count(proposals, "proposal")) open\(proposals > 0 ? ": `concord proposals`" : "")",
            uncounted,
            "\(news) new in your inbox\(news > 0 ? ": `concord inbox`" : "")",
            "",
        ]
        lines += facts.flatMap { Layout.indented($0, by: 2) }
        lines += view.totalsText().map { "  " + $0 }
        lines += text(found)
        if notices {
            for notice in try ClockNotices(view).texts {
                lines += Layout.indented("clock: \(notice)", by: 4)
            }
        }
        try Output.lines(lines)
    }

    /// Who the person is here, and whether the membership, or this device alone, was revoked, as far as this
    /// replica has heard.
    private static func standing(_ person: String, _ revocation: Revocation?) -> Shown {
        switch revocation {
        case .member:
            "you were \(person): your membership has ended, and edits that you save have no effect"
        case .device:
            "you are \(person), and this device was revoked: edits saved on it have no effect"
        case nil: "you are \(person)"
        }
    }

    /// What does not count, and who can do something about it.
    private func void(_ view: AuditView, _ role: Role) -> Shown {
        let count = view.undecidedVoids().count
        if count == 0 { return "no undecided edits without effect" }
        let saves = "\(Layout.count(count, "save")) \(count == 1 ? "has" : "have") no effect"
        return Rights.right(of: role, to: .admit) == .yes
            ? "\(saves): `concord admit`"
            : "\(saves); an audit team leader decides about \(count == 1 ? "it" : "them")"
    }

    private func text(_ found: [Notice]) -> [Shown] {
        guard !found.isEmpty else { return [] }
        let errors = found.count { $0.severity == .error }
        let warnings = Layout.count(found.count - errors, "warning")
        let head = "\(Layout.count(errors, "error")) and \(warnings) before sign-off"
        guard notices else {
            return [""] + Layout.indented("\(head): `concord status --notices`", by: 2)
        }
        return [""] + Layout.indented(Shown(head), by: 2)
            + found.flatMap { notice in
                Layout.indented("\(notice.severity.rawValue): \(notice.message)", by: 4)
            }
    }

    private func json(
        _ replica: Replica,
        _ view: AuditView,
        _ me: WireText,
        _ found: [Notice],
        _ news: Int,
        _ proposals: Int
    ) throws -> JSON {
        let status = view.snapshot.status
        let void = view.undecidedVoids()
        return [
            "engagement": .string(replica.engagement.base64url),
            "path": .string(try options.existingPath()),
            "number": view.audit.engagement?.number.map { .string($0) } ?? .null,
            "organization": view.audit.organization?.name.map { .string($0) } ?? .null,
            "standards": .array(view.audit.standards.map { .string($0) }),
            "author": .string(replica.author.description), "member": .string(me),
            "revoked": .bool(view.snapshot.membership.revocation(of: replica.author) != nil),
            "revocation": view.snapshot.membership.revocation(of: replica.author)
                .map { .string(WireText($0.rawValue)) } ?? .null,
            "diffs": .integer(Int64(status.diffs)), "pending": .integer(Int64(status.pending)),
            "logSize": .integer(Int64(status.log)),
            "conflicts": .integer(Int64(status.conflicts)),
            "openProposals": .integer(Int64(proposals)),
            "void": .integer(Int64(void.values.reduce(0, +))),
            "voidSaves": .integer(Int64(void.count)),
            "inbox": .integer(Int64(news)),
            "records": .integer(Int64(status.records)),
            "clockNotices": .array(try notices ? ClockNotices(view).texts.map { .string($0) } : []),
            "digest": .string(view.snapshot.digest),
            "totals": view.totals(),
            "notices": .array(
                found.map { notice in
                    var object: JSONObject = [
                        "severity": .string(notice.severity.rawValue),
                        "code": .string(notice.code.rawValue), "message": .string(notice.message),
                    ]
                    object["record"] = notice.record.map { .string($0) }
                    return .object(object)
                }
            ),
        ]
    }
}
