import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding
import ConcordModel

/// What came in, in sentences: who did what, and which findings were returned to the member.
struct NewsView: View {
    let news: News
    let view: AuditView
    /// How many people are told by name; the others are counted.
    var peopleMax = Int.max

    var json: JSON {
        [
            "people": .array(news.people.map(json)),
            "returned": .array(news.returned.map(json)),
        ]
    }

    var lines: [Shown] {
        var lines = news.people.prefix(peopleMax).flatMap { Layout.indented(sentence($0), by: 0) }
        let left = news.people.count - peopleMax
        if left > 0 {
            lines.append("and \(left) more \(left == 1 ? "person" : "people"): `concord news`")
        }
        for returned in news.returned {
            let reason = returned.reason.map { ": \"\($0)\"" } ?? ""
            lines += Layout.indented(
                Style.output.warning("Returned to you:")
                    + " \(label(returned.finding)), by \(name(returned.by))\(reason)",
                by: 0
            )
        }
        return lines
    }

    private func json(_ person: News.Person) -> JSON {
        [
            "member": person.member.map { .string($0) } ?? .null,
            "name": .string(WireText(name(person.member))),
            "saves": .integer(Int64(person.saves.count)),
            "withoutEffect": .integer(Int64(person.savesWithoutEffect)),
            "deeds": .string(WireText(deeds(person))),
            "diffs": .array(person.saves.map { .string($0.id.base64url) }),
        ]
    }

    private func json(_ returned: News.Returned) -> JSON {
        [
            "finding": .string(WireText(label(returned.finding))),
            "id": .string(returned.finding),
            "by": .string(WireText(name(returned.by))),
            "reason": returned.reason.map { .string($0) } ?? .null,
        ]
    }

    /// "Ruth Weiss recorded the finding "Fire door blocked" and submitted B-03 (2 saves)."
    private func sentence(_ person: News.Person) -> Shown {
        let saves = Layout.count(person.saves.count, "save")
        let void = person.savesWithoutEffect
        let without =
            void == 0
            ? "" : void == person.saves.count ? ", without effect" : ", \(void) without effect"
        guard !person.deeds.isEmpty else {
            return "\(name(person.member)) saved something (\(saves)\(without))."
        }
        return "\(name(person.member)) \(deeds(person)) (\(saves)\(without))."
    }

    private func deeds(_ person: News.Person) -> String {
        if person.deeds.isEmpty { return "" }
        return DeedsView(view: view, deeds: person.deeds).summary
    }

    private func name(_ member: WireText?) -> String {
        member.map { view.person($0) } ?? "Someone who has not joined"
    }

    private func label(_ finding: WireText) -> String {
        view.finding(id: finding).map { "\($0.label)" } ?? AuditView.handle(finding)
    }
}

/// What waits for the member: conflicts, proposals and findings to decide, the inbox.
struct WaitingView {
    private let contested: Int
    private let proposals: Int
    private let submitted: Int
    private let inbox: Int

    init(_ view: AuditView) throws {
        let me = try view.replica.identity()
        let open = try view.openMatters(of: me.member)
        contested = open.contested.count
        proposals = open.waiting
        // Who confirms alone is asked; others confirm only what they raised.
        submitted =
            Rights.right(of: me.role, to: .decideFinding) == .yes
            ? try view.moment.findings(inState: "submitted").count : 0
        inbox = try view.replica.inbox().count { $0.isNew }
    }

    var json: JSONObject {
        [
            "conflicts": .integer(Int64(contested)),
            "proposals": .integer(Int64(proposals)),
            "submitted": .integer(Int64(submitted)),
            "inbox": .integer(Int64(inbox)),
        ]
    }

    /// For people; nothing where nothing waits.
    var lines: [Shown] {
        let all: [(count: Int, words: String, command: String)] = [
            (contested, Layout.count(contested, "conflict") + " about your edits", "conflicts"),
            (proposals, Layout.count(proposals, "proposal") + " to decide", "proposals"),
            (
                submitted, Layout.count(submitted, "finding") + " to confirm or return",
                "finding list --state submitted"
            ),
            (inbox, Layout.count(inbox, "new item") + " in your inbox", "inbox"),
        ]
        let waiting = all.filter { $0.count > 0 }
        if waiting.isEmpty { return [] }
        return ["Waiting for you:"]
            + waiting.flatMap { Layout.indented("\($0.words): `concord \($0.command)`", by: 2) }
    }
}
