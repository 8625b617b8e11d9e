import ArgumentParser
import Concord
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// `concord inbox`.
struct InboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox",
        abstract:
            "List your edits that were overruled or have no effect, and decisions on your proposals and findings.",
        discussion: """
            Lists conflicts that were resolved against your value, values that lost to another one \
            by the field's rule, edits without effect with the reason, decisions on your proposals \
            and findings, findings that were submitted and changed at the same time, states that \
            were set and saves that were admitted and declined at the same time, evidence of yours \
            whose content reports do not show, and changes of roles and memberships. Items you mark as read on this device are hidden unless you \
            give --all. At the end, it names your conflicts and proposals that are still open.

            Examples:
              concord inbox
              concord inbox --mark-read
              concord inbox --all --since 12@Jb0xPqLr
            """
    )

    @Flag(help: "Include items marked as read.")
    var all = false
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Only events that the author of this diff had not seen.",
            valueName: "point"
        )
    )
    var since: String?
    @Flag(help: "Mark the listed items as read.")
    var markRead = false
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try markRead ? options.open() : options.openForReading()
        let view = try AuditView(replica)
        let found = try replica.inbox(since: try since.map { try PointArgument.diff($0, replica) })
        let entries = found.filter { all || $0.isNew }
        let open = try OpenMatters(of: replica.identity().member, in: view)
        if options.json {
            var object: JSONObject = ["items": .array(entries.map { view.inboxView.json($0) })]
            for (name, value) in open.json { object[name] = value }
            try Output.json(.object(object))
        } else {
            let declined = view.voidView.declinedSaves()
            for (index, entry) in entries.enumerated() {
                let decision = declined[entry.item.mine.diff.text]
                try Output.lines(
                    (index > 0 ? [""] : []) + (try view.inboxView.text(entry, decision))
                )
            }
            let lines = open.text
            if entries.isEmpty { try Output.lines([nothing(found.count, lines.isEmpty)]) }
            if !lines.isEmpty { try Output.lines((entries.isEmpty ? [] : [""]) + lines) }
        }
        if markRead { try replica.markInboxRead(entries) }
    }

    /// That there is nothing to tell, and no more than is true.
    ///
    /// - Parameters:
    ///   - read: how many items were told before.
    ///   - isSettled: whether nothing of this member is in conflict or only proposed.
    private func nothing(_ read: Int, _ isSettled: Bool) -> Shown {
        if since != nil { return "There is nothing in your inbox from edits since then." }
        if read > 0 {
            let items = read == 1 ? "1 item that you have read" : "\(read) items that you have read"
            return "Nothing new: `concord inbox --all` lists the \(items)."
        }
        if !isSettled { return all ? "There is nothing in your inbox." : "Nothing new." }
        return all
            ? "Nobody has overruled or changed what you wrote."
            : "Nothing new: nobody has overruled or changed what you wrote."
    }
}

/// The items of an inbox.
struct InboxView {
    let view: AuditView

    /// An item of the inbox, for people.
    ///
    /// - Parameter declined: that a leader has declined it, where it does not count.
    func text(_ entry: InboxEntry, _ declined: VoidSave.Declined?) throws -> [Shown] {
        let item = entry.item
        let style = Style.output
        var lines = Layout.indented(
            "\(entry.isNew ? "* " : "")\(view.subjects.place(item.mine.path))",
            by: 0
        )
        lines[0] = style.strong(lines[0])
        if item.kind == .team { return lines + teamText(item) }
        lines += Layout.indented("yours: \(view.accountView.line(item.mine))", by: 2)
        lines += Layout.indented(Shown(words(item) + (since(item) ?? "")), by: 2)
        if let declined, item.kind == .void {
            let reason = declined.reason.map { ": \($0)" } ?? ""
            lines += Layout.indented(
                "\(try view.voidView.name(of: declined)) declined it\(reason)",
                by: 2
            )
        }
        if let by = item.by {
            // What answers a removal adds nothing: it keeps what is there.
            let isKept =
                item.mine.path == by.path && by.path.field == nil && item.mine.value == nil
                && by.value != nil
            var said = isKept ? "kept, \(view.accountView.origin(by))" : view.accountView.line(by)
            if item.kind == .declined, Self.typesNothing(by) {
                said = "left the text without it, \(view.accountView.origin(by))"
            }
            lines += Layout.indented("by: \(said)", by: 2)
            if let reason = by.reason { lines += Layout.indented("because: \(reason)", by: 2) }
        }
        if let contested = item.contested {
            lines += Layout.indented(
                "still in conflict: concord conflicts show \(ConflictName.of(contested))",
                by: 2
            )
        }
        return lines
    }

    /// What has become of a decision since, where somebody has written something else; nil where it stands.
    private func since(_ item: InboxItem) -> String? {
        guard let by = item.by, by.standing == .replaced, let field = by.path.field,
            by.path.member == nil, let rule = Schema.kind(by.path.kind)?.field(field)?.rule,
            rule != .text, item.contested == nil
        else { return nil }
        var now = item.shown
        if case .state(let cycle) = rule { now = now ?? .string(cycle.initial) }
        guard now != by.value else { return nil }
        return "; it is \(view.valueWords.worded(now, at: item.mine.path, none: "cleared")) now"
    }

