import Concord
import ConcordAudit
import ConcordDiff
import ConcordEncoding

/// What of a member's work is still open, at the end of their inbox.
struct OpenMattersView {
    /// The names of the conflicts, with what each is about.
    private let contested: [(name: String, about: String)]
    /// The places where something is only proposed, each once.
    private let proposed: [String]
    private let waiting: Int

    init(_ matters: OpenMatters, in view: AuditView) {
        contested = matters.contested.map { (ConflictName.of($0), view.subjects.place($0)) }
        var known: Set<WireText> = []
        proposed = matters.proposed.map { view.subjects.place($0) }
            .filter { known.insert(WireText($0)).inserted }
        waiting = matters.waiting
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
    var lines: [Shown] {
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
