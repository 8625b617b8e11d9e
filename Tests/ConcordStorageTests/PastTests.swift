import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordTesting
import Testing

@testable import ConcordStorage

/// Records as they were at a point of their history.
@Suite struct PastTests {
    /// At each save is shown what its author's replica showed right after it, on every replica, whatever
    /// came since.
    @Test(arguments: Size.seeds(1, inFull: 6))
    func historyIsWhatWasOnTheScreen(_ seed: UInt64) throws {
        var work = RandomWork(seed: seed, try Team())
        for _ in 0..<60 { try work.step() }
        try work.team.syncAll()
        #expect(work.seen.count > 15)

        for (number, save) in work.seen.enumerated() {
            let device = work.team.devices[number % 3]
            for (path, shown) in save.shown {
                let past = try device.shown(
                    path.kind.string,
                    path.record.string,
                    at: .diff(save.diff)
                )
                #expect(past == shown, "\(path) at save \(number)")
            }
        }
    }

    @Test func aPositionIsTheLogUpToThere() throws {
        let team = try Team(["ann"])
        let ann = team.devices[0]
        try ann.save(add("/finding/f1", ["unit": "IT"]))
        try ann.set("/finding/f1/unit", "HR")
        try team.syncAll()
        let size = try ann.store.read { try $0.logSize }

        let units = try (0..<size).map {
            try ann.shown("finding", "f1", at: .position($0))?["unit"]
        }

        #expect(units == [nil, "IT", "HR"])
    }

    @Test func pointsAreNamedByBeginnings() throws {
        let team = try Team()
        let ben = team.devices[1]
        let saved = try #require(try ben.save(add("/finding/f1")))
        func named(_ name: String) throws -> [DiffID] {
            try ben.store.read { try $0.diffs(named: name).map(\.id) }
        }
        let author = ben.signer.author.description

        #expect(try named(saved.id.base64url) == [saved.id])
        #expect(try named(String(saved.id.base64url.prefix(8))) == [saved.id])
        #expect(try named("1@\(author)") == [saved.id])
        #expect(try named("1@\(author.prefix(6))") == [saved.id])
        #expect(try named("2@\(author.prefix(6))") == [])
        #expect(try named("nothing") == [])
    }
}
