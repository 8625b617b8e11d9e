import Concord
import ConcordAudit
import ConcordEncoding
import ConcordModel

/// What `concord status` tells: what is where, what is open, the totals, and what to look at before sign-off.
struct StatusView: View {
    let replica: Replica
    /// The replica's file.
    let path: String
    let view: AuditView
    /// Whether every notice is listed for people, and not only how many there are.
    let listsNotices: Bool

    var json: JSON {
        get throws {
            let found = self.notices(of: view)
            let status = try view.moment.status()
            let void = view.voidView.undecidedVoids()
            return [
                "engagement": .string(replica.engagement.base64url),
                "path": .string(path),
                "number": view.engagement?.number.map { .string($0) } ?? .null,
                "organization": view.organization?.name.map { .string($0) } ?? .null,
                "standards": .array(view.frame.standards.map { .string($0) }),
                "author": .string(replica.author.description),
                "member": .string(try replica.identity().member),
                "revoked": .bool(view.membership.revocation(of: replica.author) != nil),
                "revocation": view.membership.revocation(of: replica.author)
                    .map { .string(WireText($0.rawValue)) } ?? .null,
                "diffs": .integer(Int64(status.diffs)), "pending": .integer(Int64(status.pending)),
                "logSize": .integer(Int64(status.log)),
                "safety": SafetyView.json(try replica.safety()),
                "conflicts": .integer(Int64(status.conflicts)),
                "openProposals": .integer(Int64(try view.proposalView.undecidedProposals().count)),
                "void": .integer(Int64(void.values.reduce(0, +))),
                "voidSaves": .integer(Int64(void.count)),
                "contradictions": .array(try replica.contradictions().map(ContradictionView.json)),
                "inbox": .integer(Int64(try replica.inbox().count { $0.isNew })),
                "records": .integer(Int64(status.records)),
                "clockNotices": .array(
                    try listsNotices ? ClockNotices(view).texts.map { .string($0) } : []
                ),
                "digest": .string(try view.digest()),
                "totals": TotalsView.json(view.totals.count()),
                "notices": .array(
                    found.map { notice in
                        var object: JSONObject = [
                            "severity": .string(notice.severity.rawValue),
                            "code": .string(notice.code.rawValue),
                            "message": .string(notice.message),
                        ]
                        object["record"] = notice.record.map { .string($0) }
                        return .object(object)
                    }
                ),
            ]
        }
    }

    var lines: [Shown] {
        get throws {
            let me = try replica.identity()
            let proposals = try view.proposalView.undecidedProposals().count
            let figures = try view.moment.figures(keptBeside: replica.path)
            let news = try replica.inbox().count { $0.isNew }
            let (diffs, log) = try view.moment.diffCounts()
            let conflictCount = view.conflicts.count
            let engagement = view.engagement
            let title = [engagement?.number, view.organization?.name].compactMap { $0 }
            var lines = Layout.indented(Shown(title.joined(separator: "  ")), by: 0)
                .map { Style.output.strong($0) }
            let standards = view.frame.standards.map { AuditView.title(ofStandard: $0) }
            let letter = me.letter.map { " (\($0))" } ?? ""
            let waiting =
                diffs == log
                ? "everything is on the server" : "\(diffs - log) not on the server yet"
            let conflicts = conflictCount > 0 ? ": `concord conflicts`" : ""
            let uncounted = self.void(view, me.role)
            let alone = try replica.safety()[.durable] ?? 0
            let seen = alone > 0 ? ", \(alone) not seen by a second device" : ""
            let facts: [Shown] = [
                Shown(standards.joined(separator: ", ")),
                Self.standing(
                    "\(me.name ?? me.member), \(me.role.title)\(letter)",
                    view.membership.revocation(of: replica.author)
                ),
                "replica \(path)",
                "",
                "\(Layout.count(diffs, "diff")) here, \(waiting)\(seen)",
                "\(Layout.count(conflictCount, "conflict")) open\(conflicts)",
                "\(Layout.count(proposals, "proposal")) open\(proposals > 0 ? ": `concord proposals`" : "")",
                uncounted,
                "\(news) new in your inbox\(news > 0 ? ": `concord inbox`" : "")",
                "",
            ]
            lines += facts.flatMap { Layout.indented($0, by: 2) }
            if let ended = try EndedAccessView(view).line { lines += Layout.indented(ended, by: 2) }
            if let change = try replica.keyChange() {
                lines += Layout.indented(KeyChangeView(change: change).line, by: 2)
            }
            for contradiction in try replica.contradictions() {
                lines += Layout.indented(ContradictionView.line(contradiction), by: 2)
            }
            lines += TotalsView(figures).lines.map { "  " + $0 }
            lines += text(figures)
            if listsNotices {
                for notice in self.notices(of: view) {
                    lines += Layout.indented(
                        "\(notice.severity.rawValue): \(notice.message)",
                        by: 4
                    )
                }
                for notice in try ClockNotices(view).texts {
                    lines += Layout.indented("clock: \(notice)", by: 4)
                }
            }
            return lines
        }
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
        let count = view.voidView.undecidedVoids().count
        if count == 0 { return "no undecided edits without effect" }
        let saves = "\(Layout.count(count, "save")) \(count == 1 ? "has" : "have") no effect"
        return Rights.right(of: role, to: .admit) == .yes
            ? "\(saves): `concord admit`"
            : "\(saves); an audit team leader decides about \(count == 1 ? "it" : "them")"
    }

    private func notices(of view: AuditView) -> [Notice] {
        Notices(view.audit, catalogues: .shipped, contested: view.contested).all
    }

    private func text(_ figures: AuditFigures) -> [Shown] {
        guard figures.errors + figures.warnings > 0 else { return [] }
        let warnings = Layout.count(figures.warnings, "warning")
        let head = "\(Layout.count(figures.errors, "error")) and \(warnings) before sign-off"
        return [""]
            + Layout.indented(
                listsNotices ? "\(head)" : "\(head): `concord status --notices`",
                by: 2
            )
    }
}
