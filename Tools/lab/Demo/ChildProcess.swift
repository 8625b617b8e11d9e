import Foundation

/// A program that the demo runs: with its output in files, bounded in time, ended by its own id.
final class ChildProcess {
    /// What came out.
    struct Result {
        let status: Int32
        let output: String
        let errors: String
    }

    private let process = Process()
    private let outputPath: String
    private let errorPath: String
    private let name: String

    /// Starts a program.
    ///
    /// - Parameter files: where its output goes: this path with `.out` and `.err`.
    init(
        _ program: String,
        _ arguments: [String],
        environment: [String: String],
        files: String
    )
        throws
    {
        name = URL(fileURLWithPath: program).lastPathComponent
        outputPath = files + ".out"
        errorPath = files + ".err"
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try Self.file(outputPath)
        process.standardError = try Self.file(errorPath)
        do {
            try process.run()
        } catch {
            throw DemoFailure("\(program) cannot be started: \(error.localizedDescription)")
        }
    }

    /// The process's id.
    var id: Int32 { process.processIdentifier }
    /// Whether it runs.
    var isRunning: Bool { process.isRunning }

    /// Waits until it has ended; ends it after so many seconds.
    func wait(seconds: Double) throws -> Result {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while process.isRunning {
            if Date() > deadline {
                kill()
                process.waitUntilExit()
                throw DemoFailure("\(name) did not end within \(Int(seconds)) s and was stopped")
            }
            usleep(1_000)
        }
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus,
            output: try Self.text(outputPath),
            errors: try Self.text(errorPath)
        )
    }

    /// Ends it at once, whatever it does.
    func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

    /// Asks it to end in order, as an operator does, and waits.
    func stop(seconds: Double) throws {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGTERM)
        _ = try wait(seconds: seconds)
    }

    private static func file(_ path: String) throws -> FileHandle {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw DemoFailure("\(path) cannot be written") }
        return handle
    }

    private static func text(_ path: String) throws -> String {
        do {
            return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        } catch {
            throw DemoFailure("\(path) cannot be read: \(error.localizedDescription)")
        }
    }
}
