import Concord
import ConcordTesting

/// Opens an engagement, raises a finding, shows what is open, and syncs with a server in memory.
func helloConcord(at path: String) async throws {
    let draft = EngagementDraft(leader: "Ines Carrow", device: "Ines's tablet")
    let replica = try await Replica.create(at: path, engagement: draft).replica
    let screen = Task {
        for try await findings in replica.observeFindings() where !findings.isEmpty {
            return findings.map(\.title)
        }
        return []
    }
    try await replica.raise(FindingDraft(title: "Withdrawn procedure in use"))
    print(try await screen.value)

    let summary = try await replica.sync(through: MemoryTransport())
    print("sent \(summary.pushed) diffs")
}
