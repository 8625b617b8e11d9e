import ConcordEncoding
import ConcordTesting
import Foundation

/// `Tools/verify.py`, run on files.
enum PythonVerifier {
    /// What it printed, and how it ended.
    struct Outcome {
        let code: Int32
        let output: String
    }

    /// Runs it with these arguments.
    static func run(_ arguments: [String], in folder: TemporaryFolder) throws -> Outcome {
        try run([root.appending(path: "Tools/verify.py").path] + arguments, output: folder)
    }

    /// Runs a script of the project, which gets the project's folder as its first argument.
    static func script(
        _ path: String,
        _ arguments: [String],
        in folder: TemporaryFolder
    ) throws -> Outcome {
        try run([root.appending(path: path).path, root.path] + arguments, output: folder)
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardized

    private static func run(_ arguments: [String], output folder: TemporaryFolder) throws -> Outcome
    {
        let output = folder.file("output-\(UUID())")
        try Data().write(to: URL(fileURLWithPath: output))
        let process = Process()
        let python = ProcessInfo.processInfo.environment["CONCORD_PYTHON"] ?? "python3"
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python] + arguments
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        let text = try String(contentsOfFile: output, encoding: .utf8)
        return Outcome(code: process.terminationStatus, output: text)
    }

    /// Runs one of its parts on a file with these bytes.
    static func check(
        _ part: String?,
        _ bytes: [UInt8],
        in folder: TemporaryFolder,
        _ options: [String] = []
    ) throws -> Outcome {
        let file = folder.file("checked-\(UUID())")
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return try run((part.map { [$0] } ?? []) + options + [file], in: folder)
    }
}
