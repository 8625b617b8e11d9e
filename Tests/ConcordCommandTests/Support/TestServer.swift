import Foundation
import Testing

/// A server of the build folder, on a free port, with a database in its own folder.
final class TestServer {
    let workplace: Workplace
    private var program: RunningProgram
    /// Where it listens.
    private(set) var port: Int

    private let options: [String]

    /// Starts it, with further options.
    init(_ options: [String] = []) throws {
        self.options = options
        workplace = try Workplace()
        (program, port) = try Self.start(workplace, port: 0, options)
    }

    deinit {
        program.signal(SIGKILL)
        _ = try? program.wait()
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// Ends it in order.
    func stop() throws {
        program.signal(SIGTERM)
        _ = try program.wait()
    }

    /// Starts it again with the same database and port.
    func startAgain() throws {
        (program, port) = try Self.start(workplace, port: port, options)
    }

    /// Runs another command of the server's program on its database.
    func administer(_ arguments: String...) throws -> Outcome {
        try RunningProgram(
            "concord-server",
            arguments + ["--database", workplace.path("server.sqlite"), "--json"],
            environment: workplace.environment(),
            folder: workplace.folder,
            owner: workplace
        ).wait()
    }

    private static func start(
        _ workplace: Workplace,
        port: Int,
        _ options: [String]
    ) throws -> (RunningProgram, Int) {
        let portFile = workplace.path("port")
        try? FileManager.default.removeItem(atPath: portFile)
        let program = try RunningProgram(
            "concord-server",
            [
                "serve", "--database", workplace.path("server.sqlite"), "--port", "\(port)",
                "--port-file", portFile,
            ] + options,
            environment: workplace.environment(),
            folder: workplace.folder,
            owner: workplace
        )
        for _ in 0..<2_000 {
            if let data = FileManager.default.contents(atPath: portFile),
                let port = Int(
                    String(decoding: data, as: UTF8.self)
                        .trimmingCharacters(in: .whitespacesAndNewlines)
                )
            {
                return (program, port)
            }
            guard program.isRunning else { break }
            usleep(10_000)
        }
        throw NotListening(errors: try program.wait().errors)
    }

    struct NotListening: Error {
        let errors: String
    }
}
