import ConcordEncoding
import Testing

/// A leader and an auditor, each on a device of their own, with one server.
enum TestTeam {
    /// Opens an engagement, and lets the auditor join it.
    ///
    /// - Returns: both, and what the auditor's join printed.
    static func joined(
        _ server: TestServer
    ) throws -> (leader: Workplace, auditor: Workplace, join: JSON) {
        let leader = try Workplace()
        let auditor = try Workplace()
        try leader.openEngagement(server: server.url)
        let code = try leader.json("invite", "--name", "Audi Tor")["code"]?.plain
        try leader.json("sync")
        let join = try auditor.json("join", try #require(code), "--device", "tablet")
        return (leader, auditor, join)
    }

    /// Syncs both until each has what the other had.
    static func sync(_ leader: Workplace, _ auditor: Workplace) throws {
        for place in [leader, auditor, leader, auditor] { try place.json("sync") }
    }
}
