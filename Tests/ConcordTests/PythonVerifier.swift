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
        let python = ProcessInfo.processInfo.environment["CONCORD_PYTHON"] ?? "python3"
        let (end, output) = try ChildProgram.run(
            "/usr/bin/env",
            [python] + arguments,
            mergingErrors: true
        )
        return Outcome(code: end.status, output: String(decoding: output, as: UTF8.self))
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
