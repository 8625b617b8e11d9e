import Foundation

/// One test of this program in a process of its own.
enum WorkerProcess {
    /// Starts this program again with one test.
    ///
    /// - Parameter environment: variables that the test looks for; nil takes one away.
    static func start(_ test: String, _ environment: [String: String?]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        process.arguments = ["--testing-library", "swift-testing", "--filter", test]
        var all = ProcessInfo.processInfo.environment
        for (name, value) in environment { all[name] = value }
        process.environment = all
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        return process
    }
}
