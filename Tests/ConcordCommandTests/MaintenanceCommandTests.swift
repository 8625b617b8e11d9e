import ConcordEncoding
import Foundation
import Testing

/// Replicas that were changed by hand, and replicas that somebody else holds.
@Suite struct MaintenanceCommandTests {
    private func opened() throws -> Workplace {
        let place = try Workplace()
        try place.openEngagement()
        try place.json("finding", "add", "--title", "Records are missing")
        try place.json("finding", "add", "--title", "Revision missing")
        return place
    }

    @Test func aForgedLogIsNotValid() throws {
        let place = try opened()
        // A word of the last save, which its hash and its signature do not know.
        try place.changeByHand(
            """
            UPDATE diff SET envelope = CAST(replace(CAST(envelope AS TEXT), 'Revision', 'Records!') AS BLOB)
            WHERE number = (SELECT max(number) FROM diff)
            """
        )

        let outcome = try place.concord("verify", "--json")

        #expect(outcome.status == 1)
        let report = try outcome.json
        #expect(report["valid"] == false)
        #expect(report["faults"]?.arrayValue?.count == 1)
        #expect(try outcome.failure["code"] == "log-invalid")
        let text = try place.concord("verify")
        #expect(text.status == 1)
        #expect(!text.output.contains("is correct"))
    }

    @Test func aStateThatWasChangedByHandIsRebuilt() throws {
        let place = try opened()
        let digest = try place.json("state", "--digest")
        try place.changeByHand("UPDATE finding SET title = 'changed by hand'")
        #expect(try place.concord("rebuild", "--check").status == 1)

        let rebuilt = try place.concord("rebuild")

        #expect(rebuilt.status == 0, "\(rebuilt.errors)")
        #expect(try place.concord("rebuild", "--check").status == 0)
        #expect(try place.json("finding", "show", "L-02")["title"] == "Revision missing")
        #expect(try place.json("state", "--digest") == digest)
    }

    @Test func aReplicaThatSomebodyElseHoldsIs75() throws {
        let place = try opened()
        let lock = open(try place.replica() + ".lock", O_RDWR)
        defer { close(lock) }
        try #require(flock(lock, LOCK_EX) == 0)

        let outcome = try place.concord("finding", "add", "--title", "T", "--json")

        #expect(outcome.status == 75)
        #expect(try outcome.failure["code"] == "busy")
        flock(lock, LOCK_UN)
        #expect(try place.concord("finding", "add", "--title", "T").status == 0)
        #expect(try place.json("finding", "list")["findings"]?.arrayValue?.count == 3)
    }

    @Test func nobodyElseReadsTheDataFolder() throws {
        let place = try opened()

        let folder = (try place.replica() as NSString).deletingLastPathComponent
        let attributes = try FileManager.default.attributesOfItem(atPath: folder)

        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o700)
    }
}
