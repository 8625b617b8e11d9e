import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting

@testable import ConcordStorage

/// What people do to a few findings, from a seed.
struct RandomWork {
    let team: Team
    var dice: SeededGenerator
    /// What each save's author had on his screen right after it.
    private(set) var seen: [(device: Device, diff: DiffID, shown: [CellPath: JSONObject?])] = []
    private var count = 0

    private static let records = [
        ("finding", "f1"), ("finding", "f2"), ("criterion", "c1"), ("evidence", "e1"),
    ]

    init(seed: UInt64, _ team: Team) {
        self.team = team
        dice = SeededGenerator(seed: seed)
    }

    /// Somebody saves, or syncs.
    mutating func step() throws {
        let device = team.devices[dice.below(team.devices.count)]
        if dice.below(3) == 0 {
            try team.sync(device)
        } else {
            for _ in 0..<5 {
                if try save(on: device) != nil { break }
            }
        }
    }

    /// Saves something, if what the dice say fits what is shown.
    @discardableResult
    mutating func save(on device: Device) throws -> SaveReceipt? {
        let count = 1 + dice.below(2)
        var changes: [Int] = []
        for _ in 0..<count { changes.append(dice.below(1_000)) }
        // A record that is added is not edited in the same save.
        if let adding = changes.first(where: { $0 % 11 == 4 }) { changes = [adding] }
        let conflicts = try device.conflicts()
        var result: SaveReceipt?
        do {
            result = try device.save { context in
                var edit = Edit(reason: "because")
                var done: Set<Int> = []
                for change in changes where done.insert(change % 11).inserted {
                    Self.change(change, in: &edit, conflicts, &context)
                }
                do {
                    return try context.operations(for: edit)
                } catch let error as EditError where error.code == .inConflict {
                    return try Self.removals(among: changes, beside: conflicts, &context)
                }
            }
        } catch is EditError {
            return nil
        } catch is DiffError {
            // Two changes of one place.
            return nil
        }
        guard let result else { return nil }
        var shown: [CellPath: JSONObject?] = [:]
        for (kind, id) in Self.records {
            shown[CellPath(kind: WireText(kind), record: WireText(id))] = .some(
                try device.shown(kind, id)
            )
        }
        seen.append((device, result.id, shown))
        return result
    }

    /// The same changes by a program that removes what holds a conflict without asking.
    private static func removals(
        among changes: [Int],
        beside conflicts: [Conflict],
        _ context: inout SaveContext
    ) throws -> [ConcordDiff.Operation] {
        var edit = Edit(reason: "because")
        var removals: [ConcordDiff.Operation] = []
        for change in changes {
            guard change % 11 == 5 else {
                Self.change(change, in: &edit, conflicts, &context)
                continue
            }
            let finding = cell("/finding/\(change % 2 == 0 ? "f1" : "f2")")
            let over = try context.survivors(of: finding).map(\.write)
            removals.append(Operation(.remove, at: finding, over: over, reason: "because"))
        }
        return try context.operations(for: edit) + removals.prefix(1)
    }

    private static func change(
        _ number: Int,
        in edit: inout Edit,
        _ conflicts: [Conflict],
        _ context: inout SaveContext
    ) {
        let id = number % 2 == 0 ? "f1" : "f2"
        let words = ["one", "two", "three", "four five", "six"]
        let word = words[number / 11 % words.count]
        switch number % 11 {
        case 0: edit.set(cell("/finding/\(id)/unit"), to: .string(word))
        case 1:
            let field = number / 55 % 2 == 0 ? "draftNumber" : "title"
            edit.set(cell("/finding/\(id)/\(field)"), to: .string(word))
        case 2, 3:
            let turned = words[(number / 55) % words.count]
            edit.setText(cell("/finding/\(id)/statement"), to: "\(word) and \(turned) again")
        case 4:
            edit.add(
                "finding",
                id: WireText(id),
                fields: [
                    "title": .string(word), "statement": .string(word), "state": "draft",
                    "evidence": ["e0": true],
                ]
            )
        case 5: edit.hide(kind: "finding", id: WireText(id))
        case 6:
            edit.add("criterion", id: "c1", fields: ["finding": .string(id), "grade": "minor"])
        case 7:
            edit.set(cell("/criterion/c1/grade"), to: number % 3 == 0 ? "major" : "observation")
        case 8:
            if number % 3 == 0 {
                edit.insert(WireText(word), into: cell("/finding/\(id)/evidence"))
            } else {
                edit.remove("e0", from: cell("/finding/\(id)/evidence"))
            }
        case 9:
            let states = ["submitted", "withdrawn", "draft", "confirmed"]
            edit.set(cell("/finding/\(id)/state"), to: .string(states[number / 11 % 4]))
        default:
            guard let conflict = conflicts.first else {
                return edit.add("evidence", id: "e1", fields: ["title": .string(word)])
            }
            let value = conflict.kind == .removedEdited ? true : conflict.shown
            edit.resolve(conflict.path, to: value, reason: "decided")
        }
    }
}
