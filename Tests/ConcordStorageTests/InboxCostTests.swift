import ConcordEncoding
import ConcordMerge
import ConcordTesting
import Testing

@testable import ConcordStorage

/// What the inbox costs follows from what several wrote, not from how many records there are.
@Suite struct InboxCostTests {
    @Test func whatNobodyElseTouchedCostsTheInboxNothing() throws {
        let steps = try [20, 1000].map { count in
            let team = try Team()
            let (ada, ben) = (team.devices[0], team.devices[1])
            _ = try ben.save { context in
                var edit = Edit()
                for number in 0..<count {
                    edit.add(
                        "evidence",
                        id: "e\(number)",
                        fields: ["title": "Sheet", "kind": "record"]
                    )
                    edit.add("finding", id: "f\(number)", fields: ["title": "Plan", "unit": "IT"])
                }
                return try context.operations(for: edit)
            }
            try team.syncAll()
            let state = cell("/finding/f2/state")
            try ben.edit { $0.set(state, to: "submitted") }
            try team.syncAll()
            try ada.edit { $0.set(state, to: "confirmed") }
            try ben.edit(reason: "one more") { $0.set(state, to: "draft") }
            try team.syncAll()
            var items: [InboxItem] = []
            let steps = try [ada, ben].map { device in
                try device.store.read { reader in
                    let before = reader.machineSteps
                    items += try reader.inbox(of: WireText(device.name))
                    return reader.machineSteps - before
                }
            }
            #expect(!items.isEmpty)
            return steps.reduce(0, +)
        }

        #expect(steps[0] > 20, "it read something: \(steps)")
        #expect(Double(steps[1]) <= Double(steps[0]) * 1.3, "\(steps)")
    }
}
