import Foundation
import Testing

/// A server of the build folder, on a free port, with a database in its own folder.
final class TestServer {
    let workplace: Workplace
    private var program: RunningProgram
    /// Where it listens.
    private(set) var port: Int

    init() throws {
        workplace = try Workplace()
        (program, port) = try Self.start(workplace, port: 0)
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
        (program, port) = try Self.start(workplace, port: port)
    }

    private static func start(_ workplace: Workplace, port: Int) throws -> (RunningProgram, Int) {
        let portFile = workplace.path("port")
        try? FileManager.default.removeItem(atPath: portFile)
        let program = try RunningProgram(
            "concord-server",
            [
                "serve", "--database", workplace.path("server.sqlite"), "--port", "\(port)",
                "--port-file", portFile,
            ],
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
