import ArgumentParser
import ConcordEncoding
import ConcordSyncServer
import Foundation

/// A command that looks at a server's files, or changes them: its result is shown as lines or as JSON, and a failure
/// ends it with the status that `docs/server.md` names.
protocol AdministratorCommand: ParsableCommand {
    var output: OutputOptions { get }

    /// Does it.
    func result() throws -> CommandResult
}

/// What a command shows.
struct CommandResult {
    /// For programs.
    let json: JSON
    /// For people.
    var lines: [String]
    /// Whether something was found that is not as it should be: then the program ends with 1.
    var foundFaults = false
}

struct OutputOptions: ParsableArguments {
    @Flag(help: "Show the result as JSON, for programs.")
    var json = false
}

extension AdministratorCommand {
    func run() throws {
        let result: CommandResult
        do {
            result = try self.result()
        } catch let problem as SettingProblem {
            throw ServeFailure(problem).exit
        } catch let failure as StorageFailure {
            throw ServeFailure(failure).exit
        }
        let lines =
            output.json
            ? [String(decoding: result.json.canonicalBytes, as: UTF8.self)]
            : result.lines.map(ServeFailure.visible)
        FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n").utf8))
        if result.foundFaults { throw ExitCode(ServeFailure.Status.faults.rawValue) }
    }
}
