import ConcordEncoding
import ConcordTesting
import Foundation
import Testing

/// What a program has done.
struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    /// The output, read as JSON.
    var json: JSON {
        get throws { try JSON(parsing: Array(output.utf8)) }
    }

    /// The `error` object that a failure writes with `--json`.
    var failure: JSON {
        get throws { try #require(try JSON(parsing: Array(errors.utf8))["error"]) }
    }
}

/// A program of the build folder that runs.
final class RunningProgram {
    private let process: ChildProgram
    private let output: URL
    private let errors: URL
    /// Whoever owns the folder, which has to be there as long as the program runs.
    private let owner: AnyObject

    /// Starts a program of the build folder.
    convenience init(
        _ program: String,
        _ arguments: [String],
        environment: [String: String],
        folder: URL,
        owner: AnyObject,
        input: String? = nil
    ) throws {
        try self.init(
            Bundle.main.bundleURL.appendingPathComponent(program),
            arguments,
            environment: environment,
            folder: folder,
            owner: owner,
            input: input
        )
    }

    /// Starts the program at `program`.
    init(
        _ program: URL,
        _ arguments: [String],
        environment: [String: String],
        folder: URL,
        owner: AnyObject,
        input: String? = nil
    ) throws {
        self.owner = owner
        let name = UUID().uuidString
        output = folder.appendingPathComponent(name + ".out")
        errors = folder.appendingPathComponent(name + ".err")
        let given = try input.map { input in
            let url = folder.appendingPathComponent(name + ".in")
            try Data(input.utf8).write(to: url)
            return try FileHandle(forReadingFrom: url)
        }
        process = try ChildProgram(
            program.path,
            arguments,
            environment: environment,
            input: given,
            output: try Self.file(output),
            errors: try Self.file(errors)
        )
    }

    var processIdentifier: Int32 { process.identifier }

    var isRunning: Bool { process.isRunning }

    func signal(_ number: Int32) { process.signal(number) }

    /// Waits until it has ended; kills it after a minute, which fails the test.
    func wait() throws -> Outcome {
        let deadline = Date(timeIntervalSinceNow: 60)
        while process.isRunning {
            if Date() > deadline {
                signal(SIGKILL)
                Issue.record("the program did not end within a minute")
            }
            usleep(1_000)
        }
        return Outcome(
            status: process.wait().status,
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        )
    }

    private static func file(_ url: URL) throws -> FileHandle {
        _ = FileManager.default.createFile(atPath: url.path, contents: nil)
        return try FileHandle(forWritingTo: url)
    }
}
