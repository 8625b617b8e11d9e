import Foundation
import Testing

@Suite struct HelpTests {
    private static let commands = [
        [], ["new"], ["invite"], ["join"], ["list"], ["status"], ["sync"], ["member"],
        ["member", "role"], ["member", "revoke"], ["finding"], ["finding", "add"],
        ["finding", "edit"], ["finding", "show"], ["finding", "list"], ["finding", "submit"],
        ["finding", "confirm"], ["finding", "return"], ["finding", "withdraw"],
        ["finding", "merge"],
        ["evidence"],
        ["evidence", "add"], ["evidence", "list"], ["checklist"], ["checklist", "answer"],
        ["coverage"], ["conclusion"], ["conclusion", "edit"], ["report"], ["conflicts"],
        ["conflicts", "show"], ["resolve"], ["admit"], ["log"], ["state"], ["rebuild"], ["verify"],
        ["engagement"], ["conflicts", "parallel"], ["blame"], ["show"], ["undo"], ["redo"],
        ["inbox"],
    ]

    @Test(arguments: commands)
    func everyCommandHasHelpThatFitsEightyColumns(_ command: [String]) throws {
        let outcome = try Workplace().start(command + ["--help"], ["COLUMNS": "80"]).wait()

        #expect(outcome.status == 0)
        #expect(outcome.output.contains("OVERVIEW"))
        #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func everyCommandStandsInTheManual() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let manual = try String(
            contentsOf: root.appendingPathComponent("docs/concord.md"),
            encoding: .utf8
        )

        for command in Self.commands {
            #expect(manual.contains("concord \(command.joined(separator: " "))".trimmed))
        }
    }

    @Test func completionScriptsAreMade() throws {
        let outcome = try Workplace().concord("--generate-completion-script", "bash")

        #expect(outcome.status == 0)
        #expect(outcome.output.contains("concord"))
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
