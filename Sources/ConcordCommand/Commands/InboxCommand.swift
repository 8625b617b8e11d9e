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
        let declined = view.declinedSaves
        let open = try view.openMatters(of: try replica.identity().member)
        let items = Several(
            name: "items",
            items: entries.map { entry in
                InboxItemView(
                    entry: entry,
                    declined: declined[entry.item.mine.diff.text],
                    view: view
                )
            }
        )
        let matters = OpenMattersView(open, in: view)
        let ended = try EndedAccessView(view)
        let nothing = nothing(found.count, matters.lines.isEmpty)
        try options.output.show(
            InboxView(items: items, open: matters, ended: ended, nothing: nothing)
        )
        if markRead { try replica.markInboxRead(entries) }
    }

    /// That there is nothing to tell, and no more than is true.
    ///
    /// - Parameters:
    ///   - read: how many items were told before.
    ///   - isSettled: whether nothing of this member is in conflict or only proposed.
    private func nothing(_ read: Int, _ isSettled: Bool) -> Shown {
        if since != nil { return "Your inbox has nothing newer than that save." }
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

/// What is in an inbox, and what of the member's work is open.
private struct InboxView: View {
    let items: Several<InboxItemView>
    let open: OpenMattersView
    let ended: EndedAccessView
    /// What is said where there is no item.
    let nothing: Shown

    var json: JSON {
        get throws {
            var object = try items.json.objectValue ?? [:]
            for (name, value) in open.json { object[name] = value }
            if ended.json != .null { object["endedAccess"] = ended.json }
            return .object(object)
        }
    }

    var lines: [Shown] {
        get throws {
            let open = open.lines
            if items.items.isEmpty { return (ended.lines.isEmpty ? [nothing] : ended.lines) + open }
            return try ended.lines + items.lines + (open.isEmpty ? [] : [""] + open)
        }
    }
}
