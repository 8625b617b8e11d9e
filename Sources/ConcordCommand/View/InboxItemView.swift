import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel

/// An item of the inbox.
struct InboxItemView: View {
    let entry: InboxEntry
    /// That a leader has declined the save, where it does not count.
    let declined: VoidSave.Declined?
    let view: AuditView

    private var item: InboxItem { entry.item }

    var lines: [Shown] {
        get throws {
            var lines = Layout.indented(
                "\(entry.isNew ? "* " : "")\(view.subjects.place(item.mine.path))",
                by: 0
            )
            lines[0] = Style.output.strong(lines[0])
            let event = view.event(item)
            if case .team(let change) = event { return lines + team(change) }
            lines += Layout.indented("yours: \(view.accountView.line(item.mine))", by: 2)
            lines += Layout.indented(Shown(words(event) + (since ?? "")), by: 2)
            if let declined, item.kind == .void {
                let reason = declined.reason.map { ": \($0)" } ?? ""
                lines += Layout.indented(
                    "\(try view.voidView.name(of: declined)) declined it\(reason)",
                    by: 2
                )
            }
            lines += answer
            if let contested = item.contested {
                lines += Layout.indented(
                    "still in conflict: concord conflicts show \(ConflictName.of(contested))",
                    by: 2
                )
            }
            return lines
        }
    }

    /// What overruled it or decided, by whom and why.
    private var answer: [Shown] {
        guard let by = item.by else { return [] }
        // What answers a removal adds nothing: it keeps what is there.
        var said =
            item.isKept ? "kept, \(view.accountView.origin(by))" : view.accountView.line(by)
        if item.kind == .declined, by.typesNothing {
            said = "left the text without it, \(view.accountView.origin(by))"
        }
        var lines = Layout.indented("by: \(said)", by: 2)
        if let reason = by.reason { lines += Layout.indented("because: \(reason)", by: 2) }
        return lines
    }

    /// What has become of a decision since, where somebody has written something else; nil where it stands.
    private var since: String? {
        item.shownSince.map { now in
            "; it is \(view.valueWords.worded(now.value, at: item.mine.path, none: "cleared")) now"
        }
    }

    private func words(_ event: InboxEvent) -> String {
        switch event {
        case .resolved: "a conflict was resolved with another value"
        case .outranked(let because): "not shown: \(because.words ?? "another value is")"
        case .void(let reason, let canBeAdmitted):
            if let reason {
                "it has no effect: \(view.voidView.why(reason, by: item.mine.write.author))"
                    + (canBeAdmitted ? "; a leader can admit it" : "")
            } else {
                "it has no effect"
            }
        case .accepted: "your proposal was accepted"
        case .declined: "your proposal was declined"
        case .decided(let isOwn, let state, let target): decided(isOwn, state, target)
        case .team(let change): words(change)
        case .citedRemoved: "something you cite there was removed and no longer counts"
        case .hidden(let word):
            "reports do not show what it says, since it was marked as \(view.conflictView.named(word))"
        case .admittedAfterwards:
            "you declined the save; someone who had seen that admitted it, so it counts"
        case .removedAround:
            "the record was removed by someone who had seen what you wrote in it"
        case .removed: "it was removed by someone who had seen it"
        case .changed: "it was changed by someone who had seen it"
        case .unanswered:
            "you closed the answer before you had seen this, so it counts as open: reopen the "
                + "answer, or "
                + "close it again"
        case .admittedMeanwhile:
            "you declined the save while someone else admitted it: it counts"
        case .declinedMeanwhile:
            "you admitted the save while someone else declined it: it counts"
        case .otherState:
            "someone set another state at the same time, which does not count"
        case .submittedUnseen:
            "you submitted the finding before you had seen this change"
        case .submittedByOther:
            "someone submitted the finding before they had seen your change"
        }
    }

    /// A change of the team, with when and why.
    private func team(_ change: InboxEvent.TeamChange) -> [Shown] {
        var lines = Layout.indented(Shown(words(change)), by: 2)
        lines += Layout.indented("by: \(view.accountView.origin(item.mine))", by: 2)
        if let reason = item.mine.reason { lines += Layout.indented("because: \(reason)", by: 2) }
        return lines
    }

    /// A change of the team in one sentence without a full stop.
    private func words(_ change: InboxEvent.TeamChange) -> String {
        let who = view.accountView.signature(of: item.mine).name
        switch change {
        case .device(let key, let owner, let isOwn):
            let name = view.field(DeviceField.name, of: key)?.stringValue
            let called = name ?? WireText(String(key.string.prefix(8)))
            return isOwn
                ? "\(who) revoked your device \(called): edits saved on it have no effect"
                : "\(who) revoked the device \(called) of \(view.person(owner ?? ""))"
        case .role(let member, let role, let isOwn):
            let title = role?.title ?? "something unknown"
            return isOwn
                ? "\(who) changed your role: you are \(title) now"
                : "\(who) made \(view.person(member)) \(title)"
        case .ended(let member, let isOwn):
            return isOwn
                ? "\(who) ended your membership"
                : "\(who) ended the membership of \(view.person(member))"
        }
    }

    /// What became of a finding, and where it counts now.
    private func decided(_ isOwn: Bool, _ state: WireText?, _ target: FindingRecord?) -> String {
        guard isOwn else {
            return state == "merged"
                ? "the finding in which you wrote this was merged"
                    + (target.map { " into \($0.label)" } ?? "")
                : "the finding in which you wrote this was withdrawn"
        }
        return switch state {
        case "merged":
            target.map { "your finding was merged into \($0.label)" }
                ?? "your finding was merged into another one"
        case "draft": "your finding is a draft again"
        case "submitted": "the confirmation of your finding was undone"
        case let state?: "your finding was \(state)"
        case nil: "your finding was changed"
        }
    }

    var json: JSON {
        var object: JSONObject = [
            "id": .string(item.id), "kind": .string(item.kind.rawValue), "new": .bool(entry.isNew),
            "path": .string(item.mine.path.description),
            "about": .string(view.subjects.place(item.mine.path)), "shown": item.shown ?? .null,
            "because": .string(item.because.rawValue), "mine": view.accountView.json(item.mine),
        ]
        object["by"] = item.by.map { view.accountView.json($0) }
        object["target"] = item.mergeTarget(in: view).map { .string($0.label) }
        object["conflict"] = item.conflict.map { .string($0.rawValue) }
        object["conflictName"] = item.contested.map { .string(WireText(ConflictName.of($0))) }
        return .object(object)
    }
}
