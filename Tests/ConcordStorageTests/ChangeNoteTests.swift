import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordModel
import ConcordTesting
import Testing

@testable import ConcordStorage

/// What a writing notes beside the state: which records it changed, and which cells several have written.
@Suite struct ChangeNoteTests {
    /// What rows say of each record, by its number: what is shown of it, and which conflicts are open.
    private func rows(_ store: ReplicaStore) throws -> [Int: String] {
        try store.read { reader in
            let records = try reader.statements("SELECT number, kind, id, is_present FROM record")
                .rows { ($0.int(0), $0.string(1), $0.string(2), $0.bool(3)) }
            let conflicts = try reader.conflicts()
            return try records.reduce(into: [:]) { rows, record in
                let (number, kind, id, isPresent) = record
                let fields = try reader.fields(kind: kind, id: id)
                let open = conflicts.filter { $0.path.kind == kind && $0.path.record == id }
                let shown = JSON.object(fields ?? [:]).canonicalText
                let told = open.map { $0.json.canonicalText }.joined()
                rows[number] = "\(isPresent) \(shown) \(told)"
            }
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func whatChangedIsNoted(seed: UInt64) throws {
        let team = try Team()
        var work = RandomWork(seed: seed, team)
        let device = team.devices[1]
        var before = try rows(device.store)
        var changes = 0

        for _ in 0..<60 {
            let point = try #require(try device.store.read { try $0.changed.point() })
            try work.step()
            let noted = try #require(try device.store.read { try $0.changed.records(since: point) })
            let after = try rows(device.store)
            let changed = after.keys.filter { after[$0] != before[$0] }
            changes += changed.count
            #expect(noted.isSuperset(of: changed))
            before = after
        }

        #expect(changes > 10, "something changed: \(changes)")
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func whatSeveralHaveWrittenIsNoted(seed: UInt64) throws {
        let team = try Team()
        var work = RandomWork(seed: seed, team)
        var most = 0

        for _ in 0..<60 {
            try work.step()
            for device in team.devices {
                let (shared, noted) = try device.store.read { reader in
                    (
                        try reader.statements(
                            """
                            SELECT record || ' ' || field || ' ' || member
                            FROM write w JOIN branch b ON b.number = w.branch
                            GROUP BY record, field, member HAVING min(author) != max(author)
                            """
                        ).rows { $0.string(0) },
                        try reader.statements(
                            "SELECT record || ' ' || field || ' ' || member FROM shared_cell"
                        ).rows { $0.string(0) }
                    )
                }
                #expect(Set(noted).isSuperset(of: shared))
                most = max(most, shared.count)
            }
        }

        #expect(most > 4, "several wrote to the same: \(most)")
    }

    @Test func afterManyChangesAllMayHaveChanged() throws {
        let team = try Team()
        let device = team.devices[0]
        let point = try #require(try device.store.read { try $0.changed.point() })

        _ = try device.save { context in
            var edit = Edit()
            for number in 0..<250 {
                edit.add("evidence", id: "many-\(number)", fields: ["title": "Sheet"])
            }
            return try context.operations(for: edit)
        }

        #expect(try device.store.read { try $0.changed.records(since: point) } == nil)
        let later = try #require(try device.store.read { try $0.changed.point() })
        #expect(try device.store.read { try $0.changed.records(since: later) } == [])
        #expect(
            try device.store.read {
                try $0.changed.records(
                    since: ChangePoint(number: later.number, name: later.name &+ 1)
                )
            } == nil,
            "a file that came to the same number by other changes"
        )
    }
}
