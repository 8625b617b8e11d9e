import ConcordEncoding
import Foundation

/// One auditor with a device of his own: a folder and the program `concord`.
final class Auditor {
    let person: DemoFile.Person
    /// The folder of the device, `XDG_DATA_HOME`.
    let home: String
    private let program: String
    private var count = 0

    init(_ person: DemoFile.Person, program: String, folder: DemoFolder) throws {
        self.person = person
        self.program = program
        let name = person.id.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        home = try folder.folder("devices/" + String(name))
        outputs = try folder.folder("output/" + String(name))
    }

    private let outputs: String

    /// The person's first name, for lines where the whole one is too long.
    var shortName: String { String(person.name.split(separator: " ").first ?? "") }

    /// Runs `concord`; whatever it says is a result.
    func attempt(_ arguments: [String], time: Timestamp? = nil) throws -> ChildProcess.Result {
        count += 1
        let all = arguments + (time.map { ["--time", $0.description] } ?? [])
        let child = try ChildProcess(
            program,
            all,
            environment: Surroundings.device(home: home),
            files: "\(outputs)/\(count)"
        )
        return try child.wait(seconds: 60)
    }

    /// Runs `concord` and expects it to succeed.
    @discardableResult
    func run(_ arguments: [String], time: Timestamp? = nil) throws -> String {
        let result = try attempt(arguments, time: time)
        guard result.status == 0 else {
            throw DemoFailure(
                "\(person.name): concord \(arguments.prefix(3).joined(separator: " ")) … ended "
                    + "with exit code \(result.status): "
                    + result.errors.trimmingCharacters(in: .whitespacesAndNewlines)
            )
        }
        return result.output
    }

    /// Runs `concord … --json` and reads what it prints.
    @discardableResult
    func ask(_ arguments: [String], time: Timestamp? = nil) throws -> JSON {
        let output = try run(arguments + ["--json"], time: time)
        do {
            return try JSON(parsing: Array(output.utf8))
        } catch {
            throw DemoFailure("concord \(arguments.joined(separator: " ")) wrote no JSON: \(error)")
        }
    }
}
