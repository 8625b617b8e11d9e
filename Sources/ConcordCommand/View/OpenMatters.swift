import Concord
import ConcordDiff
import ConcordEncoding
import ConcordModel

/// What of a member's work is still open: it is in conflict, or only proposed; and which proposals by others need their decision.
struct OpenMatters {
    /// The conflicts in which something of theirs is a candidate.
    let contested: [(name: String, about: String)]
    /// The places where something of theirs is only proposed.
    let proposed: [String]
    /// How many saves of others wait for a decision that they may take.
    let waiting: Int

    init(of member: WireText, in view: AuditView) throws {
        let devices = view.membership.devices
        contested = view.conflicts.filter { conflict in
            conflict.candidates.contains { devices[$0.write.author]?.member == member }
        }.map { (ConflictName.of($0.path), view.subjects.place($0.path)) }
        let saves = try view.proposalView.proposedSaves()
        var known: Set<WireText> = []
        proposed = saves.filter { $0.by.member == member }.flatMap(\.proposals)
            .map { view.subjects.place($0.account.path) }
            .filter { known.insert(WireText($0)).inserted }
        let mayDecide = view.membership.members[member]?.role == .lead
        waiting = mayDecide ? saves.count { $0.by.member != member } : 0
    }

    /// As JSON, beside the items of the inbox.
    var json: JSONObject {
        [
            "contested": .array(
                contested.map { ["name": .string($0.name), "about": .string($0.about)] }
            ),
            "proposed": .array(proposed.map { .string($0) }),
            "proposalsToDecide": .integer(Int64(waiting)),
        ]
    }

    /// How many of each are named.
    private static let namedMax = 6

    /// For people; nothing where nothing is open.
    var text: [Shown] {
        var lines: [Shown] = []
        if !contested.isEmpty {
            lines.append("Open conflicts about your edits (`concord conflicts show`):")
            for (name, about) in contested.prefix(Self.namedMax) {
                lines += Layout.indented("\(name)  \(about)", by: 2)
            }
            lines += Self.more(contested.count)
        }
        if !proposed.isEmpty {
            lines.append("Your open proposals (`concord proposals`):")
            for about in proposed.prefix(Self.namedMax) {
                lines += Layout.indented(Shown(about), by: 2)
            }
            lines += Self.more(proposed.count)
        }
        if waiting > 0 {
            lines.append(
                "\(Layout.count(waiting, "proposal")) by others \(waiting == 1 ? "needs" : "need") "
                    + "your decision (`concord proposals`)."
            )
        }
        return lines
    }

    private static func more(_ count: Int) -> [Shown] {
        count > namedMax ? ["  and \(count - namedMax) more"] : []
    }
}
