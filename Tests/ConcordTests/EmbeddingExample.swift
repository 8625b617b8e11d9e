// The example of docs/embedding.md, word for word: a test compares the two, and runs it.
import Concord

/// Opens the replica at `path`, or creates it; shows the open findings; edits one; syncs.
func captureOneFinding(at path: String, through transport: some SyncTransport) async throws {
    let replica: Replica
    do {
        replica = try Replica.open(at: path)
    } catch let failure as ReplicaFailure where failure.code == .notFound {
        let draft = EngagementDraft(leader: "Ines Carrow", device: "Ines's tablet")
        replica = try Replica.create(at: path, engagement: draft).replica
    }

    // The newest values: now, and after every save, sync, and commit of another process.
    let screen = Task {
        for try await findings in replica.openFindings() {
            for finding in findings {
                print(
                    finding.draftNumber ?? "–",
                    finding.title ?? "",
                    finding.unit ?? "no unit yet"
                )
            }
            if findings.contains(where: { $0.unit == "MH" }) { return }
        }
    }

    // One save is one diff: signed, merged and durable when the call returns, online or not.
    let id = ReplicaEnvironment.system.newID()
    try replica.save { numbers in
        var edit = Edit()
        edit.add(
            "finding",
            id: id,
            fields: [
                "draftNumber": .string(numbers.number()), "state": "draft",
                "title": "Withdrawn procedure in use",
            ]
        )
        return edit
    }

    var edit = Edit()
    edit.set(CellPath(kind: "finding", record: id, field: "unit"), to: "MH")
    edit.setText(
        CellPath(kind: "finding", record: id, field: "statement"),
        to: "PR-12 rev 3 was in use."
    )
    try replica.save(edit)

    let summary = try await replica.sync(through: transport)
    print("sent \(summary.pushed), received \(summary.received)")
    for conflict in try replica.snapshot().conflicts {
        print("to decide:", conflict.path, conflict.candidates.map { $0.value ?? .null })
    }
    try await screen.value
}
