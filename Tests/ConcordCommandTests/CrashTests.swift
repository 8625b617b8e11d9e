import ConcordEncoding
import Foundation
import Testing

/// Processes that are killed, and processes that share a replica.
@Suite(.serialized) struct CrashTests {
    @Test func aSaveThatIsKilledIsThereWholeOrNotAtAll() throws {
        let place = try Workplace()
        try place.openEngagement()
        func save(_ title: String) throws -> RunningProgram {
            try place.start([
                "finding", "add", "--title", title, "--criterion", "9001:8.4=minor", "--json",
            ])
        }
        let begun = ContinuousClock.now
        _ = try save("whole").wait()
        let whole = Double((ContinuousClock.now - begun) / .microseconds(1))

        // Spread over somewhat more than a save takes on this machine, until kills fell on both sides.
        var acknowledged = 0
        var killed = 0
        var round = 0
        while round < 25 || (acknowledged == 0 || killed == 0) && round < 100 {
            let program = try save("T\(round)")
            usleep(useconds_t(whole * Double(round % 25) / 18))
            program.signal(SIGKILL)
            if try program.wait().output.contains("label") {
                acknowledged += 1
            } else {
                killed += 1
            }
            round += 1
        }
        #expect(acknowledged > 0 && killed > 0)

        #expect(try place.json("verify")["valid"] == true)
        #expect(try place.json("rebuild", "--check")["same"] == true)
        let findings = try place.json("finding", "list")["findings"]?.arrayValue ?? []
        #expect(findings.count >= acknowledged + 1)
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

    /// Few rounds, of a hundred times as many that are run by hand.
    @Test func killedCommandsAndServersLoseNothing() throws {
        let place = try Workplace()
        let outcome = try RunningProgram(
            "concord-lab",
            ["crash", "--rounds", "8", "--every", "4", "--seed", "3"],
            environment: place.environment(),
            folder: place.folder,
            owner: place
        ).wait()

        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("and all are there"))
    }
}
