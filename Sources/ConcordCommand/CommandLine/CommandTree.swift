import ArgumentParser
import ConcordEncoding

/// The commands that the program has, as the argument parser knows them, to look words up in.
enum CommandTree {
    /// The command that words lead to, and how many of the words name it: those before the first that
    /// does not name a command below.
    static func command(
        _ words: some Collection<String>
    ) -> (command: any ParsableCommand.Type, count: Int) {
        var command: any ParsableCommand.Type = ConcordProgram.self
        var count = 0
        for word in words {
            guard let next = below(command).first(where: { name(of: $0) == word }) else { break }
            command = next
            count += 1
        }
        return (command, count)
    }

    /// The names of the commands below one.
    static func names(below command: any ParsableCommand.Type) -> [String] {
        below(command).map { name(of: $0) }
    }

    private static func below(
        _ command: any ParsableCommand.Type
    ) -> [any ParsableCommand.Type] {
        command.configuration.subcommands
    }

    private static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? command._commandName
    }

    /// The options of a command that take a value: their spellings, and whether each may be repeated.
    ///
    /// Read from the parser's own description of the command; that costs some milliseconds, so it is
    /// asked only where it matters.
    static func options(
        of command: any ParsableCommand.Type
    ) throws -> [(spellings: [String], repeats: Bool)] {
        let description = try JSON(parsing: Array(command._dumpHelp().utf8))
        let arguments = description["command"]?["arguments"]?.arrayValue ?? []
        return arguments.filter { $0["kind"] == "option" }.map { option in
            let names = option["names"]?.arrayValue ?? []
            let spellings = names.compactMap { name -> String? in
                guard let text = name["name"]?.stringValue else { return nil }
                return (name["kind"] == "short" ? "-" : "--") + text.string
            }
            return (spellings, option["isRepeating"] == true)
        }
    }
}