    private func words(_ item: InboxItem) -> String {
        switch item.kind {
        case .resolved: "a conflict was resolved with another value"
        case .outranked: "not shown: \(item.because.words ?? "another value is")"
        case .void:
            if case .void(let reason) = item.mine.standing {
                void(reason, item)
            } else {
                "it has no effect"
            }
        case .accepted: "your proposal was accepted"
        case .declined: "your proposal was declined"
        case .decided: decided(item)
        case .team: teamWords(item)
        case .citedRemoved: "something you cite there was removed and no longer counts"
        case .hidden:
            "reports do not show what it says, since it was marked as \(view.conflictView.named(item.by?.value))"
        case .replaced where item.mine.path.kind == Schema.declined.name:
            "you declined the save; someone who had seen that admitted it, so it counts"
        case .replaced:
            item.by?.value == nil && item.by.map { $0.path != item.mine.path } ?? false
                ? "what you wrote this in was removed by someone who had seen it"
                : item.by?.value == nil
                    ? "it was removed by someone who had seen it"
                    : "it was changed by someone who had seen it"
        case .unanswered:
            "you closed the answer, and had not seen this: it counts as open; reopen the answer, or "
                + "close it again"
        case .unseen where item.mine.path.kind == Schema.declined.name:
            "you declined the save while someone else admitted it: it counts"
        case .unseen where item.mine.path.kind == Schema.admission.name:
            "you admitted the save while someone else declined it: it counts"
        case .unseen where item.mine.path == item.by?.path:
            "someone set another state at the same time, which does not count"
        case .unseen:
            item.mine.path.isState
                ? "you submitted the finding before you had seen this change"
                : "someone submitted the finding before they had seen your change"
        }
    }

    /// A change of the team, with when and why.
    private func teamText(_ item: InboxItem) -> [Shown] {
        var lines = Layout.indented(Shown(teamWords(item)), by: 2)
        lines += Layout.indented("by: \(view.accountView.origin(item.mine))", by: 2)
        if let reason = item.mine.reason { lines += Layout.indented("because: \(reason)", by: 2) }
        return lines
    }

    /// A change of the team in one sentence without a full stop.
    private func teamWords(_ item: InboxItem) -> String {
        let path = item.mine.path
        let who = view.accountView.signature(of: item.mine).name
        let me = view.person(of: view.replica.author)?.member
        if path.kind == Schema.device.name {
            let device = view.membership.devices.first { $0.key.text == path.record }
            let name = view.field(path.kind, path.record, "name")?.stringValue
            let called = name ?? WireText(String(path.record.string.prefix(8)))
            let owner = device?.value.member
            return owner == me
                ? "\(who) revoked your device \(called): edits saved on it have no effect"
                : "\(who) revoked the device \(called) of \(view.person(owner ?? ""))"
        }
        let isMe = path.record == me
        let name = view.person(path.record)
        if path.field == MemberField.role.name {
            let role =
                item.mine.value?.stringValue.flatMap { Role($0) }?.title ?? "something unknown"
            return isMe
                ? "\(who) changed your role: you are \(role) now" : "\(who) made \(name) \(role)"
        }
        return isMe ? "\(who) ended your membership" : "\(who) ended the membership of \(name)"
    }

    /// Whether a write of a text changed none of its words.
    private static func typesNothing(_ write: WriteAccount) -> Bool {
        write.value?.arrayValue?.allSatisfy { splice in
            Array(splice.arrayValue?.dropFirst() ?? []) == [.integer(0), .string("")]
        } ?? false
    }

    /// What became of a finding, and where it counts now.
    private func decided(_ item: InboxItem) -> String {
        guard item.mine.path.kind == Schema.finding.name, item.mine.path.field == nil else {
            let into = target(of: item).map { " into \($0.label)" } ?? ""
            return item.by?.value == "merged"
                ? "the finding in which you wrote this was merged\(into)"
                : "the finding in which you wrote this was withdrawn"
        }
        return switch item.by?.value?.stringValue {
        case "merged":
            target(of: item).map { "your finding was merged into \($0.label)" }
                ?? "your finding was merged into another one"
        case "draft": "your finding is a draft again"
        case "submitted": "the confirmation of your finding was undone"
        case let state?: "your finding was \(state)"
        case nil: "your finding was changed"
        }
    }

    /// The finding into which the one that an item is about was merged.
    private func target(of item: InboxItem) -> FindingRecord? {
        guard item.kind == .decided, item.by?.value == "merged" else { return nil }
        return view.finding(id: item.mine.path.record)?.duplicateOf.flatMap { view.finding(id: $0) }
    }

    private func void(_ reason: VoidReason, _ item: InboxItem) -> String {
        let why = view.voidView.why(reason, by: item.mine.write.author)
        return reason.canBeAdmitted(at: item.mine.path)
            ? "it has no effect: \(why); a leader can admit it" : "it has no effect: \(why)"
    }

    /// An item of the inbox as JSON; the shape is in `docs/concord.md`.
    func json(_ entry: InboxEntry) -> JSON {
        let item = entry.item
        var object: JSONObject = [
            "id": .string(item.id), "kind": .string(item.kind.rawValue), "new": .bool(entry.isNew),
            "path": .string(item.mine.path.description),
            "about": .string(view.subjects.place(item.mine.path)), "shown": item.shown ?? .null,
            "because": .string(item.because.rawValue), "mine": view.accountView.json(item.mine),
        ]
        object["by"] = item.by.map { view.accountView.json($0) }
        object["target"] = target(of: item).map { .string($0.label) }
        object["conflict"] = item.conflict.map { .string($0.rawValue) }
        object["conflictName"] = item.contested.map { .string(WireText(ConflictName.of($0))) }
        return .object(object)
    }
}
