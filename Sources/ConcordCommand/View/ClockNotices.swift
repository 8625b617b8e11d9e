import Concord
import ConcordDiff
import ConcordEncoding

/// Which devices' clocks contradict what they had received.
///
/// No clock takes part in a merge; but a person who writes after having seen what another device signed
/// "later" has a clock behind it, and people who read the times should know.
struct ClockNotices {
    /// The least difference that is worth a word, in milliseconds.
    private static let least: Int64 = 5 * 60_000

    /// One sentence for each pair of devices, the greatest difference first.
    let texts: [String]

    init(_ view: AuditView) throws {
        var times: [DiffID: (author: Author, milliseconds: Int64)] = [:]
        var ahead: [Pair: Int64] = [:]
        try view.replica.log { line in
            let diff = try UnverifiedDiff(envelope: line.envelope, mayBeErased: true)
            let time = diff.head.time.milliseconds
            times[diff.id] = (diff.head.author, time)
            for parent in diff.head.parents.compactMap({ times[$0] })
            where parent.author != diff.head.author {
                let pair = Pair(ahead: parent.author, behind: diff.head.author)
                let difference = parent.milliseconds - time
                if difference >= Self.least { ahead[pair] = max(ahead[pair] ?? 0, difference) }
            }
        }
        texts = ahead.sorted { $0.value > $1.value }.map { pair, difference in
            "\(Self.name(pair.ahead, view)) is at least \(Self.words(difference)) ahead of "
                + Self.name(pair.behind, view)
        }
    }

    private struct Pair: Hashable {
        let ahead: Author
        let behind: Author
    }

    private static func name(_ author: Author, _ view: AuditView) -> String {
        let person = view.person(of: author)
        return [person?.name, person?.device.map { "(\($0))" }].compactMap { $0 }
            .joined(separator: " ")
    }

    private static func words(_ milliseconds: Int64) -> String {
        let minutes = milliseconds / 60_000
        if minutes < 120 { return "\(minutes) minutes" }
        let hours = minutes / 60
        return hours < 48 ? "\(hours) hours" : "\(hours / 24) days"
    }
}
