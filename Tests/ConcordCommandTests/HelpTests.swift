import ConcordEncoding
import ConcordMerge
import Foundation
import Testing

/// Help and manual, for every command that the program has: asked of the program, so that none is
/// forgotten.
@Suite struct HelpTests {
    /// One command, with the options that its help shows.
    private struct Command {
        let words: [String]
        let options: [String]
        let isGroup: Bool
    }

    private static func commands() throws -> [Command] {
        let outcome = try Workplace().concord("--experimental-dump-help")
        let root = try #require(try outcome.json["command"])
        return commands(root, [])
    }

    private static func commands(_ command: JSON, _ words: [String]) -> [Command] {
        let below = (command["subcommands"]?.arrayValue ?? [])
            .filter { $0["commandName"] != "help" }
        let arguments = (command["arguments"]?.arrayValue ?? []).filter {
            $0["shouldDisplay"] == true && $0["kind"] != "positional"
        }
        let options = arguments.flatMap { $0["names"]?.arrayValue ?? [] }
            .filter { $0["kind"] == "long" }.compactMap { $0["name"]?.plain }
        let this = Command(words: words, options: options, isGroup: !below.isEmpty)
        return [this]
            + below.flatMap { commands($0, words + [$0["commandName"]?.plain ?? "?"]) }
    }

    @Test func everyCommandHasHelpThatFitsEightyColumns() throws {
        let commands = try Self.commands()
        #expect(commands.count > 45)

        for command in commands {
            let outcome = try Workplace().start(command.words + ["--help"], ["COLUMNS": "80"])
                .wait()

            #expect(outcome.status == 0, "\(command.words)")
            #expect(outcome.output.contains("OVERVIEW"), "\(command.words)")
            let widest = outcome.output.split(separator: "\n").map(\.count).max() ?? 0
            #expect(widest <= 80, "\(command.words)")
        }
    }

    @Test func everyCommandAndOptionStandsInTheManual() throws {
        let manual = try Self.manual()
        let common: Set<String> = [
            "engagement", "replica", "json", "time", "help", "version",
        ]

        for command in try Self.commands() {
            let name = (["concord"] + command.words).joined(separator: " ")
            #expect(Self.names(name, in: manual), "\(name) is missing in the manual")
            for option in command.options where !common.contains(option) {
                let isNamed = Self.names("--\(option)", in: manual)
                #expect(isNamed, "--\(option) of \(name) is missing")
            }
        }
    }

    /// Whether a text has a word, not only longer ones that begin or end like it.
    private static func names(_ word: String, in text: String) -> Bool {
        func isPart(_ character: Character?) -> Bool {
            character.map { $0.isLetter || $0.isNumber || $0 == "-" } ?? false
        }
        return text.ranges(of: word).contains { range in
            !isPart(text[..<range.lowerBound].last) && !isPart(text[range.upperBound...].first)
        }
    }

    /// A message that says which command helps names one that there is.
    @Test func everyCommandThatAMessageNamesIsThere() throws {
        let commands = Set(try Self.commands().map(\.words))
        let sources = URL(filePath: #filePath).appending(path: "../../../Sources").standardized
        var found = 0
        for case let file as URL in FileManager.default.enumerator(
            at: sources,
            includingPropertiesForKeys: nil
        ) ?? .init() where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /`concord ([a-z]+)(?: ([a-z]+))?/) {
                let (first, second) = (String(match.1), match.2.map { String($0) })
                // The second word may be what the command is about.
                let isThere =
                    commands.contains([first])
                    || second.map { commands.contains([first, $0]) } ?? false
                #expect(isThere, "\(file.lastPathComponent): `\(match.0)`")
                found += 1
            }
        }

        #expect(found > 100)
    }

    @Test func whatOnlyBeginsLikeAWordIsNotTheWord() {
        #expect(Self.names("--in", in: "with --in, and"))
        #expect(!Self.names("--in", in: "with --in-training or --into"))
        #expect(!Self.names("0", in: "70 an error"))
    }

    @Test func noCommandTakesAReasonOfSpaces() throws {
        let commands = try Self.commands().filter { $0.options.contains("reason") }
        #expect(commands.count > 12)
        for command in commands {
            let outcome = try Workplace().start(command.words + ["--reason", " \t "]).wait()

            #expect(outcome.status == 64, "\(command.words)")
            #expect(outcome.errors.contains("Give a reason"), "\(command.words): \(outcome.errors)")
        }
    }

    @Test func everyKindOfConflictAndOfWhatIsToldStandsInTheManual() throws {
        let manual = try Self.manual()

        for kind in ConflictKind.allCases.map(\.rawValue) + InboxItem.Kind.allCases.map(\.rawValue)
        {
            let isNamed = manual.contains("| `\(kind)`") || manual.contains(", `\(kind)` |")
            #expect(isNamed, "\(kind) is missing in the tables of the manual")
        }
    }

    @Test func everyExitCodeStandsInTheManualAndInTheHelp() throws {
        let manual = try Self.manual()
        let help = try Workplace().concord("--help").output.split(separator: "\n")
            .joined(separator: " ")

        for code in [0, 1, 64, 65, 66, 69, 70, 73, 74, 75, 77, 78] {
            #expect(manual.contains("\n| \(code) |"), "\(code) in the manual")
            #expect(Self.names("\(code)", in: help), "\(code) in the help")
        }
    }

    @Test func helpOnWhatIsNotACommandSaysSo() throws {
        let outcome = try Workplace().concord("help", "fnding")

        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("finding"))
        #expect(try Workplace().concord("help", "finding", "addd").status == 64)
        #expect(try Workplace().concord("help", "finding", "add").status == 0)
        #expect(try Workplace().concord("help").status == 0)
    }

    @Test func completionScriptsAreMade() throws {
        let outcome = try Workplace().concord("--generate-completion-script", "bash")

        #expect(outcome.status == 0)
        #expect(outcome.output.contains("concord"))
    }

    private static func manual() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(
            contentsOf: root.appendingPathComponent("docs/concord.md"),
            encoding: .utf8
        )
    }
}
