import Concord
import ConcordAudit
import ConcordDiff

/// Which devices' clocks contradict what they had received, one sentence for each pair.
struct ClockNotices {
    /// The greatest difference first.
    let texts: [String]

    init(_ view: AuditView) throws {
        var clocks = ClockContradictions()
        try view.replica.log { line in
            clocks.take(try UnverifiedDiff(envelope: line.envelope, mayBeErased: true))
        }
        texts = clocks.pairs.map { pair in
            "\(Self.name(pair.ahead, view)) is at least \(Self.words(pair.atLeast)) ahead of "
                + Self.name(pair.behind, view)
        }
    }

    private static func name(_ author: Author, _ view: AuditView) -> String {
        let person = view.person(of: author)
        return [person?.name, person?.device.map { "(\($0))" }].compactMap { $0 }
            .joined(separator: " ")
    }

    private static func words(_ difference: Duration) -> String {
        let minutes = difference.components.seconds / 60
        if minutes < 120 { return "\(minutes) minutes" }
        let hours = minutes / 60
        return hours < 48 ? "\(hours) hours" : "\(hours / 24) days"
    }
}
