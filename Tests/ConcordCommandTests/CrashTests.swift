import ConcordEncoding
import Foundation
import Testing

/// Processes that are killed, and processes that share a replica.
@Suite(.serialized) struct CrashTests {
    @Test func aSaveThatIsKilledIsThereWholeOrNotAtAll() throws {
        let place = try Workplace()
        try place.openEngagement()
        var acknowledged = 0
        for round in 0..<25 {
            let save = try place.start([
                "finding", "add", "--title", "T\(round)", "--criterion", "9001:8.4=minor", "--json",
            ])
            usleep(useconds_t(round * 4_000))
            save.signal(SIGKILL)
            if try save.wait().output.contains("label") { acknowledged += 1 }
        }

        #expect(try place.json("verify")["valid"] == true)
        #expect(try place.json("rebuild", "--check")["same"] == true)
        let findings = try place.json("finding", "list")["findings"]?.arrayValue ?? []
        #expect(findings.count >= acknowledged)
        #expect(findings.allSatisfy { $0["criteria"]?.arrayValue?.count == 1 })
        let numbers = findings.compactMap { $0["draftNumber"]?.plain }
        #expect(Set(numbers).count == findings.count)
        try place.json("finding", "add", "--title", "afterwards")
    }

    @Test func severalProcessesOnOneReplicaLoseNothing() throws {
        let place = try Workplace()
        try place.openEngagement()

        // Eight at once: with three, a save that took another one's for a restored file went unnoticed.
        for round in 0..<6 {
            let running = try (0..<8).map { number in
                try place.start(["finding", "add", "--title", "T\(round)-\(number)", "--json"])
            }
            for program in running { #expect(try program.wait().status == 0) }
        }

        let findings = try place.json("finding", "list")["findings"]?.arrayValue ?? []
        #expect(findings.count == 48)
        #expect(Set(findings.compactMap { $0["draftNumber"]?.plain }).count == 48)
        #expect(try place.json("rebuild", "--check")["same"] == true)
        #expect(try place.json("verify")["valid"] == true)
    }
}
