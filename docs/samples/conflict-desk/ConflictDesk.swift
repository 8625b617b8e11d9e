// A conflict desk: two auditors grade one finding differently while they are offline. The leader sees both
// candidates, resolves the conflict, and everybody has the resolution.
//
//     SampleConflictDesk

import Concord
import ConcordTesting

@main enum ConflictDesk {
    static func main() async throws {
        let engagement = try await TestEngagement()
        let ines = engagement.leader
        let tomas = try await engagement.join("Tomas Ebrel", as: .auditor)
        let ruth = try await engagement.join("Ruth Adair", as: .auditor)

        let raised = try await tomas.raise(FindingDraft(title: "No rollback plan"))
        try await engagement.syncAll()

        // Both are offline, and write into the same field.
        let title = CellPath.finding(raised.id, .title)
        for (replica, words) in [
            (tomas, "No plan to roll back"), (ruth, "Rollback was not planned"),
        ] {
            var edit = Edit()
            edit.set(title, to: .string(WireText(words)))
            try await replica.save(edit)
        }
        try await engagement.syncAll()

        // The desk. An app shows what is observed here, which comes again after every sync.
        for try await conflicts in ines.observe({ try $0.conflictComparisons() }) {
            for conflict in conflicts {
                print("conflict at \(conflict.id), \(conflict.finding?.label ?? "")")
                for side in conflict.sides {
                    let words = side.changes.filter { $0.kind != .deleted }.map(\.text.string)
                    print("  \(side.author?.name ?? "somebody"): \(words.joined())")
                }
            }
            guard let conflict = conflicts.first, let side = conflict.sides.first else { break }
            try await ines.resolve(conflict, taking: side, reason: "Shorter, and says the same")
        }
        try await engagement.syncAll()

        // The person whose words were not chosen hears of it.
        for replica in [tomas, ruth] {
            let inbox = try await replica.perform { try $0.inbox() }
            let audit = try await replica.snapshot().audit
            print(audit.finding(raised.id)?.title ?? "", "| inbox: \(inbox.count)")
        }
    }
}
