import ArgumentParser
import Foundation
import Testing

@testable import ConcordLab
@testable import ConcordSimulation

/// `concord-lab simulate` from outside: what it prints, how it ends, what it refuses.
@Suite struct SimulateProgramTests {
    private func simulate(_ arguments: String...) throws -> Outcome {
        let place = try Workplace()
        return try RunningProgram(
            "concord-lab",
            ["simulate"] + arguments,
            environment: place.environment(),
            folder: place.folder,
            owner: place
        ).wait()
    }

    @Test func itPrintsSeedsStepsAndStepsASecond() throws {
        let outcome = try simulate(
            "--seed",
            "11",
            "--seconds",
            "0",
            "--replicas",
            "2",
            "--steps",
            "20"
        )

        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.hasPrefix("1 seeds from 11 on, 20 steps, "))
        #expect(outcome.output.hasSuffix(" steps/s\n"))
    }

    @Test func stepsThatAreKeptAreReplayedAndTold() throws {
        let first = try simulate("--seed", "11", "--steps", "20", "--keep", "3,7,19")
        let second = try simulate("--seed", "11", "--steps", "20", "--keep", "3,7,19")

        #expect(first.status == 0)
        for step in ["3 ", "7 ", "19 "] { #expect(first.output.contains("\n" + step)) }
        #expect(!first.output.contains("\n4 "))
        #expect(first.output == second.output)
    }

    @Test(arguments: [
        ["--seed", "-1"], ["--seed", "1.5"], ["--seconds", "-1"], ["--seconds", "nan"],
        ["--replicas", "0"], ["--replicas", "9"], ["--steps", "0"], ["--keep", "3,x"],
        ["--keep", "200"], ["--keep", "3,,4"], ["more"],
    ])
    func whatMakesNoSenseIsRefused(_ arguments: [String]) throws {
        let place = try Workplace()
        let outcome = try RunningProgram(
            "concord-lab",
            ["simulate"] + arguments,
            environment: place.environment(),
            folder: place.folder,
            owner: place
        ).wait()

        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("Error: "))
        #expect(outcome.output.isEmpty)
    }

    @Test func aCrashTellsItsSeed() throws {
        let place = try Workplace()
        let program = try RunningProgram(
            "concord-lab",
            ["simulate", "--seed", "\(UInt64.max)", "--steps", "100000", "--seconds", "0"],
            // The language's own handler would stand before the program's.
            environment: place.environment(["SWIFT_BACKTRACE": "enable=no"]),
            folder: place.folder,
            owner: place
        )
        // Until the program catches what it tells of: bit 3 of the signals that Linux says it catches.
        let status = "/proc/\(program.processIdentifier)/status"
        for _ in 0..<6000 {
            let lines = try String(contentsOfFile: status, encoding: .utf8).split(separator: "\n")
            let caught = lines.first { $0.hasPrefix("SigCgt:") }?.split(separator: "\t").last
            let signals = UInt64(caught ?? "0", radix: 16) ?? 0
            if signals & (1 << UInt64(SIGILL - 1)) != 0 { break }
            usleep(10_000)
        }
        program.signal(SIGILL)

        let outcome = try program.wait()

        #expect(outcome.status == SIGILL)
        #expect(outcome.errors.hasSuffix("concord-lab simulate: died in seed \(UInt64.max)\n"))
    }

    /// What is printed on a failure finds the same run again.
    @Test(arguments: [["--replicas", "3", "--steps", "90"], ["--real-signatures"]])
    func aFailureIsReplayedByTheCommandThatItPrints(_ arguments: [String]) throws {
        let command = try SimulateCommand.parse(["--seed", "5"] + arguments)
        let failure = SimulationFailure(seed: 8, step: 40, message: "lost", history: [2, 30, 40])

        let again = try SimulateCommand.parse(command.arguments(replaying: failure))

        #expect(again.seed == 8)
        #expect(again.keep == "2,30,40")
        #expect(again.replicas == command.replicas)
        #expect(again.steps == command.steps)
        #expect(again.realSignatures == command.realSignatures)
    }
}
