// The example of docs/embedding.md, word for word: a test compares the two, and runs it.
import Concord

/// Opens the replica at `path`, or creates it; shows the open findings; raises one and edits it; syncs.
func captureOneFinding(at path: String, through transport: some SyncTransport) async throws {
    let replica: Replica
    do {
        replica = try await Replica.open(at: path)
    } catch let failure as ReplicaFailure where failure.code == .notFound {
        let draft = EngagementDraft(leader: "Ines Carrow", device: "Ines's tablet")
        replica = try await Replica.create(at: path, engagement: draft).replica
    }

    // The newest values: now, and after every save, sync, and commit of another process.
    let screen = Task {
        for try await findings in replica.observeFindings() {
            for finding in findings { print(finding.label, finding.title ?? "") }
            if findings.contains(where: { $0.statement != nil }) { return }
        }
    }

    // An act is one save: signed, merged and durable when the call returns, online or not.
    let raised = try await replica.raise(FindingDraft(title: "Withdrawn procedure in use"))

    var edit = Edit()
    edit.setText(
        .finding(raised.id, .statement),
        to: "PR-12 rev 3 was in use."
    )
    try await replica.save(edit)
    try await replica.submit([raised.id])

    let summary = try await replica.sync(through: transport)
    print("sent \(summary.pushed), received \(summary.received)")
    for conflict in try await replica.snapshot().conflicts {
        print("to decide:", conflict.path, conflict.candidates.map { $0.value ?? .null })
    }
    try await screen.value
}
