import ConcordEncoding
import ConcordTesting
import Foundation

/// The built program as a child process.
final class ServerProgram: @unchecked Sendable {
    private let process: ChildProgram
    private let errors = Pipe()
    // Touched on the queue alone.
    private let queue = DispatchQueue(label: "server program")
    private var unread: [UInt8] = []
    private var read: [String] = []

    /// Starts the program.
    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        process = try ChildProgram(
            Self.path,
            arguments,
            environment: environment,
            errors: errors.fileHandleForWriting
        )
        try errors.fileHandleForWriting.close()
    }

    private static var path: String {
        Bundle.main.bundleURL.appending(path: "concord-server").path
    }

    /// Starts a server over a database, on any free port.
    static func serve(_ database: URL, _ more: [String] = []) throws -> ServerProgram {
        try ServerProgram(
            ["serve", "--database", database.path, "--port", "0", "--log-format", "json"] + more
        )
    }

    /// Runs the program to its end.
    ///
    /// - Returns: its status, and what it wrote to standard output.
    static func run(
        _ arguments: [String],
        environment: [String: String] = [:]
    ) async throws -> (status: Int32, output: String) {
        try await blocking {
            let (end, output) = try ChildProgram.run(path, arguments, environment: environment)
            return (end.status, String(decoding: output, as: UTF8.self))
        }
    }

    /// Waits until it listens, and returns the port; nil if it ends before.
    func port() async throws -> Int? {
        try await event("listening")?["port"]?.integerValue.map { Int($0) }
    }

    /// Waits until it logs this event; nil if it ends before.
    func event(_ name: String) async throws -> JSON? {
        try await blocking(on: queue) {
            while let line = self.nextLine() {
                guard let event = try? JSON(parsing: [UInt8](line.utf8)),
                    event["event"]?.stringValue == WireText(name)
                else { continue }
                return event
            }
            return nil
        }
    }

    /// The number by which the system knows it.
    var identifier: Int32 { process.identifier }

    /// Sends a signal to this process alone.
    func signal(_ number: Int32) { process.signal(number) }

    /// How it ended, and what it had written to standard error.
    struct End: Sendable {
        /// The exit status, or the signal that ended it.
        let status: Int32
        /// Line by line.
        let lines: [String]
    }

    /// Waits for its end.
    func end() async throws -> End {
        try await blocking(on: queue) {
            while self.nextLine() != nil { continue }
            return End(status: self.process.wait().status, lines: self.read)
        }
    }

    private func nextLine() -> String? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: unread[..<end], as: UTF8.self)
                unread.removeSubrange(...end)
                read.append(line)
                return line
            }
            let data = errors.fileHandleForReading.availableData
            if data.isEmpty { return nil }
            unread += data
        }
    }
}
