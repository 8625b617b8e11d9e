import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordTesting
import GRDB
import Testing

@testable import ConcordStorage

@Suite struct ExchangeTests {
    @Test func twoReplicasThatExchangeShowTheSame() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ann.save(add("/finding/f1", ["title": "No records", "unit": "IT"]))
        try team.syncAll()

        try ann.set("/finding/f1/unit", "HR")
        try ben.set("/finding/f1/unit", "Sales")
        try ben.set("/finding/f1/site", "Bonn")
        #expect(try ann.digest() != ben.digest())
        try team.syncAll()

        #expect(Set(try team.devices.map { try $0.digest() }).count == 1)
        #expect(try ann.conflicts().map(\.path) == [cell("/finding/f1/unit")])
        #expect(try ann.conflicts().first?.candidates.count == 2)
        for device in team.devices {
            #expect(try device.store.checkState().differences == [])
        }
    }

    @Test func aResolutionThatWasShownAllEndsAConflict() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ben.save(add("/finding/f1", ["unit": "IT"]))
        try team.syncAll()
        try ann.set("/finding/f1/unit", "HR")
        try ben.set("/finding/f1/unit", "Sales")
        try team.syncAll()

        try ann.set("/finding/f1/unit", "HR", reason: "seen on site")
        try team.syncAll()

        #expect(try ben.conflicts() == [])
        #expect(try ben.value("/finding/f1/unit") == "HR")
        #expect(try ben.store.checkState().differences == [])
    }

    /// Concurrent diffs of three authors, taken in as pending in every order: the same state.
    @Test func theOrderOfArrivalDoesNotMatter() throws {
        let team = try Team()
        try team.devices[0].save(add("/finding/f1", ["unit": "IT", "title": "Records"]))
        try team.syncAll()
        try team.devices[0].set("/finding/f1/unit", "HR")
        try team.devices[1].set("/finding/f1/unit", "Sales")
        try team.devices[1].set("/finding/f1/unit", "Sales 2")
        try team.devices[2].save(
            Operation(.remove, at: cell("/finding/f1")),
            add("/evidence/v1", ["kind": "photo"])
        )
        let pending = try team.devices.flatMap { device in
            try device.store.read { reader in
                try reader.pending().compactMap { try reader.envelope(of: $0.id) }
            }
        }

        var digests: Set<String> = []
        var whole = 0
        for (number, order) in permutations(pending).enumerated() {
            let folder = try TemporaryFolder()
            let device = try Device("other\(number)", in: folder)
            let logged = try team.log.map { LogItem.new(try verified($0)) }
            #expect(try device.store.takeIn(log: logged, from: 0).refused == nil)
            let taken = try device.store.takeIn(pending: try order.map { try verified($0) })
            let isRefused = taken.contains { if case .refused = $0 { true } else { false } }
            if isRefused { continue }
            whole += 1
            digests.insert(try device.digest())
            #expect(try device.store.checkState().differences == [])
        }

        #expect(digests.count == 1)
        // All orders but those in which one device's second save comes before its first.
        #expect(pending.count == 4 && whole == 12)
    }

    @Test func entriesThatAreInAlreadyArePassedOver() throws {
        let team = try Team()
        let ben = team.devices[1]
        try team.devices[0].save(add("/finding/f1"))
        try team.sync(team.devices[0])
        let items = try team.log.map { LogItem.new(try verified($0)) }

        let result = try ben.store.takeIn(log: items, from: 0)

        #expect(result == LogTakeIn(position: team.log.count, new: 1))
    }

    @Test func aServerThatTellsAnotherHistoryIsRefused() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        for unit in ["f1", "f2"] { try ann.save(add("/finding/\(unit)")) }
        try team.syncAll()
        let items = try team.log.map { LogItem.new(try verified($0)) }
        let before = try ben.digest()

        let swapped = try ben.store.takeIn(log: [items[0], items[2], items[1]], from: 0)
        let again = try ben.store.takeIn(log: [items[1]], from: items.count)
        let behindGap = try ben.store.takeIn(log: [items[1]], from: items.count + 1)

        #expect(swapped.refused == .init(index: 1, reason: .contradiction))
        #expect(again.refused == .init(index: 0, reason: .contradiction))
        #expect(behindGap.refused == .init(index: 0, reason: .gap))
        #expect(try ben.digest() == before)
    }

    @Test func unknownFieldsAndKindsAreKeptAndPassedOn() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ann.save(
            add("/finding/f1", ["unit": "IT", "colour": ["shade": "dark"]]),
            add("/robot/r1", ["legs": 4]),
            add("/ghost/g1")
        )
        try ann.save(Operation(.add(true), at: cell("/finding/f1/badges/gold")))
        try ann.set("/robot/r1/legs", 6)
        try team.syncAll()

        #expect(
            try ben.document()["finding"]?["f1"] == [
                "unit": "IT", "colour": ["shade": "dark"], "badges": ["gold": true],
            ]
        )
        #expect(try ben.document()["robot"] == ["r1": ["legs": 6]])
        #expect(try ben.document()["ghost"] == ["g1": [:]])
        #expect(try ben.digest() == ann.digest())
        #expect(try ben.store.checkState().differences == [])
    }

    @Test func rebuildingChangesNothing() throws {
        let team = try Team()
        let (ann, ben) = (team.devices[0], team.devices[1])
        try ann.save(add("/finding/f1", ["unit": "IT", "title": "Records"]))
        try team.syncAll()
        try ann.set("/finding/f1/unit", "HR")
        try ben.set("/finding/f1/unit", "Sales")
        try team.syncAll()
        try ann.set("/finding/f1/site", "Bonn")
        let before = try ann.digest()

        try ann.store.rebuild()

        #expect(try ann.digest() == before)
        #expect(try ann.store.checkState().differences == [])
        try ann.set("/finding/f1/site", "Köln")
        try team.syncAll()
        #expect(try ann.digest() == ben.digest())
    }

    /// Diffs are numbered as they came, and again by a rebuild: what was known of the old numbers is forgotten.
    @Test func aSaveAfterARebuildCountsWithItsNumbers() throws {
        let team = try Team()
        let (ann, ben, cem) = (team.devices[0], team.devices[1], team.devices[2])
        try ann.save(add("/finding/f1", ["unit": "IT"]))
        try team.syncAll()
        // Here before the others' diffs, in the log behind them.
        let mine = try ann.set("/finding/f1/unit", "HR")
        try ben.set("/finding/f1/site", "s1")
        let bens = try #require(try ben.set("/finding/f1/site", "s2"))
        try team.sync(ben)
        let cems = try #require(try cem.set("/finding/f1/draftNumber", "C-01"))
        try team.sync(cem)
        try team.sync(ann)
        let newest = try ann.store.read { reader in
            try reader.statements("SELECT diff FROM head").rows { $0.int(0) }
        }

        try ann.store.rebuild()

        let numbered = try ann.store.read { reader in
            try reader.statements("SELECT diff FROM head").rows { $0.int(0) }
        }
        try #require(Set(newest) != Set(numbered), "the numbers are others")
        let saved = try #require(try ann.set("/finding/f1/unit", "QA"))
        let envelope = try #require(try ann.store.read { try $0.envelope(of: saved.id) })
        let parents = try UnverifiedDiff(envelope: envelope).head.parents
        #expect(parents.first == mine?.id)
        #expect(Set(parents.dropFirst()) == [bens.id, cems.id])
        #expect(try ann.store.checkState().differences == [])
        try team.syncAll()
        #expect(try ben.value("/finding/f1/unit") == "QA")
        #expect(Set(try team.devices.map { try $0.digest() }).count == 1)
    }

    @Test func rebuildingFindsWhatWasChangedBehindItsBack() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        try ann.save(add("/finding/f1", ["unit": "IT"]))
        try ann.store.pool.write { try $0.execute(sql: "UPDATE finding SET unit = 'HR'") }

        let found = try ann.store.checkState()

        #expect(found.differences.count == 2)
        #expect(found.differences.allSatisfy { $0.hasPrefix("finding: ") })
        try ann.store.rebuild()
        #expect(try ann.store.checkState().isSame)
        #expect(try ann.value("/finding/f1/unit") == "IT")
    }
}

func permutations<Element>(_ items: [Element]) -> [[Element]] {
    if items.count < 2 { return [items] }
    return items.indices.flatMap { index in
        var rest = items
        let first = rest.remove(at: index)
        return permutations(rest).map { [first] + $0 }
    }
}
