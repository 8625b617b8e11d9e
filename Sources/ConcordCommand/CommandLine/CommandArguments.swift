import ArgumentParser
import ConcordAudit
import ConcordEncoding
import Foundation

/// The words after the program's name, made ready for the argument parser.
///
/// What the parser would take in silence and in another sense than it was meant is refused here: bytes
/// that are not UTF-8 (each would be signed as U+FFFD), and an option that takes one value and is given
/// twice (the first would be dropped).
enum CommandArguments {
    /// The arguments of this process.
    ///
    /// - Throws: `CommandFailure` where one of them is not UTF-8.
    static func ofProcess() throws -> [String] {
        var arguments: [String] = []
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let pointer = CommandLine.unsafeArgv[index] else { break }
            guard let text = String(validatingCString: pointer) else {
                throw notUTF8(index, String(cString: pointer))
            }
            arguments.append(text)
        }
        return arguments
    }

    private static func notUTF8(_ index: Int, _ repaired: String) -> CommandFailure {
        let place = repaired.prefix { $0 != "\u{FFFD}" }.suffix(20)
        return CommandFailure(
            .notUTF8,
            "argument \(index) is not valid UTF-8 after '\(place)'",
            next: "Nothing was saved. Convert it first, for example with `iconv -f WINDOWS-1252`."
        )
    }

    /// The arguments as the parser is to see them: identities marked, options before the command's name
    /// behind it.
    ///
    /// - Throws: `CommandFailure` for an option given twice, and for help on what is not a command.
    static func prepared(_ arguments: [String]) throws -> [String] {
        var words = commandFirst(DiffName.marked(arguments))
        // Help on help is the help.
        if words == ["help", "help"] { words = ["help"] }
        try refuseUnknownHelp(words)
        try refuseRepeated(words)
        return words
    }

    // MARK: Options before the command

    /// The options that every command takes, and whether each takes a value.
    private static let common: [String: Bool] = [
        "-e": true, "--engagement": true, "--replica": true, "--time": true, "--json": false,
    ]

    /// `-e X status` as `status -e X`.
    private static func commandFirst(_ words: [String]) -> [String] {
        var start = 0
        while start < words.count {
            let name = words[start].prefix { $0 != "=" }
            guard let takesValue = common[String(name)] else { break }
            start += takesValue && name.count == words[start].count ? 2 : 1
        }
        guard start > 0, start < words.count else { return words }
        let rest = words[start...]
        let count = CommandTree.command(rest).count
        guard count > 0 else { return words }
        return Array(rest.prefix(count)) + words[..<start] + rest.dropFirst(count)
    }

    // MARK: What is refused

    private static func refuseUnknownHelp(_ words: [String]) throws {
        guard words.first == "help" else { return }
        let names = words.dropFirst().filter { !$0.hasPrefix("-") }
        let (command, count) = CommandTree.command(names)
        guard count < names.count else { return }
        let wrong = names[count]
        throw CommandFailure(
            .unknownCommand,
            "there is no command '\((names.prefix(count) + [wrong]).joined(separator: " "))'",
            next: NearNames.sentence(
                wrong,
                among: CommandTree.names(below: command),
                what: "command below it"
            )
        )
    }

    private static func refuseRepeated(_ words: [String]) throws {
        let names = words.filter { $0.hasPrefix("-") }.map { $0.prefix { $0 != "=" } }
        guard Set(names).count < names.count else { return }
        let (command, count) = CommandTree.command(words)
        let options = try CommandTree.options(of: command)
        var given: Set<Int> = []
        var index = count
        while index < words.count, words[index] != "--" {
            let word = words[index]
            let name = String(word.prefix { $0 != "=" })
            index += 1
            guard let found = options.firstIndex(where: { $0.spellings.contains(name) }) else {
                continue
            }
            if name.count == word.count { index += 1 }
            guard !given.insert(found).inserted, !options[found].repeats else { continue }
            throw CommandFailure(
                .repeatedOption,
                "\(name) is given twice, but takes only one value",
                next: "Nothing was done. Give it once."
            )
        }
    }
}
