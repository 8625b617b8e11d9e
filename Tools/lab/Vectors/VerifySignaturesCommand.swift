import ArgumentParser
import ConcordSigning
import ConcordTesting
import Foundation

/// `concord-lab verify-signatures`.
struct VerifySignaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-signatures",
        abstract: "Run a Wycheproof file of Ed25519 vectors and compare every result.",
        discussion: "Exit code 1 if one differs, 65 if the file cannot be run."
    )

    @Argument(help: "An ed25519_test.json of the Wycheproof project.")
    var file: String

    func run() throws {
        let bytes: [UInt8]
        do {
            bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        } catch {
            complain("\(file) cannot be read; check the path.")
            throw ExitCode(66)
        }
        let outcomes: [SignatureVectors.Outcome]
        do {
            outcomes = try SignatureVectors.run(bytes)
        } catch {
            complain("\(file) cannot be run: \(error)")
            throw ExitCode(65)
        }
        let wrong = outcomes.filter { !$0.agrees }
        for outcome in wrong {
            let found = outcome.isTaken ? "taken" : "refused"
            print("test \(outcome.id): \(found), expected \(outcome.expected): \(outcome.comment)")
        }
        print("\(outcomes.count - wrong.count) of \(outcomes.count) results agree")
        if !wrong.isEmpty { throw ExitCode(1) }
    }

    private func complain(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
